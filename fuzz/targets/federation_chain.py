"""Changes to the four statements of a trust chain, one a line, signed by the right keys.

Lines are JSON objects that replace claims of honest statements; null takes a claim away.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from krid._core import strict_json
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.trust.federation import Anchor, TrustChain, verify_chain

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_IDS = ("https://mois.example", "https://ministry.example", "https://anchor.example")
_KEYS = {name: LocalKey.generate(Alg.EDDSA) for name in _IDS}
_ANCHORS = (Anchor.of(_IDS[2], _KEYS[_IDS[2]].public_key),)
_TIMES = {"iat": int(_NOW.timestamp()) - 60, "exp": int(_NOW.timestamp()) + 60}
_PAIRS = ((_IDS[0], _IDS[0]), (_IDS[1], _IDS[0]), (_IDS[2], _IDS[1]), (_IDS[2], _IDS[2]))


def _honest(issuer: str, subject: str) -> dict[str, Any]:
    key = _KEYS[subject].public_key
    claims = {"iss": issuer, "sub": subject, **_TIMES}
    claims["jwks"] = {"keys": [{**jwk.encode_public(key), "kid": jwk.key_id(key)}]}
    if issuer == subject == _IDS[0]:
        claims |= {"authority_hints": [_IDS[1]], "metadata": {"vc_issuer": {"name": "A"}}}
    return claims


def target(data: bytes) -> None:
    """Verify; nothing but KridError may come out, and nobody but the anchor is believed."""
    lines = [*data.split(b"\n", 3), b"{}", b"{}", b"{}"]
    try:
        texts = [
            _sign(issuer, {**_honest(issuer, subject), **strict_json.loads_object(line)})
            for (issuer, subject), line in zip(_PAIRS, lines, strict=False)
        ]
        chain = verify_chain(texts, anchors=_ANCHORS, now=_NOW, skew=timedelta(0))
    except KridError:
        return
    _check(chain)


def _sign(issuer: str, claims: dict[str, Any]) -> str:
    key = _KEYS[issuer]
    present = {name: value for name, value in claims.items() if value is not None}
    header = {"typ": "entity-statement+jwt", "kid": jwk.key_id(key.public_key)}
    return jws.sign(header, strict_json.dumps(present), key)


def _check(chain: TrustChain) -> None:
    if chain.anchor != _IDS[2] or chain.expires <= _NOW:
        raise AssertionError("a chain to nobody trusted, or after its end, is believed")
    if len(set(chain.entity_ids)) != len(chain.entity_ids):
        raise AssertionError("a loop is believed")
