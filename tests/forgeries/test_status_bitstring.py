"""One forgery for each rule about Bitstring Status Lists: it meets its code and no other."""

import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from krid._core import base64url, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, TrustError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.model import BitstringEntry, IssuerHint, IssuerKey, parse_bitstring_entries
from krid.status import Bitstring, Offline, StatusLists

URI = "https://mois.example/credentials/status/3"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = LocalKey.generate(Alg.ES256)
STRANGER = LocalKey.generate(Alg.ES256)
ISSUER = IssuerKey(key=KEY.public_key, issuer="https://mois.example", path="pinned")
OFFLINE = Offline(greatest_age=timedelta(days=30))
ONE_SET = Bitstring.zeros(1).with_value(7, 1, size=1)
CONTEXT = "https://www.w3.org/ns/credentials/v2"


class Trust:
    """Trust in one key, for one name."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if hint.issuer != "https://mois.example":
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        assert (hint.format, hint.type) == ("vc+jwt", "BitstringStatusListCredential")
        return ISSUER


def without(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if value is not None}


def subject(**changes: Json) -> JsonObject:
    whole: JsonObject = {
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": ONE_SET.encode(),
    }
    return without(whole | changes)


def credential(**changes: Json) -> JsonObject:
    """Make a genuine list's credential; None takes a member away."""
    whole: JsonObject = {
        "@context": [CONTEXT],
        "id": URI,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "https://mois.example",
        "validFrom": "2026-06-01T00:00:00Z",
        "validUntil": "2026-06-02T00:00:00Z",
        "credentialSubject": subject(),
    }
    return without(whole | changes)


def token(body: JsonObject, *, typ: str = "vc+jwt", key: LocalKey = KEY) -> str:
    return jws.sign({"typ": typ, "kid": "k"}, strict_json.dumps(body), key)


def look_up(
    body: JsonObject | str,
    *,
    index: int = 0,
    purpose: str = "revocation",
    size: int = 1,
    now: datetime = NOW,
) -> str:
    text = body if isinstance(body, str) else token(body)
    lists = StatusLists(OFFLINE, known={URI: text}, issuers=Trust())
    entry = BitstringEntry(uri=URI, index=index, purpose=purpose, size=size)
    return lists.check(entry, issuer=ISSUER, now=now).detail


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


def test_the_genuine_list_passes() -> None:
    assert look_up(credential()).startswith("revocation 0x0: valid in https://mois.example/")
    look_up(credential(issuer={"id": "https://mois.example", "name": "Invented"}))
    look_up(credential(iss="https://mois.example", iat=AT, nbf=AT, exp=AT + 9, validUntil=None))
    look_up(credential(validFrom=None, iat=AT))
    look_up(credential(validUntil=None))
    many = subject(statusPurpose=["revocation", "suspension"], ttl=1_000, statusSize=1)
    look_up(credential(credentialSubject=many), purpose="suspension")


def test_what_a_set_bit_means() -> None:
    def set_for(purpose: str) -> str:
        body = credential(credentialSubject=subject(statusPurpose=purpose))
        return look_up(body, index=7, purpose=purpose)

    refused(Code.STATUS_REVOKED, lambda: set_for("revocation"))
    refused(Code.STATUS_SUSPENDED, lambda: set_for("suspension"))
    refused(Code.STATUS_UNKNOWN_VALUE, lambda: set_for("https://mois.example/purpose"))
    assert set_for("refresh").startswith("refresh 0x1: ")
    assert set_for("message").startswith("message 0x1: ")


def test_an_index_beyond_the_list() -> None:
    for index in (131_072, 10**15, -1):
        refused(Code.STATUS_INDEX, lambda at=index: look_up(credential(), index=at))  # type: ignore[misc]


def test_an_entry_for_another_purpose() -> None:
    refused(Code.STATUS_PURPOSE, lambda: look_up(credential(), purpose="suspension"))


def test_a_list_too_short_to_hide_in() -> None:
    short = subject(encodedList=Bitstring(bytes(16_383)).encode())
    refused(Code.STATUS_LENGTH, lambda: look_up(credential(credentialSubject=short)))
    refused(Code.STATUS_LENGTH, lambda: look_up(credential(), size=2))


def test_a_list_of_another_size() -> None:
    body = credential(credentialSubject=subject(statusSize=2))
    refused(Code.STATUS_SYNTAX, lambda: look_up(body))


def test_the_list_of_another_address() -> None:
    refused(Code.STATUS_SUBJECT, lambda: look_up(credential(id=URI + "0")))
    refused(Code.STATUS_SYNTAX, lambda: look_up(credential(id=None)))


def test_a_list_of_another_time() -> None:
    tomorrow = NOW + timedelta(days=1)
    look_up(credential(), now=tomorrow)
    refused(Code.STATUS_EXPIRED, lambda: look_up(credential(), now=tomorrow + timedelta(seconds=1)))
    expired = credential(exp=AT - 1)
    refused(Code.STATUS_EXPIRED, lambda: look_up(expired))
    for late in (
        credential(validFrom="2026-06-01T00:00:01Z"),
        credential(iat=AT + 1),
        credential(nbf=AT + 1),
    ):
        refused(Code.STATUS_NOT_YET_VALID, lambda body=late: look_up(body))  # type: ignore[misc]


def test_a_list_of_somebody_else() -> None:
    refused(Code.STATUS_SIGNATURE, lambda: look_up(token(credential(), key=STRANGER)))
    refused(Code.STATUS_ISSUER, lambda: look_up(credential(issuer="https://evil.example")))


@pytest.mark.parametrize(
    "change",
    [
        {"@context": None},
        {"@context": CONTEXT},
        {"@context": ["https://evil.example", CONTEXT]},
        {"type": ["VerifiableCredential"]},
        {"type": "BitstringStatusListCredential"},
        {"credentialSubject": subject(type="StatusList2021")},
        {"iss": "https://evil.example"},
        {"vc": {}},
    ],
)
def test_what_is_no_credential_for_status_lists(change: JsonObject) -> None:
    refused(Code.STATUS_CREDENTIAL, lambda: look_up(credential(**change)))


@pytest.mark.parametrize("typ", ["JWT", "statuslist+jwt", "dc+sd-jwt", ""])
def test_a_token_of_another_type(typ: str) -> None:
    refused(Code.JWS_TYP, lambda: look_up(token(credential(), typ=typ)))


BITS = bytes(16_384)
WHOLE = gzip.compress(BITS, mtime=0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issuer": 5}, Code.STATUS_SYNTAX),
        ({"issuer": {"name": "x"}}, Code.STATUS_SYNTAX),
        ({"type": 5}, Code.STATUS_SYNTAX),
        ({"validFrom": None}, Code.STATUS_SYNTAX),
        ({"validFrom": 5}, Code.STATUS_SYNTAX),
        ({"validFrom": "2026-06-01"}, Code.TIME_RFC3339),
        ({"validUntil": "never"}, Code.TIME_RFC3339),
        ({"iat": "now"}, Code.TIME_NUMERIC_DATE),
        ({"credentialSubject": []}, Code.STATUS_SYNTAX),
        ({"credentialSubject": subject(statusPurpose=None)}, Code.STATUS_SYNTAX),
        ({"credentialSubject": subject(ttl=0)}, Code.STATUS_SYNTAX),
        ({"credentialSubject": subject(ttl="1")}, Code.STATUS_SYNTAX),
        ({"credentialSubject": subject(statusSize="1")}, Code.STATUS_SYNTAX),
        ({"credentialSubject": subject(encodedList=None)}, Code.STATUS_SYNTAX),
        ({"credentialSubject": subject(encodedList="")}, Code.STATUS_SYNTAX),
        ({"credentialSubject": subject(encodedList="u%")}, Code.BASE64URL_SYNTAX),
    ],
)
def test_a_malformed_member(change: JsonObject, code: Code) -> None:
    refused(code, lambda: look_up(credential(**change)))


@pytest.mark.parametrize(
    "compressed",
    [zlib.compress(BITS), WHOLE[:-1], WHOLE[:-5] + b"\0" + WHOLE[-4:], WHOLE + b"\0", WHOLE * 2],
)
def test_what_is_not_one_whole_gzip_member(compressed: bytes) -> None:
    body = subject(encodedList="u" + base64url.encode(compressed))
    refused(Code.STATUS_SYNTAX, lambda: look_up(credential(credentialSubject=body)))


def test_a_bomb() -> None:
    bomb = "u" + base64url.encode(gzip.compress(bytes(64 * 1024 * 1024)))
    body = credential(credentialSubject=subject(encodedList=bomb))
    refused(Code.STATUS_INFLATED_SIZE, lambda: look_up(body))
    refused(Code.STATUS_SIGNATURE, lambda: look_up(token(body, key=STRANGER)))


def test_bytes_that_are_no_text() -> None:
    lists = StatusLists(OFFLINE, known={URI: b"\xff"}, issuers=Trust())
    entry = BitstringEntry(uri=URI, index=0, purpose="revocation")
    refused(Code.JWS_SYNTAX, lambda: lists.check(entry, issuer=ISSUER, now=NOW))


def entry(**changes: Json) -> JsonObject:
    whole: JsonObject = {
        "id": f"{URI}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": URI,
    }
    return without(whole | changes)


MESSAGES: Json = [{"status": hex(value), "message": "m"} for value in range(4)]


def test_genuine_entries_pass() -> None:
    assert len(parse_bitstring_entries([entry(), entry(type=["BitstringStatusListEntry"])])) == 2
    (large,) = parse_bitstring_entries(
        entry(statusSize=2, statusMessage=MESSAGES, statusReference="https://mois.example/words")
    )
    assert (large.size, large.messages[3], large.references) == (
        2,
        "m",
        ("https://mois.example/words",),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"id": URI},
        {"type": None},
        {"statusPurpose": None},
        {"statusListCredential": 5},
        {"statusListIndex": 94567},
        {"statusListIndex": None},
        {"statusListIndex": "-1"},
        {"statusListIndex": "01"},
        {"statusListIndex": "0x1"},
        {"statusListIndex": "9" * 21},
        {"statusListIndex": "\u0661"},
        {"statusSize": 0},
        {"statusSize": 9},
        {"statusSize": "1"},
        {"statusSize": 2},
        {"statusSize": 2, "statusMessage": [{"status": "0x0", "message": "m"}]},
        {"statusSize": 1, "statusMessage": [{"status": "0x0", "message": "m"}] * 2},
        {"statusMessage": [{"status": "0", "message": "m"}, {"status": "0x1", "message": "m"}]},
        {"statusMessage": [{"status": "0x0"}, {"status": "0x1", "message": "m"}]},
        {"statusMessage": "m"},
        {"statusReference": 5},
    ],
)
def test_a_malformed_entry(change: JsonObject) -> None:
    refused(Code.STATUS_SYNTAX, lambda: parse_bitstring_entries(entry(**change)))


def test_entries_that_are_none() -> None:
    for value in ([], "x", None, [entry()] * 17, [5]):
        refused(Code.STATUS_SYNTAX, lambda each=value: parse_bitstring_entries(each))  # type: ignore[misc]


def test_a_mechanism_that_nobody_can_look_up() -> None:
    both = [entry(), entry(type="StatusList2021Entry")]
    refused(Code.STATUS_MECHANISM, lambda: parse_bitstring_entries(both))
