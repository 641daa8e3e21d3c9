"""The ID cards that the bank takes, and what it reads from each: one table for all that follows.

The question to the wallet, the bank's policy and its registration are made of this table, so that
none of them can say something else than the others.
"""

from base64 import b64decode
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from krid import query
from krid.model import ClaimPath, CredentialQuery, Permission, Query, value_at
from krid.profiles import kr
from krid.verifier import Verified

MDL: Final = "org.iso.18013.5.1.mDL"
_MDL_SPACE: Final = "org.iso.18013.5.1"
_SDJWT: Final = "dc+sd-jwt"


@dataclass(frozen=True)
class IdCard:
    """One kind of card, and where on it stands what a bank has to know."""

    id: str
    format: str
    type: str
    name: ClaimPath
    birth_date: ClaimPath
    portrait: ClaimPath

    @property
    def paths(self) -> tuple[ClaimPath, ...]:
        """All that the bank asks of it."""
        return (self.name, self.birth_date, self.portrait)

    def query(self) -> CredentialQuery:
        """Ask for this card."""
        if self.format == _SDJWT:
            return query.sdjwt(self.id, vct=self.type, claims=self.paths)
        grouped = groupby(sorted(self.paths, key=str), key=lambda path: str(path[0]))
        elements = {space: [str(path[1]) for path in paths] for space, paths in grouped}
        return query.mdoc(self.id, doctype=self.type, claims=elements)

    def permission(self) -> Permission:
        """Say what a bank is registered to ask of it."""
        return Permission(self.format, frozenset({self.type}), frozenset(self.paths))


ID_CARDS: Final = (
    IdCard("resident", _SDJWT, kr.VCT, ("name",), ("birthdate",), ("picture",)),
    IdCard(
        "resident_mdoc",
        "mso_mdoc",
        kr.DOCTYPE,
        (kr.NAMESPACE, "name"),
        (kr.NAMESPACE, "birth_date"),
        (kr.NAMESPACE, "portrait"),
    ),
    IdCard(
        "licence",
        "mso_mdoc",
        MDL,
        (f"{_MDL_SPACE}.KR", "name"),
        (_MDL_SPACE, "birth_date"),
        (_MDL_SPACE, "portrait"),
    ),
)


@dataclass(frozen=True)
class ProvenPerson:
    """A person as a card proves them; nothing of it shows in `repr`."""

    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    portrait: bytes = field(repr=False)


def any_id_card() -> Query:
    """Ask for one of the cards, whichever the person has and likes to show."""
    return query.of(query.any_of(*(card.query() for card in ID_CARDS)))


def accepted_types() -> dict[str, frozenset[str]]:
    """Return the types by format, as `krid.Policy` wants them."""
    formats = {card.format for card in ID_CARDS}
    return {
        each: frozenset(card.type for card in ID_CARDS if card.format == each) for each in formats
    }


def person_of(verified: Verified) -> ProvenPerson:
    """Read the person from whichever card was shown."""
    card = next(card for card in ID_CARDS if card.id in verified)
    claims = verified[card.id].claims
    return ProvenPerson(
        name=str(value_at(claims, card.name)),
        birth_date=_day(value_at(claims, card.birth_date)),
        portrait=_image(value_at(claims, card.portrait)),
    )


def _day(value: object) -> date:
    """An mdoc has a date, an SD-JWT its text."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _image(value: object) -> bytes:
    """An mdoc has the image itself, an SD-JWT a data URL."""
    return value if isinstance(value, bytes) else b64decode(str(value).partition(",")[2])
