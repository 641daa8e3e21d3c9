"""The proofs of an OpenDID document: ECDSA over its canonical JSON, one proof at a time.

What is signed is the document with the one proof in it, without the proof's value: members sorted,
no white space, members that are null left out. The signature has 65 bytes; the first is 31 plus a
number that helps to recover the key, which krid has no use for, since it knows the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import jcs, shape
from krid._core.strict_json import Json, JsonObject
from krid.did.methods.omn.encoding import decode
from krid.errors import Code, MalformedError
from krid.keys import Alg, Curve, PublicKey

_VALUES: Final = ("proofValue", "proofValueList")
_SIGNATURE_BYTES: Final = 65
_SIGNATURE_CHARS: Final = 256
_HEADERS: Final = range(31, 35)
CURVES: Final[Mapping[str, Curve]] = {
    "Secp256r1Signature2018": Curve.P256,
    "Secp256k1Signature2018": Curve.SECP256K1,
}


@final
@dataclass(frozen=True, slots=True)
class OmnProof:
    """A proof whose form is known; nothing about it is verified."""

    curve: Curve
    key_id: str
    purpose: str
    signature: bytes = field(repr=False)
    members: Mapping[str, Json] = field(repr=False)

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read a proof of a document.

        Raises:
            MalformedError: `omn.proof`.
        """
        members = shape.mapping(value, Code.OMN_PROOF)
        curve = CURVES.get(shape.text(members.get("type"), Code.OMN_PROOF))
        if curve is None:
            raise MalformedError(Code.OMN_PROOF, "type")
        return cls(
            curve=curve,
            key_id=shape.text(members.get("verificationMethod"), Code.OMN_PROOF),
            purpose=shape.text(members.get("proofPurpose"), Code.OMN_PROOF),
            signature=read_signature(members.get("proofValue")),
            members=members,
        )


def read_signature(value: object) -> bytes:
    """Read a proof value: r and s side by side, the recovery number taken off.

    Raises:
        MalformedError: `omn.proof`.
    """
    text = shape.text(value, Code.OMN_PROOF)
    raw = decode(text, Code.OMN_PROOF, max_chars=_SIGNATURE_CHARS)
    if len(raw) != _SIGNATURE_BYTES or raw[0] not in _HEADERS:
        raise MalformedError(Code.OMN_PROOF, "signature")
    return raw[1:]


def verify(document: Mapping[str, Json], proof: OmnProof, *, key: PublicKey) -> None:
    """Check the signature of one proof over the document that it stands in.

    Raises:
        MalformedError: `omn.proof` for a key of another curve.
        SignatureError: `omn.signature`.
    """
    if key.curve is not proof.curve:
        raise MalformedError(Code.OMN_PROOF, "a key of another curve")
    message = signed_bytes(document, proof.members)
    key.verify(message, proof.signature, alg=Alg.of_curve(key.curve), refusal=Code.OMN_SIGNATURE)


def signed_bytes(document: Mapping[str, Json], proof: Mapping[str, Json]) -> bytes:
    """Return what is signed: the document with this one proof, which has no value.

    Raises:
        MalformedError: `omn.syntax` for what has no canonical JSON.
    """
    signed = jcs.without(document, "proof", "proofs")
    signed["proof"] = jcs.without(proof, *_VALUES)
    try:
        return jcs.canonical(without_nulls(signed))
    except MalformedError as cause:
        raise MalformedError(Code.OMN_SYNTAX, str(cause.code)) from cause


def without_nulls(members: Mapping[str, Json]) -> JsonObject:
    """Leave out members that are null, all the way down."""
    return {name: _without_nulls(value) for name, value in members.items() if value is not None}


def _without_nulls(value: Json) -> Json:
    if isinstance(value, Mapping):
        return without_nulls(value)
    if isinstance(value, list | tuple):
        return [_without_nulls(item) for item in value]
    return value
