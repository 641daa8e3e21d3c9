"""Verifiers that a wallet knows otherwise than by certificates: lists, DIDs, federations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol, final

from krid._core import limits
from krid._core.arguments import several
from krid._core.times import aware
from krid.errors import Code, KridError, TrustError
from krid.keys import PublicKey
from krid.model import IssuerHint, IssuerKey
from krid.openid.oauth import members as m
from krid.openid.vp.client_id import ClientId, Prefix
from krid.openid.vp.metadata import ClientMetadata
from krid.openid.vp.parameters import KnownClient
from krid.openid.vp.senders import REQUEST_TYP

if TYPE_CHECKING:
    from krid.trust.federation import FederationTrust

_TYPES: Final = ("openid_credential_verifier", "openid_relying_party")
_ADDRESSES: Final = ("redirect_uris", "response_uris")


@final
@dataclass(frozen=True, slots=True)
class ListedClients:
    """Verifiers by their whole client identifiers, as somebody wrote them down."""

    clients: Mapping[str, KnownClient] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "clients", MappingProxyType(dict(self.clients)))

    def find(self, client_id: str, *, now: datetime) -> KnownClient | None:
        """Return what is written down of a verifier, None for nothing."""
        aware(now)
        return self.clients.get(client_id)


@final
@dataclass(frozen=True, slots=True)
class FederationClients:
    """What federations say of verifiers: where answers may go, and how to seal them (5.9.3).

    `trust` is the one that finds their keys; it keeps what it has looked up. Encryption keys are
    taken from the member `jwks` of the entity's metadata alone.
    """

    trust: "FederationTrust" = field(repr=False)

    def find(self, client_id: str, *, now: datetime) -> KnownClient | None:
        """Return what a member's resolved metadata say, None for other kinds of names.

        Raises:
            KridError: the verifier is no member as asked for.
        """
        client = ClientId.parse(client_id)
        if client.prefix is not Prefix.OPENID_FEDERATION:
            return None
        chain = self.trust.member(client.name, now=now).chain
        members: dict[str, object] = {}
        for name in _TYPES:
            if name in chain.metadata:
                members |= chain.parameters(name)
        return KnownClient(
            addresses=_addresses(members), metadata=ClientMetadata.of_members(members)
        )


class _Document(Protocol):
    """A resolved DID document, as far as requests need it."""

    def authentication_key(self, reference: str, /) -> PublicKey:
        """Return a key with which the subject proves who it is."""
        ...

    def assertion_key(self, reference: str, /) -> PublicKey:
        """Return a key that signs statements."""
        ...


class _Resolution(Protocol):
    @property
    def document(self) -> _Document:
        """The DID document."""
        ...


class DidResolver(Protocol):
    """Something that resolves DIDs; `krid.did.Resolver` is one."""

    def resolve(self, did: str, /) -> _Resolution:
        """Fetch and check the document of a DID."""
        ...


@final
@dataclass(frozen=True, slots=True)
class VerifierDids:
    """Trust in requests that these DIDs sign, for `decentralized_identifier`.

    The text takes any verification method of the document; krid takes one that is listed for
    authentication or, as many documents have it, for assertions. Nothing is resolved for a DID
    that is not listed.
    """

    dids: frozenset[str]
    resolver: DidResolver = field(repr=False)

    def __post_init__(self) -> None:
        several("dids", self.dids)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Resolve the verifier's DID and return the key that the request names.

        Raises:
            TrustError: `trust.unknown_issuer` for a DID that is not listed, or for anything but a
                request; `trust.ambiguous` for one that names no key.
            ResolutionError: the document can't be had, or does not list the key.
        """
        aware(now)
        did, fragment = hint.issuer or "", (hint.key_id or "").rpartition("#")[2]
        if hint.format != REQUEST_TYP or did not in self.dids:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        if not fragment or len(fragment) > limits.MAX_DID_CHARS:
            raise TrustError(Code.TRUST_AMBIGUOUS)
        document = self.resolver.resolve(did).document
        return IssuerKey(
            key=_key(document, f"#{fragment}"),
            issuer=did,
            path=f"key #{fragment} of {did}",
            authorities=frozenset({did}),
        )


def _key(document: _Document, reference: str) -> PublicKey:
    try:
        return document.authentication_key(reference)
    except KridError as refusal:
        if refusal.code is not Code.DID_KEY_PURPOSE:
            raise
    return document.assertion_key(reference)


def _addresses(members: Mapping[str, object]) -> frozenset[str] | None:
    """Join the addresses that metadata name, None where they name none."""
    found: frozenset[str] = frozenset()
    for name in _ADDRESSES:
        found |= frozenset(m.texts_or_none(members, name, Code.REQUEST_METADATA) or ())
    return found or None
