"""What could leave instead: another card, or other cards where the request lets one choose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, final

from krid.errors import BindingError, Code
from krid.model import CredentialSet, TransactionData, allot
from krid.wallet import Candidate, Matched, Selection
from krid.web.platform.visit import Visit
from krid.web.platform.words import rows
from krid.web.wallet.faces import format_words, title

_VALUES: Final = 3


@final
@dataclass(frozen=True, slots=True)
class Alternative:
    """One step away from what is chosen: `key` is the text that says which."""

    key: str
    cards: tuple[Candidate, ...]
    selection: Selection = field(repr=False)

    def words(self, visit: Visit) -> str:
        """Say what it is; cards that look the same are told apart by what leaves with them."""
        return visit.say(self.key, cards=", ".join(_card(each, visit) for each in self.cards))


def alternatives(found: Matched, chosen: Selection) -> tuple[Alternative, ...]:
    """Return what the person may choose instead; what is to be authorised still is by each."""
    transactions = found.request.request.transactions
    every = (*_other_cards(found, chosen), *_other_options(found, chosen))
    return tuple(each for each in every if _authorises(each.selection, transactions))


def alternative(found: Matched, chosen: Selection, place: str) -> Selection:
    """Return the one that a form names by its place.

    Raises:
        BindingError: `consent.beyond` when there is none.
    """
    offered = {str(at): each.selection for at, each in enumerate(alternatives(found, chosen))}
    if place not in offered:
        raise BindingError(Code.CONSENT_BEYOND)
    return offered[place]


def _other_cards(found: Matched, chosen: Selection) -> Iterator[Alternative]:
    for query_id, leaving in chosen.choices.items():
        seen = {each.card_id for each in leaving}
        for each in found.candidates[query_id]:
            if each.card_id not in seen:
                seen.add(each.card_id)
                changed = {**chosen.choices, query_id: (each,)}
                yield Alternative("consent.instead", (each,), _selection(changed))


def _other_options(found: Matched, chosen: Selection) -> Iterator[Alternative]:
    for place, each in enumerate(found.sets):
        now = _taken(each, chosen)
        others = [_taken(one, chosen) for at, one in enumerate(found.sets) if at != place]
        kept = {name for option in others for name in option}
        for option in each.options:
            if set(option) != set(now):
                key = "consent.instead" if now else "consent.also"
                yield _option(found, chosen, key, kept, option)
        if now and not each.required:
            left = _option(found, chosen, "consent.without", kept, ())
            cards = tuple(chosen.choices[name][0] for name in now if name not in kept)
            yield Alternative(left.key, cards, left.selection)


def _option(
    found: Matched, chosen: Selection, key: str, kept: set[str], option: tuple[str, ...]
) -> Alternative:
    choices = {
        name: chosen.choices.get(name, found.candidates[name][:1])
        for name in found.candidates
        if name in kept or name in option
    }
    cards = tuple(choices[name][0] for name in option)
    return Alternative(key, cards, _selection(choices))


def _taken(each: CredentialSet, chosen: Selection) -> tuple[str, ...]:
    """Return the option of a set that is chosen now, nothing where none is."""
    return next((one for one in each.options if chosen.choices.keys() >= set(one)), ())


def _selection(choices: Mapping[str, tuple[Candidate, ...]]) -> Selection:
    return Selection(MappingProxyType(dict(choices)))


def _authorises(selection: Selection, transactions: tuple[TransactionData, ...]) -> bool:
    allotted = allot(transactions, selection.choices.keys())
    return sum(map(len, allotted.values())) == len(transactions)


def _card(each: Candidate, visit: Visit) -> str:
    shown = [
        row.value for row in rows(each.values, visit.language) if row.value and not row.is_sensitive
    ]
    return " · ".join([title(each.type, visit), format_words(each.format), *shown[:_VALUES]])
