"""Multibase as OpenDID writes it: z, m, u, f or F, with or without padding."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Final

from krid._core import limits
from krid.errors import Code, KridError, MalformedError
from krid.keys import multikey

_STANDARD: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)
_URL_SAFE: Final = re.compile(r"[A-Za-z0-9_-]*={0,2}", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]*|[0-9A-F]*", re.ASCII)


def decode(text: str, code: Code, *, max_chars: int = limits.MAX_DID_DOCUMENT_BYTES) -> bytes:
    """Read multibase text; stray bits and foreign characters are refused, padding is not.

    Raises:
        MalformedError: the given code.
    """
    reader = _READERS.get(text[:1])
    if reader is None or len(text) > max_chars:
        raise MalformedError(code, "multibase")
    try:
        return reader(text[1:])
    except (KridError, ValueError, binascii.Error) as cause:
        raise MalformedError(code, "multibase") from cause


def _base64(text: str) -> bytes:
    if _STANDARD.fullmatch(text) is None:
        raise ValueError
    return _padded(text)


def _base64url(text: str) -> bytes:
    if _URL_SAFE.fullmatch(text) is None:
        raise ValueError
    return _padded(text.replace("-", "+").replace("_", "/"))


def _padded(text: str) -> bytes:
    """Decode base64 that has its whole padding or none, and no stray bits."""
    bare = text.rstrip("=")
    whole = bare + "=" * (-len(bare) % 4)
    raw = base64.b64decode(whole, validate=True)
    if text not in {bare, whole} or base64.b64encode(raw).decode("ascii") != whole:
        raise ValueError
    return raw


def _hex(text: str) -> bytes:
    if _HEX.fullmatch(text) is None:
        raise ValueError
    return bytes.fromhex(text)


_READERS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "z": multikey.decode_base58btc,
    "m": _base64,
    "u": _base64url,
    "f": _hex,
    "F": _hex,
}
