"""One forgery for each rule about Status List Tokens as CWT (section 5.2)."""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from krid._core import cbor
from krid._core.cbor import Tagged
from krid.cose import ALG, KID, TYP, X5CHAIN, Label, Placement, Tagging
from krid.cose import prepare as prepare_sign1
from krid.errors import Code, KridError, TrustError
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey, StatusReference
from krid.status import Offline, StatusLists, StatusListToken

URI = "https://mois.example/status/1"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = LocalKey.generate(Alg.ES256)
STRANGER = LocalKey.generate(Alg.ES256)
ISSUER = IssuerKey(key=KEY.public_key, issuer="mois", path="pinned")
OFFLINE = Offline(greatest_age=timedelta(days=30))
TYPE = "application/statuslist+cwt"
STATUSES = {"bits": 2, "lst": zlib.compress(b"\x18")}  # VALID, SUSPENDED, INVALID, VALID
SUB, EXP, NBF, IAT, AUD, LIST, TTL = 2, 4, 5, 6, 3, 65533, 65534

Claims = dict[Label, object]


class Trust:
    """Trust in one key, under one key identifier or none."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        assert hint.format == "statuslist+cwt"
        if hint.key_id not in {"status", None}:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return ISSUER


def claims(changes: Claims | None = None) -> Claims:
    """Make the claims of a genuine list; None takes one away."""
    whole: Claims = {SUB: URI, IAT: AT, EXP: AT + 86_400, TTL: 3_600, LIST: STATUSES}
    return {label: value for label, value in (whole | (changes or {})).items() if value is not None}


def token(
    body: object,
    *,
    protected: Claims | None = None,
    unprotected: Claims | None = None,
    key: LocalKey = KEY,
    placement: Placement = Placement.ATTACHED,
) -> bytes:
    prepared = prepare_sign1(
        {TYP: TYPE} if protected is None else protected,
        {KID: b"status"} if unprotected is None else unprotected,
        cbor.encode(body),
        alg=key.alg,
        placement=placement,
    )
    return prepared.sign_with(key).encode(Tagging.TAGGED)


def look_up(raw: bytes, *, index: int = 0, now: datetime = NOW) -> None:
    lists = StatusLists(OFFLINE, known={URI: raw}, issuers=Trust())
    lists.check(StatusReference(URI, index), issuer=ISSUER, now=now)


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


def test_the_genuine_list_passes() -> None:
    look_up(token(claims()))
    look_up(token(claims({TTL: None, EXP: None})))
    look_up(token(claims({NBF: AT, 1: "https://mois.example", 7: b"id", "extra": 1})))
    look_up(token(claims(), unprotected={}))
    look_up(token(claims(), unprotected={KID: b"\xff"}))
    look_up(token(claims(), protected={TYP: TYPE.upper()}))


@pytest.mark.parametrize(
    ("index", "code"),
    [(1, Code.STATUS_SUSPENDED), (2, Code.STATUS_REVOKED), (4, Code.STATUS_INDEX)],
)
def test_another_index(index: int, code: Code) -> None:
    refused(code, lambda: look_up(token(claims()), index=index))


@pytest.mark.parametrize("typ", [None, "statuslist+cwt", "application/statuslist+jwt", 5, b"x"])
def test_a_token_of_another_type(typ: object) -> None:
    protected: Claims = {} if typ is None else {TYP: typ}
    refused(Code.COSE_TYP, lambda: look_up(token(claims(), protected=protected)))


def test_a_type_that_nobody_signed() -> None:
    raw = token(claims(), protected={}, unprotected={TYP: TYPE})
    refused(Code.COSE_TYP, lambda: look_up(raw))


def _value(raw: bytes) -> object:
    tagged = cbor.decode(raw)
    assert isinstance(tagged, Tagged)
    return tagged.value


def test_a_token_with_the_wrong_tag() -> None:
    value = _value(token(claims()))
    for foreign in (Tagged(17, value), Tagged(61, value), value, Tagged(61, Tagged(18, value))):
        raw = cbor.encode(foreign)
        refused(Code.COSE_SYNTAX, partial(StatusListToken.parse_cwt, raw))


def test_a_list_signed_by_a_stranger() -> None:
    refused(Code.STATUS_SIGNATURE, lambda: look_up(token(claims(), key=STRANGER)))


def test_a_list_without_its_payload() -> None:
    raw = token(claims(), placement=Placement.DETACHED)
    refused(Code.COSE_PAYLOAD, lambda: look_up(raw))


def test_a_chain_that_is_none() -> None:
    raw = token(claims(), unprotected={X5CHAIN: []})
    refused(Code.X509_CHAIN_LENGTH, lambda: look_up(raw))


def test_an_algorithm_that_nobody_signed() -> None:
    value = _value(token(claims()))
    assert isinstance(value, list)
    value[0], value[1] = cbor.encode({TYP: TYPE}), {ALG: -7}
    refused(Code.COSE_HEADER, lambda: look_up(cbor.encode(Tagged(18, value))))


@pytest.mark.parametrize("sub", [URI + "/", "https://evil.example/1"])
def test_the_list_of_another_address(sub: str) -> None:
    refused(Code.STATUS_SUBJECT, lambda: look_up(token(claims({SUB: sub}))))


def test_a_list_that_has_ended() -> None:
    raw = token(claims({EXP: AT + 60}))
    look_up(raw, now=NOW + timedelta(seconds=59))
    refused(Code.STATUS_EXPIRED, lambda: look_up(raw, now=NOW + timedelta(seconds=60)))


def test_a_list_from_the_future() -> None:
    refused(Code.STATUS_NOT_YET_VALID, lambda: look_up(token(claims({IAT: AT + 1}))))
    refused(Code.STATUS_NOT_YET_VALID, lambda: look_up(token(claims({NBF: AT + 1}))))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([1], Code.STATUS_SYNTAX),
        (claims({SUB: None}), Code.STATUS_SYNTAX),
        (claims({SUB: b"x"}), Code.STATUS_SYNTAX),
        (claims({IAT: None}), Code.TIME_NUMERIC_DATE),
        (claims({IAT: "now"}), Code.TIME_NUMERIC_DATE),
        (claims({AUD: "https://bank.example"}), Code.STATUS_SYNTAX),
        (claims({TTL: 0}), Code.STATUS_SYNTAX),
        (claims({TTL: -1}), Code.STATUS_SYNTAX),
        (claims({TTL: 1.5}), Code.STATUS_SYNTAX),
        (claims({TTL: True}), Code.STATUS_SYNTAX),
        (claims({LIST: None}), Code.STATUS_SYNTAX),
        (claims({LIST: {"bits": 2}}), Code.STATUS_SYNTAX),
        (claims({LIST: {"bits": 2, "lst": "eNrbuRgAAhcBXQ"}}), Code.STATUS_SYNTAX),
        (claims({LIST: {"bits": 3, "lst": zlib.compress(b"\0")}}), Code.STATUS_SYNTAX),
        (claims({LIST: {"bits": 1, "lst": b"\xb9\xa3"}}), Code.STATUS_SYNTAX),
        (claims({LIST: {**STATUSES, "aggregation_uri": 5}}), Code.STATUS_SYNTAX),
    ],
)
def test_a_malformed_claim(body: object, code: Code) -> None:
    refused(code, lambda: look_up(token(body)))


def test_a_bomb() -> None:
    bomb = {"bits": 1, "lst": zlib.compress(bytes(64 * 1024 * 1024), 9)}
    refused(Code.STATUS_INFLATED_SIZE, lambda: look_up(token(claims({LIST: bomb}))))
    stranger = token(claims({LIST: bomb}), key=STRANGER)
    refused(Code.STATUS_SIGNATURE, lambda: look_up(stranger))


@pytest.mark.parametrize("place", range(0, 180, 5))
def test_any_changed_byte(place: int) -> None:
    raw = bytearray(token(claims()))
    raw[place] ^= 1
    with pytest.raises(KridError):
        look_up(bytes(raw), index=0)
