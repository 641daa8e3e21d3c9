"""A country's cards at once: streams, over all cores, resumable after a kill at any point.

People are taken in the order of their handles, a portion at a time; each portion is reserved in one
transaction, signed without any, and taken in by another. Nothing but the register says how far the
work has come: who has a card in the world is passed over, and a card whose places were reserved
before a process died is finished with these places. So it may be begun again at any time, twice at
once, and on several machines that share a PostgreSQL: leases share the people out among them
(`krid.registrar.portions`), and both transactions look whether the lease is held still.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self, TypeAlias, Unpack, final

from krid.errors import ContentError
from krid.exchange import IssuedCredential
from krid.keys import PublicKey, jwk
from krid.registrar.book.act import Line, Row
from krid.registrar.book.schema import CARD
from krid.registrar.book.values import holds_of, write_json
from krid.registrar.eligible import check_rules
from krid.registrar.issuing import (
    Lined,
    check_may_take_in,
    check_unchanged,
    reserve,
    take_in,
)
from krid.registrar.known import Known
from krid.registrar.lifecycle import HELD, Hold, Stage
from krid.registrar.mobile import Via
from krid.registrar.portions import Portion, give_back, keep
from krid.registrar.registrar import Registrar
from krid.registrar.signing import Order
from krid.registrar.work import Noted, Work

CHUNK: Final = 100
"""People in one transaction, and under one lease: others wait for some tenths of a second."""

PhoneKeys: TypeAlias = Callable[[str], PublicKey]
"""Gives the key of a person's phone by the person's handle."""

_PASSED: Final[Row] = MappingProxyType({})
"""Stands for somebody who is to be passed over."""


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one chunk: cards issued, people refused by the rules, people passed over."""

    issued: int
    refused: int
    passed: int

    def __add__(self, other: "Outcome") -> "Outcome":
        """Count two together."""
        return Outcome(
            self.issued + other.issued, self.refused + other.refused, self.passed + other.passed
        )


def issue_portion(
    registrar: Registrar, portion: Portion, phones: PhoneKeys, **note: Unpack[Noted]
) -> Outcome:
    """Issue and activate a card for each of the people of a portion who may have it.

    As `issue_chunk`; who lost the lease meanwhile issues nothing, and the log says so.

    Raises:
        ContentError: `register.lease`, `register.type`, `register.unknown`.
        MisuseError, StoreError: as `issue_chunk`.
    """
    return _issue(registrar, _Chunk(portion.type_id, portion.people, portion), phones, note)


def issue_chunk(
    registrar: Registrar,
    type_id: str,
    people: Sequence[str],
    phones: PhoneKeys,
    **note: Unpack[Noted],
) -> Outcome:
    """Issue and activate a card of a type for each of some people who may have it, without a lease.

    Those whom the rules refuse, and those who have a card or are about to get one on a phone of
    their own, are counted and passed over.

    Raises:
        ContentError: `register.type`, `register.unknown`.
        MisuseError: `misuse.claims`, `misuse.option`, `misuse.naive_time`.
        StoreError: `register.database`, `status.database`.
    """
    return _issue(registrar, _Chunk(type_id, people, None), phones, note)


@final
@dataclass(frozen=True, slots=True)
class _Chunk:
    """People to be issued a card, and the lease that they are under, if any."""

    type_id: str
    people: Sequence[str]
    portion: Portion | None

    def load(self, work: Work) -> Known:
        """Hold the lease, if there is one, and then the people."""
        if self.portion is not None:
            keep(work.act.connection, self.portion)
        return Known.load(work, self.people, self.type_id)

    def end(self, work: Work) -> None:
        """Give the lease back."""
        if self.portion is not None:
            give_back(work.act.connection, self.portion)


def _issue(registrar: Registrar, chunk: _Chunk, phones: PhoneKeys, note: Noted) -> Outcome:
    core = registrar.core
    with core.work("bulk", chunk.type_id, **note) as work:
        chosen = _Chosen.of(work, chunk.load(work), phones)
        orders = {each.entry_id: each for each in reserve(work, chosen.known, chosen.cards)}
    signed = _Signed(orders, {name: _sign(registrar, each) for name, each in orders.items()})
    with core.work("bulk", chunk.type_id, **note) as work:
        issued = _take_in(work, chunk.load(work), chosen, signed)
        chunk.end(work)
    return Outcome(issued, chosen.refused, len(chunk.people) - issued - chosen.refused)


@final
@dataclass(frozen=True, slots=True)
class _Signed:
    """What was signed, and what came of it, by the handles of the reserved places."""

    orders: Mapping[str, Order]
    made: Mapping[str, IssuedCredential]

    def of_card(self, known: Known, card: Row) -> dict[str, IssuedCredential]:
        """Return the credentials of one card."""
        ours = {row["id"] for row in known.credentials[card["id"]]}
        return {name: each for name, each in self.made.items() if name in ours}


def _sign(registrar: Registrar, order: Order) -> IssuedCredential:
    return order.sign(registrar.signers[order.format], entropy=registrar.book.entropy)


@final
@dataclass(frozen=True, slots=True)
class _Chosen:
    """The cards of a chunk that are to be signed, and how many people the rules refused."""

    known: Known
    cards: list[Lined]
    refused: int

    @classmethod
    def of(cls, work: Work, known: Known, phones: PhoneKeys) -> Self:
        """Enrol everybody who may have a card, and go on with those who were enrolled before."""
        cards: list[Lined] = []
        new: list[tuple[Line, Row]] = []
        refused = 0
        for person_id, person in known.people.items():
            begun = _begun(work, known, person_id)
            if begun is _PASSED:
                continue
            try:
                document = known.documents.get(person_id)
                check_rules(known.card_type, person, document, day=work.day)
            except ContentError:
                refused += 1
                continue
            if begun is None:
                begun = _card_row(work, known, person_id, phones(person_id))
                new.append((work.line_for("enrol", begun["id"]), begun))
                cards.append(Lined(*new[-1]))
            else:
                cards.append(Lined(work.line_for("reserve", begun["id"]), begun))
        work.act.insert_many(CARD, new)
        return cls(known, cards, refused)


def _begun(work: Work, known: Known, person_id: str) -> Row | None:
    """Find the card that was begun in bulk before; `_PASSED` for who has or gets another one."""
    for card in known.cards[person_id]:
        stage = Stage(card["state"])
        is_over = stage in HELD and card["expires_on"] < work.day.isoformat()
        if stage in HELD and (not is_over or Hold.POLICE in holds_of(card)):
            return _PASSED
        if stage is Stage.ENROLLED:
            return card if card["via"] == Via.BULK.value else _PASSED
    return None


def _card_row(work: Work, known: Known, person_id: str, key: PublicKey) -> Row:
    return {
        "id": work.core.handle("c"),
        "person_id": person_id,
        "type": known.card_type.id,
        "phone": jwk.key_id(key),
        "key": write_json(jwk.encode_public(key)),
        "state": Stage.ENROLLED.value,
        "holds": "[]",
        "via": Via.BULK.value,
        "replaces": None,
        "applied_at": work.at,
        "issued_on": work.day.isoformat(),
        "expires_on": known.card_type.validity.last_day(work.day).isoformat(),
    }


def _take_in(work: Work, known: Known, chosen: _Chosen, signed: _Signed) -> int:
    """Take in what was signed, but for cards to which something happened meanwhile."""
    lined: list[Lined] = []
    kept: dict[str, IssuedCredential] = {}
    for _, before in chosen.cards:
        for card in known.cards[before["person_id"]]:
            if card["id"] == before["id"] and _may_take_in(work, known, card, signed):
                lined.append(Lined(work.line_for("issue", card["id"]), card))
                kept |= signed.of_card(known, card)
    issued = take_in(work, known, lined, kept)
    active = {"state": Stage.ACTIVE.value}
    work.act.update_many(
        CARD, [(work.line_for("activate", card["id"]), card, active) for card in issued]
    )
    return len(lined)


def _may_take_in(work: Work, known: Known, card: Row, signed: _Signed) -> bool:
    """Tell whether a card may be taken in; the refusal stands in the log."""
    try:
        check_may_take_in(work, known, card, signed.of_card(known, card))
        check_unchanged(work, known, card, signed.orders)
    except ContentError as error:
        work.refuse("issue", card["id"], str(error.code))
        return False
    return True
