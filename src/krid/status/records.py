"""Statuses that stand in records of their own: `VcMeta` of OpenDID (data specification, 4.4.5).

A record is not signed: it is the ledger's word, brought by whoever is asked. Each question tells
that somebody sees this one credential, which lists avoid; OpenDID has no lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from typing import Final, Protocol, Self, final
from urllib.parse import quote

from krid._core import limits, shape, strict_json, times
from krid._core.strict_json import JsonObject
from krid.did.methods.omn.encoding import decode
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    StatusError,
    TransportError,
    UnsupportedError,
)
from krid.model import Check, Evidence, IssuerKey, RecordEntry, StatusEntry, StatusSource
from krid.net import Transport, fetch, run

_WRAPPED: Final = "vcMeta"


@unique
class RecordedStatus(Enum):
    """Where a credential stands in its life."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    """Suspended, as after a loss; it may become active again."""
    REVOKED = "REVOKED"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VcMeta:
    """The record of one credential, as the ledger keeps it; nobody signed it."""

    entry: RecordEntry
    status: RecordedStatus

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a record, as it is or wrapped as `vcMeta`, there perhaps as text or in multibase.

        Raises:
            MalformedError: `omn.meta`.
            StatusError: `status.unknown_value`.
        """
        members = _load(raw)
        code = Code.OMN_META
        issuer = shape.mapping(members.get("issuer"), code)
        schema = shape.mapping(members.get("credentialSchema"), code)
        entry = RecordEntry(
            id=shape.text(members.get("id"), code),
            issuer=shape.text(issuer.get("did"), code),
            subject=shape.text(members.get("subject"), code),
            schema=shape.text(schema.get("id"), code),
        )
        return cls(entry=entry, status=_status(shape.text(members.get("status"), code)))


class VcMetaSource(Protocol):
    """Where records are had: the system's own service, a ledger, or a list at hand."""

    def fetch(self, credential_id: str) -> bytes:
        """Return the record of a credential as it came.

        Raises:
            StatusError: `status.unavailable`.
        """
        ...


@final
@dataclass(frozen=True, slots=True)
class VcMetaHttp:
    """The system's service over https; `address` ends in `/api/v1/vc-meta`."""

    address: str
    transport: Transport = field(repr=False)

    def fetch(self, credential_id: str) -> bytes:
        """Ask for a record."""
        address = f"{self.address}?vcId={quote(credential_id, safe='')}"
        flow = fetch(address, accept="application/json", max_bytes=limits.MAX_OMN_META_BYTES)
        try:
            return run(flow, self.transport).body
        except TransportError as cause:
            raise StatusError(Code.STATUS_UNAVAILABLE, str(cause.code)) from cause


@final
@dataclass(frozen=True, slots=True)
class VcMetaList:
    """Records at hand, by the ids of the credentials."""

    records: Mapping[str, bytes] = field(repr=False)

    def fetch(self, credential_id: str) -> bytes:
        """Find a record."""
        raw = self.records.get(credential_id)
        if raw is None:
            raise StatusError(Code.STATUS_UNAVAILABLE)
        return raw


@final
@dataclass(frozen=True, slots=True)
class RecordStatus:
    """A `StatusSource` over records; `lists` answer for credentials that name lists.

    Nothing is remembered: each check asks the source.
    """

    source: VcMetaSource
    lists: StatusSource | None = None

    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> Evidence:
        """Return what the record says of a credential that is active.

        Raises:
            StatusError: `status.revoked`, `status.suspended`, `status.unknown_value`,
                `status.unavailable`; `omn.other_meta` when the record has another id, issuer,
                subject or schema than the credential.
            MalformedError: `omn.meta`.
            UnsupportedError: `status.mechanism` for a list when there are no `lists`.
            MisuseError: `misuse.naive_time`.
        """
        times.aware(now)
        if not isinstance(entry, RecordEntry):
            if self.lists is None:
                raise UnsupportedError(Code.STATUS_MECHANISM)
            return self.lists.check(entry, issuer=issuer, now=now)
        found = VcMeta.parse(self.source.fetch(entry.id))
        if found.entry != entry:
            raise StatusError(Code.OMN_OTHER_META)
        refusal = _REFUSED.get(found.status)
        if refusal is not None:
            raise StatusError(refusal)
        return Evidence(Check.STATUS, "ACTIVE by the word of the ledger's source")


_REFUSED: Final[Mapping[RecordedStatus, Code]] = {
    RecordedStatus.INACTIVE: Code.STATUS_SUSPENDED,
    RecordedStatus.REVOKED: Code.STATUS_REVOKED,
}


def _load(raw: bytes) -> JsonObject:
    members = _object(raw)
    inner = members.get(_WRAPPED)
    if isinstance(inner, str):
        json = inner.startswith("{")
        return _object(inner.encode("utf-8", "replace") if json else decode(inner, Code.OMN_META))
    return members if inner is None else dict(shape.mapping(inner, Code.OMN_META))


def _object(raw: bytes) -> JsonObject:
    try:
        return strict_json.loads_object(raw, max_bytes=limits.MAX_OMN_META_BYTES)
    except KridError as cause:
        raise MalformedError(Code.OMN_META, str(cause.code)) from cause


def _status(text: str) -> RecordedStatus:
    try:
        return RecordedStatus(text)
    except ValueError as cause:
        raise StatusError(Code.STATUS_UNKNOWN_VALUE) from cause
