"""Pieces that stand in many places of a credential: URLs, types, one or several, moments."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, cast

from krid._core import limits
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError

Members: TypeAlias = Mapping[str, Json]

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f\"<>\\^`{|}]+")
_TYPE: Final = re.compile(r"[^\x00-\x20\x7f]+")
_MOMENT: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)T"
    r"(?:(?P<time>(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?P<fraction>\.\d{1,32})?|24:00:00(?:\.0{1,32})?)"
    r"(?P<zone>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?",
    re.ASCII,
)


def frozen(document: Members) -> Members:
    """Copy a document into a read-only one, all the way down."""
    return cast("Members", freeze_object(document))  # lists are tuples, and all else stays JSON


def is_url(text: str) -> bool:
    """Tell whether text is an absolute URL, as far as can be told without knowing its scheme.

    >>> is_url("did:example:123"), is_url("https ://not-a-url"), is_url("a-name")
    (True, False, False)
    """
    return len(text) <= limits.MAX_URL_CHARS and _URL.fullmatch(text) is not None


def url(value: object, code: Code, place: str) -> str:
    """Return the value if it is one URL (section 4.4).

    Raises:
        MalformedError: `code`.
    """
    if not isinstance(value, str) or not is_url(value):
        raise MalformedError(code, place)
    return value


def identifier(members: Members, place: str) -> str | None:
    """Return the `id` of an object, None when it has none (section 4.4).

    Raises:
        MalformedError: `w3c.id`.
    """
    if "id" not in members:
        return None
    return url(members["id"], Code.W3C_ID, place)


def types(members: Members, place: str, code: Code = Code.W3C_TYPE) -> tuple[str, ...]:
    """Return the `type` of an object: one or more terms or URLs (section 4.5).

    Raises:
        MalformedError: `code` when there is none, or one is not text.
    """
    value = members.get("type")
    listed: Sequence[Json] = (value,) if isinstance(value, str) else _several(value)
    found = tuple(each for each in listed if isinstance(each, str) and _TYPE.fullmatch(each))
    if not found or len(found) != len(listed):
        raise MalformedError(code, place)
    return found


def objects(value: object, code: Code, place: str) -> tuple[Members, ...]:
    """Return one object, or a list of at least one, as a tuple.

    Raises:
        MalformedError: `code` for anything else, or for more than `limits.MAX_W3C_OBJECTS`.
    """
    listed = (value,) if isinstance(value, Mapping) else _several(value)
    found = tuple(each for each in listed if isinstance(each, Mapping))
    if not 0 < len(listed) <= limits.MAX_W3C_OBJECTS or len(found) != len(listed):
        raise MalformedError(code, place)
    return found


def moment(members: Members, name: str) -> datetime | None:
    """Return a dateTimeStamp, None when it is absent (sections 4.9 and 6.1).

    A moment without an offset is in UTC, as the text demands. Years have four digits, and
    fractions finer than a microsecond are cut off.

    Raises:
        MalformedError: `w3c.date`.
    """
    if name not in members:
        return None
    value = members[name]
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise MalformedError(Code.W3C_DATE, name)
    try:
        return _moment(match)
    except (ValueError, OverflowError) as cause:
        raise MalformedError(Code.W3C_DATE, name) from cause


def _moment(match: re.Match[str]) -> datetime:
    time, zone = match["time"] or "00:00:00", match["zone"] or "Z"
    found = datetime.fromisoformat(f"{match['day']}T{time}{zone}")
    if match["time"] is None:  # 24:00:00 is the first moment of the next day
        found += timedelta(days=1)
    digits = (match["fraction"] or ".").removeprefix(".")[:6]
    return found.replace(microsecond=int(digits.ljust(6, "0"))).astimezone(UTC)


def _several(value: object) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else ()
