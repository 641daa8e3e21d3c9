"""The proof values of ecdsa-sd-2023 (Data Integrity ECDSA 1.0, sections 3.5.2 to 3.5.8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import cbor, limits, shape
from krid._core.base64url import encode as base64url
from krid._core.cbor import Cbor
from krid.errors import Code, KridError, MalformedError
from krid.keys import Curve, PublicKey, multikey
from krid.proofs import Proof

BASE_HEADER: Final = bytes.fromhex("d95d00")
DERIVED_HEADER: Final = bytes.fromhex("d95d01")

_HEADER: Final = 3
_SIGNATURE: Final = 64
_HMAC: Final = 32
_KEY: Final = 35
_P256: Final = bytes.fromhex("8024")


@final
@dataclass(frozen=True, slots=True)
class BaseValue:
    """What an issuer gives to the holder, and the holder shows to nobody.

    `public_key` is the key made for this one proof, as multikey bytes; `signatures` are one for
    each statement that may be withheld, in their order.
    """

    signature: bytes = field(repr=False)
    public_key: bytes
    hmac_key: bytes = field(repr=False)
    signatures: tuple[bytes, ...] = field(repr=False)
    pointers: tuple[str, ...]

    @classmethod
    def parse(cls, proof: Proof) -> Self:
        """Read a base proof value (section 3.5.3).

        Raises:
            MalformedError: `di.proof_header` for the value of another suite, or a derived one;
                `di.proof_value`; `di.pointer_twice`.
        """
        components = _open(proof, BASE_HEADER)
        pointers = shape.texts(components[4], Code.DI_PROOF_VALUE)
        if len(set(pointers)) != len(pointers):
            raise MalformedError(Code.DI_POINTER_TWICE)
        return cls(
            _octets(components[0], _SIGNATURE),
            _public_key(components[1]),
            _octets(components[2], _HMAC),
            _signatures(components[3]),
            pointers,
        )

    def encode(self) -> str:
        """Write the value (section 3.5.2)."""
        return _close(
            BASE_HEADER,
            [
                self.signature,
                self.public_key,
                self.hmac_key,
                list(self.signatures),
                list(self.pointers),
            ],
        )


@final
@dataclass(frozen=True, slots=True)
class DerivedValue:
    """What a holder shows.

    `labels` are the digests that stand for blank nodes, by the numbers of the canonical names;
    `mandatory` are the places of the statements that the issuer makes everybody show.
    """

    signature: bytes = field(repr=False)
    public_key: bytes
    signatures: tuple[bytes, ...] = field(repr=False)
    labels: Mapping[int, bytes] = field(repr=False)
    mandatory: tuple[int, ...]

    @classmethod
    def parse(cls, proof: Proof) -> Self:
        """Read a derived proof value (section 3.5.8).

        Raises:
            MalformedError: `di.proof_header` for the value of another suite, or a base one;
                `di.proof_value`; `di.label_map` for two names of one digest; `di.index` for
                places that do not ascend.
        """
        components = _open(proof, DERIVED_HEADER)
        return cls(
            _octets(components[0], _SIGNATURE),
            _public_key(components[1]),
            _signatures(components[2]),
            _labels(components[3]),
            _places(components[4]),
        )

    def encode(self) -> str:
        """Write the value (section 3.5.7)."""
        return _close(
            DERIVED_HEADER,
            [
                self.signature,
                self.public_key,
                list(self.signatures),
                dict(self.labels),
                list(self.mandatory),
            ],
        )

    @property
    def names(self) -> Mapping[str, str]:
        """The names of blank nodes by canonical names, both as tokens (section 3.5.6)."""
        return {
            f"_:c14n{number}": f"_:u{base64url(digest)}" for number, digest in self.labels.items()
        }


def encode_key(key: PublicKey) -> bytes:
    """Write the key of a proof as multikey bytes."""
    return _P256 + key.compressed


def decode_key(raw: bytes) -> PublicKey:
    """Read the key of a proof.

    Raises:
        MalformedError: `key.point`.
    """
    return multikey.from_multicodec(raw)


def _open(proof: Proof, header: bytes) -> Sequence[Cbor]:
    if proof.multibase != "u" or proof.value[:_HEADER] != header:
        raise MalformedError(Code.DI_PROOF_HEADER)
    try:
        components = shape.sequence(cbor.decode(proof.value[_HEADER:]), Code.DI_PROOF_VALUE)
    except KridError as cause:
        raise MalformedError(Code.DI_PROOF_VALUE, str(cause.code)) from cause
    if len(components) != 5:
        raise MalformedError(Code.DI_PROOF_VALUE, "components")
    return components


def _close(header: bytes, components: list[Cbor]) -> str:
    return "u" + base64url(header + cbor.encode(components))


def _octets(value: object, size: int) -> bytes:
    octets = shape.octets(value, Code.DI_PROOF_VALUE)
    if len(octets) != size:
        raise MalformedError(Code.DI_PROOF_VALUE, "length")
    return octets


def _public_key(value: object) -> bytes:
    raw = _octets(value, _KEY)
    try:
        key = decode_key(raw)
    except KridError as cause:
        raise MalformedError(Code.DI_PROOF_VALUE, "key") from cause
    if key.curve is not Curve.P256:
        raise MalformedError(Code.DI_PROOF_VALUE, "key")
    return raw


def _signatures(value: object) -> tuple[bytes, ...]:
    members = shape.sequence(value, Code.DI_PROOF_VALUE)
    return tuple(_octets(member, _SIGNATURE) for member in members)


def _labels(value: object) -> Mapping[int, bytes]:
    members = shape.integer_map(value, Code.DI_PROOF_VALUE)
    labels = {_count(number): _octets(digest, _HMAC) for number, digest in members.items()}
    if len(set(labels.values())) != len(labels):
        raise MalformedError(Code.DI_LABEL_MAP, "a blank node twice")
    return MappingProxyType(labels)


def _places(value: object) -> tuple[int, ...]:
    """Read places, which ascend: two orders of one set would be two proofs."""
    places = [_count(place) for place in shape.sequence(value, Code.DI_PROOF_VALUE)]
    if any(left >= right for left, right in pairwise(places)):
        raise MalformedError(Code.DI_INDEX)
    return tuple(places)


def _count(value: object) -> int:
    number = shape.integer(value, Code.DI_PROOF_VALUE)
    if not 0 <= number <= limits.MAX_LD_QUADS:
        raise MalformedError(Code.DI_PROOF_VALUE, "a number out of range")
    return number
