"""From rows to values: the one place that knows how values stand in columns."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from krid._core import strict_json
from krid._core.strict_json import Json
from krid.cardtypes import Sex
from krid.keys import jwk
from krid.model import StatusReference
from krid.registrar.book.act import Row
from krid.registrar.lifecycle import Hold, Stage
from krid.registrar.mobile import IssuedEntry, MobileCard, Via
from krid.registrar.people import Document, Person, PersonState, Relation, Residence
from krid.registrar.resident import CardState
from krid.status.registry import moments


def write_json(value: Json) -> str:
    """Write a structure as it stands in a column."""
    return strict_json.dumps(value).decode("utf-8")


def read_json(text: str) -> Any:  # noqa: ANN401  whatever was written
    """Read a structure from a column."""
    return strict_json.loads(text.encode("utf-8"))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def person_of(row: Row, portrait: bytes | None) -> Person:
    """Read a person."""
    return Person(
        id=row["id"],
        number=row["number"],
        birth_date=date.fromisoformat(row["birth_date"]),
        sex=None if row["sex"] is None else Sex(row["sex"]),
        facts=read_json(row["facts"]),
        portrait=portrait or b"",
        invented=row["invented"],
        state=PersonState(row["state"]),
        ended_on=_day(row["ended_on"]),
    )


def residence_of(row: Row) -> Residence:
    """Read where somebody lived."""
    return Residence(
        person_id=row["person_id"],
        household_id=row["household_id"],
        relation=Relation(row["relation"]),
        address=row["address"],
        since=date.fromisoformat(row["since"]),
        until=_day(row["until"]),
    )


def document_of(row: Row) -> Document:
    """Read a document."""
    return Document(
        id=row["id"],
        person_id=row["person_id"],
        kind=row["kind"],
        state=CardState(row["state"]),
        issued_on=date.fromisoformat(row["issued_on"]),
        facts=read_json(row["facts"]),
        chip_key=row["chip_key"],
        chip_blocked=row["chip_blocked"],
    )


def card_of(row: Row) -> MobileCard:
    """Read a mobile card."""
    return MobileCard(
        id=row["id"],
        person_id=row["person_id"],
        type=row["type"],
        phone=row["phone"],
        key=jwk.parse_public(read_json(row["key"])),
        stage=Stage(row["state"]),
        holds=holds_of(row),
        via=None if row["via"] is None else Via(row["via"]),
        replaces=row["replaces"],
        applied_at=moments.from_number(row["applied_at"]),
        issued_on=_day(row["issued_on"]),
        expires_on=_day(row["expires_on"]),
    )


def holds_of(row: Row) -> frozenset[Hold]:
    """Read why a card is suspended."""
    return frozenset(Hold(name) for name in read_json(row["holds"]))


def write_holds(holds: Iterable[Hold]) -> str:
    """Write why a card is suspended."""
    return write_json(sorted(hold.value for hold in holds))


def entry_of(row: Row) -> IssuedEntry:
    """Read a credential."""
    return IssuedEntry(
        id=row["id"],
        card_id=row["card_id"],
        format=row["format"],
        status=reference_of(row),
        until=moments.from_number(row["until"]),
        is_signed=row["digest"] is not None,
        is_ended=row["state"] == "ended",
    )


def reference_of(row: Row) -> StatusReference:
    """Read where the status of a credential stands."""
    return StatusReference(row["list_uri"], row["list_index"])
