import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import base64url
from krid._core.entropy import system_entropy
from krid.errors import Code, ContentError
from krid.registrar import QR_PREFIX, TICKET_LIFETIME, Office, sample_register

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
REGISTER = sample_register(day=date(2026, 6, 1))
HONG = REGISTER.resident("sample-hong-gildong")
PARK = REGISTER.resident("sample-park-cheomji")


@pytest.fixture
def office() -> Office:
    return Office(entropy=system_entropy)


def test_a_ticket_leads_to_the_person_it_was_made_for(office: Office) -> None:
    first, second = office.issue(HONG, now=NOW), office.issue(PARK, now=NOW)
    assert office.redeem(second.qr_text, now=NOW) == PARK.id
    assert office.redeem(first.qr_text, now=NOW) == HONG.id


def test_a_ticket_holds_to_the_last_moment_before_it_expires(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    assert ticket.expires == NOW + timedelta(minutes=10) == NOW + TICKET_LIFETIME
    assert office.redeem(ticket.qr_text, now=ticket.expires - timedelta.resolution) == HONG.id


def test_a_ticket_is_thirty_two_bytes_of_the_entropy_given() -> None:
    asked: list[int] = []

    def entropy(size: int) -> bytes:
        asked.append(size)
        return bytes(range(size))

    ticket = Office(entropy=entropy).issue(HONG, now=NOW)
    assert asked == [32]
    assert base64url.decode(ticket.value) == bytes(range(32))
    assert ticket.qr_text == QR_PREFIX + ticket.value == "krid-office:" + ticket.value


def test_the_office_keeps_digests_and_no_tickets(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    assert list(office._open) == [hashlib.sha256(ticket.qr_text.encode()).digest()]
    assert ticket.value not in repr(office._open)


def test_expired_tickets_are_forgotten(office: Office) -> None:
    office.issue(HONG, now=NOW)
    office.issue(PARK, now=NOW + TICKET_LIFETIME)
    assert repr(office) == "Office(1 open tickets)"


def test_a_ticket_does_not_show_its_value(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    assert repr(ticket) == str(ticket) == "Ticket(***, expires='2026-06-01T09:10:00+00:00')"


def test_of_several_phones_at_once_one_redeems(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)

    def try_redeem(_: int) -> bool:
        try:
            office.redeem(ticket.qr_text, now=NOW)
        except ContentError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_redeem, range(8))) == 1


@given(position=st.integers(0, 42), letter=st.sampled_from("ABCXYZabcxyz0189-_"))
def test_a_changed_ticket_is_refused_and_the_true_one_still_holds(
    position: int, letter: str
) -> None:
    office = Office(entropy=system_entropy)
    ticket = office.issue(HONG, now=NOW)
    changed = ticket.value[:position] + letter + ticket.value[position + 1 :]
    if changed != ticket.value:
        with pytest.raises(ContentError) as error:
            office.redeem(QR_PREFIX + changed, now=NOW)
        assert error.value.code is Code.REGISTER_TICKET
    assert office.redeem(ticket.qr_text, now=NOW) == HONG.id


@given(text=st.text())
def test_any_text_is_refused(text: str) -> None:
    office = Office(entropy=system_entropy)
    for qr_text in (text, QR_PREFIX + text):
        with pytest.raises(ContentError) as error:
            office.redeem(qr_text, now=NOW)
        assert error.value.code is Code.REGISTER_TICKET
