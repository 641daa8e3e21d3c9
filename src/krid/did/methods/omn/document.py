"""DID documents of OpenDID: read, verified by their own keys, and put into the standard form.

In these documents keys have bare ids (`assert`), and `controller` is the agent that registered
the DID. In the standard form an id is a fragment, and a key is under the control of its own DID;
the registering agent stays the controller of the document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum, unique
from typing import Final, Self, final

from krid._core import limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.did.document import DidDocument
from krid.did.methods.omn.encoding import decode
from krid.did.methods.omn.proof import OmnProof, verify
from krid.did.syntax import Did, DidUrl
from krid.did.verification_method import Purpose
from krid.errors import Code, KridError, MalformedError, RejectedError
from krid.keys import Curve, PublicKey, multikey

_CURVES: Final[Mapping[str, Curve]] = {
    "Secp256r1VerificationKey2018": Curve.P256,
    "Secp256k1VerificationKey2018": Curve.SECP256K1,
}
_KEY_CHARS: Final = 256


@unique
class AuthType(IntEnum):
    """How a person frees a key: not at all, by a PIN, or by a biometric."""

    FREE = 1
    PIN = 2
    BIOMETRIC = 4


@unique
class State(Enum):
    """Where a DID stands in its life; only an activated one has keys to use."""

    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"
    REVOKED = "REVOKED"
    TERMINATED = "TERMINATED"


@final
@dataclass(frozen=True, slots=True)
class OmnKey:
    """A key of a document, by its bare id; `key` is None for a kind that krid does not have."""

    id: str
    type: str
    auth: AuthType
    key: PublicKey | None


@final
@dataclass(frozen=True, slots=True)
class OmnDocument:
    """A document whose proofs verify by keys that it lists for their purposes itself.

    Who registered it is for the ledger to say: the proofs show that the holder of the keys wrote
    the document, not that the DID is theirs.
    """

    did: Did
    version_id: str
    state: State
    controller: str
    keys: tuple[OmnKey, ...]
    members: Mapping[str, Json] = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes, *, did: Did) -> Self:
        """Read and verify a document: as it is, wrapped as `didDoc`, or in multibase.

        Raises:
            MalformedError: `omn.syntax`, `did.document_id`, or `omn.proof`.
            SignatureError: `omn.signature`.
            RejectedError: `omn.proof` when no proof is by an assertion key.
        """
        members, state = _unwrap(raw)
        if members.get("id") != str(did):
            raise MalformedError(Code.DID_DOCUMENT_ID)
        keys = _read_keys(members)
        _check_proofs(did, members, {key.id: key for key in keys})
        return cls(
            did=did,
            version_id=shape.text(members.get("versionId"), Code.OMN_SYNTAX),
            state=_read_state(members, state),
            controller=shape.text(members.get("controller"), Code.OMN_SYNTAX),
            keys=keys,
            members=members,
        )

    def key_for(self, id_: str, purpose: Purpose) -> tuple[PublicKey, AuthType]:
        """Return a key that the document lists for a purpose, by its bare id, and its kind.

        Raises:
            RejectedError: `omn.key`, also for a kind of key that krid does not have.
        """
        listed = {_bare(str(self.did), each) for each in _references(self.members, purpose)}
        for key in self.keys:
            if key.id == id_ and id_ in listed and key.key is not None:
                return key.key, key.auth
        raise RejectedError(Code.OMN_KEY)

    def to_standard(self) -> DidDocument:
        """Return the document in the form of the W3C, with keys for their purposes.

        Keys of a kind that krid does not have are left out.

        Raises:
            MalformedError: `did.document`.
        """
        did = str(self.did)
        known = {key.id: key.key for key in self.keys if key.key is not None}
        members: JsonObject = {
            "@context": self.members.get("@context", []),
            "id": did,
            "controller": self.controller,
            "verificationMethod": [_write(did, id_, key) for id_, key in known.items()],
        }
        for purpose in Purpose:
            ids = [_bare(did, reference) for reference in _references(self.members, purpose)]
            if not known.keys().isdisjoint(ids):
                members[purpose.value] = [f"{did}#{id_}" for id_ in ids if id_ in known]
        if "service" in self.members:
            members["service"] = self.members["service"]
        return DidDocument.from_members(members, did=self.did)


def _unwrap(raw: bytes) -> tuple[JsonObject, object]:
    """Find the document in an answer, and the state that stands beside it."""
    members, state = _load(raw), None
    for name in ("didDoc", "document", "didDocument"):
        if name in members:
            state = members.get("status")
            inner = members[name]
            break
    else:
        return members, None
    if isinstance(inner, str):
        return _load(inner.encode("utf-8")), state
    return dict(shape.mapping(inner, Code.OMN_SYNTAX)), state


def _load(raw: bytes) -> JsonObject:
    text = raw.strip()
    if text[:1] != b"{":
        text = decode(text.decode("utf-8", "replace"), Code.OMN_SYNTAX)
    try:
        return strict_json.loads_object(text, max_bytes=limits.MAX_DID_DOCUMENT_BYTES)
    except MalformedError as cause:
        raise MalformedError(Code.OMN_SYNTAX, str(cause.code)) from cause


def _read_keys(members: Mapping[str, Json]) -> tuple[OmnKey, ...]:
    items = shape.sequence(members.get("verificationMethod"), Code.OMN_SYNTAX)
    if not 0 < len(items) <= limits.MAX_OMN_KEYS:
        raise MalformedError(Code.OMN_SYNTAX, "number of keys")
    keys = tuple(_read_key(item) for item in items)
    if len({key.id for key in keys}) != len(keys):
        raise MalformedError(Code.OMN_SYNTAX, "a key id twice")
    return keys


def _read_key(item: object) -> OmnKey:
    members = shape.mapping(item, Code.OMN_SYNTAX)
    kind = shape.text(members.get("type"), Code.OMN_SYNTAX)
    id_ = shape.text(members.get("id"), Code.OMN_SYNTAX)
    if not id_.isascii() or not id_.replace("-", "").replace("_", "").isalnum():
        raise MalformedError(Code.OMN_SYNTAX, "key id")
    curve = _CURVES.get(kind)
    encoded = shape.text(members.get("publicKeyMultibase"), Code.OMN_SYNTAX)
    key = None if curve is None else _read_point(curve, encoded)
    return OmnKey(id_, kind, _read_auth(members.get("authType")), key)


def _read_point(curve: Curve, encoded: str) -> PublicKey:
    """Read a compressed point, which has no multicodec before it."""
    raw = decode(encoded, Code.OMN_SYNTAX, max_chars=_KEY_CHARS)
    try:
        return PublicKey.from_compressed(curve, raw)
    except KridError as cause:
        raise MalformedError(Code.OMN_SYNTAX, str(cause.code)) from cause


def _read_auth(value: object) -> AuthType:
    try:
        return AuthType(shape.integer(value, Code.OMN_SYNTAX))
    except ValueError as cause:
        raise MalformedError(Code.OMN_SYNTAX, "authType") from cause


def _read_state(members: Mapping[str, Json], beside: object) -> State:
    """Read the state: what the document says, and what the ledger says beside it."""
    deactivated = shape.boolean(members.get("deactivated"), Code.OMN_SYNTAX)
    try:
        state = State.ACTIVATED if beside is None else State(beside)
    except ValueError as cause:
        raise MalformedError(Code.OMN_SYNTAX, "status") from cause
    return State.DEACTIVATED if deactivated and state is State.ACTIVATED else state


def _check_proofs(did: Did, members: Mapping[str, Json], keys: Mapping[str, OmnKey]) -> None:
    """Check every proof, and that one of them is by a key for assertions."""
    proofs = [OmnProof.parse(item) for item in _listed_proofs(members)]
    for proof in proofs:
        verify(members, proof, key=_key_of(did, members, proof, keys))
    if not any(proof.purpose == Purpose.ASSERTION.value for proof in proofs):
        raise RejectedError(Code.OMN_PROOF, "no proof by an assertion key")


def _listed_proofs(members: Mapping[str, Json]) -> tuple[Json, ...]:
    """Return the proofs: one as `proof`, or several as `proofs`, and never both."""
    if "proof" in members and "proofs" in members:
        raise MalformedError(Code.OMN_PROOF, "proof and proofs")
    if "proof" in members:
        return (members["proof"],)
    proofs = tuple(shape.sequence(members.get("proofs", ()), Code.OMN_PROOF))
    if len(proofs) > limits.MAX_OMN_KEYS:
        raise MalformedError(Code.OMN_PROOF, "too many")
    return proofs


def _key_of(
    did: Did, members: Mapping[str, Json], proof: OmnProof, keys: Mapping[str, OmnKey]
) -> PublicKey:
    """Find the key that a proof names: of this document, listed for the proof's purpose."""
    id_ = _named_key(did, proof.key_id, members.get("versionId"))
    purposes = {purpose.value: purpose for purpose in Purpose}
    purpose = purposes.get(proof.purpose)
    found = keys.get(id_)
    if purpose is None or found is None or found.key is None:
        raise MalformedError(Code.OMN_PROOF, "verificationMethod or proofPurpose")
    if id_ not in {_bare(str(did), each) for each in _references(members, purpose)}:
        raise RejectedError(Code.OMN_PROOF, "the key is not listed for this purpose")
    return found.key


def _named_key(did: Did, reference: str, version_id: Json) -> str:
    """Read `did?versionId=N#key`, of this DID and this version, into the bare id of the key."""
    try:
        url = DidUrl.parse(reference)
        version = url.parameters.get("versionId", version_id)
    except KridError as cause:
        raise MalformedError(Code.OMN_PROOF, "verificationMethod") from cause
    if url.did != did or url.path or url.fragment is None or version != version_id:
        raise MalformedError(Code.OMN_PROOF, "a key of another document")
    return url.fragment


def _references(members: Mapping[str, Json], purpose: Purpose) -> tuple[str, ...]:
    return shape.texts(members.get(purpose.value, ()), Code.OMN_SYNTAX)


def _bare(did: str, reference: str) -> str:
    return reference.removeprefix(did).removeprefix("#")


def _write(did: str, id_: str, key: PublicKey) -> JsonObject:
    return {
        "id": f"{did}#{id_}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": multikey.encode(key),
    }
