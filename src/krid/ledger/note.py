"""Signed notes (c2sp.org/signed-note): a text, and lines of signatures below it."""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final, Self, final

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError

_MARK: Final = "\u2014 "
_SYNTAX: Final = Code.LEDGER_CHECKPOINT
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")
_KEY_ID_BYTES: Final = 4


@final
@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line: who signs, by a name and four bytes, and what was made of the text."""

    name: str
    key_id: bytes
    signature: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line without its end.

        Raises:
            MalformedError: `ledger.checkpoint`.
        """
        name, _, encoded = line.removeprefix(_MARK).partition(" ")
        if not line.startswith(_MARK) or not name or "+" in name or name.split() != [name]:
            raise MalformedError(_SYNTAX, "a signature line")
        raw = decode_base64(encoded)
        if len(raw) <= _KEY_ID_BYTES:
            raise MalformedError(_SYNTAX, "a signature line")
        return cls(name, raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])

    def encode(self) -> str:
        """Write the line with its end."""
        encoded = b64encode(self.key_id + self.signature).decode("ascii")
        return f"{_MARK}{self.name} {encoded}\n"


@final
@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line, and its signatures, none of them verified."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a note.

        Raises:
            MalformedError: `ledger.checkpoint`.
        """
        typed("raw", raw, bytes)
        if len(raw) > limits.MAX_CHECKPOINT_BYTES:
            raise MalformedError(_SYNTAX, "size")
        try:
            whole = raw.decode("utf-8")
        except UnicodeDecodeError as cause:
            raise MalformedError(_SYNTAX) from cause
        text, blank, lines = whole.rpartition("\n\n")
        if not blank or not lines.endswith("\n") or _CONTROL.search(whole):
            raise MalformedError(_SYNTAX)
        signatures = lines[:-1].split("\n")
        if len(signatures) > limits.MAX_CHECKPOINT_SIGNATURES:
            raise MalformedError(_SYNTAX, "too many signatures")
        return cls(f"{text}\n", tuple(map(NoteSignature.parse, signatures)))

    def encode(self) -> bytes:
        """Write the note."""
        lines = "".join(signature.encode() for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()


def decode_base64(text: str) -> bytes:
    """Read base64 with padding, in its one spelling (RFC 4648, section 4).

    Raises:
        MalformedError: `ledger.checkpoint`.
    """
    try:
        raw = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise MalformedError(_SYNTAX, "base64") from cause
    if b64encode(raw).decode("ascii") != text:
        raise MalformedError(_SYNTAX, "base64")
    return raw
