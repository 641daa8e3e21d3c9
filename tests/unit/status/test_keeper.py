"""Looking up over a transport: conditions, one fetch for many threads, what failed, what is kept."""

import asyncio
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from krid import aio
from krid._core import cbor, limits
from krid.errors import Code, KridError, TransportError
from krid.keys import Alg, LocalKey
from krid.model import BitstringEntry, Freshness, IssuerHint, IssuerKey, StatusReference
from krid.net import NoNetwork, Request, Response
from krid.status import (
    Bitstring,
    Capacity,
    Fetching,
    Offline,
    StatusBits,
    StatusLists,
    encode_aggregation,
    prepare,
    prepare_bitstring,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
KEY = LocalKey.generate(Alg.ES256)
ISSUER = IssuerKey(key=KEY.public_key, issuer="https://mois.example", path="pinned")
JWT = "application/statuslist+jwt"


class Trust:
    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        return ISSUER


def uri(number: int) -> str:
    return f"https://mois.example/status/{number}"


def token(address: str, *, at: datetime = NOW, size: int = 16, ttl: timedelta | None = HOUR) -> str:
    statuses = StatusBits(1, bytes(size))
    prepared = prepare(statuses, uri=address, alg=Alg.ES256, now=at, lifetime=DAY, ttl=ttl)
    return prepared.sign_with(KEY)


def credential(
    address: str,
    *,
    at: datetime = NOW,
    lifetime: timedelta = DAY,
    ttl: timedelta | None = None,
    revoked: bool = False,
) -> str:
    return prepare_bitstring(
        Bitstring.zeros(1).with_value(0, int(revoked), size=1),
        uri=address,
        purposes=["revocation", "message"],
        messages={0: "nothing to say", 1: "read the notice"},
        issuer="https://mois.example",
        alg=Alg.ES256,
        now=at,
        lifetime=lifetime,
        ttl=ttl,
        certificates=(),
    ).sign_with(KEY)


@dataclass
class Server:
    """Serves lists with validators, as a static file server does."""

    etag: str = '"1"'
    last_modified: str = "Mon, 01 Jun 2026 00:00:00 GMT"
    at: datetime = NOW
    down: bool = False
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        if self.down:
            raise TransportError(Code.NET_UNREACHABLE)
        headers = {"ETag": self.etag, "Last-Modified": self.last_modified, "Content-Type": JWT}
        matches = request.headers.get("If-None-Match") == self.etag
        if matches or request.headers.get("If-Modified-Since") == self.last_modified:
            return Response(304, headers)
        address = re.sub(r"[?&]time=\d+$", "", request.url)
        return Response(200, headers, token(address, at=self.at).encode())


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


def lists_over(server: Server | Fetching, capacity: Capacity | None = None) -> StatusLists:
    return StatusLists(server, issuers=Trust(), capacity=capacity or Capacity())


def test_asks_for_both_forms() -> None:
    server = Server()
    lists_over(server).find(uri(1), now=NOW)
    accept = server.asked[0].headers["Accept"]
    assert accept == "application/statuslist+jwt, application/statuslist+cwt"


@pytest.mark.parametrize(
    ("etag", "last_modified", "condition"),
    [
        ('W/"a-1"', "Mon, 01 Jun 2026 00:00:00 GMT", ("If-None-Match", 'W/"a-1"')),
        (
            "",
            "Mon, 01 Jun 2026 00:00:00 GMT",
            ("If-Modified-Since", "Mon, 01 Jun 2026 00:00:00 GMT"),
        ),
        (
            "unquoted",
            "Mon, 01 Jun 2026 00:00:00 GMT",
            ("If-Modified-Since", "Mon, 01 Jun 2026 00:00:00 GMT"),
        ),
    ],
)
def test_a_list_that_did_not_change_is_not_sent_again(
    etag: str, last_modified: str, condition: tuple[str, str]
) -> None:
    server = Server(etag, last_modified)
    lists = lists_over(server)
    lists.find(uri(1), now=NOW)
    lists.find(uri(1), now=NOW + HOUR)
    assert server.asked[1].headers[condition[0]] == condition[1]
    lists.find(uri(1), now=NOW + 2 * HOUR - SECOND)
    assert len(server.asked) == 2
    lists.find(uri(1), now=NOW + 2 * HOUR)
    assert len(server.asked) == 3


def test_a_list_that_changed_replaces_the_old_one() -> None:
    server = Server()
    lists = lists_over(server)
    lists.find(uri(1), now=NOW)
    server.etag, server.at, server.last_modified = '"2"', NOW + HOUR, ""
    assert lists.find(uri(1), now=NOW + HOUR).issued_at == NOW + HOUR


def test_a_list_that_ended_is_asked_for_without_a_condition() -> None:
    server = Server()
    lists = lists_over(server)
    lists.find(uri(1), now=NOW)
    server.at = NOW + DAY
    lists.find(uri(1), now=NOW + DAY)
    assert "If-None-Match" not in server.asked[1].headers


def test_without_validators_there_is_no_condition() -> None:
    server = Server("", "")
    lists = lists_over(server)
    lists.find(uri(1), now=NOW)
    server.at = NOW + HOUR
    lists.find(uri(1), now=NOW + HOUR)
    assert not {"If-None-Match", "If-Modified-Since"} & server.asked[1].headers.keys()


def test_trust_is_asked_again_when_a_list_did_not_change() -> None:
    class Fickle:
        trusted = True

        def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
            if not self.trusted:
                raise TransportError(Code.NET_UNREACHABLE, f"{hint.format} at {now}")
            return ISSUER

    trust = Fickle()
    lists = StatusLists(Server(), issuers=trust)
    lists.find(uri(1), now=NOW)
    trust.trusted = False
    lists.find(uri(1), now=NOW + HOUR - SECOND)
    refused(Code.STATUS_ISSUER, lambda: lists.find(uri(1), now=NOW + HOUR))


def test_what_failed_is_not_tried_again_at_once() -> None:
    server = Server(down=True)
    lists = lists_over(server)
    for passed in (0, 1, 29):
        refused(Code.STATUS_UNAVAILABLE, partial(lists.find, uri(1), now=NOW + passed * SECOND))
    assert len(server.asked) == 1
    server.down = False
    lists.find(uri(1), now=NOW + 30 * SECOND)
    lists.find(uri(2), now=NOW)
    assert len(server.asked) == 3


def test_what_is_not_believed_is_not_fetched_again_at_once() -> None:
    calls: list[str] = []

    def fetch(address: str) -> str:
        calls.append(address)
        return token(address)[:-4] + "AAAA"

    lists = lists_over(Fetching(fetch))
    for _ in range(3):
        refused(Code.STATUS_SIGNATURE, lambda: lists.find(uri(1), now=NOW))
    assert len(calls) == 1


def test_no_more_refusals_are_remembered_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_STATUS_REFUSALS", 1)
    server = Server(down=True)
    lists = lists_over(server)
    for number in (1, 2, 2, 1):
        refused(Code.STATUS_UNAVAILABLE, partial(lists.find, uri(number), now=NOW))
    assert len(server.asked) == 3


def test_many_threads_make_one_fetch() -> None:
    waiting = threading.Barrier(2)

    class Slow(Server):
        def send(self, request: Request) -> Response:
            waiting.wait(60)
            return super().send(request)

    server = Slow()
    lists = lists_over(server)
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(lists.find, uri(1), now=NOW) for _ in range(8)]
        waiting.wait(60)
        assert {future.result().uri for future in found} == {uri(1)}
    assert len(server.asked) == 1


def test_prefetches_side_by_side_and_goes_on_after_a_failure() -> None:
    together = threading.Barrier(3)

    def fetch(address: str) -> str:
        together.wait(60)
        if address == uri(2):
            raise KeyError(address)
        return token(address)

    lists = lists_over(Fetching(fetch))
    found = lists.prefetch([uri(1), uri(2), uri(3), uri(1)], now=NOW, workers=3)
    assert found.ready == (uri(1), uri(3))
    assert {address: error.code for address, error in found.refused.items()} == {
        uri(2): Code.STATUS_UNAVAILABLE
    }
    for workers in (0, limits.MAX_WORKERS + 1):
        refused(Code.MISUSE_OPTION, partial(lists.prefetch, [], now=NOW, workers=workers))


def test_prefetches_what_an_aggregation_names() -> None:
    class WithAggregation(Server):
        def send(self, request: Request) -> Response:
            if request.url == "https://mois.example/status":
                body = encode_aggregation((uri(1), uri(2)))
                return Response(200, {"Content-Type": "application/json"}, body)
            return super().send(request)

    lists = lists_over(WithAggregation())
    found = lists.prefetch_aggregation("https://mois.example/status", now=NOW)
    assert found.ready == (uri(1), uri(2))


def test_the_same_flows_with_await() -> None:
    server = Server()
    lists = lists_over(server)

    async def look_up() -> None:
        transport = aio.in_threads(server)
        flows = (lists.find_flow(uri(number), now=NOW) for number in (1, 2))
        await asyncio.gather(*(aio.run(flow, transport) for flow in flows))
        entry = StatusReference(uri(1), 0)
        for _ in range(2):
            flow = lists.check_flow(entry, issuer=ISSUER, now=NOW)
            assert (await aio.run(flow, transport)).check == "status"
        past = lists.check_at_flow(entry, issuer=ISSUER, at=NOW, now=NOW)
        await aio.run(past, transport)

    asyncio.run(look_up())
    assert len(server.asked) == 3


def test_a_bitstring_with_await() -> None:
    lists = lists_over(Fetching(credential))
    entry = BitstringEntry(uri=uri(1), index=0, purpose="message")
    transport = aio.in_threads(Fetching(credential))
    flow = lists.check_flow(entry, issuer=ISSUER, now=NOW)
    assert asyncio.run(aio.run(flow, transport)).detail.startswith("message 0x0")
    assert lists.find_bitstring(uri(1), now=NOW).purposes == {"revocation", "message"}


def test_what_was_written_down_needs_no_network() -> None:
    lists = lists_over(Server())
    lists.find(uri(1), now=NOW)
    bitstrings = lists_over(Fetching(credential))
    bitstrings.find_bitstring(uri(2), now=NOW)
    elsewhere = StatusLists(NoNetwork(), issuers=Trust())
    assert elsewhere.restore(lists.export(), now=NOW).ready == (uri(1),)
    assert elsewhere.restore(bitstrings.export(), now=NOW).ready == (uri(2),)
    elsewhere.check(StatusReference(uri(1), 0), issuer=ISSUER, now=NOW + HOUR - SECOND)
    entry = BitstringEntry(uri=uri(2), index=0, purpose="revocation")
    elsewhere.check(entry, issuer=ISSUER, now=NOW + HOUR)
    refused(Code.STATUS_UNAVAILABLE, lambda: elsewhere.find(uri(1), now=NOW + HOUR))
    assert repr(elsewhere) == "StatusLists(kept=2)"


def test_offline_what_was_written_down_holds_to_the_age_stated() -> None:
    lists = lists_over(Server())
    lists.find(uri(1), now=NOW)
    offline = StatusLists(Offline(greatest_age=2 * HOUR), issuers=Trust())
    offline.restore(lists.export(), now=NOW + HOUR)
    offline.find(uri(1), now=NOW + 2 * HOUR)
    offline.find(uri(1), now=NOW + HOUR - SECOND)
    refused(Code.STATUS_STALE, lambda: offline.find(uri(1), now=NOW + 2 * HOUR + SECOND))
    too_late = StatusLists(Offline(greatest_age=HOUR), issuers=Trust())
    found = too_late.restore(lists.export(), now=NOW + 2 * HOUR)
    assert [error.code for error in found.refused.values()] == [Code.STATUS_STALE]


def test_validators_are_written_down() -> None:
    server = Server()
    lists = lists_over(server)
    lists.find(uri(1), now=NOW)
    again = lists_over(server)
    again.restore(lists.export(), now=NOW)
    again.find(uri(1), now=NOW + HOUR)
    assert server.asked[-1].headers["If-None-Match"] == server.etag


def test_an_archive_is_verified_when_it_is_read() -> None:
    lists = lists_over(Server())
    lists.find(uri(1), now=NOW)
    forged = lists.export().replace(token(uri(1))[:20].encode(), b"eyJhbGciOiJub25lIn0x")

    class Nobody:
        def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
            raise TransportError(Code.NET_UNREACHABLE, f"{hint.format} at {now}")

    strict = StatusLists(NoNetwork(), issuers=Nobody())
    assert not strict.restore(lists.export(), now=NOW).ready
    assert not lists_over(Server()).restore(forged, now=NOW).ready


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"kind": "krid status lists", "version": 2, "shelves": {}},
        {"kind": "krid status lists", "version": 1, "shelves": []},
        {"kind": "krid status lists", "version": 1, "shelves": {"tokens": {}}},
        {"kind": "krid status lists", "version": 1, "shelves": {"x": {"lists": [], "newest": []}}},
        {"kind": "krid status lists", "version": 1, "shelves": {"x": {"lists": 5, "newest": {}}}},
        {
            "kind": "krid status lists",
            "version": 1,
            "shelves": {"x": {"lists": [{}], "newest": {}}},
        },
    ],
)
def test_a_malformed_archive(value: object) -> None:
    lists = lists_over(Server())
    refused(Code.STATUS_SYNTAX, lambda: lists.restore(cbor.encode(value), now=NOW))


def test_an_archive_without_lists_says_nothing() -> None:
    raw = cbor.encode({"kind": "krid status lists", "version": 1, "shelves": {}})
    assert lists_over(Server()).restore(raw, now=NOW).ready == ()


def test_an_archive_with_too_many_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = lists_over(Server())
    lists.find(uri(1), now=NOW)
    lists.find(uri(2), now=NOW)
    raw = lists.export()
    monkeypatch.setattr(limits, "MAX_STATUS_WATERMARKS", 1)
    refused(Code.STATUS_SYNTAX, lambda: lists.restore(raw, now=NOW))


def test_dates_beyond_the_limit_are_let_go_the_oldest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_STATUS_WATERMARKS", 1)
    server = Server()
    lists = lists_over(server, Capacity(lists=1))
    lists.find(uri(1), now=NOW)
    server.at = NOW + SECOND
    lists.find(uri(2), now=NOW + SECOND)
    server.at = NOW - SECOND
    lists.find(uri(1), now=NOW + SECOND)
    assert b"status/2" in lists.export()


def test_keeps_no_more_bytes_than_the_capacity() -> None:
    calls: list[str] = []

    def fetch(address: str) -> str:
        calls.append(address[-1])
        return token(address, size=100_000)

    lists = lists_over(Fetching(fetch), Capacity(size=250_000))
    for number in (1, 2, 3, 3, 2):
        lists.find(uri(number), now=NOW)
    assert calls == ["1", "2", "3"]
    assert repr(lists) == "StatusLists(kept=2)"
    tiny = lists_over(Fetching(fetch), Capacity(size=1))
    tiny.find(uri(1), now=NOW)
    assert repr(tiny) == "StatusLists(kept=1)"


@pytest.mark.parametrize("capacity", [{"lists": 0}, {"size": 0}])
def test_a_capacity_of_nothing_is_misuse(capacity: dict[str, int]) -> None:
    refused(Code.MISUSE_OPTION, lambda: Capacity(**capacity))


def test_an_answer_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_RESPONSE_BYTES", 10)
    refused(Code.STATUS_UNAVAILABLE, lambda: lists_over(Server()).find(uri(1), now=NOW))


def test_a_past_list_behind_a_query_and_a_fragment() -> None:
    server = Server()
    address = "https://mois.example/status?list=1#part"
    entry = StatusReference(address, 0)
    lists = StatusLists(Fetching(lambda asked: token(address) if asked else ""), issuers=Trust())
    lists.check_at(entry, issuer=ISSUER, at=NOW, now=NOW)
    strict = lists_over(server)
    refused(Code.STATUS_SUBJECT, lambda: strict.check_at(entry, issuer=ISSUER, at=NOW, now=NOW))
    seconds = int(NOW.timestamp())
    assert server.asked[0].url == f"https://mois.example/status?list=1&time={seconds}"


def test_a_past_bitstring() -> None:
    lists = lists_over(Fetching(lambda asked: credential(asked.partition("?")[0])))
    entry = BitstringEntry(uri=uri(1), index=0, purpose="revocation")
    found = lists.check_at(entry, issuer=ISSUER, at=NOW, now=NOW)
    assert found.detail == (
        f"valid in {uri(1)} at 2026-06-01T00:00:00Z, signed by https://mois.example"
    )


def test_a_signer_with_an_end_is_asked_for_again() -> None:
    class Ending:
        def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
            return replace(ISSUER, not_after=NOW + SECOND)

    server = Server()
    lists = StatusLists(server, issuers=Ending())
    lists.find(uri(1), now=NOW)
    lists.find(uri(1), now=NOW + SECOND)
    assert len(server.asked) == 2


def test_no_way_to_secure_is_a_media_type_that_nobody_reads() -> None:
    known = {uri(1): credential(uri(1))}
    lists = StatusLists(Offline(greatest_age=DAY), issuers=Trust(), known=known, securings=())
    refused(Code.STATUS_MEDIA_TYPE, lambda: lists.find_bitstring(uri(1), now=NOW))


ENTRY = BitstringEntry(uri=uri(1), index=0, purpose="revocation")


@pytest.mark.parametrize(("ttl", "fresh"), [(5 * SECOND, 5 * SECOND), (None, DAY)])
def test_a_known_bitstring_spares_the_first_fetch_alone(
    ttl: timedelta | None, fresh: timedelta
) -> None:
    calls: list[str] = []

    def fetch(address: str) -> str:
        calls.append(address)
        return credential(address, at=NOW + SECOND, lifetime=365 * DAY, revoked=True)

    known = {uri(1): credential(uri(1), lifetime=365 * DAY, ttl=ttl)}
    for late in (fresh, 2 * DAY, 300 * DAY):
        lists = StatusLists(Fetching(fetch), issuers=Trust(), known=known)
        for passed in (0 * SECOND, fresh - SECOND):
            found = lists.check(ENTRY, issuer=ISSUER, now=NOW + passed)
            assert found.freshness == Freshness(NOW, NOW + fresh)
        assert not calls
        for _ in range(2):
            refused(Code.STATUS_REVOKED, partial(lists.check, ENTRY, issuer=ISSUER, now=NOW + late))
        assert len(calls) == 1
        calls.clear()


def test_a_bitstring_grows_old_from_when_it_came() -> None:
    @dataclass
    class Unchanged:
        calls: int = 0

        def send(self, request: Request) -> Response:
            self.calls += 1
            headers = {"ETag": '"1"', "Content-Type": "application/vc+jwt"}
            body = credential(uri(1), lifetime=365 * DAY, ttl=HOUR).encode()
            return Response(304 if "If-None-Match" in request.headers else 200, headers, body)

    server, came = Unchanged(), NOW + 30 * DAY
    lists = StatusLists(server, issuers=Trust())
    for hours in (0, 1):
        for passed in (0 * SECOND, HOUR - SECOND):
            found = lists.check(ENTRY, issuer=ISSUER, now=came + hours * HOUR + passed)
            assert found.freshness == Freshness(NOW, came + (hours + 1) * HOUR)
    assert server.calls == 2


@pytest.mark.parametrize("source", [NoNetwork(), Offline(greatest_age=60 * DAY)])
def test_a_restored_bitstring_grows_old_from_when_it_came(source: NoNetwork | Offline) -> None:
    came = NOW + 30 * DAY
    lists = lists_over(Fetching(lambda asked: credential(asked, lifetime=365 * DAY, ttl=HOUR)))
    lists.check(ENTRY, issuer=ISSUER, now=came)
    for read in (came, came + HOUR - SECOND):
        again = StatusLists(source, issuers=Trust())
        assert again.restore(lists.export(), now=read).ready == (uri(1),)
        found = again.check(ENTRY, issuer=ISSUER, now=read)
        assert found.freshness == Freshness(NOW, came + HOUR)


def test_a_bitstring_that_came_in_the_future_grows_old_from_when_it_was_read() -> None:
    came = NOW + 30 * DAY
    lists = lists_over(Fetching(lambda asked: credential(asked, lifetime=365 * DAY, ttl=HOUR)))
    lists.check(ENTRY, issuer=ISSUER, now=came)
    offline = StatusLists(Offline(greatest_age=60 * DAY), issuers=Trust())
    offline.restore(lists.export(), now=NOW)
    for passed in (0, 1, 40):
        found = offline.check(ENTRY, issuer=ISSUER, now=NOW + passed * DAY)
        assert found.freshness == Freshness(NOW, NOW + HOUR)
