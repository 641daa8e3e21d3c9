"""One line of a log: its form, and the hashes that chain it to the line before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self, final

from krid._core import jcs, limits, shape, strict_json, times
from krid._core.strict_json import Json, JsonObject
from krid.did.methods.webvh.identifier import PLACEHOLDER
from krid.errors import Code, KridError, MalformedError
from krid.keys.multihash import sha256_base58

_MEMBERS: Final = frozenset({"versionId", "versionTime", "parameters", "state", "proof"})
_VERSION_ID: Final = re.compile(r"([1-9][0-9]{0,8})-(Qm[1-9A-HJ-NP-Za-km-z]{44})", re.ASCII)
_UTC: Final = ("Z", "+00:00")


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """A log entry whose form is known; whether it may stand where it does is not."""

    version_id: str
    number: int
    digest: str
    time: datetime
    parameters: Mapping[str, Json] = field(repr=False)
    state: Mapping[str, Json] = field(repr=False)
    proofs: tuple[Json, ...] = field(repr=False)
    signed: JsonObject = field(repr=False)

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Read a line of a log.

        Raises:
            MalformedError: `webvh.syntax`, `webvh.version_id`, `webvh.version_time`,
                or `webvh.proof` when there is no proof.
        """
        members = _load(line)
        version_id = shape.text(members["versionId"], Code.WEBVH_VERSION_ID)
        match = _VERSION_ID.fullmatch(version_id)
        if match is None:
            raise MalformedError(Code.WEBVH_VERSION_ID)
        return cls(
            version_id=version_id,
            number=int(match[1]),
            digest=match[2],
            time=_read_time(members["versionTime"]),
            parameters=shape.mapping(members["parameters"], Code.WEBVH_SYNTAX),
            state=shape.mapping(members["state"], Code.WEBVH_SYNTAX),
            proofs=_read_proofs(members.get("proof")),
            signed=jcs.without(members, "proof"),
        )


def _load(line: bytes) -> JsonObject:
    try:
        members = strict_json.loads_object(line, max_bytes=limits.MAX_WEBVH_ENTRY_BYTES)
    except MalformedError as cause:
        raise MalformedError(Code.WEBVH_SYNTAX, str(cause.code)) from cause
    if members.keys() | {"proof"} != _MEMBERS:
        raise MalformedError(Code.WEBVH_SYNTAX, "members")
    return members


def _read_time(value: object) -> datetime:
    text = shape.text(value, Code.WEBVH_VERSION_TIME)
    if not text.endswith(_UTC):
        raise MalformedError(Code.WEBVH_VERSION_TIME, "not in UTC")
    try:
        return times.from_rfc3339(text)
    except KridError as cause:
        raise MalformedError(Code.WEBVH_VERSION_TIME) from cause


def _read_proofs(value: Json) -> tuple[Json, ...]:
    """Read the proofs: an array, or one object, as the schema of the method has it."""
    proofs = (value,) if isinstance(value, Mapping) else value
    if not isinstance(proofs, list | tuple) or not 0 < len(proofs) <= limits.MAX_WEBVH_PROOFS:
        raise MalformedError(Code.WEBVH_PROOF, "number")
    return tuple(proofs)


def entry_hash(signed: JsonObject, *, after: str) -> str:
    """Return the hash of an entry, in which the version before takes its own version's place."""
    return sha256_base58(_canonical(signed | {"versionId": after}))


def scid(signed: JsonObject, claimed: str | None = None) -> str:
    """Return the hash of the first entry, in which a placeholder takes the place of the hash.

    `claimed` is the hash that stands in the entry already. The replacement is one of text, as
    the method says; a hash has no character that JSON would escape.
    """
    text = _canonical(signed | {"versionId": PLACEHOLDER})
    if claimed is not None:
        text = text.replace(claimed.encode("ascii"), PLACEHOLDER.encode("ascii"))
    return sha256_base58(text)


def _canonical(members: JsonObject) -> bytes:
    try:
        return jcs.canonical(members)
    except MalformedError as cause:
        raise MalformedError(Code.WEBVH_SYNTAX, str(cause.code)) from cause
