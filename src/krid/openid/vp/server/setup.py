"""All that a verifier is made of: its names and keys, whom it believes, limits and ports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core.arguments import able, typed
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, MalformedError, MisuseError
from krid.exchange import ResponseMode
from krid.keys import Signer
from krid.model import (
    NO_POLICY,
    Attestation,
    CredentialFormat,
    IssuerKeys,
    NoStatus,
    Policy,
    Profile,
    StatusSource,
)
from krid.openid.oauth import members as m
from krid.openid.oauth.store import IssuanceStore, fingerprint
from krid.openid.vp.client_id import ClientId, Prefix, of_certificate
from krid.openid.vp.policy import PresentationPolicy
from krid.openid.vp.transaction_data import TransactionType

REQUEST: Final = "request"
RESPONSE: Final = "response"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A name of a verifier, and how it proves it; made by its class methods.

    `signer` is None for a name that is nothing but the address of the answers. `certificates` are
    DER, the signer's first, without the anchor. `attestations` are what is sent along about the
    verifier, such as its registration.
    """

    client_id: str
    signer: Signer | None = field(repr=False)
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    key_id: str | None = None
    attestation: str | None = field(default=None, repr=False)
    trust_chain: tuple[str, ...] = field(default=(), repr=False)
    attestations: tuple[Attestation, ...] = ()

    @classmethod
    def by_certificate(
        cls,
        signer: Signer,
        certificates: Sequence[bytes],
        *,
        attestations: Sequence[Attestation] = (),
    ) -> Self:
        """Go by the hash of a certificate (`x509_hash`), as HAIP has it.

        Raises:
            MisuseError: `misuse.option` without a certificate, `misuse.type` for one not in DER.
        """
        if not certificates:
            raise MisuseError(Code.MISUSE_OPTION, "certificates: none")
        typed("certificates", certificates[0], bytes)
        return cls(
            client_id=of_certificate(certificates[0]),
            signer=signer,
            certificates=tuple(certificates),
            attestations=tuple(attestations),
        )

    @classmethod
    def by_host(
        cls,
        host: str,
        signer: Signer,
        certificates: Sequence[bytes],
        *,
        attestations: Sequence[Attestation] = (),
    ) -> Self:
        """Go by a host that stands in a certificate (`x509_san_dns`)."""
        return cls(
            client_id=f"{Prefix.X509_SAN_DNS}:{host}",
            signer=signer,
            certificates=tuple(certificates),
            attestations=tuple(attestations),
        )

    @classmethod
    def by_did(cls, did: str, signer: Signer, *, fragment: str) -> Self:
        """Go by a DID; `fragment` names the key in its document, without the number sign."""
        return cls(
            client_id=f"{Prefix.DECENTRALIZED_IDENTIFIER}:{did}",
            signer=signer,
            key_id=f"{did}#{fragment}",
        )

    @classmethod
    def by_attestation(cls, subject: str, signer: Signer, attestation: str) -> Self:
        """Go by what somebody attests (`verifier_attestation`)."""
        return cls(
            client_id=f"{Prefix.VERIFIER_ATTESTATION}:{subject}",
            signer=signer,
            attestation=attestation,
        )

    @classmethod
    def by_federation(
        cls, entity_id: str, signer: Signer, *, key_id: str, trust_chain: Sequence[str] = ()
    ) -> Self:
        """Go by membership in a federation (`openid_federation`)."""
        return cls(
            client_id=f"{Prefix.OPENID_FEDERATION}:{entity_id}",
            signer=signer,
            key_id=key_id,
            trust_chain=tuple(trust_chain),
        )

    @classmethod
    def registered(cls, client_id: str, signer: Signer, *, key_id: str | None = None) -> Self:
        """Go by a name that wallets know beforehand."""
        return cls(client_id=client_id, signer=signer, key_id=key_id)

    @classmethod
    def by_address(cls, response_uri: str) -> Self:
        """Go by the address of the answers alone, unsigned (`redirect_uri`)."""
        return cls(client_id=f"{Prefix.REDIRECT_URI}:{response_uri}", signer=None)

    @property
    def prefix(self) -> Prefix:
        """The kind of the name."""
        return ClientId.parse(self.client_id).prefix


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long what a verifier hands out is good; the values given here are krid's choice.

    `request` is how long a person has to answer, `outcome` how long an answer waits for the
    browser that asked.
    """

    request: timedelta = timedelta(minutes=5)
    outcome: timedelta = timedelta(minutes=5)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierSetup:
    """A verifier with its endpoints.

    `url` is an https address below which its endpoints lie. `identity` is the name under which it
    asks; `others` are further ones, for requests through the Digital Credentials API with several
    signatures. `trust`, `status`, `profile`, `rules` and `formats` are for the credentials that
    come, as `krid.Verifier` has them. `wallet` is the address that opens wallets. `page` is the
    https address where the browser goes when a wallet on the same device has answered, None where
    there is none such.
    `store` holds private keys and answers for minutes: whoever reads it, reads these.

    Raises:
        MisuseError: `misuse.option` for parts that contradict each other or the policy.
    """

    url: str
    identity: Identity
    policy: PresentationPolicy
    mode: ResponseMode
    trust: IssuerKeys = field(repr=False)
    status: StatusSource | NoStatus = field(repr=False)
    profile: Profile
    store: IssuanceStore = field(repr=False)
    page: str | None
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    wallet: str = "openid4vp://"
    others: tuple[Identity, ...] = ()
    rules: Policy = field(default=NO_POLICY, repr=False)
    formats: tuple[CredentialFormat, ...] | None = field(default=None, repr=False)
    transaction_types: tuple[TransactionType, ...] = ()
    lifetimes: Lifetimes = field(default=Lifetimes(), repr=False)

    def __post_init__(self) -> None:
        able("trust", self.trust, "find")
        typed("mode", self.mode, ResponseMode)
        _check_https(self.url, "url")
        if self.page is not None:
            _check_https(self.page, "page")
        if self.mode not in self.policy.modes or self.mode.is_dc_api:
            raise MisuseError(Code.MISUSE_OPTION, "mode: not one of the policy's")
        for identity in (self.identity, *self.others):
            _check_identity(identity, self)

    @property
    def now(self) -> datetime:
        """The present moment by the verifier's clock."""
        return self.clock.now()

    def address(self, name: str) -> str:
        """Return the address of an endpoint."""
        return f"{self.url.removesuffix('/')}/{name}"

    def browser(self, secret: str) -> str:
        """Return the key of what is kept for the browser session that has a secret.

        Several verifiers may share a store: what one of them began, no other hands out, for the
        other believes other issuers, and asks for other things.
        """
        return fingerprint(f"{self.url} {secret}")

    @property
    def response_uri(self) -> str:
        """Where answers arrive: the endpoint, or the page where browsers bring them."""
        if self.mode.is_posted:
            return self.address(RESPONSE)
        if self.page is None:
            raise MisuseError(Code.MISUSE_OPTION, "page")
        return self.page


def _check_https(address: str, place: str) -> None:
    try:
        m.https_url(address, Code.MISUSE_OPTION, place)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_OPTION, f"{place}: no https address") from cause


def _check_identity(identity: Identity, setup: VerifierSetup) -> None:
    policy, prefix = setup.policy, identity.prefix
    wrong = {
        "prefix: the policy takes no such kind of name": prefix not in policy.prefixes,
        "signer": (identity.signer is None) is not (prefix is Prefix.REDIRECT_URI),
        "unsigned": identity.signer is None and policy.signed_required,
        "alg: the policy takes no such signer": identity.signer is not None
        and identity.signer.alg not in policy.algs,
        "address": identity.signer is None
        and identity.client_id != f"{Prefix.REDIRECT_URI}:{setup.response_uri}",
        "certificates: none, or a self-issued one among them": policy.certificates_required
        and not _is_certified(identity),
        "signer: the first certificate is of another key": not _is_of_signer(identity),
        # Keys of one request alone can't stand in a federation's metadata.
        "sealed": prefix is Prefix.OPENID_FEDERATION and setup.mode.is_sealed,
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise MisuseError(Code.MISUSE_OPTION, name)


def _is_certified(identity: Identity) -> bool:
    from krid.x509 import Certificate

    chain = [Certificate.parse(der) for der in identity.certificates]
    return bool(chain) and not any(each.is_self_issued for each in chain)


def _is_of_signer(identity: Identity) -> bool:
    from krid.x509 import Certificate

    if identity.signer is None or not identity.certificates:
        return True
    return Certificate.parse(identity.certificates[0]).public_key == identity.signer.public_key
