"""Strict base64url of JOSE (RFC 7515, section 2): no padding, no white space, no stray bits."""

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from typing import Final

from krid.errors import Code, MalformedError

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")

# What is base64 and not base64url becomes a byte that the strict decoder refuses.
_FROM_URL: Final = bytes.maketrans(b"-_+/=", b"+/\0\0\0")

_PADDING: Final = (b"", b"===", b"==", b"=")

# Last characters whose unused bits are zero, by the number of characters over a multiple of four.
_LAST: Final = (
    *("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", ""),
    *("AQgw", "AEIMQUYcgkosw048"),
)


def encode(raw: bytes) -> str:
    """Write bytes as base64url without padding.

    >>> encode(b"krid")
    'a3JpZA'
    """
    return b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=").decode()


def encode_each(raws: Sequence[bytes]) -> list[str]:
    """Write byte strings of one length each as base64url, in one go.

    Zeros fill each up to whole groups of three bytes, and the characters that stand for nothing
    but these are cut off again.

    >>> encode_each([b"krid", b"card"])
    ['a3JpZA', 'Y2FyZA']
    """
    if not raws or not raws[0]:
        return [""] * len(raws)
    size = len(raws[0])
    filler = bytes(-size % 3)
    text = b2a_base64(filler.join((*raws, b"")), newline=False).translate(_TO_URL).decode()
    step, kept = (size + len(filler)) // 3 * 4, (size * 8 + 5) // 6
    return [text[start : start + kept] for start in range(0, len(text), step)]


def decode(text: str) -> bytes:
    """Read base64url that has exactly one spelling for each byte string.

    Raises:
        MalformedError: `base64url.syntax` for a foreign character, padding, an impossible
            length, or unused bits that are not zero.

    >>> decode("a3JpZA")
    b'krid'
    """
    over = len(text) & 3
    try:
        padded = text.encode("ascii").translate(_FROM_URL) + _PADDING[over]
        raw = a2b_base64(padded, strict_mode=True)
    except ValueError as cause:  # of both steps: foreign characters, and what is no base64
        raise MalformedError(Code.BASE64URL_SYNTAX) from cause
    if text[-1:] not in _LAST[over]:
        raise MalformedError(Code.BASE64URL_SYNTAX)
    return raw


def decode_each(texts: Sequence[str]) -> list[bytes]:
    """Read texts as `decode` reads each of them, in one go.

    Raises:
        MalformedError: `base64url.syntax`.

    >>> decode_each(["a3JpZA", "Y2FyZA"])
    [b'krid', b'card']
    """
    try:
        parts = "~".join(texts).encode("ascii").translate(_FROM_URL).split(b"~") if texts else []
        raws = [a2b_base64(part + _PADDING[len(part) & 3], strict_mode=True) for part in parts]
    except ValueError as cause:
        raise MalformedError(Code.BASE64URL_SYNTAX) from cause
    if len(raws) != len(texts):  # a tilde inside a text
        raise MalformedError(Code.BASE64URL_SYNTAX)
    if not all(text[-1:] in _LAST[len(text) & 3] for text in texts):
        raise MalformedError(Code.BASE64URL_SYNTAX)
    return raws
