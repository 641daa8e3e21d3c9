"""Creating, updating and deactivating a did:webvh DID: prepare, sign, complete.

The private key stays with its signer. Completion verifies the new entry by the same code that
resolvers use, so that a log which krid writes is one that krid takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, final

from krid._core import strict_json, times
from krid._core.strict_json import Json, JsonObject
from krid.did.methods.webvh import entry as hashes
from krid.did.methods.webvh import parameters as settings
from krid.did.methods.webvh.history import History, Version, authorized, follow
from krid.did.methods.webvh.identifier import PLACEHOLDER
from krid.did.methods.webvh.parameters import METHOD_VERSION, Parameters
from krid.did.methods.webvh.rule import WitnessRule, key_url
from krid.errors import Code, MisuseError, RejectedError
from krid.keys import Prepared, PublicKey, multikey
from krid.proofs import prepare

Signed: TypeAlias = JsonObject


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an entry sets; None leaves a setting as it was.

    `next_keys` announces the next update keys by their hashes (pre-rotation); none ends that.
    `portable` may be set to true in the first entry alone. `ttl` is in seconds.
    """

    update_keys: tuple[PublicKey, ...] | None = None
    next_keys: tuple[PublicKey, ...] | None = None
    witness: WitnessRule | None = None
    watchers: tuple[str, ...] | None = None
    portable: bool | None = None
    deactivated: bool | None = None
    ttl: int | None = None

    def to_json(self) -> JsonObject:
        """Write the parameters that are set."""
        written: Mapping[str, Json] = {
            "updateKeys": None if self.update_keys is None else _encode(self.update_keys),
            "nextKeyHashes": None if self.next_keys is None else announce(self.next_keys),
            "witness": None if self.witness is None else self.witness.to_json(),
            "watchers": None if self.watchers is None else list(self.watchers),
            "portable": self.portable,
            "deactivated": self.deactivated,
            "ttl": self.ttl,
        }
        return {name: value for name, value in written.items() if value is not None}


UNCHANGED = Changes()
"""An entry that changes the document alone."""


def announce(keys: tuple[PublicKey, ...]) -> list[str]:
    """Return the hashes that announce keys."""
    return [settings.key_hash(multikey.encode(key)) for key in keys]


def prepare_creation(
    document: Mapping[str, Json], *, key: PublicKey, changes: Changes, now: datetime
) -> Prepared[History]:
    """Prepare the first entry of a new DID.

    The document's id is a `draft`; `{SCID}` in it stands for the hash that is not known yet,
    everywhere. `key` signs, and is the one update key unless `changes` names others.

    Raises:
        MalformedError: `webvh.parameters`, or `webvh.syntax` for what has no canonical form.
        RejectedError: `webvh.unauthorized` when `key` is none of the update keys.
    """
    parameters: JsonObject = {
        "method": METHOD_VERSION,
        "scid": PLACEHOLDER,
        "updateKeys": _encode((key,)),
        "portable": False,
        **changes.to_json(),
    }
    _check_may_sign(key, settings.first(parameters), None)
    draft = _entry(PLACEHOLDER, now, parameters, document)
    scid = hashes.scid(draft)
    text = strict_json.dumps(draft).replace(PLACEHOLDER.encode("ascii"), scid.encode("ascii"))
    entry = strict_json.loads_object(text)
    entry["versionId"] = f"1-{hashes.entry_hash(entry, after=scid)}"
    return _prepare(entry, (), key, now)


def prepare_update(
    history: History,
    document: Mapping[str, Json] | None,
    *,
    key: PublicKey,
    changes: Changes,
    now: datetime,
) -> Prepared[History]:
    """Prepare the next entry of a verified log; no document leaves the document as it was.

    Raises:
        MalformedError: as `prepare_creation`.
        RejectedError: `webvh.unauthorized`, `webvh.pre_rotation` or `webvh.deactivated`.
        MisuseError: `misuse.option` for a log with a fault.
    """
    previous = _end(history)
    parameters = changes.to_json()
    _check_may_sign(key, settings.following(parameters, previous.parameters), previous)
    state = previous.members() if document is None else document
    entry = _entry(previous.version_id, now, parameters, state)
    digest = hashes.entry_hash(entry, after=previous.version_id)
    entry["versionId"] = f"{previous.number + 1}-{digest}"
    return _prepare(entry, history.versions, key, now)


def prepare_deactivation(history: History, *, key: PublicKey, now: datetime) -> Prepared[History]:
    """Prepare the entry that deactivates a DID for ever and leaves nobody who may update it.

    Raises:
        RejectedError: as `prepare_update`.
        MisuseError: `misuse.option` while keys are announced: an update must end that first.
    """
    if _end(history).parameters.pre_rotation:
        raise MisuseError(Code.MISUSE_OPTION, "end pre-rotation before deactivating")
    changes = Changes(deactivated=True, update_keys=())
    return prepare_update(history, None, key=key, changes=changes, now=now)


def parallel_web(history: History, members: Mapping[str, Json]) -> JsonObject:
    """Write the did:web document that may lie beside the log, from the resolved document.

    What the log proves is lost on whoever resolves the did:web alone.
    """
    did = str(history.latest.did)
    prefix = f"did:webvh:{history.scid}:"
    text = strict_json.dumps(dict(members)).decode("utf-8").replace(prefix, "did:web:")
    written = strict_json.loads_object(text.encode("utf-8"))
    known = written.get("alsoKnownAs", [])
    names = list(known) if isinstance(known, list) else []
    web = did.replace(prefix, "did:web:")
    return written | {"alsoKnownAs": [name for name in dict.fromkeys([*names, did]) if name != web]}


def _end(history: History) -> Version:
    if history.fault is not None:
        raise MisuseError(Code.MISUSE_OPTION, "a log with a fault")
    if history.latest.parameters.deactivated:
        raise RejectedError(Code.WEBVH_DEACTIVATED)
    return history.latest


def _entry(
    version_id: str, now: datetime, parameters: JsonObject, state: Mapping[str, Json]
) -> Signed:
    return {
        "versionId": version_id,
        "versionTime": times.to_rfc3339(now),
        "parameters": parameters,
        "state": dict(state),
    }


def _check_may_sign(key: PublicKey, current: Parameters, previous: Version | None) -> None:
    if multikey.encode(key) not in authorized(current, previous):
        raise RejectedError(Code.WEBVH_UNAUTHORIZED)


def _prepare(
    entry: Signed, versions: tuple[Version, ...], key: PublicKey, now: datetime
) -> Prepared[History]:
    def finish(proof: JsonObject) -> History:
        line = strict_json.dumps(entry | {"proof": [proof]})
        previous = versions[-1] if versions else None
        return History((*versions, follow(line, previous, now=now)))

    proof = prepare(entry, verification_method=key_url(key), purpose="assertionMethod", created=now)
    return proof.then(finish)


def _encode(keys: tuple[PublicKey, ...]) -> list[Json]:
    return [multikey.encode(key) for key in keys]
