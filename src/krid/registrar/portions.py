"""Sharing a bulk run: portions of people, each in the hands of one process at a time.

A process takes a portion under a lease. A lease that has ended by the database's clock, which is
one for all machines, is taken over with its people by whoever asks next; who held it finds it gone
and issues nothing. So a process that died, was stopped or lost its network keeps nobody waiting
for longer than a lease, and whether it is dead need not be known.

What is left to do follows from the register alone, and a lost lease costs time and no card: leases
are no part of the log.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeAlias, final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from krid.errors import Code, ContentError
from krid.registrar.book.book import Book
from krid.registrar.book.schema import CARD, LEASE, PERSON
from krid.registrar.handles import new_handle
from krid.registrar.lifecycle import HELD
from krid.status.registry import moments

_POLL: Final = timedelta(seconds=1)
"""How often to look whether others are done: a portion takes some tenths of a second."""

_SOON: Final = timedelta(milliseconds=50)
_HELD_STATES: Final = tuple(stage.value for stage in HELD)
_NOW: Final = {
    "postgresql": "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
    "sqlite": "SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
}


@final
@dataclass(frozen=True, slots=True)
class Portion:
    """People whom one process issues cards to, for as long as it has the lease."""

    lease: str
    type_id: str
    people: tuple[str, ...] = field(repr=False)
    lasting: timedelta


@final
@dataclass(frozen=True, slots=True)
class Elsewhere:
    """All that is left is in the hands of others; after a while it may be worth to ask again."""

    wait: timedelta


Claim: TypeAlias = Portion | Elsewhere | None
"""A portion, a reason to wait, or None when everybody has had a turn."""


@final
class Walk:
    """One process's way through everybody who has no card of a type, in the order of handles."""

    def __init__(self, book: Book, type_id: str, *, size: int, lasting: timedelta) -> None:
        self._book: Final = book
        self._type: Final = type_id
        self._size: Final = size
        self._lasting: Final = lasting
        self._after = ""

    def claim(self) -> Claim:
        """Take the next portion: one whose lease has ended, or people whom nobody works on.

        Raises:
            StoreError: `register.database`.
        """
        with self._book.leasing() as connection:
            now = _now(connection)
            people = self._abandoned(connection, now) or self._further(connection)
            if people:
                return self._lease(connection, people, now)
            ends = select(func.min(LEASE.c.until)).where(LEASE.c.type == self._type)
            until = connection.execute(ends).scalar_one()
        if until is None:
            return None
        return Elsewhere(max(_SOON, min(_POLL, moments.from_length(until - now))))

    def _abandoned(self, connection: Connection, now: int) -> tuple[str, ...]:
        """Take over leases that have ended, until there is one with something left to do.

        A lease whose holder is in a transaction right now is held, whatever the clock says.
        """
        ended = (LEASE.c.type == self._type) & (LEASE.c.until <= now)
        statement = select(LEASE).where(ended).limit(1).with_for_update(skip_locked=True)
        while (row := connection.execute(statement).one_or_none()) is not None:
            connection.execute(delete(LEASE).where(LEASE.c.id == row.id))
            within = PERSON.c.id.between(row.first, row.last)
            if people := self._waiting(connection, within, size=None):
                return people
        return ()

    def _further(self, connection: Connection) -> tuple[str, ...]:
        """Take the next people up to the next lease: ranges never lie over each other.

        If they did, people of an ended lease could lie in the range of another that has others.
        """
        people = self._waiting(connection, PERSON.c.id > self._after, size=self._size)
        if not people:
            return ()
        begins = (LEASE.c.type == self._type) & (LEASE.c.first > people[0])
        bound = connection.execute(select(func.min(LEASE.c.first)).where(begins)).scalar_one()
        if bound is not None:
            within = (PERSON.c.id >= people[0]) & (PERSON.c.id < bound)
            people = self._waiting(connection, within, size=self._size)
        self._after = people[-1]
        return people

    def _waiting(
        self, connection: Connection, where: ColumnElement[bool], *, size: int | None
    ) -> tuple[str, ...]:
        """List people without a card whom nobody has under a lease."""
        is_leased = exists().where(
            LEASE.c.type == self._type, PERSON.c.id.between(LEASE.c.first, LEASE.c.last)
        )
        statement = _without_card(self._type, size).where(where, ~is_leased)
        return tuple(connection.execute(statement).scalars())

    def _lease(self, connection: Connection, people: tuple[str, ...], now: int) -> Portion:
        handle = new_handle("l", self._book.entropy)
        row = {
            "id": handle,
            "type": self._type,
            "first": people[0],
            "last": people[-1],
            "until": now + moments.length(self._lasting),
        }
        connection.execute(insert(LEASE), row)
        return Portion(handle, self._type, people, self._lasting)


def chunks(book: Book, type_id: str, *, size: int) -> Iterator[tuple[str, ...]]:
    """List the handles of people without a card of a type, in order, and take nobody.

    Raises:
        StoreError: `register.database`.
    """
    last = ""
    while True:
        statement = _without_card(type_id, size).where(PERSON.c.id > last)
        with book.reading() as connection:
            found = tuple(connection.execute(statement).scalars())
        if not found:
            return
        yield found
        last = found[-1]


def _without_card(type_id: str, size: int | None) -> Select[Any]:
    has_card = exists().where(
        CARD.c.person_id == PERSON.c.id, CARD.c.type == type_id, CARD.c.state.in_(_HELD_STATES)
    )
    return select(PERSON.c.id).where(~has_card).order_by(PERSON.c.id).limit(size)


def keep(connection: Connection, portion: Portion) -> None:
    """Hold a lease for as long as this transaction takes, and make it last anew from now on.

    Raises:
        ContentError: `register.lease` when it ended and another has taken it over.
    """
    until = _now(connection) + moments.length(portion.lasting)
    ours = update(LEASE).where(LEASE.c.id == portion.lease).values(until=until)
    if connection.execute(ours).rowcount != 1:
        raise ContentError(Code.REGISTER_LEASE)


def give_back(connection: Connection, portion: Portion) -> None:
    """End a lease with the transaction that did its work."""
    connection.execute(delete(LEASE).where(LEASE.c.id == portion.lease))


def _now(connection: Connection) -> int:
    """Ask the database for the time: machines differ in theirs."""
    return int(connection.exec_driver_sql(_NOW[connection.dialect.name]).scalar_one())
