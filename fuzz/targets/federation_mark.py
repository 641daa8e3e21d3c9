"""Changes to a trust mark and to its delegation, one a line, signed by the right keys.

Lines are JSON objects that replace claims of honest ones; null takes a claim away.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from krid._core import strict_json
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.trust.federation import Anchor, TrustMark, verify_chain, verify_mark

_KEY = LocalKey.generate(Alg.EDDSA)
_KID = jwk.key_id(_KEY.public_key)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_ANCHOR, _SUBJECT, _TYPE = "https://anchor.example", "https://mois.example", "audited"
_TIMES = {"iat": int(_NOW.timestamp()) - 60, "exp": int(_NOW.timestamp()) + 60}
_KEYS = {"keys": [{**jwk.encode_public(_KEY.public_key), "kid": _KID}]}


def _sign(typ: str, claims: dict[str, Any]) -> str:
    present = {name: value for name, value in claims.items() if value is not None}
    return jws.sign({"typ": typ, "kid": _KID}, strict_json.dumps(present), _KEY)


_OWN = {
    "iss": _ANCHOR, "sub": _ANCHOR, "jwks": _KEYS, **_TIMES,
    "trust_mark_issuers": {_TYPE: []},
    "trust_mark_owners": {_TYPE: {"sub": _ANCHOR, "jwks": _KEYS}},
}  # fmt: skip
_CHAIN = verify_chain(
    [_sign("entity-statement+jwt", _OWN)],
    anchors=[Anchor.of(_ANCHOR, _KEY.public_key)],
    now=_NOW,
    skew=timedelta(0),
)


def target(data: bytes) -> None:
    """Read and verify; nothing but KridError may come out, and no mark of somebody else."""
    with suppress(KridError):
        TrustMark.parse(data.decode("latin-1"))
    first, _, second = data.partition(b"\n")
    honest = {"iss": _ANCHOR, "trust_mark_type": _TYPE, **_TIMES}
    try:
        changes = strict_json.loads_object(second)
        delegation = _sign("trust-mark-delegation+jwt", {**honest, "sub": _ANCHOR, **changes})
        claims = {**honest, "sub": _SUBJECT, "delegation": delegation}
        mark = TrustMark.parse(
            _sign("trust-mark+jwt", {**claims, **strict_json.loads_object(first)})
        )
        verified = verify_mark(mark, subject=_SUBJECT, issuer=_CHAIN, now=_NOW, skew=timedelta(0))
    except KridError:
        return
    if (mark.subject, mark.issuer, verified.type) != (_SUBJECT, _ANCHOR, _TYPE):
        raise AssertionError("a mark of somebody else is believed")
    if mark.delegation is None or (verified.expires is not None and verified.expires <= _NOW):
        raise AssertionError("a mark without its owner's word, or after its end, is believed")
