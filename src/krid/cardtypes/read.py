"""A card type from its file: TOML in, a checked value out, or an error that names the place."""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from krid._core import limits
from krid._core.arguments import typed
from krid.cardtypes.read_claims import read_claims, read_groups, read_labels
from krid.cardtypes.read_register import read_register
from krid.cardtypes.table import Table, refuse
from krid.cardtypes.values import MDOC, SDJWT, CardType, Eligibility, Validity
from krid.errors import Code, MalformedError

_OFFSET: Final = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)")
_WORD: Final = r"[a-z][a-z0-9-]{0,63}"
_MAX_YEARS: Final = 20
_COLOUR: Final = r"#[0-9A-Fa-f]{6}"


def parse_card_type(raw: bytes) -> CardType:
    """Read the file of one card type (docs/registrar.md has its keys).

    Raises:
        MalformedError: `cardtype.size`; `cardtype.toml` with line and column; `cardtype.key`,
            `cardtype.value`, `cardtype.source`, `cardtype.label`, `cardtype.twice`,
            `cardtype.format`, each with the place, such as `claims[3].kind`.
    """
    typed("raw", raw, bytes)
    table = Table(_toml(raw), "")
    table.number("format", least=1, most=1)
    languages = _languages(table)
    formats = _formats(table)
    vct, doctype = _types(table, formats)
    namespace = table.text(
        "namespace", pattern=r"[\x21-\x7e]{1,200}", words="a namespace", default=doctype or "none"
    )
    register = read_register(table)
    card_type = CardType(
        id=table.text("id", pattern=_WORD, words="a word of small letters, digits and hyphens"),
        country=table.text("country", pattern="[A-Z]{2}", words="two capital letters (ISO 3166-1)"),
        zone=_zone(table),
        languages=languages,
        names=read_labels(table, "name", languages),
        colours=_colours(table),
        vct=vct,
        doctype=doctype,
        claims=read_claims(table, languages, namespace, register),
        groups=read_groups(table, languages),
        eligibility=_eligibility(table.table("eligibility")),
        police_may_suspend=_police(table.table("life")),
        validity=_validity(table.table("validity"), formats),
        register=register,
    )
    table.end()
    return card_type


def _toml(raw: bytes) -> object:
    if len(raw) > limits.MAX_CARDTYPE_BYTES:
        raise MalformedError(Code.CARDTYPE_SIZE)
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.CARDTYPE_TOML, f"byte {cause.start} is not UTF-8") from cause
    except tomllib.TOMLDecodeError as cause:
        place = re.search(r"\(at (.*)\)", str(cause))
        raise MalformedError(Code.CARDTYPE_TOML, place[1] if place else "") from cause
    except (RecursionError, ValueError) as cause:  # nested too deep, or a number too long
        raise MalformedError(Code.CARDTYPE_TOML) from cause


def _languages(table: Table) -> tuple[str, ...]:
    found = table.texts(
        "languages",
        pattern="[a-z]{2,3}(-[A-Za-z0-9]{2,8})*",
        words="language tags such as en (BCP 47)",
        most=limits.MAX_CARDTYPE_LANGUAGES,
    )
    if not found or len(set(found)) != len(found):
        raise refuse(Code.CARDTYPE_VALUE, "languages", "one or more, each once")
    return found


def _formats(table: Table) -> dict[str, int | None]:
    formats = table.table("formats")
    found: dict[str, int | None] = {}
    for name in formats.names():
        if name not in {SDJWT, MDOC}:
            raise refuse(Code.CARDTYPE_FORMAT, formats.at(name), f"not {SDJWT} or {MDOC}")
        terms = formats.table(name)
        most = 366 * _MAX_YEARS
        found[name] = terms.number("days", least=1, most=most) if "days" in terms else None
        terms.end()
    if not found:
        raise refuse(Code.CARDTYPE_FORMAT, "formats", "a card comes in one format at least")
    return found


def _types(table: Table, formats: Mapping[str, object]) -> tuple[str | None, str | None]:
    """Read the names of the types: one for each format, and none for others."""
    found = {}
    for key, format_name in (("vct", SDJWT), ("doctype", MDOC)):
        if (key in table) != (format_name in formats):
            raise refuse(Code.CARDTYPE_FORMAT, key, f"goes with the format {format_name}")
        if key in table:
            found[key] = table.text(key, pattern=r"[\x21-\x7e]{1,200}", words="a name in ASCII")
    return found.get("vct"), found.get("doctype")


def _zone(table: Table) -> tzinfo:
    text = table.text(
        "time_zone", pattern=r"[A-Za-z0-9+:/_-]{1,64}", words="+09:00 or Europe/Berlin"
    )
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-shift if offset[1] == "-" else shift)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as cause:
        raise refuse(Code.CARDTYPE_VALUE, "time_zone", "no such zone here") from cause


def _colours(table: Table) -> Mapping[str, str]:
    display = table.table("display")
    colours = {
        name: display.text(name, pattern=_COLOUR, words="a colour such as #1b3a6b")
        for name in ("background", "text")
        if name in display
    }
    display.end()
    return colours


def _eligibility(table: Table) -> Eligibility:
    document = None
    if "document" in table:
        document = table.text("document", pattern=_WORD, words="the kind of a document")
    found = Eligibility(
        minimum_age=table.number("minimum_age", least=0, most=120, default=0), document=document
    )
    table.end()
    return found


def _police(table: Table) -> bool:
    found = table.take("police_may_suspend", bool, default=False)
    table.end()
    return found


def _validity(table: Table, formats: Mapping[str, int | None]) -> Validity:
    years = table.number("years", least=1, most=_MAX_YEARS)
    renewal = table.number("renewal_days", least=0, most=366, default=90)
    table.end()
    return Validity(years=years, renewal=timedelta(days=renewal), format_days=formats)
