"""A Data Integrity proof as it was read (VC Data Integrity 1.0, section 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self, final

from krid._core import base64url, limits, shape, times
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError
from krid.keys import multikey

TYPE: Final = "DataIntegrityProof"


@final
@dataclass(frozen=True, slots=True)
class Proof:
    """A proof whose form is known; nothing about it is verified.

    `members` is the object as it came. `value` are the bytes of its proofValue, and `multibase`
    is the letter that says how they were written: `z` for base58btc, `u` for base64url.
    `previous` names the proofs that this one follows, and `domains` what it is for; both are
    empty where the proof does not say.
    """

    cryptosuite: str
    verification_method: str
    purpose: str
    value: bytes = field(repr=False)
    created: datetime | None
    expires: datetime | None
    members: Mapping[str, Json] = field(repr=False, compare=False)
    multibase: str = "z"
    id: str | None = None
    previous: tuple[str, ...] = ()
    domains: frozenset[str] = frozenset()
    challenge: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read a proof object.

        Raises:
            MalformedError: `di.syntax`.
        """
        members = shape.mapping(value, Code.DI_SYNTAX)
        if members.get("type") != TYPE:
            raise MalformedError(Code.DI_SYNTAX, "type")
        _read_text(members, "nonce")
        return cls(
            cryptosuite=shape.text(members.get("cryptosuite"), Code.DI_SYNTAX),
            verification_method=shape.text(members.get("verificationMethod"), Code.DI_SYNTAX),
            purpose=shape.text(members.get("proofPurpose"), Code.DI_SYNTAX),
            value=_read_value(members.get("proofValue")),
            created=_read_moment(members, "created"),
            expires=_read_moment(members, "expires"),
            members=members,
            multibase=members["proofValue"][:1],
            id=_read_text(members, "id"),
            previous=_read_texts(members, "previousProof"),
            domains=frozenset(_read_texts(members, "domain")),
            challenge=_read_text(members, "challenge"),
        )


def _read_value(value: object) -> bytes:
    text = shape.text(value, Code.DI_SYNTAX)
    try:
        if text[:1] == "z" and len(text) <= limits.MAX_PROOF_VALUE_CHARS:
            return multikey.decode_base58btc(text[1:])
        if text[:1] == "u" and len(text) <= limits.MAX_SD_PROOF_VALUE_CHARS:
            return base64url.decode(text[1:])
    except KridError as cause:
        raise MalformedError(Code.DI_SYNTAX, "proofValue") from cause
    raise MalformedError(Code.DI_SYNTAX, "proofValue")


def _read_text(members: Mapping[str, object], name: str) -> str | None:
    return shape.text(members[name], Code.DI_SYNTAX) if name in members else None


def _read_texts(members: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Read one text or a list of several different ones."""
    if name not in members:
        return ()
    value = members[name]
    texts = (value,) if isinstance(value, str) else shape.texts(value, Code.DI_SYNTAX)
    if not 0 < len(texts) <= limits.MAX_DI_PROOFS or len(set(texts)) != len(texts):
        raise MalformedError(Code.DI_SYNTAX, name)
    return texts


def _read_moment(members: Mapping[str, object], name: str) -> datetime | None:
    if name not in members:
        return None
    try:
        return times.from_rfc3339(shape.text(members[name], Code.DI_SYNTAX))
    except KridError as cause:
        raise MalformedError(Code.DI_SYNTAX, name) from cause
