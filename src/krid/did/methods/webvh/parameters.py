"""The parameters of a log entry (did:webvh 1.0, "DID Method Parameters").

Strict but for `null`, which early logs have where a parameter ends: the method asks resolvers to
take it for the parameter's default.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, final

from krid._core import limits, shape
from krid._core.strict_json import Json
from krid.did.methods.webvh.rule import UNWITNESSED, WitnessRule
from krid.errors import Code, MalformedError, RejectedError
from krid.keys.multihash import sha256_base58

Reader: TypeAlias = Callable[[object], Any]

METHOD_VERSION: Final = "did:webvh:1.0"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What is in force after a log entry: the settings of that entry and of those before it."""

    update_keys: tuple[str, ...] = ()
    next_key_hashes: tuple[str, ...] = ()
    witness: WitnessRule = UNWITNESSED
    watchers: tuple[str, ...] = ()
    portable: bool = False
    deactivated: bool = False
    ttl: int = 3_600

    @property
    def pre_rotation(self) -> bool:
        """Tell whether the next update keys are announced by their hashes."""
        return bool(self.next_key_hashes)


def first(members: Mapping[str, Json]) -> Parameters:
    """Read the parameters of the first entry; the SCID among them is checked elsewhere.

    Raises:
        MalformedError: `webvh.parameters`, or `webvh.method`.
    """
    if "method" not in members:
        raise MalformedError(Code.WEBVH_METHOD)
    _check_names(members)
    if "scid" not in members or "updateKeys" not in members:
        raise MalformedError(Code.WEBVH_PARAMETERS, "scid or updateKeys is missing")
    return replace(Parameters(), **_read(members))


def following(members: Mapping[str, Json], previous: Parameters) -> Parameters:
    """Read the parameters of a later entry: what it does not set stays as it was.

    Raises:
        MalformedError: `webvh.parameters`, or `webvh.method`.
        RejectedError: `webvh.pre_rotation`.
    """
    _check_names(members)
    if "scid" in members or members.get("portable") is True:
        raise MalformedError(Code.WEBVH_PARAMETERS, "only in the first entry")
    current = replace(previous, **_read(members))
    if previous.pre_rotation:
        _check_announced(members, current, previous)
    return current


def _check_announced(
    members: Mapping[str, Json], current: Parameters, previous: Parameters
) -> None:
    """Check that both lists are written out and every update key was announced."""
    if not {"updateKeys", "nextKeyHashes"} <= members.keys():
        raise RejectedError(Code.WEBVH_PRE_ROTATION, "updateKeys or nextKeyHashes is missing")
    announced = frozenset(previous.next_key_hashes)
    if not all(key_hash(key) in announced for key in current.update_keys):
        raise RejectedError(Code.WEBVH_PRE_ROTATION)


def key_hash(multikey: str) -> str:
    """Return the hash by which an update key is announced before it is used."""
    return sha256_base58(multikey.encode("ascii"))


def _check_names(members: Mapping[str, Json]) -> None:
    if members.get("method", METHOD_VERSION) != METHOD_VERSION:
        raise MalformedError(Code.WEBVH_METHOD)
    if not members.keys() <= _NAMES:
        raise MalformedError(Code.WEBVH_PARAMETERS, "unknown")


def _read(members: Mapping[str, Json]) -> dict[str, Any]:
    """Read the parameters that are set, by the names of their fields."""
    read: dict[str, Any] = {}
    for name, (field, reader) in _FIELDS.items():
        if name in members:
            value = members[name]
            read[field] = _DEFAULTS[name] if value is None else reader(value)
    return read


def _keys(value: object) -> tuple[str, ...]:
    keys = _texts(value)
    if not all(key[:1] == "z" and key.isascii() and key.isalnum() for key in keys):
        raise MalformedError(Code.WEBVH_PARAMETERS, "updateKeys")
    return keys


def _texts(value: object) -> tuple[str, ...]:
    texts = shape.texts(value, Code.WEBVH_PARAMETERS)
    too_long = any(len(text) > limits.MAX_URL_CHARS for text in texts)
    if len(texts) > limits.MAX_WEBVH_KEYS or len(set(texts)) != len(texts) or too_long:
        raise MalformedError(Code.WEBVH_PARAMETERS, "a list too long or with repetitions")
    return texts


def _flag(value: object) -> bool:
    return shape.boolean(value, Code.WEBVH_PARAMETERS)


def _ttl(value: object) -> int:
    seconds = shape.integer(value, Code.WEBVH_PARAMETERS)
    if not 0 <= seconds <= limits.MAX_WEBVH_TTL_SECONDS:
        raise MalformedError(Code.WEBVH_PARAMETERS, "ttl")
    return seconds


_FIELDS: Final[Mapping[str, tuple[str, Reader]]] = {
    "updateKeys": ("update_keys", _keys),
    "nextKeyHashes": ("next_key_hashes", _texts),
    "witness": ("witness", WitnessRule.parse),
    "watchers": ("watchers", _texts),
    "portable": ("portable", _flag),
    "deactivated": ("deactivated", _flag),
    "ttl": ("ttl", _ttl),
}
_NAMES: Final = frozenset({"method", "scid", *_FIELDS})
_DEFAULTS: Final[Mapping[str, Any]] = {
    name: getattr(Parameters(), field) for name, (field, _) in _FIELDS.items()
}
