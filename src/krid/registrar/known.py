"""What the register knows of some people, read and held at once for all of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, final

from sqlalchemy import Select, select

from krid.cardtypes import CardType
from krid.errors import Code, ContentError
from krid.registrar.book.act import Row
from krid.registrar.book.schema import CARD, CREDENTIAL, DOCUMENT, PERSON, PORTRAIT, RESIDENCE
from krid.registrar.lifecycle import HELD, PENDING
from krid.registrar.work import Work

_STATES = tuple(stage.value for stage in (*HELD, *PENDING))


@final
@dataclass(frozen=True, slots=True)
class Known:
    """Rows by the handle of the person, all of one card type; nobody else changes them meanwhile.

    `cards` are those that have not ended, `credentials` those of these cards, by card.
    """

    card_type: CardType
    people: Mapping[str, Row] = field(repr=False)
    documents: Mapping[str, Row] = field(repr=False)
    homes: Mapping[str, Row] = field(repr=False)
    portraits: Mapping[str, bytes] = field(repr=False)
    cards: Mapping[str, Sequence[Row]] = field(repr=False)
    credentials: Mapping[str, Sequence[Row]] = field(repr=False)

    @classmethod
    def load(cls, work: Work, person_ids: Sequence[str], type_id: str) -> Self:
        """Hold people, always in one order, and read all that belongs to them.

        Raises:
            ContentError: `register.type`, `register.unknown`.
        """
        card_type = work.country.type(type_id)
        chosen = select(PERSON).where(PERSON.c.id.in_(person_ids)).order_by(PERSON.c.id)
        people = {row["id"]: row for row in _rows(work, chosen.with_for_update())}
        if len(people) != len(set(person_ids)):
            raise ContentError(Code.REGISTER_UNKNOWN)
        cards = _rows(
            work,
            select(CARD).where(
                CARD.c.person_id.in_(person_ids),
                CARD.c.type == type_id,
                CARD.c.state.in_(_STATES),
            ),
        )
        return cls(
            card_type=card_type,
            people=people,
            documents=_documents(work, person_ids, card_type),
            homes=_homes(work, person_ids),
            portraits=_portraits(work, [row["portrait"] for row in people.values()]),
            cards=_grouped(cards, "person_id"),
            credentials=_credentials(work, [card["id"] for card in cards]),
        )

    def portrait(self, person_id: str) -> bytes:
        """Return a person's portrait, empty where there is none."""
        return self.portraits.get(self.people[person_id]["portrait"], b"")

    def address(self, person_id: str) -> str:
        """Return where a person lives, empty for who has no home."""
        home = self.homes.get(person_id)
        return "" if home is None else str(home["address"])


def _documents(work: Work, person_ids: Sequence[str], card_type: CardType) -> dict[str, Row]:
    kind = card_type.eligibility.document
    if kind is None:
        return {}
    standing = (DOCUMENT.c.kind == kind) & (DOCUMENT.c.state != "ended")
    statement = select(DOCUMENT).where(DOCUMENT.c.person_id.in_(person_ids), standing)
    return {row["person_id"]: row for row in _rows(work, statement)}


def _homes(work: Work, person_ids: Sequence[str]) -> dict[str, Row]:
    lives = RESIDENCE.c.person_id.in_(person_ids) & RESIDENCE.c.until.is_(None)
    return {row["person_id"]: row for row in _rows(work, select(RESIDENCE).where(lives))}


def _portraits(work: Work, digests: Sequence[str | None]) -> dict[str, bytes]:
    shown = [digest for digest in set(digests) if digest is not None]
    statement = select(PORTRAIT).where(PORTRAIT.c.digest.in_(shown))
    return {row["digest"]: row["jpeg"] for row in _rows(work, statement)}


def _credentials(work: Work, card_ids: Sequence[str]) -> Mapping[str, Sequence[Row]]:
    theirs = CREDENTIAL.c.card_id.in_(card_ids) & (CREDENTIAL.c.state != "ended")
    return _grouped(_rows(work, select(CREDENTIAL).where(theirs)), "card_id")


def _grouped(rows: Sequence[Row], column: str) -> Mapping[str, Sequence[Row]]:
    found = defaultdict[str, list[Row]](list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _rows(work: Work, statement: Select[Any]) -> list[Row]:
    return [dict(row) for row in work.act.connection.execute(statement).mappings()]
