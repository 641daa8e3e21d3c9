from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from krid.errors import Code, KridError, StatusError, TransportError
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey, StatusReference
from krid.status import Capacity, Fetching, Offline, StatusListIssuer, StatusLists

URI = "https://mois.example/status/1"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
KEY = LocalKey.generate(Alg.ES256)
ISSUER = IssuerKey(key=KEY.public_key, issuer="mois", path="pinned")
OFFLINE = Offline(greatest_age=timedelta(days=366))


@dataclass
class OneKey:
    """Trust in one key, whose certificate may end."""

    not_after: datetime | None = None
    hints: list[IssuerHint] = field(default_factory=list)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        self.hints.append(hint)
        return IssuerKey(key=KEY.public_key, issuer="mois", path="pinned", not_after=self.not_after)


class Server:
    """Hands out the newest list and counts how often; `down` makes it fail."""

    def __init__(self, size: int = 64, ttl: timedelta | None = HOUR) -> None:
        self.issuer = StatusListIssuer(URI, size)
        self.ttl = ttl
        self.now = NOW
        self.lifetime = 24 * HOUR
        self.calls = 0
        self.down: Exception | None = None

    def token(self) -> str:
        return self.issuer.publish(KEY, now=self.now, lifetime=self.lifetime, ttl=self.ttl)

    def __call__(self, uri: str) -> bytes:
        self.calls += 1
        if self.down is not None:
            raise self.down
        return self.token().encode()


def refused(code: Code, action: Callable[[], object]) -> KridError:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code
    return error.value


def test_tells_what_was_proved_without_the_index() -> None:
    server, trust = Server(), OneKey()
    card = server.issuer.allocate()
    evidence = StatusLists(Fetching(server), issuers=trust).check(card, issuer=ISSUER, now=NOW)
    assert evidence.check == "status"
    assert evidence.detail == f"valid in {URI} of 2026-06-01T00:00:00Z, signed by mois (pinned)"
    assert trust.hints == [
        IssuerHint(format="statuslist+jwt", type="statuslist+jwt", alg=Alg.ES256)
    ]


def test_refuses_a_suspended_and_a_revoked_card() -> None:
    server = Server()
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), issuers=OneKey())
    server.issuer.suspend(card)
    refused(Code.STATUS_SUSPENDED, lambda: lists.check(card, issuer=ISSUER, now=NOW))
    server.issuer.revoke(card)
    server.now = later = NOW + 2 * HOUR
    refused(Code.STATUS_REVOKED, lambda: lists.check(card, issuer=ISSUER, now=later))
    server.issuer.set(card, 3)
    server.now = later = NOW + 4 * HOUR
    error = refused(Code.STATUS_UNKNOWN_VALUE, lambda: lists.check(card, issuer=ISSUER, now=later))
    assert isinstance(error, StatusError)


def test_keeps_a_list_until_its_ttl() -> None:
    server = Server()
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), issuers=OneKey())
    for passed in (timedelta(0), SECOND, HOUR - SECOND):
        lists.check(card, issuer=ISSUER, now=NOW + passed)
    assert server.calls == 1
    lists.check(card, issuer=ISSUER, now=NOW + HOUR)
    assert server.calls == 2
    assert repr(lists) == "StatusLists(kept=1)"


def test_asks_once_in_half_a_minute_whatever_the_ttl() -> None:
    server = Server(ttl=SECOND)
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), issuers=OneKey())
    for passed in (10, 39, 40):
        lists.check(card, issuer=ISSUER, now=NOW + passed * SECOND)
    assert server.calls == 2


def test_keeps_a_list_no_longer_than_it_holds() -> None:
    server = Server()
    server.lifetime, server.ttl = 20 * SECOND, None
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), issuers=OneKey())
    lists.check(card, issuer=ISSUER, now=NOW)
    refused(Code.STATUS_EXPIRED, lambda: lists.check(card, issuer=ISSUER, now=NOW + 20 * SECOND))
    assert server.calls == 2


def test_keeps_a_list_no_longer_than_its_signers_certificate() -> None:
    server = Server()
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), issuers=OneKey(not_after=NOW + 5 * SECOND))
    lists.check(card, issuer=ISSUER, now=NOW)
    lists.check(card, issuer=ISSUER, now=NOW + 5 * SECOND)
    assert server.calls == 2


def test_a_clock_turned_back_makes_no_list_young_again() -> None:
    server = Server()
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), issuers=OneKey())
    lists.check(card, issuer=ISSUER, now=NOW + 5 * SECOND)
    lists.check(card, issuer=ISSUER, now=NOW + SECOND)
    assert server.calls == 2


@pytest.mark.parametrize(
    "down", [TransportError(Code.NET_UNREACHABLE), OSError("down"), KeyError(URI)]
)
def test_an_old_list_is_no_stand_in(down: Exception) -> None:
    server = Server()
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), issuers=OneKey())
    lists.check(card, issuer=ISSUER, now=NOW)
    server.down = down
    lists.check(card, issuer=ISSUER, now=NOW + HOUR - SECOND)
    error = refused(
        Code.STATUS_UNAVAILABLE, lambda: lists.check(card, issuer=ISSUER, now=NOW + HOUR)
    )
    assert isinstance(error.__cause__, TransportError)


def test_offline_a_known_list_is_believed_until_it_ends() -> None:
    server = Server()
    card = server.issuer.allocate()
    lists = StatusLists(OFFLINE, known={URI: server.token()}, issuers=OneKey())
    lists.check(card, issuer=ISSUER, now=NOW)
    lists.check(card, issuer=ISSUER, now=NOW + 24 * HOUR - SECOND)
    refused(Code.STATUS_EXPIRED, lambda: lists.check(card, issuer=ISSUER, now=NOW + 24 * HOUR))
    other = StatusReference("https://mois.example/status/2", 0)
    refused(Code.STATUS_UNAVAILABLE, lambda: lists.check(other, issuer=ISSUER, now=NOW))


@pytest.mark.parametrize("passed", [HOUR, 48 * HOUR])
def test_online_a_known_list_spares_the_first_fetch_alone(passed: timedelta) -> None:
    server = Server()
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), known={URI: server.token()}, issuers=OneKey())
    lists.check(card, issuer=ISSUER, now=NOW)
    assert server.calls == 0
    server.now = NOW + passed
    server.issuer.suspend(card)
    refused(Code.STATUS_SUSPENDED, lambda: lists.check(card, issuer=ISSUER, now=NOW + passed))
    assert server.calls == 1


def test_a_forged_known_list_is_not_passed_over() -> None:
    server = Server()
    card = server.issuer.allocate()
    forged = server.token()[:-4] + "AAAA"
    lists = StatusLists(Fetching(server), known={URI: forged}, issuers=OneKey())
    refused(Code.STATUS_SIGNATURE, lambda: lists.check(card, issuer=ISSUER, now=NOW))
    assert server.calls == 0


def test_a_list_for_another_address_is_refused_even_when_known() -> None:
    server = Server()
    other = "https://mois.example/status/2"
    lists = StatusLists(Fetching(server), known={other: server.token()}, issuers=OneKey())
    refused(
        Code.STATUS_SUBJECT, lambda: lists.check(StatusReference(other, 0), issuer=ISSUER, now=NOW)
    )


def test_asks_no_address_but_https() -> None:
    server = Server()
    lists = StatusLists(Fetching(server), issuers=OneKey())
    reference = StatusReference("http://mois.example/status/1", 0)
    refused(Code.STATUS_SYNTAX, lambda: lists.check(reference, issuer=ISSUER, now=NOW))
    assert server.calls == 0


def test_refuses_bytes_that_are_no_ascii() -> None:
    lists = StatusLists(Fetching(lambda _: b"\xff"), issuers=OneKey())
    refused(Code.JWS_SYNTAX, lambda: lists.check(StatusReference(URI, 0), issuer=ISSUER, now=NOW))


def test_keeps_no_more_lists_than_the_capacity() -> None:
    calls: list[str] = []

    def fetch(uri: str) -> str:
        calls.append(uri)
        lifetime = int(uri[-1]) * HOUR
        return StatusListIssuer(uri, 8).publish(KEY, now=NOW, lifetime=lifetime)

    lists = StatusLists(Fetching(fetch), issuers=OneKey(), capacity=Capacity(lists=2))
    for number in (3, 1, 2, 3, 2, 1):
        lists.find(f"https://mois.example/{number}", now=NOW)
    assert [uri[-1] for uri in calls] == ["3", "1", "2", "1"]
    assert repr(lists) == "StatusLists(kept=2)"


@pytest.mark.parametrize("skew", [-SECOND, timedelta(seconds=301)])
def test_refuses_a_skew_beyond_the_limit(skew: timedelta) -> None:
    refused(Code.MISUSE_OPTION, lambda: StatusLists(OFFLINE, issuers=OneKey(), skew=skew))


def test_a_skew_helps_on_both_ends() -> None:
    server = Server()
    card = server.issuer.allocate()
    lists = StatusLists(OFFLINE, known={URI: server.token()}, issuers=OneKey(), skew=10 * SECOND)
    lists.check(card, issuer=ISSUER, now=NOW - 10 * SECOND)
    lists.check(card, issuer=ISSUER, now=NOW + 24 * HOUR + 9 * SECOND)


def test_a_time_without_a_zone_is_misuse() -> None:
    lists = StatusLists(OFFLINE, issuers=OneKey())
    naive = NOW.replace(tzinfo=None)
    refused(
        Code.MISUSE_NAIVE_TIME,
        lambda: lists.check(StatusReference(URI, 0), issuer=ISSUER, now=naive),
    )


def test_works_at_the_end_of_the_calendar() -> None:
    server = Server()
    server.now = last = datetime(9999, 12, 31, 23, 59, 0, tzinfo=UTC)
    card = server.issuer.allocate()
    lists = StatusLists(Fetching(server), issuers=OneKey())
    lists.check(card, issuer=ISSUER, now=last)
    lists.check(card, issuer=ISSUER, now=last + 58 * SECOND)
    assert server.calls == 1


def test_a_ttl_beyond_the_calendar_ends_with_it() -> None:
    server = Server()
    server.now = last = datetime(9999, 12, 31, tzinfo=UTC)
    server.lifetime = server.ttl = 400 * 24 * HOUR
    card = server.issuer.allocate()
    StatusLists(Fetching(server), issuers=OneKey()).check(card, issuer=ISSUER, now=last)
