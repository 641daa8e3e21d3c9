"""JSON Web Encryption in compact serialisation (RFC 7516): ECDH-ES in direct mode with AES-GCM.

That is what OpenID4VP and OpenID4VCI use to seal an answer. The `jwcrypto` package seals; krid
opens with the `cryptography` package's agreement, key derivation and cipher, since whoever takes
answers opens one for each (decision 0038). What else the texts know (other algorithms,
compression, the JSON serialisation, loose base64url) is refused when a message is parsed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, Self, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from krid._core import base64url, limits, shape, strict_json
from krid._core.arguments import typed
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, MisuseError, SignatureError, UnsupportedError
from krid.jose import header as protected_header
from krid.keys import Curve, LocalKey, PublicKey, jwk

_ALG: Final = "ECDH-ES"
_CURVES: Final = (Curve.P256, Curve.X25519)
_IV_BYTES: Final = 12
_TAG_BYTES: Final = 16


@unique
class Enc(Enum):
    """A content encryption algorithm, by its name in `enc` (RFC 7518, section 5.1)."""

    A128GCM = "A128GCM"
    A256GCM = "A256GCM"

    @property
    def key_size(self) -> int:
        """The length of its keys in bytes."""
        return 16 if self is Enc.A128GCM else 32

    @classmethod
    def from_jose(cls, name: object) -> Self:
        """Find an algorithm by its name.

        Raises:
            UnsupportedError: `jwe.alg`.
        """
        for enc in cls:
            if enc.value == name:
                return enc
        raise UnsupportedError(Code.JWE_ALG, "enc")


@final
@dataclass(frozen=True, slots=True)
class Jwe:
    """A JWE as it came, parsed and not decrypted.

    `header` is the protected header, read-only all the way down. `ephemeral` is the sender's
    key of `epk`, checked to lie on its curve. `ciphertext` ends with the authentication tag.
    """

    header: Mapping[str, Json]
    enc: Enc
    ephemeral: PublicKey
    text: str = field(repr=False)
    iv: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the compact serialisation (RFC 7516, section 7.1).

        Raises:
            MalformedError: `input.size`, `jwe.syntax`, `jwe.header`, `base64url.syntax`, a
                `json.*` code for the header, or a `key.*` code for `epk`.
            UnsupportedError: `jwe.alg` for another `alg` or `enc`, `jwe.zip`, `jwe.crit`, or
                `key.type` for `epk`.
        """
        typed("text", text, str)
        if len(text) > limits.MAX_INPUT_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        parts = text.split(".", 5)
        if len(parts) != 5:
            raise MalformedError(Code.JWE_SYNTAX)
        header = _parse_header(parts[0])
        iv, ciphertext = _content(parts)
        enc = Enc.from_jose(header.get("enc"))
        return cls(header, enc, _ephemeral(header), text, iv, ciphertext)

    def decrypt(self, key: LocalKey) -> bytes:
        """Return the plaintext (RFC 7516, section 5.2).

        Raises:
            UnsupportedError: `alg.key` when `epk` is on another curve than the key.
            SignatureError: `jwe.decrypt` when the message was changed or is for another key.
        """
        if self.ephemeral.curve is not key.public_key.curve:
            raise UnsupportedError(Code.ALG_KEY)
        protected = self.text.partition(".")[0].encode("ascii")
        try:
            cipher = AESGCM(_agreed_key(self, key.exchange(self.ephemeral)))
            return cipher.decrypt(self.iv, self.ciphertext, protected)
        except (MisuseError, InvalidTag) as cause:  # an ephemeral key of small order, or changed
            raise SignatureError(Code.JWE_DECRYPT) from cause


def encrypt(
    plaintext: bytes,
    *,
    to: PublicKey,
    enc: Enc,
    key_id: str | None = None,
    apu: bytes = b"",
    apv: bytes = b"",
    content_type: str | None = None,
) -> str:
    """Encrypt for the holder of one key, with a fresh ephemeral key each time.

    `apu` and `apv` are the parties' data of RFC 7518, section 4.6.1, before base64url;
    `content_type` is `cty`, such as `JWT` for what is signed inside. An empty
    plaintext is refused here and by `parse`: nothing that is sealed in OpenID4VC is empty.

    Raises:
        MisuseError: `alg.key` when the key is neither on P-256 nor X25519, or `misuse.option`
            when there is nothing to encrypt.
    """
    from jwcrypto.jwe import JWE
    from jwcrypto.jwk import JWK

    if to.curve not in _CURVES:
        raise MisuseError(Code.ALG_KEY)
    if not plaintext:
        raise MisuseError(Code.MISUSE_OPTION, "the plaintext is empty")
    header: dict[str, Json] = {"alg": _ALG, "enc": enc.value}
    header |= {"kid": key_id} if key_id is not None else {}
    header |= {"cty": content_type} if content_type is not None else {}
    header |= {"apu": base64url.encode(apu)} if apu else {}
    header |= {"apv": base64url.encode(apv)} if apv else {}
    protected = strict_json.dumps(header).decode("utf-8")
    message = JWE(plaintext, protected=protected, algs=[_ALG, enc.value])
    message.add_recipient(JWK(**jwk.encode_public(to)))
    text: str = message.serialize(compact=True)
    return text


def decrypt(text: str, *, key: LocalKey) -> bytes:
    """Parse and decrypt in one step.

    Raises:
        KridError: as `Jwe.parse` and `Jwe.decrypt`.

    >>> key = LocalKey.generate_on(Curve.P256)
    >>> decrypt(encrypt(b"krid", to=key.public_key, enc=Enc.A256GCM), key=key)
    b'krid'
    """
    return Jwe.parse(text).decrypt(key)


def _parse_header(text: str) -> Mapping[str, Json]:
    header = protected_header.parse(text, refusal=Code.JWE_HEADER, unknown_extension=Code.JWE_CRIT)
    if header.get("alg") != _ALG:
        raise UnsupportedError(Code.JWE_ALG, "alg")
    if "zip" in header:
        raise UnsupportedError(Code.JWE_ZIP)
    for name in ("apu", "apv"):
        base64url.decode(shape.text(header.get(name, ""), Code.JWE_HEADER))
    return header


def _content(parts: list[str]) -> tuple[bytes, bytes]:
    """Return the initialization vector and the ciphertext with its tag.

    ECDH-ES and AES-GCM fix the lengths (RFC 7518, sections 4.6 and 5.3).
    """
    _, encrypted_key, *rest = parts
    ciphertext = base64url.decode(rest[1])
    if not ciphertext:
        raise MalformedError(Code.JWE_SYNTAX, "ciphertext")
    if encrypted_key:
        raise MalformedError(Code.JWE_SYNTAX, "encrypted key")
    iv, tag = base64url.decode(rest[0]), base64url.decode(rest[2])
    if len(iv) != _IV_BYTES:
        raise MalformedError(Code.JWE_SYNTAX, "initialization vector")
    if len(tag) != _TAG_BYTES:
        raise MalformedError(Code.JWE_SYNTAX, "authentication tag")
    return iv, ciphertext + tag


def _ephemeral(header: Mapping[str, Json]) -> PublicKey:
    """Read the sender's key; members that say nothing of it are ignored (RFC 7517, section 4)."""
    key = jwk.parse_public(shape.mapping(header.get("epk"), Code.JWE_HEADER))
    if key.curve not in _CURVES:
        raise UnsupportedError(Code.JWE_ALG, "epk")
    return key


def _agreed_key(message: Jwe, secret: bytes) -> bytes:
    """Derive the content encryption key from the shared secret (RFC 7518, section 4.6.2)."""
    size = message.enc.key_size
    parties = (base64url.decode(str(message.header.get(name, ""))) for name in ("apu", "apv"))
    named = (message.enc.value.encode("ascii"), *parties)
    info = b"".join(len(each).to_bytes(4, "big") + each for each in named)
    return ConcatKDFHash(SHA256(), size, info + (8 * size).to_bytes(4, "big")).derive(secret)
