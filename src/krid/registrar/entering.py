"""Rows of people who are taken in, one or thousands at a time."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, final

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from krid.errors import Code, ContentError
from krid.registrar.book.act import Act, Line, Row
from krid.registrar.book.schema import DOCUMENT, HOUSEHOLD, PERSON, PORTRAIT, RESIDENCE
from krid.registrar.book.values import write_json
from krid.registrar.people import NewDocument, NewPerson, PersonState, Relation
from krid.registrar.resident import CardState
from krid.registrar.work import Core

_AT_ONCE: Final = 500
"""Values in one question: SQLite takes 32,766 of them, and memory stays small."""


@final
class Entering:
    """Collects rows, each under its line, and writes them table by table."""

    def __init__(self, core: Core) -> None:
        self._core: Final = core
        self._people: list[tuple[Line, Row]] = []
        self._households: list[tuple[Line, Row]] = []
        self._homes: list[tuple[Line, dict[str, object]]] = []
        self._documents: list[tuple[Line, Row]] = []
        self._portraits: dict[str, bytes] = {}
        self._heads: dict[str, str] = {}

    def add(self, line: Line, handle: str, person: NewPerson) -> None:
        """Add the rows of one checked person.

        Raises:
            ContentError: `register.household` for who is to be head of somebody else's.
        """
        portrait = None if person.portrait is None else sha256(person.portrait).hexdigest()
        if portrait is not None and person.portrait is not None:
            self._portraits[portrait] = person.portrait
        self._people.append((line, _person_row(handle, person, portrait)))
        household = self._household(line, handle, person)
        home: dict[str, object] = {
            "id": self._core.handle("r"),
            "person_id": handle,
            "household_id": household,
            "relation": person.relation.value,
            "address": person.address,
            "since": person.since.isoformat(),
        }
        self._homes.append((line, home))
        for document in person.documents:
            row = document_row(self._core.handle("d"), handle, document)
            self._documents.append((line, row))

    def _household(self, line: Line, handle: str, person: NewPerson) -> str:
        """Find the household: one's own, one of this batch by its head's number, or by handle."""
        if (person.household is None) != (person.relation is Relation.HEAD):
            raise ContentError(Code.REGISTER_HOUSEHOLD)
        if person.household is not None:
            return self._heads.get(person.household, person.household)
        household = self._core.handle("h")
        self._households.append((line, {"id": household, "head": handle}))
        self._heads[person.number] = household
        return household

    def check_new(self, connection: Connection) -> None:
        """Check that nobody is there already, and that every household is.

        Raises:
            ContentError: `register.repeated`, `register.household`.
        """
        numbers = [row["number"] for _, row in self._people]
        if len(set(numbers)) != len(numbers):
            raise ContentError(Code.REGISTER_REPEATED)
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            if connection.execute(select(PERSON.c.id).where(PERSON.c.number.in_(some))).first():
                raise ContentError(Code.REGISTER_REPEATED)
        own = {row["id"] for _, row in self._households}
        self._check_households(connection, own)

    def _check_households(self, connection: Connection, own: set[str]) -> None:
        """Put handles where heads of earlier batches are named, and check that all are there."""
        for _, row in self._homes:
            named = row["household_id"]
            if named in own:
                continue
            found = (
                connection.execute(
                    select(HOUSEHOLD.c.id)
                    .join(PERSON, PERSON.c.id == HOUSEHOLD.c.head)
                    .where((HOUSEHOLD.c.id == named) | (PERSON.c.number == named))
                )
                .scalars()
                .first()
            )
            if found is None:
                raise ContentError(Code.REGISTER_HOUSEHOLD)
            row["household_id"] = found

    def write(self, act: Act) -> None:
        """Write all rows, those first that others refer to."""
        write_portraits(act.connection, self._portraits)
        act.insert_many(PERSON, self._people)
        act.insert_many(HOUSEHOLD, self._households)
        act.insert_many(RESIDENCE, self._homes)
        act.insert_many(DOCUMENT, self._documents)


def write_portraits(connection: Connection, portraits: Mapping[str, bytes]) -> None:
    """Keep each image once, by its digest."""
    if not portraits:
        return
    rows = [{"digest": digest, "jpeg": jpeg} for digest, jpeg in sorted(portraits.items())]
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(PORTRAIT).on_conflict_do_nothing(), rows)
    else:
        connection.execute(sqlite.insert(PORTRAIT).on_conflict_do_nothing(), rows)


def _person_row(handle: str, person: NewPerson, portrait: str | None) -> Row:
    return {
        "id": handle,
        "number": person.number,
        "birth_date": person.birth_date.isoformat(),
        "sex": None if person.sex is None else int(person.sex),
        "facts": write_json(dict(person.facts)),
        "portrait": portrait,
        "invented": person.invented,
        "state": PersonState.RESIDENT.value,
    }


def document_row(handle: str, person_id: str, document: NewDocument) -> Row:
    """Make the row of a document in force."""
    return {
        "id": handle,
        "person_id": person_id,
        "kind": document.kind,
        "state": CardState.IN_FORCE.value,
        "issued_on": document.issued_on.isoformat(),
        "facts": write_json(dict(document.facts)),
        "chip_key": document.chip_key,
        "chip_counter": 0,
        "chip_blocked": False,
    }
