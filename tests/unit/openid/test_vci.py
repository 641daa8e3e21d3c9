"""The proof that a wallet holds a key: what it must say, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core import strict_json
from krid.errors import Code, KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.openid import vci

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = "https://issuer.example"
KEY, OTHER = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)


def proof() -> str:
    return vci.prepare_key_proof(KEY, audience=ISSUER, nonce="n", now=NOW).sign_with(KEY)


def forged(change: Callable[[dict[str, Any], dict[str, Any]], object], key: LocalKey = KEY) -> str:
    parsed = jws.Jws.parse(proof())
    header = {name: value for name, value in parsed.header.items() if name != "alg"}
    claims = parsed.claims()
    change(header, claims)
    return jws.sign(header, strict_json.dumps(claims), key)


def verify(text: str, *, now: datetime = NOW, nonce: str = "n", audience: str = ISSUER) -> object:
    return vci.verify_key_proof(
        text, audience=audience, nonce=nonce, now=now, max_age=timedelta(minutes=5)
    )


def test_a_proof_shows_the_key() -> None:
    assert verify(proof()) == KEY.public_key


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (forged(lambda _h, _c: None, OTHER), Code.PROOF_SIGNATURE),
        (forged(lambda h, _: h.__setitem__("typ", "JWT")), Code.PROOF_SYNTAX),
        (forged(lambda h, _: h.__setitem__("kid", "k")), Code.PROOF_SYNTAX),
        (forged(lambda h, _: h.__setitem__("x5c", ["AA=="])), Code.PROOF_SYNTAX),
        (forged(lambda h, _: h.pop("jwk")), Code.KEY_SYNTAX),
        (forged(lambda h, _: h.__setitem__("jwk", jwk.encode_private(KEY))), Code.KEY_PRIVATE),
        (forged(lambda _, c: c.pop("nonce")), Code.PROOF_SYNTAX),
        (forged(lambda _, c: c.__setitem__("nonce", "m")), Code.PROOF_NONCE),
        (forged(lambda _, c: c.__setitem__("aud", "x")), Code.PROOF_AUDIENCE),
        (forged(lambda _, c: c.__setitem__("aud", [ISSUER])), Code.PROOF_AUDIENCE),
        (forged(lambda _, c: c.pop("iat")), Code.TIME_NUMERIC_DATE),
        (forged(lambda _, c: c.__setitem__("iat", c["iat"] - 301)), Code.PROOF_IAT),
        (forged(lambda _, c: c.__setitem__("iat", c["iat"] + 301)), Code.PROOF_IAT),
    ],
)
def test_forged_proofs_are_refused(text: str, code: Code) -> None:
    with pytest.raises(KridError) as error:
        verify(text)
    assert error.value.code is code
