"""How a card looks: its face, from the claims that its issuer signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from krid.profiles import kr
from krid.wallet import Card
from krid.web.platform.visit import Visit
from krid.web.platform.words import Row, picture_of

_FORMATS: Final = {"dc+sd-jwt": ("sdjwt", "SD-JWT VC"), "mso_mdoc": ("mdoc", "ISO mdoc")}
_LINES: Final = ("birthdate", "date_of_issuance", "date_of_expiry")
_OF_LICENCE: Final = ("birthdate", "licence_class", "conditions", "date_of_expiry")
_LICENCE: Final = frozenset({kr.LICENCE_VCT, kr.LICENCE_DOCTYPE})
_ELEMENTS: Final = {
    path: [claim.mdoc_path for claim in (*kr.CLAIMS, *kr.LICENCE_CLAIMS) if claim.path[0] == path]
    for path in {claim.path[0] for claim in (*kr.CLAIMS, *kr.LICENCE_CLAIMS)}
}
"""Where a claim of an SD-JWT stands in the mdocs of the two Korean cards."""


@final
@dataclass(frozen=True, slots=True)
class Face:
    """What stands on the front of a card. `kind` says how it is coloured."""

    id: str
    kind: str
    format: str
    title: str
    name: str = field(repr=False)
    hanja: str = field(repr=False)
    latin: str = field(repr=False)
    portrait: str | None = field(repr=False)
    lines: tuple[Row, ...] = field(repr=False)
    issuer: str
    is_valid: bool


def face(card: Card, visit: Visit, now: datetime) -> Face:
    """Draw a card."""
    credential = card.credential
    kind, _ = _FORMATS.get(credential.format, ("sdjwt", ""))
    claims, is_licence = credential.claims, credential.type in _LICENCE
    return Face(
        id=card.id,
        kind="licence" if is_licence else kind,
        format=format_words(credential.format),
        title=title(credential.type, visit),
        name=_text(claims, "name"),
        hanja=_text(claims, "name_hanja"),
        latin=_latin(claims),
        portrait=picture_of(_claim(claims, "picture")),
        lines=_lines(claims, _OF_LICENCE if is_licence else _LINES, visit),
        issuer=_text(claims, "issuing_authority") or credential.issuer,
        is_valid=card.holds_at(now),
    )


def format_words(name: str) -> str:
    """Name a format as people write it."""
    return _FORMATS.get(name, ("", name))[1]


def title(kind: str, visit: Visit) -> str:
    """Name a type of card; one that krid does not know goes by what its issuer calls it."""
    if kind in {kr.VCT, kr.DOCTYPE}:
        return visit.say("card.resident")
    return visit.say(f"type.{kind}") if f"type.{kind}" in visit.texts else kind


def _latin(claims: Mapping[str, object]) -> str:
    """A resident card has the name in one, a licence in two."""
    both = (_text(claims, "family_name"), _text(claims, "given_name"))
    return _text(claims, "name_latin") or " ".join(each for each in both if each)


def _lines(claims: Mapping[str, object], names: tuple[str, ...], visit: Visit) -> tuple[Row, ...]:
    found = ((name, _text(claims, name)) for name in names)
    return tuple(Row(visit.say(f"face.{name}"), value) for name, value in found if value)


def _text(claims: Mapping[str, object], name: str) -> str:
    value = _claim(claims, name)
    return "" if value is None else str(value)


def _claim(claims: Mapping[str, object], name: str) -> object:
    """Find a claim of a Korean card by its name in an SD-JWT, in either format."""
    if name in claims:
        return claims[name]
    for namespace, element in _ELEMENTS[name]:
        elements = claims.get(str(namespace))
        if isinstance(elements, Mapping) and element in elements:
            return elements[element]
    return None
