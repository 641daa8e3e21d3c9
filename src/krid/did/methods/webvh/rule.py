"""Who must witness a log entry, and how many of them (did:webvh 1.0, "The witness Parameter")."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError
from krid.keys import Curve, PublicKey, multikey

_DID_KEY: Final = re.compile(r"(?:did:key:)?(z[1-9A-HJ-NP-Za-km-z]{1,128})", re.ASCII)
_KEY_URL: Final = re.compile(r"did:key:(z[1-9A-HJ-NP-Za-km-z]{1,128})#(.{1,256})", re.ASCII)
_CACHED_KEYS: Final = 256


@final
@dataclass(frozen=True, slots=True)
class WitnessRule:
    """At least `threshold` of these witnesses must approve; the DIDs are did:key with Ed25519.

    A threshold of zero, with no witnesses, is what `{}` says: nobody need approve.
    """

    threshold: int
    witnesses: tuple[str, ...]

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read the parameter.

        Raises:
            MalformedError: `webvh.parameters`.
        """
        members = shape.mapping(value, Code.WEBVH_PARAMETERS)
        if not members:
            return cls(0, ())
        if members.keys() != {"threshold", "witnesses"}:
            raise MalformedError(Code.WEBVH_PARAMETERS, "witness")
        listed = shape.sequence(members["witnesses"], Code.WEBVH_PARAMETERS)
        if len(listed) > limits.MAX_WEBVH_WITNESSES:
            raise MalformedError(Code.WEBVH_PARAMETERS, "too many witnesses")
        witnesses = tuple(_read_witness(item) for item in listed)
        threshold = shape.integer(members["threshold"], Code.WEBVH_PARAMETERS)
        if not 1 <= threshold <= len(set(witnesses)) == len(witnesses):
            raise MalformedError(Code.WEBVH_PARAMETERS, "threshold, or a witness twice")
        return cls(threshold, witnesses)

    @property
    def is_active(self) -> bool:
        """Tell whether anybody must approve."""
        return self.threshold > 0

    def to_json(self) -> JsonObject:
        """Write the parameter."""
        if not self.is_active:
            return {}
        return {"threshold": self.threshold, "witnesses": [{"id": did} for did in self.witnesses]}


UNWITNESSED: Final = WitnessRule(0, ())
"""Nobody need approve."""


def _read_witness(item: object) -> str:
    """Read a witness; one implementation writes the key alone, which is taken for its did:key."""
    members = shape.mapping(item, Code.WEBVH_PARAMETERS)
    did = shape.text(members.get("id"), Code.WEBVH_PARAMETERS)
    match = _DID_KEY.fullmatch(did)
    if match is None or members.keys() != {"id"}:
        raise MalformedError(Code.WEBVH_PARAMETERS, "witness")
    try:
        read_key(match[1])
    except KridError as cause:
        raise MalformedError(Code.WEBVH_PARAMETERS, "a witness without an Ed25519 key") from cause
    return f"did:key:{match[1]}"


def key_of(verification_method: str) -> str:
    """Return the Multikey that `did:key:<key>#<key>` names, both of them alike.

    Raises:
        MalformedError: `webvh.proof`.
    """
    match = _KEY_URL.fullmatch(verification_method)
    if match is None or match[1] != match[2]:
        raise MalformedError(Code.WEBVH_PROOF, "verificationMethod")
    return match[1]


def key_url(key: PublicKey) -> str:
    """Return the verificationMethod by which proofs name a key."""
    encoded = multikey.encode(key)
    return f"did:key:{encoded}#{encoded}"


@lru_cache(maxsize=_CACHED_KEYS)
def read_key(encoded: str) -> PublicKey:
    """Read a Multikey that must be an Ed25519 key.

    Raises:
        MalformedError: `webvh.proof`, or what is wrong with the key.
        UnsupportedError: `key.type`.
    """
    key = multikey.parse(encoded)
    if key.curve is not Curve.ED25519:
        raise MalformedError(Code.WEBVH_PROOF, "not an Ed25519 key")
    return key
