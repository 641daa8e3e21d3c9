"""From rows to relying parties and back: the one place that knows how they stand in columns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from krid._core.strict_json import JsonObject
from krid.model import Permission
from krid.registrar.book.act import Row
from krid.registrar.book.values import read_json, write_json
from krid.registrar.parties import (
    FormerName,
    NewParty,
    Overasked,
    PartyState,
    RelyingParty,
    Use,
)
from krid.status.registry import moments

_ALL: Final = None
"""Stands in a column where every claim of a type may be asked for."""


def party_row(party_id: str, party: NewParty) -> dict[str, object]:
    """Write a party; its purposes are rows of their own."""
    return {
        "id": party_id,
        "number": party.number,
        "name": write_json(dict(party.name)),
        "state": PartyState.IN_FORCE.value,
    }


def use_row(use_id: str, party_id: str, use: Use) -> dict[str, object]:
    """Write a purpose; its names are rows of their own."""
    return {
        "id": use_id,
        "party_id": party_id,
        "word": use.id,
        "purposes": write_json(dict(use.purposes)),
        "permissions": write_json([_written(each) for each in use.permissions]),
        "since": moments.to_number(use.since),
        "until": None if use.until is None else moments.to_number(use.until),
    }


def party_of(
    row: Row, uses: Sequence[Row], names: Mapping[str, Iterable[str]], former: Iterable[Row]
) -> RelyingParty:
    """Read a party with its purposes; `names` are by the handle of the purpose."""
    return RelyingParty(
        id=row["id"],
        number=row["number"],
        name=read_json(row["name"]),
        state=PartyState(row["state"]),
        uses=tuple(_use(each, frozenset(names.get(each["id"], ()))) for each in uses),
        former=tuple(_former(each) for each in former),
    )


def report_row(key: str, found: Overasked) -> dict[str, object]:
    """Write a confirmed report."""
    return {
        "id": key,
        "party_id": found.party_id,
        "use": found.use,
        "types": write_json(list(found.types)),
        "claims": write_json([list(path) for path in found.claims]),
        "digest": found.digest,
        "asked_at": moments.to_number(found.asked_at),
    }


def report_of(row: Row) -> Overasked:
    """Read a confirmed report."""
    return Overasked(
        party_id=row["party_id"],
        use=row["use"],
        types=tuple(read_json(row["types"])),
        claims=tuple(tuple(path) for path in read_json(row["claims"])),
        digest=row["digest"],
        asked_at=moments.from_number(row["asked_at"]),
    )


def _use(row: Row, names: frozenset[str]) -> Use:
    return Use(
        id=row["word"],
        purposes=read_json(row["purposes"]),
        names=names,
        permissions=tuple(_permission(each) for each in read_json(row["permissions"])),
        since=moments.from_number(row["since"]),
        until=None if row["until"] is None else moments.from_number(row["until"]),
    )


def _former(row: Row) -> FormerName:
    return FormerName(name=row["name"], use=row["word"], until=moments.from_number(row["until"]))


def _written(permission: Permission) -> JsonObject:
    claims = permission.claims
    paths = _ALL if claims is None else [list(path) for path in sorted(claims, key=repr)]
    return {"format": permission.format, "types": sorted(permission.types), "claims": paths}


def _permission(members: Mapping[str, Any]) -> Permission:
    claims = members["claims"]
    paths = None if claims is _ALL else frozenset(tuple(path) for path in claims)
    return Permission(members["format"], frozenset(members["types"]), paths)
