"""A Data Integrity proof as it was read (VC Data Integrity 1.0, section 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self, final

from krid._core import limits, shape, times
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError
from krid.keys import multikey

_TYPE: Final = "DataIntegrityProof"


@final
@dataclass(frozen=True, slots=True)
class Proof:
    """A proof whose form is known; nothing about it is verified.

    `members` is the object as it came. `value` are the bytes of its proofValue.
    """

    cryptosuite: str
    verification_method: str
    purpose: str
    value: bytes = field(repr=False)
    created: datetime | None
    expires: datetime | None
    members: Mapping[str, Json] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read a proof object.

        Raises:
            MalformedError: `di.syntax`.
        """
        members = shape.mapping(value, Code.DI_SYNTAX)
        if members.get("type") != _TYPE:
            raise MalformedError(Code.DI_SYNTAX, "type")
        return cls(
            cryptosuite=shape.text(members.get("cryptosuite"), Code.DI_SYNTAX),
            verification_method=shape.text(members.get("verificationMethod"), Code.DI_SYNTAX),
            purpose=shape.text(members.get("proofPurpose"), Code.DI_SYNTAX),
            value=_read_value(members.get("proofValue")),
            created=_read_moment(members, "created"),
            expires=_read_moment(members, "expires"),
            members=members,
        )


def _read_value(value: object) -> bytes:
    text = shape.text(value, Code.DI_SYNTAX)
    if text[:1] != "z" or len(text) > limits.MAX_PROOF_VALUE_CHARS:
        raise MalformedError(Code.DI_SYNTAX, "proofValue")
    try:
        return multikey.decode_base58btc(text[1:])
    except KridError as cause:
        raise MalformedError(Code.DI_SYNTAX, "proofValue") from cause


def _read_moment(members: Mapping[str, object], name: str) -> datetime | None:
    if name not in members:
        return None
    try:
        return times.from_rfc3339(shape.text(members[name], Code.DI_SYNTAX))
    except KridError as cause:
        raise MalformedError(Code.DI_SYNTAX, name) from cause
