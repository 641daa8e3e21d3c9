"""Device engagement: what a phone shows so that a reader can reach it (section 8.2.1.1).

The structure has no signature: whoever shows it may have made it. What it is worth, the session
proves, for its bytes enter the transcript that both sides sign.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, unique
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import base64url, cbor, limits, shape
from krid._core.arguments import typed
from krid._core.cbor import Cbor, Embedded
from krid._core.frozen import freeze
from krid.errors import Code, KridError, MalformedError, MisuseError, UnsupportedError
from krid.keys import PublicKey, cose_key
from krid.mdoc.model import MAC_CURVES
from krid.proximity.retrieval import RetrievalMethod, encode_method, parse_methods

SESSION_CURVES: Final = MAC_CURVES
"""Curves of cipher suite 1 that krid has. The suite also names X448 and three Brainpool curves."""

_CODE: Final = Code.PROXIMITY_ENGAGEMENT
_SCHEME: Final = "mdoc:"
_CIPHER_SUITE: Final = 1
_VERSION: Final = re.compile(r"1\.[0-9]{1,3}", re.ASCII)
_KEYS = (_AT_VERSION, _AT_SECURITY, _AT_METHODS, _AT_ORIGINS, _AT_CAPABILITIES) = 0, 1, 2, 5, 6
_NONE: Final[Mapping[int, object]] = MappingProxyType({})


@unique
class Capability(IntEnum):
    """What an mdoc of version 1.1 can do beyond the first edition, by its number."""

    HANDOVER_SESSION_ESTABLISHMENT = 2
    READER_AUTH_ALL = 3
    EXTENDED_REQUEST = 4


@final
@dataclass(frozen=True, slots=True)
class OriginInfo:
    """Where an engagement came from, as 18013-7 has it: category, type, details by type."""

    category: int
    type: int
    details: object = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class DeviceEngagement:
    """One device engagement; `raw` are the bytes that enter the session transcript.

    `key_bytes` is EDeviceKeyBytes as it came, with its tag. `origins` and `capabilities` are those
    of version 1.1. Members that krid does not know are passed over, and stay in `raw`.
    """

    raw: bytes = field(repr=False)
    version: str
    key: PublicKey
    key_bytes: bytes = field(repr=False)
    methods: tuple[RetrievalMethod, ...] = ()
    origins: tuple[OriginInfo, ...] = ()
    capabilities: Mapping[int, object] = field(default_factory=lambda: _NONE)

    @classmethod
    def of(
        cls,
        key: PublicKey,
        *,
        methods: Sequence[RetrievalMethod],
        origins: Sequence[OriginInfo] = (),
        capabilities: Mapping[int, object] = _NONE,
    ) -> Self:
        """Make an engagement: version 1.0, or 1.1 where it says what only that version has.

        No `methods` fits NFC, whose handover names them outside the engagement.

        Raises:
            MisuseError: `misuse.option` for a key of another curve than cipher suite 1 has, and
                for what makes no engagement.
        """
        if key.curve not in SESSION_CURVES:
            raise MisuseError(Code.MISUSE_OPTION, "curve of the session key")
        is_newer = bool(origins or capabilities)
        members: dict[int, Cbor] = {
            _AT_VERSION: "1.1" if is_newer else "1.0",
            _AT_SECURITY: [_CIPHER_SUITE, Embedded.of(cose_key.encode(key))],
        }
        if methods:
            members[_AT_METHODS] = [encode_method(each) for each in methods]
        if is_newer:
            members[_AT_ORIGINS] = [_origin_members(each) for each in origins]
        if capabilities:
            members[_AT_CAPABILITIES] = dict(capabilities)
        try:
            return cls.parse(cbor.encode(members))
        except MalformedError as cause:
            raise MisuseError(Code.MISUSE_OPTION, "engagement") from cause

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an encoded DeviceEngagement.

        Raises:
            MalformedError: `proximity.engagement`, `proximity.key`, or a `cbor.*` code.
            UnsupportedError: `proximity.version`, `proximity.cipher_suite`, `proximity.curve`.
        """
        value = cbor.decode(raw, max_bytes=limits.MAX_ENGAGEMENT_BYTES)
        members = shape.integer_map(value, _CODE)
        version = _version(members)
        key, key_bytes = _security(members)
        return cls(
            raw=raw,
            version=version,
            key=key,
            key_bytes=key_bytes,
            methods=parse_methods(members[_AT_METHODS]) if _AT_METHODS in members else (),
            origins=_origins(members.get(_AT_ORIGINS, ())),
            capabilities=_capabilities(members.get(_AT_CAPABILITIES, {})),
        )

    @classmethod
    def from_uri(cls, text: str) -> Self:
        """Read the text of a QR code (section 8.2.2.3).

        Raises:
            MalformedError: `proximity.engagement` for another scheme, `base64url.*`, and what
                `parse` raises.
            UnsupportedError: as `parse`.
        """
        typed("text", text, str)
        if text[: len(_SCHEME)].lower() != _SCHEME:
            raise MalformedError(_CODE, "scheme")
        if len(text) > 2 * limits.MAX_ENGAGEMENT_BYTES:
            raise MalformedError(_CODE, "length")
        return cls.parse(base64url.decode(text[len(_SCHEME) :]))

    def to_uri(self) -> str:
        """Write the text of a QR code: `mdoc:` and base64url without padding."""
        return f"{_SCHEME}{base64url.encode(self.raw)}"


def parse_session_key(raw: bytes) -> PublicKey:
    """Read the encoded COSE_Key of a session key.

    Raises:
        MalformedError: `proximity.key`, or a `cbor.*` code.
        UnsupportedError: `proximity.curve` for a curve that is not of cipher suite 1, or that
            krid does not have.
    """
    value = cbor.decode(raw, max_bytes=limits.MAX_ENGAGEMENT_BYTES)
    try:
        key = cose_key.parse(value)
    except UnsupportedError as cause:
        raise UnsupportedError(Code.PROXIMITY_CURVE) from cause
    except KridError as cause:
        raise MalformedError(Code.PROXIMITY_KEY) from cause
    if key.curve not in SESSION_CURVES:
        raise UnsupportedError(Code.PROXIMITY_CURVE, key.curve.jose)
    return key


def _version(members: Mapping[int, Cbor]) -> str:
    """Minor versions only add members (version 1.1 of the second edition does)."""
    version = shape.text(members.get(_AT_VERSION), _CODE)
    if _VERSION.fullmatch(version) is None:
        raise UnsupportedError(Code.PROXIMITY_VERSION)
    return version


def _security(members: Mapping[int, Cbor]) -> tuple[PublicKey, bytes]:
    """Return the key of cipher suite 1, and its bytes (section 9.1.1.4)."""
    parts = shape.sequence(members.get(_AT_SECURITY), _CODE)
    if len(parts) != 2:
        raise MalformedError(_CODE, "security")
    if shape.integer(parts[0], _CODE) != _CIPHER_SUITE:
        raise UnsupportedError(Code.PROXIMITY_CIPHER_SUITE)
    if not isinstance(parts[1], Embedded):
        raise MalformedError(_CODE, "EDeviceKeyBytes")
    return parse_session_key(parts[1].content), parts[1].raw


def _origins(value: Cbor) -> tuple[OriginInfo, ...]:
    listed = [shape.mapping(each, _CODE) for each in shape.sequence(value, _CODE)]
    return tuple(
        OriginInfo(
            shape.integer(each.get("cat"), _CODE),
            shape.integer(each.get("type"), _CODE),
            freeze(each.get("details")),
        )
        for each in listed
    )


def _capabilities(value: Cbor) -> Mapping[int, object]:
    members = shape.integer_map(value, _CODE)
    return MappingProxyType({number: freeze(each) for number, each in members.items()})


def _origin_members(origin: OriginInfo) -> Cbor:
    return {"cat": origin.category, "type": origin.type, "details": origin.details}
