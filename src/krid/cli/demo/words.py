"""Names and values as a person reads them, in English with the Korean beside it."""

from collections.abc import Mapping, Sequence
from typing import Final

from krid.cli.demo.screen import Row
from krid.model import ClaimPath
from krid.profiles import kr
from krid.registrar import Resident
from krid.wallet import Card

FORMATS: Final = {"dc+sd-jwt": "SD-JWT VC", "mso_mdoc": "ISO mdoc"}
_TECHNICAL: Final = frozenset({"iss", "iat", "nbf", "exp", "vct", "cnf", "status", "_sd_alg"})
_ORDER: Final = {
    path: rank for rank, claim in enumerate(kr.CLAIMS) for path in (claim.path, claim.mdoc_path)
}
_SHOWN: Final = ("name", "name_latin", "birthdate", "address", "date_of_expiry")


def label(path: ClaimPath) -> str:
    """Name a claim in English and Korean."""
    english, korean = (
        kr.label(path, language) for language in (kr.Language.ENGLISH, kr.Language.KOREAN)
    )
    return english if english == korean else f"{english} · {korean}"


def labels(paths: Sequence[ClaimPath]) -> list[str]:
    """Name claims in English; those that only serve the format become one word."""
    technical = [path for path in paths if path[0] in _TECHNICAL]
    named = [path for path in paths if path[0] not in _TECHNICAL and not _is_below(path, paths)]
    names = [kr.label(path, kr.Language.ENGLISH) for path in sorted(named, key=_rank)]
    return names + (["type, issuer, dates, key and status of the card"] if technical else [])


def shown(value: object) -> str:
    """Write a value for a person; images and other bytes by their size."""
    match value:
        case bool():
            return "yes" if value else "no"
        case bytes():
            return f"{len(value):,} bytes"
        case str() if value.startswith("data:image/"):
            return f"image, {len(value):,} characters"
        case Mapping():
            return ", ".join(shown(member) for member in value.values())
        case _:
            return str(value)


def register_rows(resident: Resident) -> list[Row]:
    """Show a register entry."""
    return [
        Row("Name", f"{resident.name} ({resident.name_hanja}) {resident.name_latin}"),
        Row("Born", resident.birth_date.isoformat()),
        Row("Number", f"{resident.number.encode()}  (month 13: cannot belong to anyone)"),
        Row("Address", resident.address),
    ]


def card_rows(card: Card) -> list[Row]:
    """Show the face of a card."""
    claims = card.credential.claims
    return [Row(label((name,)), shown(claims[name])) for name in _SHOWN if name in claims]


def claim_rows(claims: Mapping[str, object]) -> list[Row]:
    """Show verified claims, without those that only serve the format."""
    rows: list[Row] = []
    for name, value in claims.items():
        if name not in _TECHNICAL:
            rows.extend(_rows((name,), value))
    return rows


def _rows(path: ClaimPath, value: object) -> list[Row]:
    if isinstance(value, Mapping):
        return [row for name, member in value.items() for row in _rows((*path, name), member)]
    return [Row(label(path), shown(value))]


def _rank(path: ClaimPath) -> int:
    """Where a claim stands in the card's table; unknown ones come last."""
    return _ORDER.get(path, len(_ORDER))


def _is_below(path: ClaimPath, paths: Sequence[ClaimPath]) -> bool:
    return any(path != other and path[: len(other)] == other for other in paths)
