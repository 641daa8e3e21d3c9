"""What a person authorises with a card: the types that the wallet knows, and their words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from krid.model import TransactionData
from krid.openid.vp import TransactionType
from krid.web.platform.visit import Visit
from krid.web.platform.words import Row

PAYMENT: Final = TransactionType(
    name="urn:krid:transaction:payment",
    required={"amount": str, "currency": str, "payee": str},
    optional={"account": str, "reference": str},
)
"""One payment; the name is krid's own. A wallet refuses what has other members."""

_TITLES: Final = {PAYMENT.name: "transaction.payment"}


@final
@dataclass(frozen=True, slots=True)
class Authorised:
    """One transaction as a person reads it."""

    title: str
    rows: list[Row] = field(repr=False)


def authorised(transactions: Iterable[TransactionData], visit: Visit) -> list[Authorised]:
    """Put transactions into words, all members of each: nothing is authorised unseen."""
    return [
        Authorised(_title(each.type, visit), _rows(each.details, visit)) for each in transactions
    ]


def _title(kind: str, visit: Visit) -> str:
    return visit.say(_TITLES[kind]) if kind in _TITLES else _visible(kind)


def _rows(details: Mapping[str, object], visit: Visit) -> list[Row]:
    return [
        Row(" · ".join(_name(part, visit) for part in path), _words(value, visit))
        for name, member in details.items()
        for path, value in _leaves((name,), member)
    ]


def _leaves(path: tuple[str, ...], value: object) -> list[tuple[tuple[str, ...], object]]:
    if isinstance(value, Mapping) and value:
        return [each for name, one in value.items() for each in _leaves((*path, name), one)]
    if isinstance(value, list | tuple) and value:
        numbered = enumerate(value, 1)
        return [each for place, one in numbered for each in _leaves((*path, str(place)), one)]
    return [(path, value)]


def _name(part: str, visit: Visit) -> str:
    key = f"transaction.{part}"
    return visit.say(key) if key in visit.texts else _visible(part)


def _words(value: object, visit: Visit) -> str:
    if isinstance(value, bool):
        return visit.say("transaction.yes" if value else "transaction.no")
    return _visible(str(value)) if isinstance(value, str | int | float) else "-"


def _visible(text: str) -> str:
    """Show what can't be seen, such as marks that turn the direction of writing around."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
