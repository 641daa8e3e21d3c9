"""One change of the register: rows go in and out through here, and leave their digests."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias, final

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from krid._core.entropy import Entropy
from krid.errors import Code, ContentError
from krid.registrar.book.chain import NOTHING, Head, Note, Touch, line_digest, row_digest
from krid.registrar.book.schema import CARD, FAMILY_EVENT, HEAD, LINE, PARTY, PREFIX, TOUCH

Row: TypeAlias = Mapping[Any, Any]

_SALT_BYTES: Final = 16
_UNKNOWN: Final[Mapping[str, Code]] = {
    CARD.name: Code.REGISTER_UNKNOWN_CARD,
    PARTY.name: Code.REGISTER_UNKNOWN_PARTY,
    FAMILY_EVENT.name: Code.FAMILY_UNKNOWN,
}
"""What is not there, by its table; a person, unless said otherwise."""


@final
class Line:
    """A line of the log in the making, with the rows that it will cover."""

    __slots__ = ("_touches", "note")

    def __init__(self, note: Note) -> None:
        self.note = note
        self._touches: dict[tuple[str, str], bytes] = {}

    def touched(self, place: str, row: Row) -> None:
        """Remember a row as it is left behind; the last state counts."""
        self._touches[place, row["id"]] = row_digest(place, row)

    def gone(self, place: str, key: str) -> None:
        """Remember that a row is taken away."""
        self._touches[place, key] = NOTHING

    @property
    def touches(self) -> list[Touch]:
        """The rows in the order in which they are digested."""
        return sorted(Touch(*key, digest) for key, digest in self._touches.items())


@final
class Act:
    """Statements of one transaction, each of which belongs to a line of the log."""

    def __init__(self, connection: Connection, entropy: Entropy) -> None:
        self.connection: Final = connection
        self._entropy: Final = entropy
        self._lines: list[Line] = []

    def line(self, note: Note) -> Line:
        """Begin a line, which is written when the transaction ends."""
        self._lines.append(Line(note))
        return self._lines[-1]

    def forget_lines(self) -> None:
        """Drop the lines of what was taken back."""
        self._lines.clear()

    def insert(self, line: Line, table: Table, row: Row) -> None:
        """Put a new row in."""
        self.insert_many(table, [(line, row)])

    def insert_many(self, table: Table, rows: Iterable[tuple[Line, Row]]) -> None:
        """Put new rows in, each under its line."""
        place, whole = place_of(table), []
        for line, row in rows:
            salted = {**_with_all(table, row), "salt": self._entropy(_SALT_BYTES)}
            line.touched(place, salted)
            whole.append(salted)
        if whole:
            self.connection.execute(insert(table), whole)

    def update(self, line: Line, table: Table, row: Row, **values: object) -> Row:
        """Change some columns of a row that was read with all its columns; return it anew."""
        changed = {**row, **values}
        line.touched(place_of(table), changed)
        statement = update(table).where(table.c.id == row["id"]).values(**values)
        self.connection.execute(statement)
        return changed

    def update_many(
        self, table: Table, changes: Iterable[tuple[Line, Row, Mapping[str, object]]]
    ) -> None:
        """Change the same columns of many rows, each under its line."""
        place, sets = place_of(table), []
        for line, row, values in changes:
            line.touched(place, {**row, **values})
            sets.append({"row_id": row["id"], **values})
        if sets:
            names = [name for name in sets[0] if name != "row_id"]
            statement = update(table).where(table.c.id == bindparam("row_id"))
            self.connection.execute(
                statement.values({name: bindparam(name) for name in names}), sets
            )

    def delete(self, line: Line, table: Table, key: str) -> None:
        """Take a row away; the log keeps that it was there."""
        line.gone(place_of(table), key)
        self.connection.execute(delete(table).where(table.c.id == key))

    def find(self, table: Table, key: str) -> Row:
        """Read a whole row, and hold it until the transaction ends.

        Raises:
            ContentError: `register.unknown` for a person, `register.unknown_card`,
                `register.unknown_party`, `family.unknown`.
        """
        statement = select(table).where(table.c.id == key).with_for_update()
        row = self.connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise ContentError(_UNKNOWN.get(table.name, Code.REGISTER_UNKNOWN))
        return dict(row)

    def append(self) -> None:
        """Write the lines at the end of the chain, which is held until the transaction ends."""
        if not self._lines:
            return
        row = self.connection.execute(select(HEAD).with_for_update()).one()
        head, lines, touches = Head(row.seq, row.digest), [], []
        for line in self._lines:
            sorted_touches = line.touches
            head = Head(head.seq + 1, line_digest(head, line.note, sorted_touches))
            lines.append(_line_row(head, line.note))
            touches += [{"seq": head.seq, **each._asdict()} for each in sorted_touches]
        self.connection.execute(insert(LINE), lines)
        if touches:
            self.connection.execute(insert(TOUCH), touches)
        self.connection.execute(update(HEAD).values(seq=head.seq, digest=head.digest))


def place_of(table: Table) -> str:
    """Name a table as the log does."""
    return table.name.removeprefix(PREFIX)


def _with_all(table: Table, row: Row) -> Row:
    """Name every column, so that a row digests the same before and after it was stored."""
    return {column.name: row.get(column.name) for column in table.columns}


def _line_row(head: Head, note: Note) -> dict[str, object]:
    return {
        "seq": head.seq,
        "at": note.at,
        "actor": note.actor,
        "action": note.action,
        "subject": note.subject,
        "reason": note.reason,
        "refusal": note.refusal,
        "digest": head.digest,
    }
