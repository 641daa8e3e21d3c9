"""The `status` claim, the same in JSON and in CBOR (Token Status List, sections 6.2 and 6.3).

The `identifier_list` of ISO/IEC 18013-5, second edition, is not read: its text is not public.
"""

from typing import TypeVar

from krid._core import limits, shape
from krid._core.arguments import typed
from krid.errors import Code, MalformedError, MisuseError, UnsupportedError
from krid.model.optout import NoStatus
from krid.model.status_entry import BitstringEntry, OrderedStatus, StatusEntry, StatusReference

_Entry = TypeVar("_Entry", StatusReference, BitstringEntry)


def parse_status(claim: object) -> StatusReference:
    """Read a decoded `status` claim.

    Members beside `status_list`, and others inside it, are passed over: section 6.1 leaves them
    to other specifications. What the address is good for is checked where the list is looked up.

    Raises:
        MalformedError: `status.syntax`.
        UnsupportedError: `status.mechanism` when it knows other mechanisms only, since a status
            that can't be looked up must not pass for none.
    """
    mechanisms = shape.mapping(claim, Code.STATUS_SYNTAX)
    if "status_list" not in mechanisms:
        raise UnsupportedError(Code.STATUS_MECHANISM)
    members = shape.mapping(mechanisms["status_list"], Code.STATUS_SYNTAX)
    index = shape.integer(members.get("idx"), Code.STATUS_SYNTAX)
    if index < 0:
        raise MalformedError(Code.STATUS_SYNTAX, "idx")
    return StatusReference(shape.text(members.get("uri"), Code.STATUS_SYNTAX), index)


def encode_status(reference: StatusReference) -> dict[str, dict[str, int | str]]:
    """Write the value of a `status` claim.

    Raises:
        MisuseError: `misuse.type`.

    >>> encode_status(StatusReference("https://mois.example/status/1", 7))
    {'status_list': {'idx': 7, 'uri': 'https://mois.example/status/1'}}
    """
    typed("reference", reference, StatusReference)
    return {"status_list": {"idx": reference.index, "uri": reference.uri}}


def as_entries(reference: StatusReference | None) -> tuple[StatusEntry, ...]:
    """Return the entries of a credential whose format knows one reference at most."""
    return () if reference is None else (reference,)


def one_reference(status: OrderedStatus) -> StatusReference | None:
    """Return the reference of an order, for formats that carry the `status` claim alone.

    Raises:
        MisuseError: `misuse.status` for entries of bitstrings, and for an index below 0.
    """
    if isinstance(status, NoStatus):
        return None
    if not isinstance(status, StatusReference):
        raise MisuseError(Code.MISUSE_STATUS, "a StatusReference or NO_STATUS is needed")
    return _counted(status)


def bitstring_entries(status: OrderedStatus) -> tuple[BitstringEntry, ...]:
    """Return the entries of an order, for formats that carry `credentialStatus` alone.

    >>> from krid.model import NO_STATUS
    >>> bitstring_entries(NO_STATUS)
    ()

    Raises:
        MisuseError: `misuse.status` for an entry of a Token Status List, for no entry at all or
            more than a reader takes, for an index below 0, and for two entries of one purpose in
            one list.
    """
    if isinstance(status, NoStatus):
        return ()
    entries = status if isinstance(status, tuple) else (status,)
    if not 0 < len(entries) <= limits.MAX_STATUS_ENTRIES:
        raise MisuseError(Code.MISUSE_STATUS, "no entries, or more than a reader takes")
    if not all(isinstance(each, BitstringEntry) for each in entries):
        raise MisuseError(Code.MISUSE_STATUS, "a BitstringEntry or NO_STATUS is needed")
    found = tuple(_counted(each) for each in entries if isinstance(each, BitstringEntry))
    if len({(each.uri, each.purpose) for each in found}) != len(entries):
        raise MisuseError(Code.MISUSE_STATUS, "two entries of one purpose in one list")
    return found


def _counted(entry: _Entry) -> _Entry:
    if entry.index < 0:
        raise MisuseError(Code.MISUSE_STATUS, "an index below 0")
    return entry
