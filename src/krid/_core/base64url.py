"""Strict base64url of JOSE (RFC 7515, section 2): no padding, no white space, no stray bits."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError

from krid.errors import Code, MalformedError


def encode(raw: bytes) -> str:
    """Write bytes as base64url without padding.

    >>> encode(b"krid")
    'a3JpZA'
    """
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read base64url that has exactly one spelling for each byte string.

    Raises:
        MalformedError: `base64url.syntax` for a foreign character, padding, an impossible
            length, or unused bits that are not zero.

    >>> decode("a3JpZA")
    b'krid'
    """
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (BinasciiError, UnicodeEncodeError) as cause:
        raise MalformedError(Code.BASE64URL_SYNTAX) from cause
    # The standard decoder skips foreign characters and ignores stray bits: compare the way back.
    if encode(raw) != text:
        raise MalformedError(Code.BASE64URL_SYNTAX)
    return raw
