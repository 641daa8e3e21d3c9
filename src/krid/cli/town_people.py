"""The residents of the demonstration's town, entered into its registrar once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, final

from krid.cli.demo.cast import Root
from krid.cli.town_licences import licence_of
from krid.errors import ContentError
from krid.profiles import kr
from krid.registrar import (
    CardState,
    EventKind,
    IcCard,
    InventedPhones,
    NewDocument,
    NewEntry,
    NewEvent,
    NewPerson,
    PhysicalCard,
    Relation,
    Resident,
    Role,
    sample_register,
)

if TYPE_CHECKING:
    from datetime import datetime

    from krid._core.entropy import Entropy
    from krid.registrar import Noted, Registrar

CARD_TYPE: Final = "kr-resident"
LICENCE_TYPE: Final = "kr-licence"
DOCUMENT: Final = "resident-card"
_WITH_CHIP: Final = ("sample-yi-mongryong", "sample-park-cheomji", "sample-lee-younghee")
_FAMILY: Final = {
    "sample-lee-younghee": ("sample-hong-gildong", Relation.SPOUSE),
    "sample-park-cheomji": ("sample-hong-gildong", Relation.OTHER),
}
"""Who lives with whom, and as what."""

_COUPLE: Final = ("sample-hong-gildong", "sample-lee-younghee")
_MARRIED_FOR: Final = timedelta(days=3 * 365)
_OTHER_PHONE: Final = "sample-lee-younghee"
_CHIP_LIFE: Final = timedelta(days=5 * 365)


@final
@dataclass(frozen=True, slots=True)
class Residents:
    """The handles of everybody by their names among the samples, and the chips of some."""

    people: Mapping[str, str] = field(repr=False)
    chips: Mapping[str, IcCard] = field(repr=False)


def enter_residents(
    registrar: "Registrar", root: Root, *, now: "datetime", entropy: "Entropy"
) -> Residents:
    """Enter the sample people where they are not in the register yet.

    Raises:
        KridError: as the services of the registrar.
    """
    note: Noted = {"actor": "clerk-1", "reason": "sample", "now": now}
    samples = sample_register(day=kr.korean_day(now))
    people, chips = dict[str, str](), dict[str, IcCard]()
    for sample in samples.residents:
        chip = _chip(sample.id, root, now=now, entropy=entropy)
        person_id = _known(registrar, sample)
        if person_id is None:
            new = _new(
                sample,
                _documents(sample, samples.card(sample.id), chip, day=kr.korean_day(now)),
                samples.resident,
            )
            person_id = registrar.residents.enter(new, **note)
            _complete(registrar, sample.id, person_id, samples.card(sample.id), note)
        people[sample.id] = person_id
        if chip is not None:
            chips[person_id] = chip
    _enter_families(registrar, samples.residents, people, note)
    return Residents(people, chips)


def _enter_families(
    registrar: "Registrar", samples: Sequence[Resident], people: Mapping[str, str], note: "Noted"
) -> None:
    """Give everybody an entry in the family register, and marry two of them."""
    first = people[samples[0].id]
    if registrar.family.families(first).relative(first).entry is not None:
        return
    entries = [NewEntry(person_id=people[each.id], base=each.address) for each in samples]
    events = [
        NewEvent(kind=EventKind.BIRTH, person_id=people[each.id], day=each.birth_date)
        for each in samples
    ]
    one, other = (people[each] for each in _COUPLE)
    wedding = registrar.country.day(note["now"]) - _MARRIED_FOR
    events.append(NewEvent(kind=EventKind.MARRIAGE, person_id=one, day=wedding, others=(other,)))
    registrar.family.enter_many(entries, events, **note)


def _known(registrar: "Registrar", sample: Resident) -> str | None:
    try:
        return registrar.residents.by_number(sample.number.encode()).id
    except ContentError:
        return None


def _chip(slug: str, root: Root, *, now: "datetime", entropy: "Entropy") -> IcCard | None:
    if slug not in _WITH_CHIP:
        return None
    return IcCard.make(
        ca=root.certificate,
        ca_key=root.key,
        serial=slug.removeprefix("sample-"),
        valid_from=now - timedelta(hours=1),
        valid_until=now + _CHIP_LIFE,
        entropy=entropy,
    )


def _documents(
    sample: Resident, card: PhysicalCard | None, chip: IcCard | None, *, day: date
) -> tuple[NewDocument, ...]:
    plastic = None if card is None else _document(card, chip)
    return tuple(each for each in (plastic, licence_of(sample, day=day)) if each is not None)


def _new(
    sample: Resident, documents: tuple[NewDocument, ...], find: Callable[[str], Resident]
) -> NewPerson:
    head, relation = _FAMILY.get(sample.id, (None, Relation.HEAD))
    home = sample if head is None else find(head)
    family, _, given = (sample.name_latin or "").partition(" ")
    facts = {
        "family_name_latin": family,
        "given_name_latin": given,
        "name": sample.name,
        "name_hanja": sample.name_hanja,
        "name_latin": sample.name_latin,
    }
    return NewPerson(
        number=sample.number.encode(),
        birth_date=sample.birth_date,
        sex=sample.sex,
        facts={name: text for name, text in facts.items() if text},
        address=home.address,
        since=max(sample.birth_date, home.birth_date),
        portrait=sample.portrait,
        invented=True,
        documents=documents,
        household=None if head is None else home.number.encode(),
        relation=relation,
    )


def _document(card: PhysicalCard, chip: IcCard | None) -> NewDocument:
    return NewDocument(
        kind=DOCUMENT,
        issued_on=card.issued_on,
        facts={"office": card.issuing_office},
        chip_key=None if chip is None else chip.chip_key,
    )


def _complete(
    registrar: "Registrar",
    slug: str,
    person_id: str,
    card: PhysicalCard | None,
    note: "Noted",
) -> None:
    """Bring about what the story needs: a plastic card that is lost, a phone that has the card."""
    if card is not None and card.state is CardState.LOST:
        registrar.residents.lose_document(person_id, DOCUMENT, role=Role.OFFICE, **note)
    if slug == _OTHER_PHONE:
        cards, key = registrar.cards, InventedPhones("town")(person_id)
        card_id = cards.apply(person_id, CARD_TYPE, key, replaces=False, **note)
        ticket = registrar.desk.hand_out(person_id, CARD_TYPE, replaces=False, **note)
        cards.enrol_by_ticket(card_id, ticket.qr_text, **note)
        cards.issue(card_id, **note)
        cards.activate(card_id, **note)
