"""Verifying a log entry by entry (did:webvh 1.0, "Read (Resolve)"), witnesses aside.

Every entry is checked, whichever is asked for, in time that grows with their number alone. An
entry that fails takes all later ones with it; those before it stay proved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import limits, shape, strict_json
from krid._core.strict_json import JsonObject
from krid.did.methods.webvh import entry as hashes
from krid.did.methods.webvh import parameters as settings
from krid.did.methods.webvh.entry import Entry
from krid.did.methods.webvh.identifier import Identifier
from krid.did.methods.webvh.parameters import Parameters
from krid.did.methods.webvh.rule import WitnessRule, key_of, read_key
from krid.did.syntax import Did
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    RejectedError,
    ResolutionError,
    SignatureError,
    ValidityError,
)
from krid.proofs import Proof, verify

_SKEW: Final = timedelta(seconds=limits.WEBVH_SKEW_SECONDS)


@final
@dataclass(frozen=True, slots=True)
class Version:
    """A verified entry of a log, and what is in force after it.

    `witnesses` is who must have approved it. `line` are its bytes as they came.
    """

    number: int
    version_id: str
    time: datetime
    did: Did
    scid: str
    parameters: Parameters = field(repr=False)
    witnesses: WitnessRule = field(repr=False)
    line: bytes = field(repr=False)

    def members(self) -> JsonObject:
        """Return the document of this version as an object."""
        state: JsonObject = strict_json.loads_object(self.line)["state"]  # type: ignore[assignment]
        return state


@final
@dataclass(frozen=True, slots=True)
class History:
    """The verified versions of a DID, at least one, and what was wrong with the next entry.

    `read` makes it, and `witness.check` removes what lacks its witnesses.
    """

    versions: tuple[Version, ...]
    fault: KridError | None = None

    @property
    def scid(self) -> str:
        """The hash of the first entry."""
        return self.versions[0].scid

    @property
    def latest(self) -> Version:
        """The last version that is verified."""
        return self.versions[-1]

    @property
    def names(self) -> frozenset[Did]:
        """All DIDs that the log was published under."""
        return frozenset(version.did for version in self.versions)

    def encode(self) -> bytes:
        """Write the log, one line for each version."""
        return b"".join(version.line + b"\n" for version in self.versions)


def read(raw: bytes, *, now: datetime, max_entries: int = limits.MAX_WEBVH_ENTRIES) -> History:
    """Verify a log, all but the approval of witnesses.

    Raises:
        KridError: what is wrong with the first entry; faults of later ones are in the result.
        MalformedError: `webvh.limit`.
    """
    lines = raw.removesuffix(b"\n").split(b"\n", max_entries)
    if len(lines) > max_entries:
        raise MalformedError(Code.WEBVH_LIMIT, "entries")
    return extend((), lines, now=now)


def extend(versions: tuple[Version, ...], lines: Iterable[bytes], *, now: datetime) -> History:
    """Verify lines that follow verified versions.

    Raises:
        KridError: as `read`, when there is no version before them.
    """
    found = list(versions)
    try:
        for line in lines:
            found.append(follow(line, found[-1] if found else None, now=now))
    except KridError as fault:
        if not found:
            raise
        return History(tuple(found), fault)
    return History(tuple(found))


def follow(line: bytes, previous: Version | None, *, now: datetime) -> Version:
    """Verify one line that follows a version, or is the first.

    Raises:
        KridError: with one of the `webvh` codes, or `did.syntax` for the id of the document.
    """
    entry = Entry.parse(line)
    _check_alive(previous)
    _check_number(entry, previous)
    _check_time(entry, previous, now)
    current = _parameters(entry, previous)
    scid = _check_scid(entry, previous)
    _check_hash(entry, scid if previous is None else previous.version_id)
    did = _check_state(entry, scid, previous)
    _check_proofs(entry, authorized(current, previous))
    return Version(
        entry.number,
        entry.version_id,
        entry.time,
        did,
        scid,
        parameters=current,
        witnesses=_witnesses(current, previous),
        line=line,
    )


def _check_alive(previous: Version | None) -> None:
    if previous is not None and previous.parameters.deactivated:
        raise RejectedError(Code.WEBVH_DEACTIVATED)


def _check_number(entry: Entry, previous: Version | None) -> None:
    if entry.number != (1 if previous is None else previous.number + 1):
        raise MalformedError(Code.WEBVH_VERSION_ID, "number")


def _check_time(entry: Entry, previous: Version | None, now: datetime) -> None:
    """Check that time moves on from entry to entry, and has come already."""
    if previous is not None and entry.time <= previous.time:
        raise ValidityError(Code.WEBVH_VERSION_TIME)
    if entry.time > now + _SKEW:
        raise ValidityError(Code.WEBVH_FUTURE)


def _parameters(entry: Entry, previous: Version | None) -> Parameters:
    if previous is None:
        return settings.first(entry.parameters)
    return settings.following(entry.parameters, previous.parameters)


def _check_scid(entry: Entry, previous: Version | None) -> str:
    """Check that the first entry hashes to the SCID ("Verify SCID")."""
    if previous is not None:
        return previous.scid
    claimed = shape.text(entry.parameters["scid"], Code.WEBVH_PARAMETERS)
    if not claimed.isascii() or hashes.scid(entry.signed, claimed) != claimed:
        raise SignatureError(Code.WEBVH_SCID)
    return claimed


def _check_hash(entry: Entry, after: str) -> None:
    """Check the link to the version before ("Verify The Entry Hash")."""
    if hashes.entry_hash(entry.signed, after=after) != entry.digest:
        raise SignatureError(Code.WEBVH_ENTRY_HASH)


def _check_state(entry: Entry, scid: str, previous: Version | None) -> Did:
    """Check the id of the document: always this SCID, and elsewhere only if the DID may move."""
    did = Did.parse(shape.text(entry.state.get("id"), Code.DID_DOCUMENT_ID))
    if Identifier.parse(did).scid != scid:
        raise RejectedError(Code.WEBVH_SCID, "the document is about another DID")
    if previous is not None and did != previous.did:
        _check_move(entry, previous)
    return did


def _check_move(entry: Entry, previous: Version) -> None:
    """Check that the DID may move and still names where it was ("DID Portability")."""
    known = entry.state.get("alsoKnownAs")
    named = isinstance(known, list) and str(previous.did) in known
    if not previous.parameters.portable or not named:
        raise RejectedError(Code.WEBVH_PORTABILITY)


def authorized(current: Parameters, previous: Version | None) -> tuple[str, ...]:
    """Return the keys that may sign an entry ("Authorized Keys").

    They are those of the entry before, but for the first entry and under pre-rotation.
    """
    if previous is None or previous.parameters.pre_rotation:
        return current.update_keys
    return previous.parameters.update_keys


def _check_proofs(entry: Entry, keys: tuple[str, ...]) -> None:
    """Check that every proof of an entry is by a key that may update."""
    for members in entry.proofs:
        proof = read_proof(members)
        encoded = key_of(proof.verification_method)
        if encoded not in keys:
            raise RejectedError(Code.WEBVH_UNAUTHORIZED)
        check_proof(entry.signed, proof, encoded)


def read_proof(members: object) -> Proof:
    """Read a proof of an entry or of a witness.

    Raises:
        MalformedError: `webvh.proof`.
    """
    try:
        return Proof.parse(members)
    except MalformedError as cause:
        raise MalformedError(Code.WEBVH_PROOF, str(cause.code)) from cause


def check_proof(document: JsonObject, proof: Proof, encoded: str) -> None:
    """Check the signature of a proof by a key in its Multikey form.

    Raises:
        MalformedError: `webvh.proof` for another cryptosuite, purpose or kind of key.
        SignatureError: `webvh.signature`.
    """
    try:
        verify(document, proof, key=read_key(encoded), purpose="assertionMethod")
    except SignatureError as cause:
        raise SignatureError(Code.WEBVH_SIGNATURE) from cause
    except KridError as cause:
        raise MalformedError(Code.WEBVH_PROOF, str(cause.code)) from cause


def _witnesses(current: Parameters, previous: Version | None) -> WitnessRule:
    """Return who must approve an entry: those in force before it, or the first ones named."""
    if previous is not None and previous.parameters.witness.is_active:
        return previous.parameters.witness
    return current.witness


def check_scid_of(history: History, identifier: Identifier) -> None:
    """Check that a log is the one that a DID names.

    Raises:
        ResolutionError: `webvh.scid`.
    """
    if history.scid != identifier.scid:
        raise ResolutionError(Code.WEBVH_SCID, "the log of another DID")
