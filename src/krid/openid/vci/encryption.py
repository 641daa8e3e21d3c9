"""Sealing credential requests and responses beyond TLS (section 10): who, and with what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.frozen import freeze, thaw
from krid._core.strict_json import Json, JsonObject
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    UnsupportedError,
)
from krid.jose import Enc, Jwe, jwe
from krid.keys import Curve, LocalKey, PublicKey, jwk
from krid.openid.oauth import members as m

ALG: Final = "ECDH-ES"
_METADATA: Final = Code.ISSUANCE_METADATA
_CURVES: Final = (Curve.P256, Curve.X25519)


@final
@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A public key to seal for, by its `kid`; `alg` is ECDH-ES, which krid has and no other."""

    key: PublicKey
    key_id: str | None = None

    @classmethod
    def of_members(cls, value: object, code: Code) -> Self:
        """Read a JWK for encryption, which must say its `alg` (section 10).

        Raises:
            MalformedError: `code`, or `key.private`.
            UnsupportedError: `jwe.alg` for another algorithm, or `key.type`.
        """
        members = shape.mapping(value, code)
        if m.text(members, "alg", code) != ALG:
            raise UnsupportedError(Code.JWE_ALG)
        if members.get("use", "enc") != "enc":
            raise MalformedError(code, "use")
        key = jwk.parse_public(members)
        if key.curve not in _CURVES:
            raise UnsupportedError(Code.KEY_TYPE)
        return cls(key, m.text_or_none(members, "kid", code))

    def to_members(self) -> JsonObject:
        """Return the JWK."""
        members: JsonObject = {**jwk.encode_public(self.key), "use": "enc", "alg": ALG}
        return members | ({} if self.key_id is None else {"kid": self.key_id})

    @classmethod
    def of_key(cls, key: PublicKey) -> Self:
        """Name a key by its thumbprint."""
        return cls(key, jwk.key_id(key))

    def seal(self, content: bytes, enc: Enc) -> str:
        """Encrypt for the holder of the key; the header names it by its `kid`."""
        return jwe.encrypt(content, to=self.key, enc=enc, key_id=self.key_id)


@final
@dataclass(frozen=True, slots=True)
class RequestEncryption:
    """The member `credential_request_encryption`: keys that krid can seal for, and with what.

    `others` are the keys of kinds that krid does not know, as they came.
    """

    keys: tuple[EncryptionKey, ...]
    encs: tuple[str, ...]
    required: bool
    others: tuple[object, ...] = field(default=(), repr=False)

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the member; keys of kinds that krid does not know are passed over.

        Raises:
            MalformedError: `issuance.metadata`, or `key.private`.
        """
        members = shape.mapping(value, _METADATA)
        entries = shape.sequence(m.mapping(members, "jwks", _METADATA).get("keys"), _METADATA)
        if not 0 < len(entries) <= limits.MAX_ISSUER_KEYS:
            raise MalformedError(_METADATA, "jwks")
        read = [(entry, _usable(entry)) for entry in entries]
        keys = tuple(key for _, key in read if key is not None)
        identifiers = [key.key_id for key in keys]
        if None in identifiers or len(set(identifiers)) != len(identifiers):
            raise MalformedError(_METADATA, "kid")
        encs = m.texts(members, "enc_values_supported", _METADATA)
        others = tuple(freeze(entry) for entry, key in read if key is None)
        return cls(keys, encs, m.flag(members, "encryption_required", _METADATA), others)

    def to_members(self) -> JsonObject:
        """Return the members."""
        others: list[Json] = thaw(self.others)  # type: ignore[assignment]  # it came from JSON
        return {
            "jwks": {"keys": [*(key.to_members() for key in self.keys), *others]},
            "enc_values_supported": list(self.encs),
            "encryption_required": self.required,
        }

    def seal(self, content: bytes) -> str:
        """Encrypt for the issuer with its first key.

        Raises:
            UnsupportedError: `issuance.encryption` when krid has none of its algorithms.
        """
        if not self.keys:
            raise UnsupportedError(Code.ISSUANCE_ENCRYPTION)
        return self.keys[0].seal(content, common_enc(self.encs))


@final
@dataclass(frozen=True, slots=True)
class ResponseEncryptionSupport:
    """The member `credential_response_encryption` of metadata."""

    algs: tuple[str, ...]
    encs: tuple[str, ...]
    required: bool

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the member.

        Raises:
            MalformedError: `issuance.metadata`.
        """
        members = shape.mapping(value, _METADATA)
        return cls(
            m.texts(members, "alg_values_supported", _METADATA),
            m.texts(members, "enc_values_supported", _METADATA),
            m.flag(members, "encryption_required", _METADATA),
        )

    def to_members(self) -> JsonObject:
        """Return the members."""
        return {
            "alg_values_supported": list(self.algs),
            "enc_values_supported": list(self.encs),
            "encryption_required": self.required,
        }


@final
@dataclass(frozen=True, slots=True)
class ResponseEncryption:
    """The member `credential_response_encryption` of a request: seal the answer like this."""

    key: EncryptionKey
    enc: Enc

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the member; a `zip` is refused, for krid compresses nothing that it encrypts.

        Raises:
            MalformedError: `issuance.encryption`, or `key.private`.
            UnsupportedError: `issuance.encryption`, `jwe.alg`, `key.type`.
        """
        members = shape.mapping(value, Code.ISSUANCE_ENCRYPTION)
        if "zip" in members:
            raise UnsupportedError(Code.ISSUANCE_ENCRYPTION, "zip")
        key = EncryptionKey.of_members(members.get("jwk"), Code.ISSUANCE_ENCRYPTION)
        return cls(key, Enc.from_jose(members.get("enc")))

    def to_members(self) -> JsonObject:
        """Return the members."""
        return {"jwk": self.key.to_members(), "enc": self.enc.value}

    def seal(self, content: bytes) -> str:
        """Encrypt an answer."""
        return self.key.seal(content, self.enc)


def common_enc(names: tuple[str, ...]) -> Enc:
    """Return the strongest content encryption that both sides have.

    Raises:
        UnsupportedError: `issuance.encryption`.
    """
    for enc in (Enc.A256GCM, Enc.A128GCM):
        if enc.value in names:
            return enc
    raise UnsupportedError(Code.ISSUANCE_ENCRYPTION)


def opened(text: bytes, *, key: LocalKey, encs: tuple[str, ...]) -> bytes:
    """Decrypt a request or response that was sealed for a key of ours.

    Raises:
        KridError: `issuance.encryption` for another content encryption, and as
            `krid.jose.jwe.decrypt`.
    """
    try:
        message = Jwe.parse(text.decode("ascii"))
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.JWE_SYNTAX) from cause
    if message.enc.value not in encs:
        raise UnsupportedError(Code.ISSUANCE_ENCRYPTION, "enc")
    if message.header.get("kid", jwk.key_id(key.public_key)) != jwk.key_id(key.public_key):
        raise UnsupportedError(Code.ISSUANCE_ENCRYPTION, "kid")
    return message.decrypt(key)


def _usable(entry: Mapping[str, object]) -> EncryptionKey | None:
    try:
        return EncryptionKey.of_members(entry, _METADATA)
    except UnsupportedError:
        return None
    except KridError as cause:
        raise MalformedError(cause.code if cause.code is Code.KEY_PRIVATE else _METADATA) from cause
