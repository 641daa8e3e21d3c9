import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import base64url
from krid.errors import Code, KridError, MisuseError, StatusError
from krid.jose import Jws
from krid.keys import Alg, LocalKey
from krid.model import StatusReference
from krid.status import StatusBits, StatusListIssuer, StatusType

URI = "https://mois.example/status/1"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def make(size: int = 100, bits: int = 2) -> StatusListIssuer:
    return StatusListIssuer(URI, size, bits=bits)


def test_suspends_restores_and_revokes_one_card_alone() -> None:
    issuer = make()
    one, other = issuer.allocate(), issuer.allocate()
    assert issuer.status_of(one) == StatusType.VALID
    issuer.suspend(one)
    assert issuer.status_of(one) == StatusType.SUSPENDED
    assert issuer.status_of(other) == StatusType.VALID
    issuer.restore(one)
    assert issuer.status_of(one) == StatusType.VALID
    issuer.restore(one)
    issuer.revoke(one)
    issuer.revoke(one)
    assert issuer.status_of(one) == StatusType.INVALID
    assert sum(issuer.statuses.value_at(index) for index in range(100)) == 1


def test_a_revoked_card_stays_revoked() -> None:
    issuer = make()
    card = issuer.allocate()
    issuer.revoke(card)
    for change in (issuer.suspend, issuer.restore):
        with pytest.raises(MisuseError) as error:
            change(card)
        assert error.value.code is Code.MISUSE_REVOKED
    assert issuer.status_of(card) == StatusType.INVALID


def test_one_bit_holds_no_suspension() -> None:
    issuer = make(bits=1)
    card = issuer.allocate()
    with pytest.raises(MisuseError) as error:
        issuer.suspend(card)
    assert error.value.code is Code.MISUSE_STATUS
    issuer.revoke(card)
    assert issuer.status_of(card) == StatusType.INVALID


def test_sets_application_specific_values() -> None:
    issuer = make(bits=4)
    card = issuer.allocate()
    issuer.set(card, 14)
    assert issuer.status_of(card) == 14


def test_knows_only_what_it_gave_out() -> None:
    issuer = make(size=3)
    with pytest.raises(MisuseError) as error:
        issuer.set(StatusReference(URI, 0), 1)
    assert error.value.code is Code.STATUS_INDEX
    with pytest.raises(MisuseError) as error:
        issuer.status_of(StatusReference(URI, 3))
    assert error.value.code is Code.STATUS_INDEX
    with pytest.raises(MisuseError) as error:
        issuer.status_of(StatusReference(URI + "0", issuer.allocate().index))
    assert error.value.code is Code.STATUS_SUBJECT


def test_a_full_list_is_told() -> None:
    issuer = make(size=3)
    assert sorted(issuer.allocate().index for _ in range(3)) == [0, 1, 2]
    with pytest.raises(StatusError) as error:
        issuer.allocate()
    assert error.value.code is Code.STATUS_FULL


@pytest.mark.parametrize(
    ("uri", "size", "bits", "code"),
    [
        ("http://mois.example/1", 8, 2, Code.STATUS_SYNTAX),
        (URI, 0, 2, Code.MISUSE_OPTION),
        (URI, 8, 3, Code.STATUS_SYNTAX),
    ],
)
def test_refuses_impossible_lists(uri: str, size: int, bits: int, code: Code) -> None:
    with pytest.raises(KridError) as error:
        StatusListIssuer(uri, size, bits=bits)
    assert error.value.code is code


def test_publishes_what_section_5_1_asks_for() -> None:
    key = LocalKey.generate(Alg.ES256)
    issuer = make(size=16)
    token = issuer.publish(
        key,
        now=NOW,
        lifetime=DAY,
        ttl=timedelta(hours=1),
        issuer="https://mois.example",
        key_id="status",
        certificates=(b"der",),
    )
    jws = Jws.parse(token)
    jws.verify(key.public_key)
    assert dict(jws.header) == {
        "alg": "ES256",
        "typ": "statuslist+jwt",
        "kid": "status",
        "x5c": ("ZGVy",),
    }
    at = int(NOW.timestamp())
    assert jws.claims() == {
        "sub": URI,
        "iat": at,
        "exp": at + 86_400,
        "ttl": 3_600,
        "iss": "https://mois.example",
        "status_list": {"bits": 2, "lst": StatusBits.zeros(16, bits=2).encode()},
    }


def test_publishes_no_more_than_it_is_told() -> None:
    key = LocalKey.generate(Alg.EDDSA)
    jws = Jws.parse(make().publish(key, now=NOW, lifetime=DAY))
    assert set(jws.header) == {"alg", "typ"}
    assert set(jws.claims()) == {"sub", "iat", "exp", "status_list"}


@pytest.mark.parametrize(
    ("lifetime", "ttl"),
    [(0, None), (-1, None), (0.5, None), (60, 0), (60, -1), (60, 0.5), (60, 61)],
)
def test_refuses_impossible_lifetimes(lifetime: float, ttl: float | None) -> None:
    with pytest.raises(MisuseError) as error:
        make().publish(
            LocalKey.generate(Alg.ES256),
            now=NOW,
            lifetime=timedelta(seconds=lifetime),
            ttl=None if ttl is None else timedelta(seconds=ttl),
        )
    assert error.value.code is Code.MISUSE_LIFETIME


def test_a_lifetime_beyond_the_calendar_ends_with_it() -> None:
    token = make().publish(LocalKey.generate(Alg.ES256), now=NOW, lifetime=timedelta.max)
    assert Jws.parse(token).claims()["exp"] == 253_402_300_799


def test_goes_on_where_it_stopped() -> None:
    before = make(size=20, bits=4)
    cards = [before.allocate() for _ in range(10)]
    before.suspend(cards[0])
    before.set(cards[1], 13)
    after = StatusListIssuer.from_bytes(before.to_bytes())
    assert after.to_bytes() == before.to_bytes()
    assert [after.status_of(card) for card in cards[:3]] == [2, 13, 0]
    rest = {after.allocate().index for _ in range(10)}
    assert rest | {card.index for card in cards} == set(range(20))


def test_shows_nothing_but_its_address() -> None:
    issuer = make()
    issuer.allocate()
    assert repr(issuer) == f"StatusListIssuer({URI!r}, 100)"


STATE = json.loads(make(size=9).to_bytes())
LARGER = base64url.encode(b"\x78\xda\x03\x00\x00\x00\x00\x01")  # an empty list


@pytest.mark.parametrize(
    "change",
    [
        {"krid_status_list_issuer": 2},
        {"krid_status_list_issuer": None},
        {"uri": 1},
        {"uri": "ftp://x"},
        {"size": 0},
        {"size": -8},
        {"size": True},
        {"size": 10_000},
        {"size": 17},
        {"bits": 3},
        {"bits": "2"},
        {"statuses": LARGER},
        {"statuses": 1},
        {"statuses": "!"},
        {"taken": LARGER},
        {"taken": None},
        {"taken": StatusBits(1, b"\0\0").encode()},
    ],
)
def test_refuses_a_state_that_it_did_not_write(change: dict[str, object]) -> None:
    with pytest.raises(KridError) as error:
        StatusListIssuer.from_bytes(json.dumps(STATE | change).encode())
    expected = {Code.BASE64URL_SYNTAX} if change == {"statuses": "!"} else {Code.STATUS_SYNTAX}
    assert error.value.code in expected


@given(st.binary(max_size=60))
def test_any_bytes_are_a_state_or_refused(raw: bytes) -> None:
    with pytest.raises(KridError):
        StatusListIssuer.from_bytes(raw)


def test_threads_may_share_an_issuer() -> None:
    issuer = make(size=400)
    drawn: list[int] = []

    def work() -> None:
        for _ in range(100):
            card = issuer.allocate()
            issuer.suspend(card)
            drawn.append(card.index)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == list(range(400))
    assert {issuer.statuses.value_at(index) for index in range(400)} == {2}
