"""Any payload, disclosures and key binding, signed by the right keys, so that every rule is met.

The data is split at line feeds: the issuer's payload, the key binding's payload, disclosures.
What an input can't guess is filled in: `@cnf` stands for the holder's key, `@hash` for the
`sd_hash`, `@0` for the digest of the first disclosure. What verification refuses of a credential,
the linter must name.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from krid._core import base64url, strict_json
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.model import Severity
from krid.sdjwt import (
    HashAlg,
    Presentation,
    SdJwt,
    SdJwtVcFormat,
    verify,
    verify_bearer,
    verify_issued,
    verify_plain,
    verify_plain_bearer,
)
from krid.sdjwt.lint import LINT_SKEW

_ISSUER = LocalKey.generate(Alg.EDDSA)
_HOLDER = LocalKey.generate(Alg.EDDSA)
_CNF = strict_json.dumps({"jwk": jwk.encode_public(_HOLDER.public_key)})
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_SKEW = timedelta(seconds=60)
_TYPES = ("dc+sd-jwt", "example+sd-jwt")


def target(data: bytes) -> None:
    """Verify as holder's, as bearer's and as issued; nothing but KridError may come out."""
    payload, binding, *lines = (*data.split(b"\n"), b"")
    disclosures = [base64url.encode(line) for line in lines if line]
    payload = payload.replace(b"@cnf", _CNF)
    for index, disclosure in enumerate(disclosures[:10]):
        payload = payload.replace(b"@%d" % index, HashAlg.SHA256.digest(disclosure).encode())
    for typ in _TYPES:
        signed = jws.sign({"typ": typ}, payload, _ISSUER)
        text = "~".join((signed, *disclosures, ""))
        _check_bearer(text)
        bound = binding.replace(b"@hash", HashAlg.SHA256.digest(text).encode())
        _check_bound(text + jws.sign({"typ": "kb+jwt"}, bound, _HOLDER))


def _check_bearer(text: str) -> None:
    key = _ISSUER.public_key
    _try(lambda: verify_bearer(Presentation.parse(text), issuer_key=key, now=_NOW, skew=_SKEW))
    _try(
        lambda: verify_issued(Presentation.parse(text).sd_jwt, issuer_key=key, now=_NOW, skew=_SKEW)
    )
    _try(
        lambda: verify_plain_bearer(
            Presentation.parse(text), typ=_TYPES[1], issuer_key=key, now=_NOW, skew=_SKEW
        )
    )


def _check_issued(text: str) -> None:
    """What verification refuses, the linter names."""
    try:
        sd_jwt = SdJwt.parse(text)
        verify_issued(sd_jwt, issuer_key=_ISSUER.public_key, now=_NOW, skew=LINT_SKEW)
    except KridError as refusal:
        found = SdJwtVcFormat().lint(text.encode(), now=_NOW)
        if refusal.code not in {each.code for each in found if each.severity is Severity.ERROR}:
            raise AssertionError(f"{refusal.code} was not named") from refusal


def _check_bound(text: str) -> None:
    _try(
        lambda: verify(
            Presentation.parse(text),
            issuer_key=_ISSUER.public_key,
            audience="a",
            nonce="n",
            now=_NOW,
            skew=_SKEW,
            max_age=_SKEW,
        )
    )
    _try(
        lambda: verify_plain(
            Presentation.parse(text),
            typ=_TYPES[1],
            issuer_key=_ISSUER.public_key,
            audience="a",
            nonce="n",
            now=_NOW,
            skew=_SKEW,
            max_age=_SKEW,
        )
    )


def _try(call: Callable[[], object]) -> None:
    try:
        call()
    except KridError:
        return
