"""Any payloads, signed by the right keys, so that every rule of VC-JOSE-COSE is met.

The data is split at line feeds: the credential's payload, and that of a presentation. `@cnf` stands
for the holder's key as JWK, `@card` for the signed credential. What verification refuses of a
credential for its content, the linter must name.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from krid import cose
from krid._core import base64url, strict_json
from krid.cose import Placement, Tagging
from krid.errors import KridError, MalformedError
from krid.jose import jws
from krid.keys import Alg, LocalKey, cose_key, jwk
from krid.model import BEARER, Challenge, CredentialFormat, Severity
from krid.sdjwt import W3cSdJwtFormat
from krid.trust import KeyTrust
from krid.vcjose import Form, VcJoseFormat

_ISSUER = LocalKey.generate(Alg.EDDSA)
_HOLDER = LocalKey.generate(Alg.EDDSA)
_CNF = strict_json.dumps({"jwk": jwk.encode_public(_HOLDER.public_key)})
_CWT = {8: {1: cose_key.encode(_HOLDER.public_key)}}
_BOUND = {3: "a", 6: 1780272000, 10: b"n"}
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_SKEW = timedelta(seconds=60)
_TRUST = KeyTrust.of(_ISSUER.public_key)
_CHALLENGE = Challenge(audience="a", nonce="n")


def target(data: bytes) -> None:
    """Verify as bearer's and as holder's; nothing but KridError may come out."""
    payload, shown, *_ = (*data.split(b"\n"), b"", b"")
    payload = payload.replace(b"@cnf", _CNF)
    for form in (Form.JWT, Form.JWT_1_1):
        card = jws.sign({}, payload, _ISSUER).encode()
        answer = jws.sign({}, shown.replace(b"@card", card), _HOLDER).encode()
        _check_card(VcJoseFormat(form), card)
        _try(partial(_verify, VcJoseFormat(form), answer))
    found = VcJoseFormat(Form.COSE)
    card = _sign1(payload, _CWT, _ISSUER)
    _check_card(found, card)
    answer = shown.replace(b"@card", base64url.encode(card).encode())
    _try(lambda: _verify(found, _sign1(answer, _BOUND, _HOLDER)))
    _check_sd_jwt(payload, shown)


def _check_card(found: VcJoseFormat, card: bytes) -> None:
    """What verification refuses for its content, the linter names."""
    try:
        _verify_card(found, card)
    except MalformedError as refusal:
        named = {
            each.code for each in found.lint(card, now=_NOW) if each.severity is Severity.ERROR
        }
        if str(refusal.code).startswith("w3c.") and not named:
            raise AssertionError(f"{refusal.code} was not named") from refusal
    except KridError:
        return


def _check_sd_jwt(payload: bytes, disclosure: bytes) -> None:
    card = jws.sign({"typ": "vc+sd-jwt"}, payload, _ISSUER) + "~"
    for each in (card, f"{card}{base64url.encode(disclosure)}~"):
        found = W3cSdJwtFormat()
        found.lint(each.encode(), now=_NOW)
        _try(partial(_verify_card, found, each.encode()))


def _sign1(payload: bytes, claims: Mapping[int, object], key: LocalKey) -> bytes:
    headers: dict[int | str, object] = {cose.CWT_CLAIMS: claims}
    made = cose.prepare(headers, {}, payload, alg=key.alg, placement=Placement.ATTACHED)
    return made.sign_with(key).encode(Tagging.TAGGED)


def _verify(found: VcJoseFormat, answer: bytes) -> object:
    return found.verify(
        answer, issuers=_TRUST, challenge=_CHALLENGE, now=_NOW, skew=_SKEW, max_age=_SKEW
    )


def _verify_card(found: CredentialFormat, card: bytes) -> object:
    return found.verify(card, issuers=_TRUST, challenge=BEARER, now=_NOW, skew=_SKEW, max_age=_SKEW)


def _try(call: Callable[[], object]) -> None:
    try:
        call()
    except KridError:
        return
