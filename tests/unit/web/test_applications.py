"""Applications at an office: two at once, and records that something else wrote."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")

from roles import MovableClock

from krid._core.clock import FixedClock
from krid.errors import BindingError, Code, ContentError, KridError, StoreError
from krid.openid.oauth import MemoryIssuanceStore
from krid.openid.vci.server import CredentialOrder, Denied, Later, News
from krid.web.applications import (
    APPLICATION,
    Application,
    ApplicationBook,
    ApplicationDesk,
    ApplicationSource,
    Stand,
    application_pages,
)
from krid.web.issuer.records import DeskRecords
from krid.web.platform import Page, Visit

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
SECRET = f"{APPLICATION}secret"
ORDER = CredentialOrder(
    subject=SECRET,
    configuration="card",
    dataset="card",
    claims=(),
    count=1,
    transaction_id=None,
)


class Tickets:
    """Hands out one after the other; somebody may ask once in between."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.meanwhile: Any = lambda: None

    def check(self, resident_id: str) -> None:
        """Let everybody have one."""

    def hand_out(self, resident_id: str, *, replaces: bool) -> str:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        self.given.append(f"ticket-{len(self.given)}")
        return self.given[-1]


class Source:
    """Notes for which tickets it was asked; its database may be down."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.is_down = False

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:
        return (configuration,)

    def decide(self, order: CredentialOrder) -> Denied:
        self.subjects.append(order.subject)
        if self.is_down:
            raise StoreError(Code.REGISTER_DATABASE)
        return Denied()

    def told(self, news: News) -> None:
        """Take no note."""


@pytest.fixture
def book() -> ApplicationBook:
    return ApplicationBook(MemoryIssuanceStore(), CLOCK, "an office")


def source_of(book: ApplicationBook, tickets: Tickets, behind: Source) -> ApplicationSource:
    return ApplicationSource(
        source=behind,
        book=book,
        tickets=tickets,
        records=DeskRecords(book.store, book.clock),
        interval=timedelta(seconds=2),
    )


def test_two_requests_at_once_make_one_ticket_of_an_application(book: ApplicationBook) -> None:
    tickets, behind = Tickets(), Source()
    source = source_of(book, tickets, behind)
    decided: list[object] = []
    tickets.meanwhile = lambda: decided.append(source.decide(ORDER))
    book.open(SECRET, "p-1", stand=Stand.APPROVED)
    source.decide(ORDER)
    assert decided == [Later(timedelta(seconds=2))]
    source.decide(ORDER)
    assert tickets.given == ["ticket-0"]
    assert behind.subjects == ["ticket-0", "ticket-0"]


def test_a_ticket_that_an_outage_kept_from_use_is_handed_out_anew() -> None:
    clock, tickets, behind = MovableClock(), Tickets(), Source()
    book = ApplicationBook(MemoryIssuanceStore(), clock, "an office")
    source = source_of(book, tickets, behind)
    book.open(SECRET, "p-1", stand=Stand.APPROVED)
    behind.is_down = True
    with pytest.raises(StoreError):
        source.decide(ORDER)
    behind.is_down = False
    clock.moment += timedelta(hours=2)
    source.decide(ORDER)
    source.decide(ORDER)
    assert behind.subjects == ["ticket-0", "ticket-1", "ticket-1"]


def test_a_decision_that_was_not_written_down_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(*_words: object, **_named: object) -> None:
        raise StoreError(Code.STORE_IO)

    clock, store = MovableClock(), MemoryIssuanceStore()
    book = ApplicationBook(store, clock, "an office")
    book.open(SECRET, "p-1", stand=Stand.WAITING)
    ((key, _),) = book.waiting()
    with monkeypatch.context() as patched:
        patched.setattr(MemoryIssuanceStore, "put", down)
        with pytest.raises(StoreError):
            book.decide(key, Stand.APPROVED)
    clock.moment += timedelta(minutes=1)
    assert book.decide(key, Stand.APPROVED).stand is Stand.APPROVED


def test_one_that_a_clerk_decides_in_this_moment_keeps_no_newer_one_out() -> None:
    class Slow(ApplicationBook):  # type: ignore[misc]  # final, but for this
        """Finds what waits before the clerk decides it."""

        def waiting(self) -> Iterator[tuple[str, Application]]:
            for key, found in list(super().waiting()):
                super().decide(key, Stand.APPROVED)
                yield key, found

    book = Slow(MemoryIssuanceStore(), CLOCK, "an office")
    book.open("first", "p-1", stand=Stand.WAITING)
    book.open("second", "p-1", stand=Stand.WAITING)
    stands = [found.stand for name in ("first", "second") if (found := book.find(name))]
    assert stands == [Stand.APPROVED, Stand.WAITING]
    with pytest.raises(BindingError):
        book.decide("unknown", Stand.APPROVED)


def test_whoever_left_the_register_keeps_no_clerk_from_the_others(book: ApplicationBook) -> None:
    class Register:
        """Knows nobody any more."""

        def resident(self, resident_id: str) -> Any:
            raise ContentError(Code.REGISTER_UNKNOWN)

    class Everybody:
        """Is a clerk."""

        def is_clerk(self, visit: Visit) -> bool:
            return True

    book.open(SECRET, "p-1", stand=Stand.WAITING)
    desk = ApplicationDesk(book=book, register=cast("Any", Register()), access=Everybody())
    shown = application_pages(desk).routes[0].view
    visit = Visit(**dict.fromkeys(Visit.__slots__, cast("Any", {})))
    page = shown(visit)
    assert isinstance(page, Page)
    (person,) = cast("Any", page.values["people"])
    assert person["name"] == "p-1"


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b'{"person": "p", "since": "2026-06-01T00:00:00Z", "stand": "lost", "ticket": ""}',
        b'{"person": "p", "since": "2026-06-01T00:00:00Z", "stand": "waiting"}',
    ],
)
def test_a_record_that_something_else_wrote(raw: bytes) -> None:
    with pytest.raises(KridError) as error:
        Application.decode(raw)
    assert error.value.code is Code.PRESENTATION_RECORD
