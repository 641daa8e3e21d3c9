"""Trust in DIDs that somebody listed: their documents say which keys assert for them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol, final

from krid._core import limits
from krid._core.arguments import several
from krid._core.times import aware
from krid.errors import Code, MisuseError, TrustError
from krid.keys import Alg, PublicKey
from krid.model import IssuerHint, IssuerKey, VerificationAlg, VerificationKey

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey

_DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._%-]", re.ASCII)


class DidDocument(Protocol):
    """A resolved DID document, as far as trust needs it."""

    def assertion_key(self, fragment_or_url: str, /) -> PublicKey:
        """Return the key of a method listed under assertionMethod, such as `#key-1`."""
        ...

    def assertion_bbs_key(self, fragment_or_url: str, /) -> "BbsPublicKey":
        """Return such a key of BBS, which is never among the others."""
        ...


class HasDocument(Protocol):
    """What resolving a DID gives."""

    @property
    def document(self) -> DidDocument:
        """The DID document."""
        ...


class DidResolver(Protocol):
    """Something that resolves DIDs; `krid.did.Resolver` is one."""

    def resolve(self, did: str) -> HasDocument:
        """Fetch and check the document of a DID.

        Raises:
            ResolutionError: it could not be had or is not to be used.
        """
        ...


def is_did(text: str) -> bool:
    """Tell whether text has the form of a DID (DID 1.0, section 3.1), not a DID URL.

    >>> is_did("did:web:mois.example"), is_did("did:web:mois.example#key-1")
    (True, False)
    """
    return len(text) <= limits.MAX_DID_CHARS and _DID.fullmatch(text) is not None


def assertion_key(document: DidDocument, reference: str, alg: VerificationAlg) -> VerificationKey:
    """Return a key of the kind that an algorithm needs.

    Raises:
        ResolutionError: as `DidDocument.assertion_key` of `krid.did`, `did.key_type` for a key of
            the other kind.
    """
    if isinstance(alg, Alg):
        return document.assertion_key(reference)
    return document.assertion_bbs_key(reference)


_VERSIONED: Final = "opendid_vc"


@final
@dataclass(frozen=True, slots=True)
class DidTrust:
    """Trust in what the assertion keys of these DIDs sign.

    A hint is recognised by its issuer, or by a key identifier that is a DID URL when it names no
    issuer. Nothing is resolved for a DID that is not listed. The hint must say which key signed:
    krid tries no keys. A version in the key identifier of an OpenDID credential, which always has
    one, is passed over: the key must stand in the present document.
    """

    dids: frozenset[str]
    resolver: DidResolver

    def __post_init__(self) -> None:
        several("dids", self.dids)
        if not all(is_did(did) for did in self.dids):
            raise MisuseError(Code.MISUSE_OPTION, "not a DID")

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Resolve the issuer's DID and return the assertion key that the hint names.

        Raises:
            TrustError: `trust.unknown_issuer` for a DID that is not listed, or none;
                `trust.issuer_name` when the key identifier is of another DID than the issuer;
                `trust.ambiguous` when the hint names no key.
            ResolutionError: the document can't be had, or does not list the key.
            MisuseError: `misuse.naive_time`.
        """
        aware(now)
        url, _, fragment = (hint.key_id or "").rpartition("#")
        named = url.partition("?versionId=")[0] if hint.format == _VERSIONED else url
        did = named if hint.issuer is None else hint.issuer
        if did not in self.dids:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        if named not in ("", did):
            raise TrustError(Code.TRUST_ISSUER_NAME)
        if not fragment:
            raise TrustError(Code.TRUST_AMBIGUOUS)
        key = assertion_key(self.resolver.resolve(did).document, f"#{fragment}", hint.alg)
        return IssuerKey(
            key=key,
            issuer=did,
            path=f"assertion key #{fragment} of {did}",
            authorities=frozenset({did}),
        )
