"""Reading relying parties from their rows."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from krid.errors import Code, ContentError
from krid.model import Asker
from krid.registrar.book.act import Row
from krid.registrar.book.party_values import party_of
from krid.registrar.book.schema import FORMER_NAME, PARTY, PARTY_NAME, USE
from krid.registrar.parties import RelyingParty
from krid.status.registry import moments


def behind_at(connection: Connection, asker: Asker, moment: datetime) -> tuple[RelyingParty, ...]:
    """Find who stood behind a client identifier at a moment, as `behind` does where it had none."""
    # The first that ended after the moment: what the name stood for later came after it.
    then = (
        select(USE.c.party_id)
        .join(FORMER_NAME, FORMER_NAME.c.use_id == USE.c.id)
        .where(FORMER_NAME.c.name == asker.client_id)
        .where(FORMER_NAME.c.until > moments.to_number(moment))
        .order_by(FORMER_NAME.c.until)
        .limit(1)
    )
    return parties_where(connection, PARTY.c.id.in_(then)) or behind(connection, asker)


def behind(connection: Connection, asker: Asker) -> tuple[RelyingParty, ...]:
    """Find who stands behind a client identifier or, failing that, behind a proved number."""
    named = (
        select(USE.c.party_id)
        .join(PARTY_NAME, PARTY_NAME.c.use_id == USE.c.id)
        .where(PARTY_NAME.c.id == asker.client_id)
    )
    found = parties_where(connection, PARTY.c.id.in_(named))
    return found or parties_where(connection, PARTY.c.number.in_(sorted(asker.names)))


def parties_where(connection: Connection, which: ColumnElement[bool]) -> tuple[RelyingParty, ...]:
    """Read the parties that a condition names, with their purposes, by their numbers."""
    rows = connection.execute(select(PARTY).where(which).order_by(PARTY.c.number)).mappings().all()
    theirs = select(PARTY.c.id).where(which)
    uses: dict[str, list[Row]] = defaultdict(list)
    for use in connection.execute(select(USE).where(USE.c.party_id.in_(theirs))).mappings():
        uses[use["party_id"]].append(use)
    names: dict[str, list[str]] = defaultdict(list)
    wanted = select(USE.c.id).where(USE.c.party_id.in_(theirs))
    for row in connection.execute(select(PARTY_NAME).where(PARTY_NAME.c.use_id.in_(wanted))):
        names[row.use_id].append(row.id)
    former: dict[str, list[Row]] = defaultdict(list)
    had = select(FORMER_NAME, USE.c.party_id, USE.c.word).join(
        USE, FORMER_NAME.c.use_id == USE.c.id
    )
    had = had.where(USE.c.party_id.in_(theirs)).order_by(FORMER_NAME.c.until)
    for each in connection.execute(had).mappings():
        former[each["party_id"]].append(each)
    by_word = {key: sorted(each, key=lambda use: str(use["word"])) for key, each in uses.items()}
    return tuple(
        party_of(row, by_word.get(row["id"], []), names, former.get(row["id"], [])) for row in rows
    )


def row_of_use(connection: Connection, party_id: str, word: str) -> Row:
    """Find one purpose of a party.

    Raises:
        ContentError: `register.unknown_party`.
    """
    statement = select(USE).where(USE.c.party_id == party_id, USE.c.word == word)
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise ContentError(Code.REGISTER_UNKNOWN_PARTY)
    return dict(row)
