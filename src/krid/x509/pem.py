"""PEM text (RFC 7468): blocks of base64 between marks, with anything else between the blocks."""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final, final

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError

_MARK: Final = b"-----BEGIN "
_BLOCK: Final = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]{1,32})-----\s([A-Za-z0-9+/=\s]+)-----END \1-----", re.ASCII
)
_LINE: Final = 64


@final
@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two marks; the label says what it is, such as `CERTIFICATE`."""

    label: str
    content: bytes


def parse_blocks(raw: bytes) -> tuple[Block, ...]:
    """Read all blocks of a file, at least one; text before and between them is skipped.

    Raises:
        MalformedError: `x509.syntax` when a block is cut off, is not base64, or there is none;
            `input.size`.
    """
    typed("raw", raw, bytes)
    if len(raw) > limits.MAX_TRUST_FILE_BYTES or raw.count(_MARK) > limits.MAX_TRUST_ENTRIES:
        raise MalformedError(Code.INPUT_SIZE)
    found = _BLOCK.findall(raw)
    if not found or len(found) != raw.count(_MARK):
        raise MalformedError(Code.X509_SYNTAX, "PEM")
    return tuple(Block(label.decode("ascii"), _content(text)) for label, text in found)


def encode_block(block: Block) -> bytes:
    """Write one block with lines of 64 characters."""
    text = b64encode(block.content)
    lines = (text[start : start + _LINE] for start in range(0, len(text), _LINE))
    label = block.label.encode("ascii")
    return b"\n".join(
        (b"-----BEGIN " + label + b"-----", *lines, b"-----END " + label + b"-----\n")
    )


def _content(text: bytes) -> bytes:
    try:
        return b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as cause:
        raise MalformedError(Code.X509_SYNTAX, "PEM") from cause
