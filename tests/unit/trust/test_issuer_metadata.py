"""Trust in published keys: whom it asks, what it keeps, and each refusal with its code."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid.errors import Code, KridError, TransportError
from krid.keys import Alg, LocalKey, jwk
from krid.model import IssuerHint, IssuerKeys
from krid.net import Request, Response
from krid.trust import IssuerMetadataTrust

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = "https://mois.example"
URL = "https://mois.example/.well-known/jwt-vc-issuer"
FIRST, SECOND = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
EDWARDS = LocalKey.generate(Alg.EDDSA)
HINT = IssuerHint(
    format="dc+sd-jwt", type="urn:example:card", alg=Alg.ES256, issuer=ISSUER, key_id="first"
)
SECONDS = timedelta(seconds=1)


def published(key: LocalKey, **members: Any) -> dict[str, Any]:
    return {**jwk.encode_public(key.public_key), **members}


class Web:
    """One issuer's metadata, which a test changes, and a count of the questions."""

    def __init__(self, *keys: dict[str, Any], caching: str = "") -> None:
        self.asked = 0
        self.caching = caching
        self.keys: tuple[dict[str, Any], ...] | TransportError = keys

    def send(self, request: Request) -> Response:
        assert request.url == URL
        self.asked += 1
        if isinstance(self.keys, TransportError):
            raise self.keys
        headers = {"Content-Type": "application/json", "Cache-Control": self.caching}
        document = {"issuer": ISSUER, "jwks": {"keys": self.keys}}
        return Response(200, headers, json.dumps(document).encode())


def trusting(web: Web, **settings: Any) -> IssuerMetadataTrust:
    return IssuerMetadataTrust(frozenset({ISSUER}), transport=web, **settings)


def refusal(trust: IssuerKeys, hint: IssuerHint = HINT, *, now: datetime = NOW) -> Code:
    with pytest.raises(KridError) as error:
        trust.find(hint, now=now)
    return error.value.code


def test_the_key_that_is_named() -> None:
    web = Web(published(SECOND, kid="second"), published(FIRST, kid="first", alg="ES256"))
    trust = trusting(web)
    found = trust.find(HINT, now=NOW)
    assert (found.key, found.issuer) == (FIRST.public_key, ISSUER)
    assert found.path == f"issuer metadata of {ISSUER}"
    assert found.authorities == {ISSUER}
    assert (found.not_before, found.not_after) == (None, None)
    assert trust.find(replace(HINT, key_id="second"), now=NOW).key == SECOND.public_key
    assert web.asked == 1
    assert repr(trust) == "IssuerMetadataTrust(1 issuers)"


def test_the_only_key_that_fits_when_none_is_named() -> None:
    web = Web(published(EDWARDS), published(FIRST, kid="first"))
    unnamed = replace(HINT, key_id=None)
    assert trusting(web).find(unnamed, now=NOW).key == FIRST.public_key
    several = Web(published(FIRST), published(SECOND))
    assert refusal(trusting(several), unnamed) is Code.TRUST_AMBIGUOUS
    assert refusal(trusting(Web(published(EDWARDS))), unnamed) is Code.TRUST_KEY


def test_nobody_else_is_asked() -> None:
    web = Web(published(FIRST, kid="first"))
    for issuer in (None, "https://other.example", f"{ISSUER}/", "https://Mois.example"):
        assert refusal(trusting(web), replace(HINT, issuer=issuer)) is Code.TRUST_UNKNOWN_ISSUER
    assert web.asked == 0


def test_certificates_play_no_part() -> None:
    web = Web(published(FIRST, kid="first"))
    hint = replace(HINT, certificates=(b"of an attacker",))
    assert trusting(web).find(hint, now=NOW).key == FIRST.public_key


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ([published(SECOND, kid="second")], Code.TRUST_KEY),
        ([published(EDWARDS, kid="first")], Code.ALG_KEY),
        ([published(FIRST, kid="first"), published(SECOND, kid="first")], Code.TRUST_AMBIGUOUS),
        ([published(FIRST, kid="first", use="enc")], Code.KEY_USE),
        ([published(FIRST, kid="first", alg="ES384")], Code.KEY_USE),
        ([published(FIRST, kid="first", key_ops=["sign"])], Code.KEY_USE),
        ([published(FIRST, kid="first"), {"kty": "oct", "k": "AA"}], Code.KEY_PRIVATE),
    ],
)
def test_a_key_is_refused(keys: list[dict[str, Any]], code: Code) -> None:
    assert refusal(trusting(Web(*keys))) is code


@pytest.mark.parametrize(
    ("caching", "keep_for", "lasts"),
    [
        ("", 120, 120),
        ("max-age=60", 120, 60),
        ("max-age=600", 120, 120),
        ("max-age=1", 120, 30),
        ("no-store", 120, 30),
    ],
)
def test_how_long_keys_are_kept(caching: str, keep_for: int, lasts: int) -> None:
    web = Web(published(FIRST, kid="first"), caching=caching)
    trust = trusting(web, keep_for=keep_for * SECONDS)
    for second in (0, 1, lasts - 1):
        trust.find(HINT, now=NOW + second * SECONDS)
    assert web.asked == 1
    web.keys = (published(SECOND, kid="first"),)
    assert trust.find(HINT, now=NOW + lasts * SECONDS).key == SECOND.public_key
    assert web.asked == 2
    trust.find(HINT, now=NOW)
    assert web.asked == 3  # a clock that was turned back


def test_an_unknown_key_is_looked_for_once_more() -> None:
    web = Web(published(FIRST, kid="first"))
    trust = trusting(web)
    trust.find(HINT, now=NOW)
    new = replace(HINT, key_id="second")
    assert refusal(trust, new, now=NOW + 29 * SECONDS) is Code.TRUST_KEY
    assert web.asked == 1
    web.keys = (published(SECOND, kid="second"),)
    assert trust.find(new, now=NOW + 30 * SECONDS).key == SECOND.public_key
    assert refusal(trust, now=NOW + 31 * SECONDS) is Code.TRUST_KEY
    assert web.asked == 2


def test_a_failure_is_kept_for_a_while() -> None:
    web = Web()
    web.keys = TransportError(Code.NET_UNREACHABLE)
    trust = trusting(web)
    assert refusal(trust) is Code.NET_UNREACHABLE
    web.keys = (published(FIRST, kid="first"),)
    assert refusal(trust, now=NOW + 29 * SECONDS) is Code.NET_UNREACHABLE
    assert web.asked == 1
    assert trust.find(HINT, now=NOW + 30 * SECONDS).key == FIRST.public_key


def test_an_unknown_key_does_not_have_the_known_ones_forgotten() -> None:
    """Whoever makes up a key identifier while the network is down must not hurt the others."""
    web = Web(published(FIRST, kid="first"))
    trust = trusting(web, keep_for=120 * SECONDS)
    trust.find(HINT, now=NOW)
    web.keys = TransportError(Code.NET_UNREACHABLE)
    assert refusal(trust, replace(HINT, key_id="x"), now=NOW + 40 * SECONDS) is Code.TRUST_KEY
    assert trust.find(HINT, now=NOW + 41 * SECONDS).key == FIRST.public_key
    assert web.asked == 2
    assert refusal(trust, now=NOW + 120 * SECONDS) is Code.NET_UNREACHABLE


def test_keys_that_got_old_are_no_stand_in() -> None:
    web = Web(published(FIRST, kid="first"))
    trust = trusting(web, keep_for=60 * SECONDS)
    trust.find(HINT, now=NOW)
    web.keys = TransportError(Code.NET_TIME)
    assert refusal(trust, now=NOW + 60 * SECONDS) is Code.NET_TIME


def test_misuse() -> None:
    web = Web(published(FIRST, kid="first"))
    with pytest.raises(KridError) as error:
        trusting(web, keep_for=29 * SECONDS)
    assert error.value.code is Code.MISUSE_OPTION
    with pytest.raises(KridError) as error:
        IssuerMetadataTrust(frozenset({"did:web:mois.example"}), transport=web)
    assert error.value.code is Code.ISSUER_ADDRESS
    assert refusal(trusting(web), now=NOW.replace(tzinfo=None)) is Code.MISUSE_NAIVE_TIME
