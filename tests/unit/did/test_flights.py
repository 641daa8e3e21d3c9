"""One flight for each question."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest

from krid._core.clock import FixedClock
from krid.did import (
    CachePolicy,
    Caching,
    Did,
    DidDocument,
    ResolutionOptions,
    Resolved,
    Resolver,
)
from krid.did.flights import Flights
from krid.errors import Code, ResolutionError, TransportError
from krid.net import Flow

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
THREADS = 8


class Arrivals(dict[Any, Any]):
    """Flights under way that count who came for one: whoever did has hold of it."""

    count = 0

    @classmethod
    def at(cls, flights: Flights[Any]) -> Self:
        made = cls()
        flights._open = made
        return made

    def setdefault(self, key: Any, default: Any = None, /) -> Any:
        found = super().setdefault(key, default)
        self.count += 1
        return found

    def await_all(self, count: int) -> None:
        while self.count < count:
            time.sleep(0.001)


class Slow:
    """A method that waits until the test lets it go on, and counts."""

    name = "slow"

    def __init__(self, *, fails: bool = False) -> None:
        self.calls = 0
        self.begun = threading.Event()
        self.go = threading.Event()
        self.fails = fails

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        yield from ()
        self.calls += 1
        self.begun.set()
        assert self.go.wait(60)
        if self.fails:
            raise ResolutionError(Code.DID_SYNTAX) from TransportError(Code.NET_TIME)
        return Resolved(DidDocument.from_members({"id": str(did)}, did=did))


def ask(method: Slow, options: ResolutionOptions | None = None) -> list[object]:
    nothing = CachePolicy(lifetime=timedelta(0), failure_lifetime=timedelta(0))
    resolver = Resolver((method,), clock=CLOCK, cache=nothing)
    outcomes: list[object] = []

    def work() -> None:
        try:
            outcomes.append(resolver.resolve("did:slow:1", options=options or ResolutionOptions()))
        except ResolutionError as error:
            outcomes.append((error.code, type(error.__cause__)))

    arrivals = Arrivals.at(resolver._flights)
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    assert method.begun.wait(60)
    if options is None:
        arrivals.await_all(THREADS)
    method.go.set()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_threads_share_a_flight() -> None:
    method = Slow()
    outcomes = ask(method)
    assert len(outcomes) == THREADS
    assert method.calls == 1


def test_threads_share_a_failure_and_what_caused_it() -> None:
    method = Slow(fails=True)
    assert ask(method) == [(Code.DID_SYNTAX, TransportError)] * THREADS
    assert method.calls == 1


def test_whoever_wants_no_cache_flies_alone() -> None:
    method = Slow()
    ask(method, ResolutionOptions(caching=Caching.BYPASSED))
    assert method.calls == THREADS


def test_an_accident_leaves_the_work_to_those_who_waited() -> None:
    flights: Flights[int] = Flights()
    begun, go = threading.Event(), threading.Event()
    results: list[object] = []

    def crash() -> int:
        begun.set()
        assert go.wait(60)
        raise ZeroDivisionError

    def lead() -> None:
        with pytest.raises(ZeroDivisionError):
            flights.share("a", crash)

    arrivals = Arrivals.at(flights)
    leader = threading.Thread(target=lead)
    leader.start()
    assert begun.wait(60)
    follower = threading.Thread(target=lambda: results.append(flights.share("a", lambda: 7)))
    follower.start()
    arrivals.await_all(2)
    go.set()
    leader.join(60)
    follower.join(60)
    assert results == [7]
    assert flights.share("a", lambda: 8) == 8
