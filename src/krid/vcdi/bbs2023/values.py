"""The proof values of bbs-2023 (vc-di-bbs, sections 3.3.1, 3.3.2, 3.3.6 and 3.3.7).

Where the text and its vectors differ, the text holds: components have no tags, so the signer's
half of a pseudonym is a byte string, and a pseudonym stands beside the domain it is for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import base64url, cbor, limits, shape
from krid._core.cbor import Cbor
from krid.errors import Code, KridError, MalformedError
from krid.vcdi.bbs_feature import Feature

_HEADER: Final = 3
_SIGNATURE: Final = 80
_BBS_HEADER: Final = 64
_PUBLIC_KEY: Final = 96
_HMAC_KEY: Final = 32
_SCALAR: Final = 32
_POINT: Final = 48
_BASE: Final = {feature.base_header: feature for feature in Feature}
_DERIVED: Final = {feature.derived_header: feature for feature in Feature}


@final
@dataclass(frozen=True, slots=True)
class BaseProofValue:
    """What an issuer gives to the holder, and the holder shows to nobody.

    `signer_nym_entropy` is empty for features without a pseudonym.
    """

    feature: Feature
    signature: bytes = field(repr=False)
    header: bytes = field(repr=False)
    public_key: bytes
    hmac_key: bytes = field(repr=False)
    mandatory_pointers: tuple[str, ...]
    signer_nym_entropy: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a base proof value (section 3.3.2).

        Raises:
            MalformedError: `di.proof_value`, `di.pointer_twice` for one that stands twice, or
                `di.proof_header` for a derived value.
        """
        header, raw = _open(text)
        feature = _BASE.get(header)
        if feature is None:
            raise MalformedError(Code.DI_PROOF_HEADER)
        components = _components(raw, 6 if feature.has_pseudonym else 5)
        return cls(
            feature,
            _octets(components[0], _SIGNATURE),
            _octets(components[1], _BBS_HEADER),
            _octets(components[2], _PUBLIC_KEY),
            _octets(components[3], _HMAC_KEY),
            _pointers(components[4]),
            _octets(components[5], _SCALAR) if feature.has_pseudonym else b"",
        )

    def encode(self) -> str:
        """Write the value (section 3.3.1)."""
        components: list[Cbor] = [
            self.signature,
            self.header,
            self.public_key,
            self.hmac_key,
            list(self.mandatory_pointers),
        ]
        if self.feature.has_pseudonym:
            components.append(self.signer_nym_entropy)
        return _close(self.feature.base_header, components)


@final
@dataclass(frozen=True, slots=True)
class Nym:
    """A pseudonym of 48 octets, and the domain it is for."""

    domain: str
    pseudonym: bytes


@final
@dataclass(frozen=True, slots=True)
class DerivedProofValue:
    """What a holder shows a verifier.

    `labels` maps the number of each canonical blank node to that of the one that was signed.
    `mandatory` are places among all statements, `selective` places among those signed as messages,
    `messages` how many of these there are, where the feature needs to say.
    """

    feature: Feature
    proof: bytes = field(repr=False)
    labels: Mapping[int, int]
    mandatory: tuple[int, ...]
    selective: tuple[int, ...]
    presentation_header: bytes
    nym: Nym | None
    messages: int | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a derived proof value (section 3.3.7).

        Raises:
            MalformedError: `di.proof_value`, `di.label_map`, `di.index` for places out of order or
                repeated, or `di.proof_header` for a base value.
        """
        header, raw = _open(text)
        feature = _DERIVED.get(header)
        if feature is None:
            raise MalformedError(Code.DI_PROOF_HEADER)
        more = 0 if feature is Feature.BASELINE else 3 if feature.has_pseudonym else 1
        components = _components(raw, 5 + more)
        return cls(
            feature,
            shape.octets(components[0], Code.DI_PROOF_VALUE),
            _labels(components[1]),
            _places(components[2]),
            _places(components[3]),
            shape.octets(components[4], Code.DI_PROOF_VALUE),
            _nym(components[5], components[6]) if feature.has_pseudonym else None,
            _count(components[-1]) if more else None,
        )

    def encode(self) -> str:
        """Write the value (section 3.3.6)."""
        components: list[Cbor] = [
            self.proof,
            dict(self.labels),
            list(self.mandatory),
            list(self.selective),
            self.presentation_header,
        ]
        if self.nym is not None:
            components += [self.nym.domain, self.nym.pseudonym]
        if self.messages is not None:
            components.append(self.messages)
        return _close(self.feature.derived_header, components)


def _open(text: str) -> tuple[bytes, bytes]:
    """Undo multibase; return the header and what is behind it."""
    if text[:1] != "u" or len(text) > limits.MAX_SD_PROOF_VALUE_CHARS:
        raise MalformedError(Code.DI_PROOF_VALUE)
    try:
        raw = base64url.decode(text[1:])
    except KridError as cause:
        raise MalformedError(Code.DI_PROOF_VALUE) from cause
    return raw[:_HEADER], raw[_HEADER:]


def _close(header: bytes, components: Sequence[Cbor]) -> str:
    return "u" + base64url.encode(header + cbor.encode(list(components)))


def _components(raw: bytes, count: int) -> Sequence[Cbor]:
    try:
        components = shape.sequence(cbor.decode(raw), Code.DI_PROOF_VALUE)
    except KridError as cause:
        raise MalformedError(Code.DI_PROOF_VALUE, str(cause.code)) from cause
    if len(components) != count:
        raise MalformedError(Code.DI_PROOF_VALUE, "components")
    return components


def _octets(value: object, size: int) -> bytes:
    octets = shape.octets(value, Code.DI_PROOF_VALUE)
    if len(octets) != size:
        raise MalformedError(Code.DI_PROOF_VALUE, "length")
    return octets


def _pointers(value: object) -> tuple[str, ...]:
    pointers = shape.texts(value, Code.DI_PROOF_VALUE)
    if len(set(pointers)) != len(pointers):
        raise MalformedError(Code.DI_POINTER_TWICE)
    return pointers


def _count(value: object) -> int:
    number = shape.integer(value, Code.DI_PROOF_VALUE)
    if not 0 <= number <= limits.MAX_BBS_MESSAGES:
        raise MalformedError(Code.DI_PROOF_VALUE, "a number out of range")
    return number


def _places(value: object) -> tuple[int, ...]:
    """Read places, which ascend: two orders of one set would be two proofs."""
    places = [_count(place) for place in shape.sequence(value, Code.DI_PROOF_VALUE)]
    if any(left >= right for left, right in pairwise(places)):
        raise MalformedError(Code.DI_INDEX)
    return tuple(places)


def _labels(value: object) -> Mapping[int, int]:
    labels = shape.integer_map(value, Code.DI_PROOF_VALUE)
    read = {_count(label): _count(signed) for label, signed in labels.items()}
    if len(set(read.values())) != len(read):
        raise MalformedError(Code.DI_LABEL_MAP)
    return MappingProxyType(read)


def _nym(domain: object, pseudonym: object) -> Nym:
    return Nym(shape.text(domain, Code.DI_PROOF_VALUE), _octets(pseudonym, _POINT))
