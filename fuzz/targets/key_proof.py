"""Any claims as a key proof, signed by the key that it shows."""

from datetime import UTC, datetime, timedelta

from krid._core.strict_json import JsonObject
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.openid import vci

_KEY = LocalKey.generate(Alg.EDDSA)
_HEADER: JsonObject = {"typ": "openid4vci-proof+jwt", "jwk": jwk.encode_public(_KEY.public_key)}
_NOW = datetime(2026, 6, 1, tzinfo=UTC)


def target(data: bytes) -> None:
    """Verify a proof, signed and as it is; nothing but KridError may come out."""
    for text in (jws.sign(_HEADER, data, _KEY), data.decode("latin-1")):
        try:
            vci.verify_key_proof(
                text, audience="a", nonce="n", now=_NOW, max_age=timedelta(minutes=5)
            )
        except KridError:
            continue
