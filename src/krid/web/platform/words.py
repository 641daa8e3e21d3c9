"""Values as a person reads them: claims, days, pictures, codes, the QR."""

import base64
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile
from typing import Final, final

from krid.model import ClaimPath
from krid.openid.vci import Display, IssuerMetadata
from krid.profiles import kr
from krid.web.platform.driving import driving_words
from krid.web.platform.texts import Language

TECHNICAL: Final = frozenset({"iss", "iat", "nbf", "exp", "vct", "cnf", "status", "_sd_alg"})
"""Claims that only serve the format."""
_PICTURE: Final = re.compile(r"data:image/(jpeg|png);base64,[A-Za-z0-9+/=]+", re.ASCII)
_AGES: Final = "age_equal_or_over"
_BOTH: Final = (*kr.CLAIMS, *kr.LICENCE_CLAIMS)
_BEFORE: Final = takewhile(lambda claim: claim.path[0] != _AGES, kr.CLAIMS)
_BY_PATH: Final = {
    path: rank
    for rank, path in enumerate(
        dict.fromkeys(
            [
                *(claim.path for claim in _BEFORE),
                *(claim.path for claim in kr.LICENCE_CLAIMS if claim.path[0] != _AGES),
                *((_AGES, str(age)) for age in range(100)),
                *(claim.path for claim in _BOTH),
            ]
        )
    )
}
_ORDER: Final = _BY_PATH | {claim.mdoc_path: _BY_PATH[claim.path] for claim in _BOTH}
"""The lines of both cards, in either format; what a licence allows stands before the ages."""
_SPACES: Final = frozenset({kr.LICENCE_NAMESPACE, kr.LICENCE_DOMESTIC})
_SEX: Final = {1: ("남", "Male"), 2: ("여", "Female")}


@final
@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a claim's name and its value, or its picture."""

    label: str
    value: str = field(default="", repr=False)
    picture: str | None = field(default=None, repr=False)
    is_sensitive: bool = False


_OWN: Final = {
    ("members",): ("세대원", "Members of the household"),
    ("relations",): ("가족관계", "Family relations"),
    ("marriages",): ("혼인관계", "Marriages"),
    ("registered_base",): ("등록기준지", "Registered base"),
    ("address_history",): ("주소 이력", "Where the person lived"),
    ("customer_number",): ("고객 번호", "Customer number"),
    ("opened_on",): ("개설일", "Opened on"),
    ("bank",): ("은행", "Bank"),
}
"""Claims of credentials that are not the state's card."""


def label(path: ClaimPath, language: Language) -> str:
    """Name a claim."""
    if path in _OWN:
        return _OWN[path][0 if language is Language.KOREAN else 1]
    return kr.label(path, kr.Language(language.value))


def labels(paths: Sequence[ClaimPath], language: Language) -> list[str]:
    """Name claims in the order of the card, without those that only serve the format.

    What two cards have in common is named once.
    """
    named = [path for path in paths if path[0] not in TECHNICAL and not _is_below(path, paths)]
    return list(dict.fromkeys(label(path, language) for path in sorted(named, key=_rank)))


def unasked(given: Mapping[ClaimPath, object], language: Language) -> list[str]:
    """Name what else the Korean card says that these claims are of."""
    is_licence = given.get(("vct",)) == kr.LICENCE_VCT or any(path[0] in _SPACES for path in given)
    every = kr.LICENCE_CLAIMS if is_licence else kr.CLAIMS
    return labels(
        [claim.path for claim in every if not {claim.path, claim.mdoc_path} & given.keys()],
        language,
    )


def rows(values: Mapping[ClaimPath, object], language: Language) -> list[Row]:
    """Show values by their paths, in the order of the card."""
    flat = [each for path, value in values.items() for each in _leaves(path, value)]
    return [_row(path, value, language) for path, value in sorted(flat, key=_by_rank)]


def claim_rows(claims: Mapping[str, object], language: Language) -> list[Row]:
    """Show all claims of a credential, without those that only serve the format."""
    return rows(
        {(name,): value for name, value in claims.items() if name not in TECHNICAL}, language
    )


def picture_of(value: object) -> str | None:
    """Return a portrait as a data URL, None for what is no picture."""
    if isinstance(value, str) and _PICTURE.fullmatch(value):
        return value
    if isinstance(value, bytes) and value.startswith(b"\xff\xd8\xff"):
        return f"data:image/jpeg;base64,{base64.b64encode(value).decode('ascii')}"
    return None


def moment(value: datetime, language: str) -> str:
    """Write a moment in Korean time, as people write it."""
    local = value.astimezone(kr.KOREAN_TIME)
    if language == Language.KOREAN:
        return f"{local.year}년 {local.month}월 {local.day}일 {local:%H:%M}"
    return f"{local.day} {local:%B %Y, %H:%M} KST"


def display_name(displays: Sequence[Display], language: Language) -> str | None:
    """Return a name from an issuer's metadata, in the person's language or in any."""
    named = [each for each in displays if each.name]
    mine = [each for each in named if (each.locale or "").startswith(language.value)]
    return next((each.name for each in (*mine, *named)), None)


def card_names(metadata: IssuerMetadata, names: Sequence[str], language: Language) -> list[str]:
    """Return what an issuer calls its credentials, each name once, and none for a nameless one."""
    found = [
        display_name(known.metadata.display, language)
        for name in names
        if (known := metadata.configurations.get(name)) is not None and known.metadata is not None
    ]
    return list(dict.fromkeys(each for each in found if each))


def qr_svg(text: str) -> str:
    """Draw a QR code as SVG markup without a script or a style."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="l", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        border=2,
        omitsize=True,
        svgclass=None,
        lineclass=None,
        dark="#10213a",
        light="#ffffff",
    )
    return out.getvalue().decode("utf-8")


def _row(path: ClaimPath, value: object, language: Language) -> Row:
    name, picture = label(path, language), picture_of(value)
    if picture is not None:
        return Row(name, picture=picture)
    words = driving_words(path, value, language)
    shown = _shown(path, value, language) if words is None else words
    return Row(name, shown, is_sensitive=path in kr.EXPLICIT_ONLY)


def _shown(path: ClaimPath, value: object, language: Language) -> str:
    place = 0 if language is Language.KOREAN else 1
    match value:
        case bool():
            return (("예", "Yes") if value else ("아니요", "No"))[place]
        case int() if path[-1] == "sex" and value in _SEX:
            return _SEX[value][place]
        case date():
            return value.isoformat()
        case list() | tuple():
            return "; ".join(_joined(each) for each in value)
        case bytes():
            return ("(이진 데이터)", "(binary data)")[place]
        case _:
            return str(value)


def _joined(value: object) -> str:
    """Write one entry of a list in a line."""
    return " · ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value)


def _leaves(path: ClaimPath, value: object) -> list[tuple[ClaimPath, object]]:
    if isinstance(value, Mapping):
        return [each for name, member in value.items() for each in _leaves((*path, name), member)]
    return [(path, value)]


def _by_rank(pair: tuple[ClaimPath, object]) -> int:
    return _rank(pair[0])


def _rank(path: ClaimPath) -> int:
    """Where a claim stands in the card's table, a group where its first one; others come last."""
    below = [rank for each, rank in _ORDER.items() if each[: len(path)] == path]
    return min(below, default=len(_ORDER))


def _is_below(path: ClaimPath, paths: Sequence[ClaimPath]) -> bool:
    return any(path != other and path[: len(other)] == other for other in paths)
