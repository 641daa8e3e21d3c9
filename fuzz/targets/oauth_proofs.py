"""Any claims as DPoP proof, client attestation, its proof, and key attestation, rightly signed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from krid._core.strict_json import JsonObject
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, PublicKey, jwk
from krid.model import IssuerHint, IssuerKey
from krid.openid.oauth import client_attestation, dpop
from krid.openid.vci import AttestationDemand, verify_key_attestation

_KEY = LocalKey.generate(Alg.EDDSA)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_AGE = timedelta(minutes=5)
_ALGS = frozenset({Alg.EDDSA})
_JWK: JsonObject = {"jwk": jwk.encode_public(_KEY.public_key)}


@dataclass(frozen=True)
class _Trusting:
    key: PublicKey

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=self.key, issuer="fuzz", path="fuzz")


_TRUST = _Trusting(_KEY.public_key)
_ATTESTATION = client_attestation.verify_attestation(
    client_attestation.prepare_attestation(
        _KEY, client_id="a", key=_KEY.public_key, now=_NOW, lifetime=_AGE
    ).sign_with(_KEY),
    trust=_TRUST,
    algs=_ALGS,
    now=_NOW,
    skew=_AGE,
    certificates_required=False,
)


def target(data: bytes) -> None:
    """Verify each kind of proof, signed and as it is; nothing but KridError may come out."""
    for typ, verify in _KINDS.items():
        for text in (jws.sign({"typ": typ, **_JWK}, data, _KEY), data.decode("latin-1")):
            try:
                verify(text)
            except KridError:
                continue


def _dpop(text: str) -> object:
    return dpop.verify_proof(
        text,
        method="POST",
        url="https://a.example/t",
        access_token="t",  # noqa: S106  no secret
        algs=_ALGS,
        now=_NOW,
        max_age=_AGE,
    )


def _attestation(text: str) -> object:
    return client_attestation.verify_attestation(
        text, trust=_TRUST, algs=_ALGS, now=_NOW, skew=_AGE, certificates_required=False
    )


def _pop(text: str) -> object:
    return client_attestation.verify_pop(
        text, attestation=_ATTESTATION, audience="a", algs=_ALGS, now=_NOW, max_age=_AGE
    )


def _key_attestation(text: str) -> object:
    return verify_key_attestation(
        text,
        trust=_TRUST,
        demand=AttestationDemand(),
        algs=_ALGS,
        now=_NOW,
        max_age=_AGE,
        skew=_AGE,
        certificates_required=False,
    )


_KINDS: dict[str, Callable[[str], object]] = {
    dpop.TYP: _dpop,
    client_attestation.TYP: _attestation,
    client_attestation.POP_TYP: _pop,
    "key-attestation+jwt": _key_attestation,
}
