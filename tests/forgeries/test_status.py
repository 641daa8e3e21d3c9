"""One forgery for each rule about status lists: it breaks that rule alone and meets its code."""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from krid._core import base64url, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, TrustError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey, StatusReference
from krid.status import Offline, StatusBits, StatusLists

URI = "https://mois.example/status/1"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = LocalKey.generate(Alg.ES256)
STRANGER = LocalKey.generate(Alg.ES256)
ISSUER = IssuerKey(key=KEY.public_key, issuer="mois", path="pinned")
OFFLINE = Offline(greatest_age=timedelta(days=30))
VALID_SUSPENDED_REVOKED = StatusBits(2, bytes((0b00_01_10_00,)))


class Trust:
    """Trust in one key, under one key identifier."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if hint.key_id != "status":
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return ISSUER


def claims(**changes: Json) -> JsonObject:
    """Make the claims of a genuine list; None takes one away."""
    whole: JsonObject = {
        "sub": URI,
        "iat": AT,
        "exp": AT + 86_400,
        "ttl": 3_600,
        "status_list": {"bits": 2, "lst": VALID_SUSPENDED_REVOKED.encode()},
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def token(
    body: JsonObject, *, typ: str = "statuslist+jwt", kid: str = "status", key: LocalKey = KEY
) -> str:
    return jws.sign({"typ": typ, "kid": kid}, strict_json.dumps(body), key)


def look_up(text: str, *, index: int = 0, now: datetime = NOW) -> None:
    lists = StatusLists(OFFLINE, known={URI: text}, issuers=Trust())
    lists.check(StatusReference(URI, index), issuer=ISSUER, now=now)


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


def test_the_genuine_list_passes() -> None:
    look_up(token(claims()))
    look_up(token(claims(ttl=None, exp=None)))
    look_up(token(claims(nbf=AT, iss="https://mois.example", extra={"a": 1}, ttl=0.5)))


@pytest.mark.parametrize(
    ("index", "code"),
    [
        (1, Code.STATUS_SUSPENDED),
        (2, Code.STATUS_REVOKED),
        (4, Code.STATUS_INDEX),
        (10**20, Code.STATUS_INDEX),
        (-1, Code.STATUS_INDEX),
    ],
)
def test_another_index(index: int, code: Code) -> None:
    refused(code, lambda: look_up(token(claims()), index=index))


def test_a_status_without_a_meaning() -> None:
    body = claims(status_list={"bits": 4, "lst": StatusBits(4, b"\x04").encode()})
    refused(Code.STATUS_UNKNOWN_VALUE, lambda: look_up(token(body)))


@pytest.mark.parametrize("typ", ["JWT", "statuslist+cwt", "dc+sd-jwt", ""])
def test_a_token_of_another_type(typ: str) -> None:
    refused(Code.JWS_TYP, lambda: look_up(token(claims(), typ=typ)))


def test_a_list_signed_by_a_stranger() -> None:
    refused(Code.STATUS_SIGNATURE, lambda: look_up(token(claims(), key=STRANGER)))


def test_a_signer_that_nobody_trusts() -> None:
    refused(Code.STATUS_ISSUER, lambda: look_up(token(claims(), kid="other")))


def test_a_list_changed_after_it_was_signed() -> None:
    head, _, signature = token(claims()).split(".")
    healed: JsonObject = {"bits": 2, "lst": StatusBits.zeros(4, bits=2).encode()}
    body = base64url.encode(strict_json.dumps(claims(status_list=healed)))
    refused(Code.STATUS_SIGNATURE, lambda: look_up(f"{head}.{body}.{signature}", index=1))


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_list_without_a_signature_by_a_key_of_its_own(alg: str) -> None:
    head = base64url.encode(strict_json.dumps({"alg": alg, "typ": "statuslist+jwt"}))
    body = base64url.encode(strict_json.dumps(claims()))
    refused(Code.ALG_UNKNOWN, lambda: look_up(f"{head}.{body}."))


def test_a_list_signed_with_another_algorithm_than_its_key() -> None:
    other = LocalKey.generate(Alg.ES384)
    refused(Code.ALG_KEY, lambda: look_up(token(claims(), key=other)))


@pytest.mark.parametrize("sub", [URI + "/", URI + "0", URI.upper(), "https://evil.example/1"])
def test_the_list_of_another_address(sub: str) -> None:
    refused(Code.STATUS_SUBJECT, lambda: look_up(token(claims(sub=sub))))


@pytest.mark.parametrize(
    ("exp", "ttl", "seconds"),
    [(AT + 60, None, 60), (AT + 60, 3_600, 60), (None, 3_600, 3_600), (None, None, 86_400)],
)
def test_a_list_that_has_ended(exp: int | None, ttl: int | None, seconds: int) -> None:
    text = token(claims(exp=exp, ttl=ttl))
    look_up(text, now=NOW + timedelta(seconds=seconds - 1))
    refused(Code.STATUS_EXPIRED, lambda: look_up(text, now=NOW + timedelta(seconds=seconds)))


def test_a_list_from_the_future() -> None:
    refused(Code.STATUS_NOT_YET_VALID, lambda: look_up(token(claims(iat=AT + 1))))
    refused(Code.STATUS_NOT_YET_VALID, lambda: look_up(token(claims(nbf=AT + 1))))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sub": None}, Code.STATUS_SYNTAX),
        ({"sub": 5}, Code.STATUS_SYNTAX),
        ({"iat": None}, Code.TIME_NUMERIC_DATE),
        ({"iat": "now"}, Code.TIME_NUMERIC_DATE),
        ({"iat": True}, Code.TIME_NUMERIC_DATE),
        ({"exp": "never"}, Code.TIME_NUMERIC_DATE),
        ({"nbf": []}, Code.TIME_NUMERIC_DATE),
        ({"iss": 5}, Code.STATUS_SYNTAX),
        ({"aud": "https://bank.example"}, Code.STATUS_SYNTAX),
        ({"ttl": 0}, Code.STATUS_SYNTAX),
        ({"ttl": -1}, Code.STATUS_SYNTAX),
        ({"ttl": "60"}, Code.STATUS_SYNTAX),
        ({"ttl": True}, Code.STATUS_SYNTAX),
        ({"status_list": None}, Code.STATUS_SYNTAX),
        ({"status_list": []}, Code.STATUS_SYNTAX),
        ({"status_list": {"lst": "eNrbuRgAAhcBXQ"}}, Code.STATUS_SYNTAX),
        ({"status_list": {"bits": 2}}, Code.STATUS_SYNTAX),
        ({"status_list": {"bits": True, "lst": "eNrbuRgAAhcBXQ"}}, Code.STATUS_SYNTAX),
        ({"status_list": {"bits": 1.0, "lst": "eNrbuRgAAhcBXQ"}}, Code.STATUS_SYNTAX),
        ({"status_list": {"bits": 3, "lst": "eNrbuRgAAhcBXQ"}}, Code.STATUS_SYNTAX),
        ({"status_list": {"bits": 1, "lst": 5}}, Code.STATUS_SYNTAX),
        ({"status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ=="}}, Code.BASE64URL_SYNTAX),
    ],
)
def test_a_malformed_claim(change: JsonObject, code: Code) -> None:
    refused(code, lambda: look_up(token(claims(**change))))


WHOLE = zlib.compress(b"\xb9\xa3", 9)


@pytest.mark.parametrize(
    "compressed",
    [
        b"",
        b"\xb9\xa3",
        WHOLE[2:-4],
        WHOLE[:-1],
        WHOLE[:-1] + b"\x00",
        WHOLE + b"\x00",
        WHOLE + WHOLE,
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xdb\xb9\x18\x00",
        bytes.fromhex("78bb00000000") + WHOLE[2:],  # asks for a preset dictionary
    ],
)
def test_what_is_not_one_whole_zlib_stream(compressed: bytes) -> None:
    body = claims(status_list={"bits": 1, "lst": base64url.encode(compressed)})
    refused(Code.STATUS_SYNTAX, lambda: look_up(token(body)))


def test_a_bomb() -> None:
    bomb = base64url.encode(zlib.compress(bytes(64 * 1024 * 1024), 9))
    body = claims(status_list={"bits": 1, "lst": bomb})
    refused(Code.STATUS_INFLATED_SIZE, lambda: look_up(token(body)))


def test_a_bomb_of_a_stranger_is_not_inflated() -> None:
    bomb = base64url.encode(zlib.compress(bytes(64 * 1024 * 1024), 9))
    body = claims(status_list={"bits": 1, "lst": bomb})
    refused(Code.STATUS_SIGNATURE, lambda: look_up(token(body, key=STRANGER)))


def test_no_list_at_all() -> None:
    lists = StatusLists(OFFLINE, known={}, issuers=Trust())
    reference = StatusReference(URI, 0)
    refused(Code.STATUS_UNAVAILABLE, lambda: lists.check(reference, issuer=ISSUER, now=NOW))
    refused(Code.JWS_SYNTAX, lambda: look_up(""))


@pytest.mark.parametrize("place", range(0, 300, 7))
def test_any_changed_character(place: int) -> None:
    text = token(claims())
    other = "A" if text[place] != "A" else "B"
    with pytest.raises(KridError):
        look_up(text[:place] + other + text[place + 1 :])
