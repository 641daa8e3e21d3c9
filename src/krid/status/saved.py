"""Lists written down for later: signed as they came, and verified anew when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self, final

from krid._core import cbor, limits, shape, times
from krid.errors import Code, MalformedError
from krid.status.cache import Kept, VerifiedList
from krid.status.fetch import NO_VALIDATORS, Validators

_SYNTAX: Final = Code.STATUS_SYNTAX
_KIND: Final = "krid status lists"
_VERSION: Final = 1


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One list as it came, under which media type, and when; nothing of it is verified.

    `fetched_at` of a list that was known from the beginning is when it was signed.
    `named_by` is the issuer that it was taken as the list of, for a list that names nobody.
    """

    uri: str
    raw: bytes = field(repr=False)
    media_type: str = ""
    fetched_at: datetime
    validators: Validators = NO_VALIDATORS
    named_by: str | None = None

    @classmethod
    def of(cls, kept: Kept[VerifiedList]) -> Self:
        """Take the bytes of a list that is kept."""
        return cls(
            uri=kept.found.uri,
            raw=kept.raw,
            media_type=kept.media_type,
            fetched_at=kept.fetched_at,
            validators=kept.validators,
            named_by=kept.found.signer.issuer,
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The lists of one kind, and the newest date seen of each address."""

    lists: tuple[Saved, ...]
    newest: Mapping[str, datetime]


def write_archive(shelves: Mapping[str, Shelf]) -> bytes:
    """Write the lists of all kinds."""
    members = {name: _write_shelf(shelf) for name, shelf in shelves.items()}
    return cbor.encode({"kind": _KIND, "version": _VERSION, "shelves": members})


def parse_archive(raw: bytes) -> Mapping[str, Shelf]:
    """Read what `write_archive` wrote; verifies no list.

    Raises:
        MalformedError: `status.syntax`, `time.numeric_date`, or a `cbor.*` code.
    """
    value = cbor.decode(raw, max_bytes=limits.MAX_STATUS_ARCHIVE_BYTES)
    members = shape.mapping(value, _SYNTAX)
    if members.get("kind") != _KIND or members.get("version") != _VERSION:
        raise MalformedError(_SYNTAX, "version")
    shelves = shape.mapping(members.get("shelves"), _SYNTAX)
    return {name: _parse_shelf(shelf) for name, shelf in shelves.items()}


def _write_shelf(shelf: Shelf) -> dict[str, Any]:
    return {
        "lists": [_write_saved(saved) for saved in shelf.lists],
        "newest": {uri: moment.timestamp() for uri, moment in shelf.newest.items()},
    }


def _parse_shelf(value: object) -> Shelf:
    members = shape.mapping(value, _SYNTAX)
    newest = shape.mapping(members.get("newest"), _SYNTAX)
    if len(newest) > limits.MAX_STATUS_WATERMARKS:
        raise MalformedError(_SYNTAX, "newest")
    return Shelf(
        lists=tuple(_parse_saved(each) for each in shape.sequence(members.get("lists"), _SYNTAX)),
        newest={uri: times.from_numeric_date(moment) for uri, moment in newest.items()},
    )


def _write_saved(saved: Saved) -> dict[str, Any]:
    return {
        "uri": saved.uri,
        "raw": saved.raw,
        "media_type": saved.media_type,
        "fetched_at": saved.fetched_at.timestamp(),
        "etag": saved.validators.etag,
        "last_modified": saved.validators.last_modified,
        "named_by": saved.named_by,
    }


def _parse_saved(value: object) -> Saved:
    members = shape.mapping(value, _SYNTAX)
    etag, last_modified = (_text(members, name) for name in ("etag", "last_modified"))
    return Saved(
        uri=_text(members, "uri"),
        raw=shape.octets(members.get("raw"), _SYNTAX),
        media_type=_text(members, "media_type"),
        fetched_at=times.from_numeric_date(members.get("fetched_at")),
        validators=Validators.of(etag, last_modified),
        named_by=_text(members, "named_by"),
    )


def _text(members: Mapping[str, Any], name: str) -> str:
    return shape.text(members.get(name), _SYNTAX)
