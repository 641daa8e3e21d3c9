"""Multikey: a multicodec prefix and a key in multibase (W3C Controlled Identifiers, section 2.2.2).

The common spelling, base58btc, is read and written here; the other bases go through the
`multiformats` package.
"""

from typing import Final

from krid._core import limits
from krid.errors import Code, MalformedError, UnsupportedError
from krid.keys import base58btc
from krid.keys.alg import Curve
from krid.keys.public import PublicKey

_VARINT_BYTES: Final = 9
_PREFIX_BYTES: Final = 2


def encode(key: PublicKey) -> str:
    """Write a public key as Multikey in base58btc.

    >>> from krid.keys import Alg, LocalKey
    >>> encode(LocalKey.generate(Alg.EDDSA).public_key)[:4]
    'z6Mk'
    """
    return join(key.curve.multicodec, key.compressed)


def join(code: int, octets: bytes) -> str:
    """Write a multicodec prefix and octets in base58btc."""
    import base58

    return "z" + base58.b58encode(_varint(code) + octets).decode("ascii")


def split(raw: bytes) -> tuple[int, bytes]:
    """Read a multicodec prefix; return its number and the octets behind it.

    Raises:
        MalformedError: `key.syntax` for no varint, or one that could be shorter.
    """
    number = 0
    for index, byte in enumerate(raw[:_VARINT_BYTES]):
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if index > 0 and byte == 0:
                break
            return number, raw[index + 1 :]
    raise MalformedError(Code.KEY_SYNTAX)


def parse(text: str) -> PublicKey:
    """Read a Multikey in any multibase.

    Raises:
        MalformedError: `key.syntax`, or `key.point` when the key does not decode.
        UnsupportedError: `key.type` when the multicodec is of no key that krid implements.
    """
    return from_multicodec(decode_multibase(text))


def decode_multibase(text: str) -> bytes:
    """Read multibase text; base58btc strictly, the other bases by `multiformats`.

    Raises:
        MalformedError: `key.syntax`.
    """
    if len(text) > limits.MAX_BASE58_CHARS or not text.isascii():
        raise MalformedError(Code.KEY_SYNTAX)
    if text[:1] != "z":
        return _decode_other_base(text)
    return decode_base58btc(text[1:])


def decode_base58btc(text: str) -> bytes:
    """Read base58btc without a multibase prefix.

    Raises:
        MalformedError: `key.syntax` for a foreign character, no character, or too many.
    """
    return base58btc.decode(text)


def from_multicodec(raw: bytes) -> PublicKey:
    """Read a multicodec prefix followed by a compressed point or an OKP key.

    Raises:
        MalformedError: `key.syntax` for a bad prefix, `key.point` for a bad key.
        UnsupportedError: `key.type`.
    """
    curve = _CURVES.get(raw[:_PREFIX_BYTES])
    if curve is None:
        split(raw)
        raise UnsupportedError(Code.KEY_TYPE)
    return PublicKey.from_compressed(curve, raw[_PREFIX_BYTES:])


def _decode_other_base(text: str) -> bytes:
    from multiformats import multibase

    try:
        return bytes(multibase.decode(text))
    except (KeyError, ValueError) as cause:
        raise MalformedError(Code.KEY_SYNTAX) from cause


def _varint(number: int) -> bytes:
    """Write an unsigned varint: seven bits a byte, least significant first."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


_CURVES: Final = {_varint(curve.multicodec): curve for curve in Curve}
"""By their prefixes, of two bytes each."""
