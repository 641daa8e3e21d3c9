"""`credentialStatus` of a W3C credential (Bitstring Status List 1.0, section 2.1)."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from krid._core import limits, shape
from krid._core.arguments import typed
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError, UnsupportedError
from krid.model.status_entry import BitstringEntry

_TYPE: Final = "BitstringStatusListEntry"
_SYNTAX: Final = Code.STATUS_SYNTAX
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
_STATUS: Final = re.compile(r"0x[0-9A-Fa-f]{1,8}", re.ASCII)


def parse_bitstring_entries(credential_status: object) -> tuple[BitstringEntry, ...]:
    """Read the value of `credentialStatus`: one entry, or an array of them.

    Raises:
        MalformedError: `status.syntax`.
        UnsupportedError: `status.mechanism` when one entry is of another type, since a status
            that can't be looked up must not pass for none.
    """
    if isinstance(credential_status, Mapping):
        return (_parse(credential_status),)
    entries = shape.sequence(credential_status, _SYNTAX)
    if not 0 < len(entries) <= limits.MAX_STATUS_ENTRIES:
        raise MalformedError(_SYNTAX, "credentialStatus")
    return tuple(_parse(entry) for entry in entries)


def encode_bitstring_entry(entry: BitstringEntry) -> JsonObject:
    """Write one entry of `credentialStatus`.

    Raises:
        MisuseError: `misuse.type`.

    >>> uri = "https://mois.example/status/3"
    >>> encode_bitstring_entry(BitstringEntry(uri=uri, index=7, purpose="revocation"))[
    ...     "statusListIndex"
    ... ]
    '7'
    """
    typed("entry", entry, BitstringEntry)
    members: JsonObject = {
        "type": _TYPE,
        "statusPurpose": entry.purpose,
        "statusListIndex": str(entry.index),
        "statusListCredential": entry.uri,
    }
    if entry.size > 1:
        members["statusSize"] = entry.size
    if entry.messages:
        members["statusMessage"] = encode_messages(entry.messages)
    if entry.references:
        members["statusReference"] = list(entry.references)
    return members


def encode_bitstring_entries(entries: Sequence[BitstringEntry]) -> JsonObject | list[JsonObject]:
    """Write the value of `credentialStatus`: one entry as it is, several as an array.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("entries", entries, list, tuple)
    written = [encode_bitstring_entry(each) for each in entries]
    return written[0] if len(written) == 1 else written


def encode_messages(messages: Mapping[int, str]) -> list[Json]:
    """Write the texts of statuses by their value, as entries and lists of messages carry them.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("messages", messages, Mapping)
    for value in messages:
        typed("each status", value, int)
    return [{"status": hex(value), "message": text} for value, text in messages.items()]


def _parse(value: object) -> BitstringEntry:
    members = shape.mapping(value, _SYNTAX)
    kinds = _one_or_more(members.get("type"))
    if _TYPE not in kinds:
        raise UnsupportedError(Code.STATUS_MECHANISM)
    uri = shape.text(members.get("statusListCredential"), _SYNTAX)
    if members.get("id") == uri:
        raise MalformedError(_SYNTAX, "id")
    size = _size(members)
    return BitstringEntry(
        uri=uri,
        index=_index(members.get("statusListIndex")),
        purpose=shape.text(members.get("statusPurpose"), _SYNTAX),
        size=size,
        messages=_messages(members, size),
        references=_one_or_more(members.get("statusReference", ())),
    )


def _index(value: object) -> int:
    """Read an integer that is written as text; some twenty digits are more than any list has."""
    text = shape.text(value, _SYNTAX)
    if _INDEX.fullmatch(text) is None:
        raise MalformedError(_SYNTAX, "statusListIndex")
    return int(text)


def _size(members: Mapping[str, Any]) -> int:
    size = shape.integer(members.get("statusSize", 1), _SYNTAX)
    if not 1 <= size <= limits.MAX_STATUS_SIZE:
        raise MalformedError(_SYNTAX, "statusSize")
    return size


def _messages(members: Mapping[str, Any], size: int) -> Mapping[int, str]:
    """There is one message for each possible status, or none for a status of one bit."""
    if "statusMessage" not in members and size == 1:
        return MappingProxyType({})
    listed = shape.sequence(members.get("statusMessage"), _SYNTAX)
    messages = dict(_message(each) for each in listed)
    if len(listed) != 1 << size or messages.keys() != set(range(1 << size)):
        raise MalformedError(_SYNTAX, "statusMessage")
    return MappingProxyType(messages)


def _message(value: object) -> tuple[int, str]:
    members = shape.mapping(value, _SYNTAX)
    status = shape.text(members.get("status"), _SYNTAX)
    if _STATUS.fullmatch(status) is None:
        raise MalformedError(_SYNTAX, "statusMessage")
    return int(status, 16), shape.text(members.get("message"), _SYNTAX)


def _one_or_more(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else shape.texts(value, _SYNTAX)
