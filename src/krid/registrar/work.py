"""One piece of work on register and status lists: what all services of the registrar stand on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypedDict, final

from sqlalchemy import Select, delete, select

from krid.errors import Code, ContentError
from krid.registrar.book.act import Act, Line, Row
from krid.registrar.book.book import Book, make_note
from krid.registrar.book.chain import Note
from krid.registrar.book.schema import CARD, CREDENTIAL, DELIVERY, DOCUMENT, PERSON, RESIDENCE
from krid.registrar.book.values import reference_of
from krid.registrar.country import Country
from krid.registrar.handles import UNKNOWN, is_handle, new_handle
from krid.registrar.lifecycle import HELD, PENDING, Stage, Step, after, status_of
from krid.registrar.people import PersonState
from krid.status import Change, StatusRegistry, StatusType
from krid.status.registry import moments


class Noted(TypedDict):
    """Who does it, why and when: what every change is asked for."""

    actor: str
    reason: str
    now: datetime


@final
@dataclass(frozen=True, slots=True)
class Core:
    """Register, country and status lists, in one database."""

    book: Book
    country: Country
    status: StatusRegistry

    def handle(self, kind: str) -> str:
        """Make a new handle."""
        return new_handle(kind, self.book.entropy)

    @contextmanager
    def work(
        self, action: str, subject: str, *, actor: str, reason: str, now: datetime
    ) -> Iterator["Work"]:
        """Do one thing to one subject, in one transaction with its line in the log.

        A subject that is no handle is not written down: it may be a person's name.

        Raises:
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`, `status.database`.
        """
        known = subject if is_handle(subject) or subject in self.country.types else UNKNOWN
        note = make_note(actor=actor, action=action, subject=known, reason=reason, now=now)
        with self.book.acting(note) as act:
            status = self.status.within(act.connection)
            yield Work(self, act, status, act.line(note), now)


@final
class Work:
    """What is done in one transaction. Rows of people are held first, then all else of them."""

    def __init__(
        self, core: Core, act: Act, status: StatusRegistry, line: Line, now: datetime
    ) -> None:
        self.core: Final = core
        self.act: Final = act
        self.status: Final = status
        self.line: Final = line
        self.now: Final = now

    @property
    def country(self) -> Country:
        """The country whose register this is."""
        return self.core.country

    @property
    def day(self) -> date:
        """The day in that country."""
        return self.core.country.day(self.now)

    @property
    def at(self) -> int:
        """The moment as it stands in columns."""
        return moments.to_number(self.now)

    def line_for(self, action: str, subject: str) -> Line:
        """Begin another line, for what follows from the first."""
        note = self.line.note
        return self.act.line(
            Note(actor=note.actor, action=action, subject=subject, reason=note.reason, at=note.at)
        )

    def refuse(self, action: str, subject: str, code: str) -> None:
        """Say in the log that one of many was refused, while the others go on."""
        note = self.line.note
        self.act.line(
            Note(
                actor=note.actor,
                action=action,
                subject=subject,
                reason=note.reason,
                at=note.at,
                refusal=code,
            )
        )

    def hold_person(self, person_id: str) -> Row:
        """Hold a person, so that nobody else changes anything of them until this has ended.

        Raises:
            ContentError: `register.unknown`.
        """
        return self.act.find(PERSON, person_id)

    def hold_resident(self, person_id: str) -> Row:
        """Hold a person who lives here still.

        Raises:
            ContentError: `register.unknown`, `register.ended`.
        """
        row = self.hold_person(person_id)
        if row["state"] != PersonState.RESIDENT.value:
            raise ContentError(Code.REGISTER_ENDED)
        return row

    def hold_card(self, card_id: str) -> Row:
        """Hold a card, and its person before it.

        Raises:
            ContentError: `register.unknown_card`.
        """
        found = self.act.connection.execute(select(CARD.c.person_id).where(CARD.c.id == card_id))
        person_id = found.scalar_one_or_none()
        if person_id is None:
            raise ContentError(Code.REGISTER_UNKNOWN_CARD)
        self.hold_person(person_id)
        return self.act.find(CARD, card_id)

    def document(self, person_id: str, kind: str) -> Row | None:
        """Find the document of a kind that has not ended."""
        standing = (DOCUMENT.c.person_id == person_id) & (DOCUMENT.c.kind == kind)
        return self._one(select(DOCUMENT).where(standing, DOCUMENT.c.state != "ended"))

    def residence(self, person_id: str) -> Row | None:
        """Find where a person lives."""
        lives = (RESIDENCE.c.person_id == person_id) & RESIDENCE.c.until.is_(None)
        return self._one(select(RESIDENCE).where(lives))

    def cards(
        self, person_id: str, stages: frozenset[Stage], type_id: str | None = None
    ) -> list[Row]:
        """List the cards of a person in some stages, of one type or of all."""
        theirs = (CARD.c.person_id == person_id) & CARD.c.state.in_([each.value for each in stages])
        if type_id is not None:
            theirs &= CARD.c.type == type_id
        return self._all(select(CARD).where(theirs).order_by(CARD.c.id))

    def credentials(self, card_id: str) -> list[Row]:
        """List the credentials of a card that have not ended."""
        theirs = (CREDENTIAL.c.card_id == card_id) & (CREDENTIAL.c.state != "ended")
        return self._all(select(CREDENTIAL).where(theirs).order_by(CREDENTIAL.c.id))

    def step(self, line: Line, card: Row, step: Step, **values: object) -> Row:
        """Take a card one step on, and say so in the status lists in the same transaction.

        Raises:
            ContentError: `register.stage`.
        """
        stage = after(Stage(card["state"]), step)
        row = self.act.update(line, CARD, card, state=stage.value, **values)
        ends = stage not in HELD | PENDING
        if ends:
            self.drop_deliveries(card["id"])
        if ends or status_of(stage) is not status_of(Stage(card["state"])):
            self.show(line, self.credentials(card["id"]), status_of(stage), ends=ends)
        return row

    def show(
        self, line: Line, credentials: Sequence[Row], status: StatusType, *, ends: bool
    ) -> None:
        """Set the status of credentials; those that end with it are noted as such."""
        changes = [Change(reference_of(row), status) for row in credentials]
        if changes:
            note = self.line.note
            self.status.set_many(changes, by=note.actor, reason=note.reason, now=self.now)
        if ends:
            for row in credentials:
                self.act.update(line, CREDENTIAL, row, state="ended")

    def drop_deliveries(self, card_id: str) -> None:
        """Forget credentials that wait for their phone."""
        theirs = select(CREDENTIAL.c.id).where(CREDENTIAL.c.card_id == card_id)
        self.act.connection.execute(delete(DELIVERY).where(DELIVERY.c.credential_id.in_(theirs)))

    def end_cards(self, person_id: str, *, type_id: str | None = None) -> None:
        """Revoke every card of a person, and withdraw what they have applied for."""
        for card in self.cards(person_id, HELD | PENDING, type_id):
            step = Step.REVOKE if Stage(card["state"]) in HELD else Step.WITHDRAW
            self.step(self.line_for(step.value, card["id"]), card, step)

    def withdraw(self, person_id: str, *, type_id: str | None = None) -> None:
        """Withdraw what a person has applied for."""
        for card in self.cards(person_id, PENDING, type_id):
            self.step(self.line_for(Step.WITHDRAW.value, card["id"]), card, Step.WITHDRAW)

    def _one(self, statement: Select[Any]) -> Row | None:
        row = self.act.connection.execute(statement.with_for_update()).mappings().one_or_none()
        return None if row is None else dict(row)

    def _all(self, statement: Select[Any]) -> list[Row]:
        rows = self.act.connection.execute(statement.with_for_update()).mappings()
        return [dict(row) for row in rows]
