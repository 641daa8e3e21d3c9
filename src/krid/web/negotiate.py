"""Content negotiation and conditional requests (RFC 9110, sections 12 and 13)."""

import re
from collections.abc import Sequence
from typing import Final

from krid._core import limits

_QUALITY: Final = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_TAG: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the offered media type that is preferred, None when none is acceptable.

    Without `Accept`, or with one that is malformed or too long, the first offered is taken.

    >>> choose("text/html, application/*;q=0.5", ("application/json",))
    'application/json'
    """
    ranges = None if accept is None else _weighted(accept)
    if not ranges:
        return offered[0]
    weights = [_weight(media_type, ranges) for media_type in offered]
    best = max(weights)
    return None if best == 0 else offered[weights.index(best)]


def takes_gzip(accept_encoding: str | None) -> bool:
    """Tell whether gzip is welcome (section 12.5.3); without the header it is not sent."""
    codings = dict(_weighted(accept_encoding or "") or [])
    return codings.get("gzip", codings.get("x-gzip", codings.get("*", 0))) > 0


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Tell whether the client holds these bytes already (section 13.1.2), by weak comparison."""
    if if_none_match is None or len(if_none_match) > limits.MAX_WEB_HEADER_CHARS:
        return False
    return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)


def _weighted(header: str) -> list[tuple[str, float]] | None:
    """Read names with their weights; None for what is malformed."""
    if len(header) > limits.MAX_WEB_HEADER_CHARS:
        return None
    found: list[tuple[str, float]] = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        qualities = [each[2:] for each in parameters if each[:2].lower() == "q="]
        if not all(_QUALITY.fullmatch(each) for each in qualities):
            return None
        if name:
            found.append((name.lower(), float(qualities[0]) if qualities else 1.0))
    return found


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the weight of the most specific range that fits (section 12.5.1)."""
    given = dict(ranges)
    group = media_type.partition("/")[0]
    for name in (media_type, f"{group}/*", "*/*"):
        if name in given:
            return given[name]
    return 0
