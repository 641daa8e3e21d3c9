"""The operations that are measured: krid's whole work, and the bare signatures inside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from krid import mdoc, sdjwt
from krid._core.entropy import system_entropy
from krid.cli.bench import workload
from krid.cli.bench.timing import Line
from krid.keys import Alg, LocalKey
from krid.mdoc import Elements, MdocFormat, encode_issuer_signed
from krid.model import NO_STATUS, IssuerHint, IssuerKey, IssuerKeys
from krid.sdjwt import issue, present
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.x509 import Certificate

_ECDSA: Final = ec.ECDSA(SHA256())
_MESSAGE: Final = bytes(1500)
_MDOC: Final = MdocFormat()


@final
@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to measure: the bare signatures, krid, and the part of the limit to reach."""

    name: str
    limit: Callable[[], object]
    run: Callable[[], object]
    goal: float | None = None

    def lines(self) -> Sequence[Line]:
        """Return what is measured side by side."""
        return (Line("limit", self.limit), Line("krid", self.run))


@final
@dataclass(frozen=True, slots=True)
class _KnownSigner:
    """Trust that has verified the signer's certificate before, and knows it by its bytes."""

    certificate: bytes
    issuer: IssuerKey

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port
        if hint.certificates != (self.certificate,):
            raise LookupError
        return self.issuer


@final
@dataclass(frozen=True, slots=True)
class Cast:
    """The keys of issuer and holder."""

    issuer: LocalKey = field(default_factory=lambda: LocalKey.generate(Alg.ES256))
    holder: LocalKey = field(default_factory=lambda: LocalKey.generate(Alg.ES256))

    def sign(self) -> None:
        """One bare signature."""
        _native(self.issuer).sign(_MESSAGE, _ECDSA)

    def verifications(self, number: int) -> Callable[[], None]:
        """Return so many bare verifications."""
        keys = [self.issuer, self.holder, self.issuer][:number]
        pairs = [(_native(key).public_key(), _native(key).sign(_MESSAGE, _ECDSA)) for key in keys]

        def verify() -> None:
            for key, signature in pairs:
                key.verify(signature, _MESSAGE, _ECDSA)

        return verify


def operations() -> tuple[Operation, ...]:
    """Make the workload with fresh keys and return all operations over it."""
    cast = Cast()
    return (*_sdjwt(cast), *_mdoc(cast))


def response_for(cast: Cast, signer: Certificate) -> bytes:
    """Return a device response with all elements, for peers to verify."""
    claims = workload.elements(system_entropy)
    return _presented(_issued(cast, claims, signer), claims, cast)


def _sdjwt(cast: Cast) -> tuple[Operation, ...]:
    order = workload.sdjwt_order(cast.holder, cast.issuer.alg)
    paths = [(name,) for name in workload.texts()]

    def issued() -> str:
        return issue.prepare(order, entropy=system_entropy).sign_with(cast.issuer)

    credential = issued()

    def presented() -> str:
        return present.prepare(
            sdjwt.SdJwt.parse(credential),
            disclose=paths,
            audience=workload.CHALLENGE.audience,
            nonce=workload.CHALLENGE.nonce,
            alg=cast.holder.alg,
            now=workload.NOW,
        ).sign_with(cast.holder)

    presentation = presented()

    def verified() -> object:
        return sdjwt.verify(
            sdjwt.Presentation.parse(presentation),
            issuer_key=cast.issuer.public_key,
            audience=workload.CHALLENGE.audience,
            nonce=workload.CHALLENGE.nonce,
            now=workload.NOW,
            skew=workload.SKEW,
            max_age=workload.MAX_AGE,
        )

    return (
        Operation("SD-JWT issue", cast.sign, issued, 0.45),
        Operation("SD-JWT present + KB", cast.sign, presented),
        Operation("SD-JWT verify + KB", cast.verifications(2), verified, 0.75),
    )


def _mdoc(cast: Cast) -> tuple[Operation, ...]:
    root, leaf = workload.authority(cast.issuer, system_entropy)
    claims = workload.elements(system_entropy)
    credential = _issued(cast, claims, leaf)
    presentation = _presented(credential, claims, cast)

    def verifying(issuers: IssuerKeys) -> Callable[[], object]:
        return lambda: _MDOC.verify(
            presentation,
            issuers=issuers,
            challenge=workload.CHALLENGE,
            now=workload.NOW,
            skew=workload.SKEW,
            max_age=workload.MAX_AGE,
        )

    known = _KnownSigner(
        leaf.der, IssuerKey(key=cast.issuer.public_key, issuer="known", path="known")
    )
    chain = CertificateTrust((root,), revocation=NO_REVOCATION)
    return (
        Operation("mdoc issue", cast.sign, lambda: _issued(cast, claims, leaf), 0.35),
        Operation("mdoc present", cast.sign, lambda: _presented(credential, claims, cast)),
        Operation("mdoc verify", cast.verifications(2), verifying(known), 0.70),
        Operation("mdoc verify + chain", cast.verifications(3), verifying(chain)),
    )


def _issued(cast: Cast, claims: Elements, signer: Certificate) -> bytes:
    prepared = mdoc.prepare(
        doctype=workload.DOCTYPE,
        claims=claims,
        holder=cast.holder.public_key,
        alg=cast.issuer.alg,
        certificates=(signer.der,),
        validity=workload.VALIDITY,
        status=NO_STATUS,
        entropy=system_entropy,
    )
    return encode_issuer_signed(prepared.sign_with(cast.issuer))


def _presented(credential: bytes, claims: Elements, cast: Cast) -> bytes:
    return _MDOC.prepare_presentation(
        credential,
        disclose=[(workload.NAMESPACE, name) for name in claims[workload.NAMESPACE]],
        challenge=workload.CHALLENGE,
        alg=cast.holder.alg,
        now=workload.NOW,
    ).sign_with(cast.holder)


def _native(key: LocalKey) -> ec.EllipticCurvePrivateKey:
    if not isinstance(key.native, ec.EllipticCurvePrivateKey):
        raise TypeError
    return key.native
