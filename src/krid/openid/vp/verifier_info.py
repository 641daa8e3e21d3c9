"""What a verifier sends along about itself: `verifier_info` of OpenID4VP 1.0, section 5.1.

Nothing in it is verified here. Entries whose `data` is an object are passed over, and so are kinds
that nobody here knows: the section lets a wallet ignore what it does not recognise.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from krid._core import limits, shape
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError
from krid.model import Attestation, Query


def parse(value: Json, asked: Query) -> tuple[Attestation, ...]:
    """Read `verifier_info`; None when it is not there.

    Raises:
        MalformedError: `request.syntax`, also for a reference to a query that is not asked.
    """
    if value is None:
        return ()
    entries = shape.sequence(value, Code.REQUEST_SYNTAX)
    if not 0 < len(entries) <= limits.MAX_VERIFIER_ATTESTATIONS:
        raise MalformedError(Code.REQUEST_SYNTAX, "verifier_info")
    return tuple(_texts(entries, frozenset(each.id for each in asked.credentials)))


def encode(attestations: Sequence[Attestation]) -> list[Json]:
    """Write `verifier_info`."""
    return [_encode(each) for each in attestations]


def _texts(entries: Sequence[Any], ids: frozenset[str]) -> Iterator[Attestation]:
    for entry in entries:
        members = shape.mapping(entry, Code.REQUEST_SYNTAX)
        kind = shape.text(members.get("format"), Code.REQUEST_SYNTAX)
        meant = _credential_ids(members, ids)
        if isinstance(members.get("data"), str):
            yield Attestation(kind, members["data"], meant)
        else:
            shape.mapping(members.get("data"), Code.REQUEST_SYNTAX)


def _credential_ids(members: Mapping[str, Any], ids: frozenset[str]) -> frozenset[str] | None:
    if "credential_ids" not in members:
        return None
    meant = frozenset(shape.texts(members["credential_ids"], Code.REQUEST_SYNTAX))
    if not meant or not meant <= ids:
        raise MalformedError(Code.REQUEST_SYNTAX, "credential_ids")
    return meant


def _encode(attestation: Attestation) -> JsonObject:
    members: JsonObject = {"format": attestation.format, "data": attestation.data}
    if attestation.credential_ids is not None:
        members["credential_ids"] = sorted(attestation.credential_ids)
    return members
