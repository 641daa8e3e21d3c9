"""One forgery for every rule of the issuing desk: a card is on one phone at a time."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `web` is not installed")

from krid._core.clock import FixedClock
from krid.errors import Code, KridError
from krid.model import NO_STATUS, StatusReference
from krid.openid.oauth import MemoryIssuanceStore
from krid.openid.vci import Event
from krid.openid.vci.server import CredentialOrder, News, Ready
from krid.registrar import sample_register
from krid.web.issuer import CardSource, RegistryStatuses
from krid.web.issuer.records import DeskRecords
from krid.web.issuer.source import MDOC, SDJWT

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WHO = "sample-hong-gildong"


class Lists:
    """A registry and a publisher that remember what was asked of them."""

    def __init__(self) -> None:
        self.numbers = count()
        self.revoked: list[int] = []
        self.published = 0

    def allocate(self) -> StatusReference:
        return StatusReference("https://mois.example/list", next(self.numbers))

    def revoke(self, place: StatusReference, **_words: Any) -> None:
        self.revoked.append(place.index)

    def run(self, **_words: Any) -> None:
        self.published += 1


class Office:
    def __init__(self) -> None:
        self.lists = Lists()
        self.clock = FixedClock(NOW)
        self.records = DeskRecords(MemoryIssuanceStore(), self.clock)
        lists: Any = self.lists
        self.statuses = RegistryStatuses(lists, lists, self.records, self.clock)
        self.register = sample_register(day=NOW.date())
        self.source = CardSource(self.register, self.records, self.statuses)

    def issue(self, ticket: str, configuration: str = SDJWT) -> int:
        order = CredentialOrder(
            subject=ticket,
            configuration=configuration,
            dataset=configuration,
            claims=(),
            count=1,
            transaction_id=None,
        )
        assert isinstance(self.source.decide(order), Ready)
        return self.statuses.allot(order).index

    def tell(self, ticket: str, event: Event) -> None:
        self.source.told(
            News(subject=ticket, configuration=SDJWT, notification_id="n", event=event)
        )


@pytest.fixture
def office() -> Office:
    made = Office()
    made.records.begin("one", WHO)
    made.records.begin("two", WHO)
    return made


def test_one_ticket_for_two_phones(office: Office) -> None:
    """Who asks twice with two keys holds one card that is in force, the later one."""
    first, other = office.issue("one"), office.issue("one", MDOC)
    assert office.lists.revoked == []
    office.issue("one")
    assert office.lists.revoked == [first]
    office.tell("one", Event.ACCEPTED)
    assert office.records.find("one").progress == "kept"
    assert other not in office.lists.revoked


def test_a_card_that_is_said_not_to_be_kept(office: Office) -> None:
    """The phone is free for another ticket only when nothing of the first one holds."""
    places = [office.issue("one"), office.issue("one", MDOC)]
    office.tell("one", Event.FAILURE)
    assert office.lists.revoked == places
    assert office.lists.published == 3
    assert office.issue("two") not in office.lists.revoked


def test_the_news_of_a_ticket_that_is_forgotten(office: Office) -> None:
    office.issue("one")
    office.tell("unknown", Event.FAILURE)
    assert office.register.active_phone(WHO) is not None
    assert office.lists.revoked == []


def test_a_ticket_that_is_redeemed_without_end(office: Office) -> None:
    for _ in range(16):
        office.issue("one")
    with pytest.raises(KridError) as error:
        office.issue("one")
    assert error.value.code is Code.OAUTH_BUSY
    assert next(office.lists.numbers) == 16


def test_a_place_that_was_given_out_in_vain(office: Office) -> None:
    office.statuses.give_back(StatusReference("https://mois.example/list", 5))
    office.statuses.give_back(NO_STATUS)
    assert office.lists.revoked == [5]


def test_tickets_end(office: Office) -> None:
    office.clock = FixedClock(NOW + timedelta(hours=1))
    records = DeskRecords(office.records.store, office.clock)
    with pytest.raises(KridError) as error:
        records.new_slot("one")
    assert error.value.code is Code.SESSION_UNKNOWN
