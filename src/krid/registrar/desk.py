"""The office QR in a database: handed out after a look at the person, redeemed once by a phone.

Any number of processes may hand out and redeem. The text is that of `Office`, which does the same
in memory; the register keeps digests of tickets and no ticket.
"""

from datetime import datetime
from typing import Final, final

from sqlalchemy import select

from krid._core import base64url, times
from krid.errors import Code, ContentError
from krid.registrar.book.act import Row
from krid.registrar.book.schema import CHALLENGE, TICKET
from krid.registrar.eligible import check_may_apply, check_may_begin
from krid.registrar.handles import DESK
from krid.registrar.office import TICKET_LIFETIME, Ticket, digest_of, is_ticket
from krid.registrar.work import Core, Work
from krid.status.registry import moments

_VALUE_BYTES: Final = 32


@final
class Desk:
    """A counter at which a clerk looks at people and hands out tickets."""

    def __init__(self, core: Core) -> None:
        self._core: Final = core

    def hand_out(
        self,
        person_id: str,
        type_id: str,
        *,
        replaces: bool,
        actor: str,
        reason: str,
        now: datetime,
    ) -> Ticket:
        """Hand a ticket to a person whom the clerk has just recognised.

        With `replaces` a card on another phone is to end when the new one is issued. An older
        ticket of the same person for the same card is void from here on. Does not look at faces.

        Raises:
            ContentError: `register.unknown`, `register.type`; `register.ended`,
                `register.too_young`, `register.no_card`; `register.active_phone` where a phone
                holds the card and it is not to be replaced.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        expires = times.aware(now) + TICKET_LIFETIME
        ticket = Ticket(base64url.encode(self._core.book.entropy(_VALUE_BYTES)), expires)
        with self._core.work("ticket", person_id, actor=actor, reason=reason, now=now) as work:
            person = work.hold_person(person_id)
            check_may_apply(work, person, type_id, replaces=replaces)
            _void_older(work, person_id, type_id)
            row = {
                "id": digest_of(ticket.qr_text).hex(),
                "person_id": person_id,
                "type": type_id,
                "replaces": replaces,
                "expires": moments.to_number(expires),
                "state": "open",
            }
            work.act.insert(work.line, TICKET, row)
        return ticket

    def check(self, person_id: str, type_id: str, *, now: datetime) -> None:
        """Look whether a person could have a ticket for a first phone; nothing is written down.

        For a page that says so before anybody asks. `hand_out` checks again.

        Raises:
            ContentError: as `hand_out`, and `register.police` for a card that the police suspended.
            MisuseError: `misuse.naive_time`.
            StoreError: `register.database`.
        """
        country = self._core.country
        with self._core.book.reading() as connection:
            check_may_begin(connection, country.type(type_id), person_id, day=country.day(now))

    def purge(self, *, actor: str, now: datetime) -> int:
        """Take away tickets and challenges that have expired, and return how many.

        Raises:
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        count = 0
        with self._core.work("purge", DESK, actor=actor, reason="expired", now=now) as work:
            for table in (TICKET, CHALLENGE):
                old = select(table.c.id).where(table.c.expires < work.at)
                for key in work.act.connection.execute(old).scalars().all():
                    work.act.delete(work.line, table, key)
                    count += 1
        return count


def _void_older(work: Work, person_id: str, type_id: str) -> None:
    theirs = (TICKET.c.person_id == person_id) & (TICKET.c.type == type_id)
    rows = work.act.connection.execute(select(TICKET).where(theirs, TICKET.c.state == "open"))
    for row in rows.mappings().all():
        work.act.update(work.line, TICKET, dict(row), state="void")


def redeem(work: Work, qr_text: str) -> Row:
    """Take a ticket back, and return its row.

    Raises:
        ContentError: `register.ticket` for a text that is no ticket, is unknown or void, or
            was used before; which of them is not told.
    """
    if not is_ticket(qr_text):
        raise ContentError(Code.REGISTER_TICKET)
    key = digest_of(qr_text).hex()
    statement = select(TICKET).where(TICKET.c.id == key).with_for_update()
    row = work.act.connection.execute(statement).mappings().one_or_none()
    if row is None or row["state"] != "open":
        raise ContentError(Code.REGISTER_TICKET)
    return work.act.update(work.line, TICKET, dict(row), state="used")


def check_ticket(work: Work, card: Row, ticket: Row) -> None:
    """Check a ticket that was just redeemed: it is used up whatever comes of this.

    Raises:
        ContentError: `register.ticket`.
    """
    is_theirs = ticket["person_id"] == card["person_id"] and ticket["type"] == card["type"]
    if not is_theirs or work.at >= ticket["expires"]:
        raise ContentError(Code.REGISTER_TICKET)
