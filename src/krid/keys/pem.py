"""Keys in PEM and DER: SubjectPublicKeyInfo, PKCS #8 and the older forms that OpenSSL reads."""

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError, UnsupportedError
from krid.keys.local import LocalKey
from krid.keys.public import PublicKey

_PEM_MARK = b"-----BEGIN "


def parse_public(raw: bytes) -> PublicKey:
    """Read a public key in PEM or DER.

    Raises:
        MalformedError: `key.syntax`, or `key.private` when it is a private key in PEM.
        UnsupportedError: `key.type`.
    """
    _check_size(raw)
    if b"PRIVATE KEY-----" in raw:
        raise MalformedError(Code.KEY_PRIVATE)
    try:
        if _PEM_MARK in raw:
            return PublicKey.from_native(serialization.load_pem_public_key(raw))
        return PublicKey.from_native(serialization.load_der_public_key(raw))
    except UnsupportedAlgorithm as cause:
        raise UnsupportedError(Code.KEY_TYPE) from cause
    except (ValueError, TypeError) as cause:
        raise MalformedError(Code.KEY_SYNTAX) from cause


def parse_private(raw: bytes) -> LocalKey:
    """Read a private key in PEM or DER that is not encrypted.

    Raises:
        MalformedError: `key.syntax`, or `key.not_private` when it is a public key in PEM.
        UnsupportedError: `key.type`.
    """
    _check_size(raw)
    if b"BEGIN PUBLIC KEY-----" in raw:
        raise MalformedError(Code.KEY_NOT_PRIVATE)
    try:
        if _PEM_MARK in raw:
            return LocalKey.from_native(serialization.load_pem_private_key(raw, None))
        return LocalKey.from_native(serialization.load_der_private_key(raw, None))
    except UnsupportedAlgorithm as cause:
        raise UnsupportedError(Code.KEY_TYPE) from cause
    # The library underneath takes a private key of the wrong length for a fault of its own.
    except (ValueError, TypeError, InternalError) as cause:
        raise MalformedError(Code.KEY_SYNTAX) from cause


def encode_public(key: PublicKey) -> bytes:
    """Write a public key as SubjectPublicKeyInfo in PEM."""
    return key.native.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def encode_public_der(key: PublicKey) -> bytes:
    """Write a public key as SubjectPublicKeyInfo in DER."""
    return key.native.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def encode_private(key: LocalKey) -> bytes:
    """Write a private key as PKCS #8 in PEM, not encrypted: the caller keeps it secret."""
    return key.native.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _check_size(raw: bytes) -> None:
    typed("raw", raw, bytes)
    if len(raw) > limits.MAX_KEY_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
