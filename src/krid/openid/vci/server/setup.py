"""All that an issuer is made of: its names, what it issues, its keys, limits and ports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import final

from krid._core import limits
from krid._core.arguments import several
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, MisuseError
from krid.issuer import Issuer
from krid.keys import LocalKey, Signer
from krid.model import IssuerKeys
from krid.openid.oauth.nonces import NonceKey, Nonces
from krid.openid.oauth.store import IssuanceStore, fingerprint
from krid.openid.vci.configuration import CredentialConfiguration
from krid.openid.vci.display import Display
from krid.openid.vci.issuer_metadata import metadata_url
from krid.openid.vci.policy import IssuancePolicy
from krid.openid.vci.server.ports import CredentialSource, People, StatusAllotment


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """One kind of credential: how metadata describe it, who signs it, and its type.

    `type` is the `vct` or doctype that is signed, and must be the one that is described. Of a W3C
    credential it is the first type beside `VerifiableCredential`.
    """

    configuration: CredentialConfiguration
    issuer: Issuer
    type: str

    def completed(self, claims: Mapping[str, object]) -> Mapping[str, object]:
        """Return claims with the further types that are described, where there are any."""
        if "type" in claims or len(self.configuration.types) <= 2:
            return claims
        return {**claims, "type": list(self.configuration.types)}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A wallet that may ask: its identifier, and where the browser may go back to.

    A redirect address is compared letter by letter.
    """

    id: str
    redirect_uris: tuple[str, ...]

    def __post_init__(self) -> None:
        several("redirect_uris", self.redirect_uris)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long what the issuer hands out is good; the values given here are krid's choice.

    `refresh` of zero means that no refresh tokens are given.
    """

    offer: timedelta = timedelta(minutes=10)
    pushed: timedelta = timedelta(seconds=90)
    interaction: timedelta = timedelta(minutes=10)
    code: timedelta = timedelta(minutes=1)
    access: timedelta = timedelta(minutes=10)
    refresh: timedelta = timedelta(days=30)
    nonce: timedelta = timedelta(minutes=5)
    deferred: timedelta = timedelta(days=30)
    notification: timedelta = timedelta(days=30)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """How requests and answers are encrypted beyond TLS (section 10): with a key of the issuer."""

    key: LocalKey
    requests_required: bool
    responses_required: bool


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataSigner:
    """Who signs the metadata; `certificates` are DER, without the anchor."""

    signer: Signer
    certificates: tuple[bytes, ...]
    lifetime: timedelta = timedelta(days=1)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSetup:
    """An issuer and its authorization server, which are one and the same here.

    `identifier` is an https address; every endpoint lies below it. `trust` says who may vouch for
    wallets and for keys. `people` may be None where only pre-authorized codes are used.

    Raises:
        MisuseError: `misuse.option` for parts that contradict each other.
    """

    identifier: str
    offerings: Mapping[str, Offering] = field(repr=False)
    policy: IssuancePolicy
    source: CredentialSource = field(repr=False)
    statuses: StatusAllotment = field(repr=False)
    store: IssuanceStore = field(repr=False)
    nonce_key: NonceKey
    trust: IssuerKeys = field(repr=False)
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    people: People | None = field(default=None, repr=False)
    clients: tuple[Client, ...] = ()
    anonymous_grant: bool = False
    batch_size: int = 1
    lifetimes: Lifetimes = field(default=Lifetimes(), repr=False)
    sealing: Sealing | None = field(default=None, repr=False)
    metadata_signer: MetadataSigner | None = field(default=None, repr=False)
    display: tuple[Display, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        metadata_url(self.identifier)
        object.__setattr__(self, "offerings", MappingProxyType(dict(self.offerings)))
        if not 0 < self.batch_size <= limits.MAX_BATCH:
            raise MisuseError(Code.MISUSE_OPTION, "batch_size")
        if self.anonymous_grant and self.policy.client_attestation_required:
            raise MisuseError(Code.MISUSE_OPTION, "anonymous_grant")
        for offering in self.offerings.values():
            _check_offering(offering, self.policy)

    @property
    def now(self) -> datetime:
        """The present moment by the issuer's clock."""
        return self.clock.now()

    def url(self, name: str) -> str:
        """Return the address of an endpoint."""
        return f"{self.identifier.removesuffix('/')}/{name}"

    def place(self, secret: str) -> str:
        """Return the key under which what belongs to a code or token is kept.

        Several issuers may share a store, and one of them may know by the name of a subject, or of
        a credential, something else than another: no code or token of one is good at another.
        """
        return fingerprint(f"{self.identifier} {secret}")

    def nonces(self, purpose: str) -> Nonces:
        """Return this issuer's nonces for one purpose, though another has the same key."""
        return Nonces(self.nonce_key, f"{purpose} of {self.identifier}", self.lifetimes.nonce)

    def client(self, client_id: str) -> Client | None:
        """Find a client by its identifier."""
        return next((each for each in self.clients if each.id == client_id), None)


def _check_offering(offering: Offering, policy: IssuancePolicy) -> None:
    configuration = offering.configuration
    if configuration.is_typed and configuration.type != offering.type:
        raise MisuseError(Code.MISUSE_OPTION, "another type than described")
    if policy.scope_required and configuration.scope is None:
        raise MisuseError(Code.MISUSE_OPTION, "a credential without a scope")
    attested = [demand.attestation is not None for demand in configuration.proofs.values()]
    if policy.key_attestation_required and not all(attested):
        raise MisuseError(Code.MISUSE_OPTION, "key proofs without a demand for attestation")
