"""What the desk's source says to an issuer when things have changed since the offer."""

from datetime import UTC, date, datetime

import pytest

from krid._core.clock import FixedClock
from krid.errors import BindingError
from krid.openid.oauth import MemoryIssuanceStore
from krid.openid.vci import Event
from krid.openid.vci.server import CredentialOrder, Denied, News, Ready
from krid.registrar import sample_register
from krid.web.issuer.records import DeskRecords, Progress
from krid.web.issuer.source import MDOC, SDJWT, CardSource

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
HONG = "sample-hong-gildong"


class Statuses:
    """Remembers whose credentials ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    def end(self, ticket: str) -> None:
        self.ended.append(ticket)


@pytest.fixture
def source() -> CardSource:
    records = DeskRecords(MemoryIssuanceStore(), CLOCK)
    found = CardSource(sample_register(day=date(2026, 6, 1)), records, Statuses())
    records.begin("ticket", HONG)
    return found


def order(ticket: str, configuration: str = SDJWT) -> CredentialOrder:
    return CredentialOrder(
        subject=ticket,
        configuration=configuration,
        dataset=configuration,
        claims=(),
        count=1,
        transaction_id=None,
    )


def news(ticket: str, event: Event) -> News:
    return News(subject=ticket, configuration=SDJWT, notification_id="n", event=event)


def test_both_forms_go_to_one_phone(source: CardSource) -> None:
    assert isinstance(source.decide(order("ticket")), Ready)
    assert isinstance(source.decide(order("ticket", MDOC)), Ready)
    assert source.datasets("ticket", MDOC) == (MDOC,)


def test_of_two_phones_one_gets_the_card(source: CardSource) -> None:
    source.records.begin("other", HONG)
    assert isinstance(source.decide(order("ticket")), Ready)
    assert source.decide(order("other")) == Denied()


def test_an_offer_that_the_desk_has_forgotten_brings_none(source: CardSource) -> None:
    assert source.decide(order("forgotten")) == Denied()


def test_who_lost_the_right_since_gets_none(source: CardSource) -> None:
    source.records.begin("late", "sample-kim-cheolsu")
    assert source.decide(order("late")) == Denied()


@pytest.mark.parametrize("event", [Event.FAILURE, Event.DELETED])
def test_a_phone_that_keeps_nothing_is_released(source: CardSource, event: Event) -> None:
    source.decide(order("ticket"))
    source.told(news("ticket", event))
    assert source.register.active_phone(HONG) is None
    assert source.records.find("ticket").progress is Progress.FAILED


def test_news_of_a_phone_that_is_not_the_active_one_release_nobody(source: CardSource) -> None:
    source.register.activate_phone(HONG, "elsewhere")
    source.told(news("ticket", Event.FAILURE))
    assert source.register.active_phone(HONG) == "elsewhere"


def test_news_of_long_ago_are_passed_over(source: CardSource) -> None:
    source.told(news("unknown", Event.ACCEPTED))
    with pytest.raises(BindingError):
        source.records.find("unknown")
