"""Who signed a request: one way for each kind of name (section 5.9.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from krid.errors import Code, TrustError, UnsupportedError
from krid.exchange import Standing
from krid.jose import Jws
from krid.keys import PublicKey
from krid.model import IssuerHint, IssuerKey, IssuerKeys
from krid.openid.oauth import proof_jwt
from krid.openid.vp import attestation
from krid.openid.vp.client_id import ClientId, Prefix, of_certificate
from krid.openid.vp.policy import PresentationPolicy

REQUEST_TYP: Final = "oauth-authz-req+jwt"
"""The `typ` of a request object, and the format by which sources of trust are asked about it."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who signed a request, proved.

    `name` is for people: the host, DID or name of the verifier or, where its client identifier is
    the hash of a certificate, the subject of that. `title` is the organisation or the common name
    of a trusted certificate, empty where none says it. `addresses` are those that its answers may
    go to as somebody vouched for it, None for any that its kind of name allows; `host` is the one
    host where they may go, None for any.
    """

    name: str
    path: str
    standing: Standing
    names: frozenset[str] = frozenset()
    title: str = ""
    addresses: frozenset[str] | None = None
    host: str | None = None


@final
@dataclass(frozen=True, slots=True)
class _Signed:
    """A request to find the sender of."""

    jws: Jws
    client: ClientId
    trust: IssuerKeys = field(repr=False)
    policy: PresentationPolicy
    now: datetime

    @property
    def key_id(self) -> str | None:
        """The `kid` of the header."""
        value = self.jws.header.get("kid")
        return value if isinstance(value, str) else None

    def find(self, *, issuer: str | None, certificates: tuple[bytes, ...] = ()) -> IssuerKey:
        """Ask whether somebody trusted stands behind the sender."""
        hint = IssuerHint(
            format=REQUEST_TYP,
            type=self.client.text,
            alg=self.jws.alg,
            issuer=issuer,
            key_id=self.key_id,
            certificates=certificates,
        )
        return self.trust.find(hint, now=self.now)

    def verify(self, key: PublicKey) -> None:
        """Check the signature."""
        self.jws.verify(key, refusal=Code.REQUEST_SIGNATURE)


def authenticate(
    signed: Jws, client: ClientId, *, trust: IssuerKeys, policy: PresentationPolicy, now: datetime
) -> Sender:
    """Find out who signed a request, by the rules of the kind of its name.

    `trust` is asked with `REQUEST_TYP` as the format and the whole client identifier as the type:
    with the certificates for `x509_san_dns` and `x509_hash`, with the DID as the issuer for
    `decentralized_identifier`, with the name as the issuer for pre-registered verifiers.

    Raises:
        TrustError: nobody trusted stands behind the sender, or `request.client` when its name
            does not fit what it shows.
        SignatureError: `request.signature`.
        UnsupportedError: `request.prefix`, `alg.not_allowed`.
        KridError: what a source of trust and `verify_attestation` refuse.
    """
    if client.prefix not in policy.prefixes or client.prefix not in _WAYS:
        raise UnsupportedError(Code.REQUEST_PREFIX, client.prefix.value)
    proof_jwt.check_alg(signed.alg, policy.algs)
    return _WAYS[client.prefix](_Signed(signed, client, trust, policy, now))


def _by_certificate(signed: _Signed) -> Sender:
    """The leaf certificate signed, stands for the name, and leads to somebody trusted."""
    from krid.x509 import Certificate
    from krid.x509.organisation import proved_names, proved_title

    certificates = signed.jws.certificates()
    if not certificates:
        raise TrustError(Code.REQUEST_CLIENT, "x5c")
    if signed.policy.certificates_required and any(
        Certificate.parse(der).is_self_issued for der in certificates
    ):
        raise TrustError(Code.REQUEST_PROFILE, "x5c")
    trusted = signed.find(issuer=None, certificates=certificates)
    leaf = Certificate.parse(certificates[0])
    if leaf.public_key != trusted.public_key:
        raise TrustError(Code.REQUEST_CLIENT, "key")
    signed.verify(trusted.public_key)
    _check_certificate_name(signed.client, leaf.dns_names, certificates[0])
    is_host = signed.client.prefix is Prefix.X509_SAN_DNS
    return Sender(
        name=signed.client.name if is_host else trusted.issuer,
        path=trusted.path,
        standing=Standing.CERTIFICATE,
        names=proved_names(certificates[0]),
        title=proved_title(certificates[0]),
        host=signed.client.name if is_host else None,
    )


def _check_certificate_name(client: ClientId, dns_names: tuple[str, ...], leaf: bytes) -> None:
    if client.prefix is Prefix.X509_HASH:
        fits = client.text == of_certificate(leaf)
    else:
        fits = client.name in dns_names
    if not fits:
        raise TrustError(Code.REQUEST_CLIENT)


def _by_did(signed: _Signed) -> Sender:
    """The `kid` names a key of the DID document."""
    did, fragment = (signed.key_id or "").partition("#")[::2]
    if did not in {signed.client.name, ""} or not fragment:
        raise TrustError(Code.REQUEST_CLIENT, "kid")
    trusted = signed.find(issuer=signed.client.name)
    signed.verify(trusted.public_key)
    return Sender(name=signed.client.name, path=trusted.path, standing=Standing.DID)


def _by_federation(signed: _Signed) -> Sender:
    """The key is one of the entity's metadata, as a trust chain leads to them."""
    trusted = signed.find(issuer=None)
    if trusted.issuer != signed.client.name:
        raise TrustError(Code.REQUEST_CLIENT)
    signed.verify(trusted.public_key)
    return Sender(name=signed.client.name, path=trusted.path, standing=Standing.FEDERATION)


def _by_attestation(signed: _Signed) -> Sender:
    """The key is the one that a trusted party attests."""
    text = signed.jws.header.get(attestation.HEADER)
    if not isinstance(text, str):
        raise TrustError(Code.REQUEST_CLIENT, attestation.HEADER)
    attested, trusted = attestation.verify_attestation(
        text,
        subject=signed.client.name,
        trust=signed.trust,
        algs=signed.policy.algs,
        now=signed.now,
        skew=signed.policy.skew,
    )
    signed.verify(attested.key)
    return Sender(
        name=signed.client.name,
        path=f"attested by {trusted.issuer}, {trusted.path}",
        standing=Standing.ATTESTATION,
        addresses=attested.addresses,
    )


def _by_registration(signed: _Signed) -> Sender:
    """The key is known beforehand; certificates are no way in here."""
    trusted = signed.find(issuer=signed.client.text)
    signed.verify(trusted.public_key)
    return Sender(name=signed.client.text, path=trusted.path, standing=Standing.REGISTERED)


_WAYS: Final[Mapping[Prefix, Callable[[_Signed], Sender]]] = {
    Prefix.X509_SAN_DNS: _by_certificate,
    Prefix.X509_HASH: _by_certificate,
    Prefix.DECENTRALIZED_IDENTIFIER: _by_did,
    Prefix.OPENID_FEDERATION: _by_federation,
    Prefix.VERIFIER_ATTESTATION: _by_attestation,
    Prefix.PRE_REGISTERED: _by_registration,
}
