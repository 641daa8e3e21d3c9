"""The resident register: who is there, who lives where with whom, and which papers they have."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Final, final

from sqlalchemy import ColumnElement, func, or_, select

from krid.errors import Code, ContentError, MisuseError
from krid.registrar import homes
from krid.registrar.book.act import Row
from krid.registrar.book.book import make_note
from krid.registrar.book.schema import DOCUMENT, PERSON, PORTRAIT, RESIDENCE
from krid.registrar.book.values import document_of, person_of, read_json, residence_of, write_json
from krid.registrar.country import check_line, check_portrait
from krid.registrar.eligible import check_facts, check_may_end
from krid.registrar.entering import Entering, document_row, write_portraits
from krid.registrar.family.family import note_death
from krid.registrar.lifecycle import HELD, Hold, Role
from krid.registrar.loss import lift_from_all, place_on_all
from krid.registrar.people import (
    Document,
    Movers,
    NewDocument,
    NewPerson,
    Person,
    PersonState,
    Relation,
    Residence,
)
from krid.registrar.renewal import replace_in_place
from krid.registrar.resident import CardState
from krid.registrar.work import Core, Work

_AT_ONCE: Final = 500
"""Numbers in one question, as in `krid.registrar.entering`."""


@final
class Residents:
    """The register of residents. Everything that changes it is a method, and stands in the log."""

    def __init__(self, core: Core) -> None:
        self._core: Final = core

    def enter(self, person: NewPerson, *, actor: str, reason: str, now: datetime) -> str:
        """Take a person in, with a home and documents, and return the handle.

        Raises:
            ContentError: `register.number`, `register.birth_date`, `register.person`,
                `register.portrait`, `register.document`, `register.household`,
                `register.repeated`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        handle = self._core.handle("p")
        with self._core.work("enter", handle, actor=actor, reason=reason, now=now) as work:
            self._core.country.check_person(person, day=work.day)
            rows = Entering(self._core)
            rows.add(work.line, handle, person)
            rows.check_new(work.act.connection)
            rows.write(work.act)
        return handle

    def enter_many(
        self, people: Iterable[NewPerson], *, actor: str, reason: str, now: datetime
    ) -> list[str]:
        """Take many people in, all of them or none, each with a line of their own.

        A household may be named by the number of its head, in this batch or before. As `enter`,
        but that the refusal of one is no line in the log.
        """
        day, handles = self._core.country.day(now), list[str]()
        with self._core.book.entering() as act:
            rows = Entering(self._core)
            for person in people:
                self._core.country.check_person(person, day=day)
                handles.append(self._core.handle("p"))
                note = make_note(
                    actor=actor, action="enter", subject=handles[-1], reason=reason, now=now
                )
                rows.add(act.line(note), handles[-1], person)
            rows.check_new(act.connection)
            rows.write(act)
        return handles

    def person(self, person_id: str) -> Person:
        """Find a person.

        Raises:
            ContentError: `register.unknown`.
            StoreError: `register.database`.
        """
        return self._person(PERSON.c.id == person_id)

    def by_number(self, number: str) -> Person:
        """Find a person by the number of the register; as `person`."""
        return self._person(PERSON.c.number == number)

    def _person(self, condition: ColumnElement[bool]) -> Person:
        statement = select(PERSON, PORTRAIT.c.jpeg).outerjoin(PORTRAIT).where(condition)
        with self._core.book.reading() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise ContentError(Code.REGISTER_UNKNOWN)
        return person_of(row, row["jpeg"])

    def handles(self, numbers: Iterable[str]) -> dict[str, str]:
        """Find the handles of people by their numbers; who is unknown is left out.

        Raises:
            StoreError: `register.database`.
        """
        wanted, found = sorted(set(numbers)), dict[str, str]()
        with self._core.book.reading() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                some = PERSON.c.number.in_(wanted[start : start + _AT_ONCE])
                rows = connection.execute(select(PERSON.c.number, PERSON.c.id).where(some))
                found |= {row.number: row.id for row in rows}
        return found

    def count(self) -> int:
        """Count everybody who was ever entered.

        Raises:
            StoreError: `register.database`.
        """
        with self._core.book.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(PERSON)).scalar_one())

    def residences(self, person_id: str) -> tuple[Residence, ...]:
        """List where a person lived, the first home first.

        Raises:
            StoreError: `register.database`.
        """
        return self._homes(RESIDENCE.c.person_id == person_id)

    def household(self, household_id: str, *, day: date) -> tuple[Residence, ...]:
        """List who belonged to a household on a day, the head first; as `residences`."""
        found = self._homes(RESIDENCE.c.household_id == household_id, day=day)
        return tuple(sorted(found, key=lambda each: each.relation is not Relation.HEAD))

    def living_at(self, address: str, *, day: date) -> tuple[Residence, ...]:
        """List who lived at an address on a day; as `residences`."""
        return self._homes(RESIDENCE.c.address == address, day=day)

    def _homes(
        self, condition: ColumnElement[bool], *, day: date | None = None
    ) -> tuple[Residence, ...]:
        statement = select(RESIDENCE).where(condition)
        if day is not None:
            text = day.isoformat()
            ongoing = or_(RESIDENCE.c.until.is_(None), RESIDENCE.c.until > text)
            statement = statement.where(RESIDENCE.c.since <= text, ongoing)
        order = (RESIDENCE.c.since, RESIDENCE.c.id)
        with self._core.book.reading() as connection:
            rows = connection.execute(statement.order_by(*order)).mappings().all()
        return tuple(residence_of(row) for row in rows)

    def documents(self, person_id: str) -> tuple[Document, ...]:
        """List a person's documents, in whatever state, the oldest first; as `residences`."""
        statement = select(DOCUMENT).where(DOCUMENT.c.person_id == person_id)
        order = (DOCUMENT.c.issued_on, DOCUMENT.c.id)
        with self._core.book.reading() as connection:
            rows = connection.execute(statement.order_by(*order)).mappings().all()
        return tuple(document_of(row) for row in rows)

    def move(
        self,
        person_id: str,
        address: str,
        *,
        movers: Movers,
        since: date,
        actor: str,
        reason: str,
        now: datetime,
    ) -> tuple[str, ...]:
        """Report a move; return the handles of the cards that replace those with the old address.

        Whoever moves alone begins a household of their own. With a household all its members
        move. For each active card of those who moved a new one is enrolled for the same phone: it
        is to be issued, and the old one is revoked when it is.

        Raises:
            ContentError: `register.unknown`, `register.ended`, `register.person` for a text that
                is no address, `register.day` for a day before the last move or after today.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("move", person_id, actor=actor, reason=reason, now=now) as work:
            check_line("address", address)
            moved = homes.move(work, person_id, address, movers=movers, since=since)
            return tuple(card_id for each in moved for card_id in replace_in_place(work, each))

    def amend(
        self,
        person_id: str,
        *,
        facts: Mapping[str, str],
        portrait: bytes | None,
        actor: str,
        reason: str,
        now: datetime,
    ) -> tuple[str, ...]:
        """Change texts of a person, such as the name, or the portrait; None leaves it as it is.

        An empty text takes one away that no card of theirs needs. Returns the handles of the cards
        that replace those with the old texts, as `move` does. Number, birth date and sex are never
        changed.

        Raises:
            ContentError: `register.unknown`, `register.ended`, `register.person`,
                `register.portrait`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("amend", person_id, actor=actor, reason=reason, now=now) as work:
            person = work.hold_resident(person_id)
            new = {
                name: text for name, text in (read_json(person["facts"]) | facts).items() if text
            }
            work.country.check_facts(new)
            for card in work.cards(person_id, HELD):
                check_facts(work.country.type(card["type"]), new)
            digest = person["portrait"]
            if portrait is not None:
                check_portrait(portrait)
                digest = sha256(portrait).hexdigest()
                write_portraits(work.act.connection, {digest: portrait})
            work.act.update(work.line, PERSON, person, facts=write_json(new), portrait=digest)
            return tuple(replace_in_place(work, person_id))

    def issue_document(
        self, person_id: str, document: NewDocument, *, actor: str, reason: str, now: datetime
    ) -> str:
        """Enter a new document; one of the same kind that stood before ends, and its cards do.

        Raises:
            ContentError: `register.unknown`, `register.ended`, `register.document`;
                `register.police` while the police have suspended a card that stands beside it.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("document", person_id, actor=actor, reason=reason, now=now) as work:
            work.hold_resident(person_id)
            work.country.check_document(document.kind, document.facts)
            before = work.document(person_id, document.kind)
            if before is not None:
                _check_may_be_replaced(work, person_id, document.kind)
                work.act.update(work.line, DOCUMENT, before, state=CardState.ENDED.value)
                _end_cards_of(work, person_id, document.kind)
            row = document_row(self._core.handle("d"), person_id, document)
            work.act.insert(work.line, DOCUMENT, row)
            return str(row["id"])

    def lose_document(
        self, person_id: str, kind: str, *, role: Role, actor: str, reason: str, now: datetime
    ) -> None:
        """Report a document as lost: every mobile card that stands beside it is suspended at once.

        Raises:
            ContentError: `register.unknown`, `register.document` when none is in force.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("lose", person_id, actor=actor, reason=reason, now=now) as work:
            document = _document(work, person_id, kind, CardState.IN_FORCE)
            work.act.update(work.line, DOCUMENT, document, state=CardState.LOST.value)
            for type_id in _types_beside(work, kind):
                place_on_all(work, person_id, Hold.DOCUMENT_LOST, role=role, type_id=type_id)

    def find_document(
        self, person_id: str, kind: str, *, role: Role, actor: str, reason: str, now: datetime
    ) -> None:
        """Report a lost document as found; cards that were suspended for it are restored.

        Raises:
            ContentError: `register.unknown`, `register.right`, `register.document` when none is
                lost.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("find", person_id, actor=actor, reason=reason, now=now) as work:
            document = _document(work, person_id, kind, CardState.LOST)
            work.act.update(work.line, DOCUMENT, document, state=CardState.IN_FORCE.value)
            for type_id in _types_beside(work, kind):
                lift_from_all(work, person_id, Hold.DOCUMENT_LOST, role=role, type_id=type_id)

    def end_document(
        self, person_id: str, kind: str, *, actor: str, reason: str, now: datetime
    ) -> None:
        """End a document; every mobile card that stands beside it is revoked.

        Raises:
            ContentError: `register.unknown`, `register.document` when there is none.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("end", person_id, actor=actor, reason=reason, now=now) as work:
            document = _document(work, person_id, kind, None)
            work.act.update(work.line, DOCUMENT, document, state=CardState.ENDED.value)
            _end_cards_of(work, person_id, kind)

    def leave(
        self,
        person_id: str,
        state: PersonState,
        *,
        on: date,
        actor: str,
        reason: str,
        now: datetime,
    ) -> None:
        """Note a death or an emigration: documents and cards end, and the home is left.

        A death is recorded in the family register as well, for who has an entry there.

        Raises:
            ContentError: `register.unknown`, `register.ended`, `register.day`, `family.day`.
            MisuseError: `misuse.option`, also for the state of a resident; `misuse.naive_time`.
            StoreError: `register.database`.
        """
        if state is PersonState.RESIDENT:
            raise MisuseError(Code.MISUSE_OPTION, "state")
        with self._core.work(state.value, person_id, actor=actor, reason=reason, now=now) as work:
            together = homes.hold_household(work, person_id)
            person = work.hold_resident(person_id)
            if on > work.day or on.isoformat() < person["birth_date"]:
                raise ContentError(Code.REGISTER_DAY)
            work.act.update(work.line, PERSON, person, state=state.value, ended_on=on.isoformat())
            homes.leave_household(work, together, person_id, on)
            home = together[person_id]
            until = max(home["since"], on.isoformat())
            work.act.update(work.line, RESIDENCE, home, until=until)
            for kind in work.country.documents:
                document = work.document(person_id, kind)
                if document is not None:
                    ended = CardState.ENDED.value
                    work.act.update(work.line, DOCUMENT, document, state=ended)
            work.end_cards(person_id)
            if state is PersonState.DEAD:
                note_death(work, person_id, on)


def _document(work: Work, person_id: str, kind: str, state: CardState | None) -> Row:
    """Hold a person and find the document of a kind, in a state if that matters."""
    work.hold_person(person_id)
    document = work.document(person_id, kind)
    if document is None or (state is not None and document["state"] != state.value):
        raise ContentError(Code.REGISTER_DOCUMENT, kind)
    return document


def _types_beside(work: Work, kind: str) -> list[str]:
    """Name the card types that stand beside a kind of document."""
    types = work.country.types.values()
    return [each.id for each in types if each.eligibility.document == kind]


def _check_may_be_replaced(work: Work, person_id: str, kind: str) -> None:
    """A suspension by the police would end with the card, so no new paper comes before its end."""
    for type_id in _types_beside(work, kind):
        for card in work.cards(person_id, HELD, type_id):
            check_may_end(card)


def _end_cards_of(work: Work, person_id: str, kind: str) -> None:
    for type_id in _types_beside(work, kind):
        work.end_cards(person_id, type_id=type_id)
