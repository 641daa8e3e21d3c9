"""Credentials and presentations inside a `data:` URL (sections 4.13.1 and 4.13.2; RFC 2397)."""

import re
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, Self, final
from urllib.parse import unquote_to_bytes

from krid._core import limits
from krid._core.strict_json import JsonObject
from krid.errors import Code, MalformedError
from krid.model.w3c import values
from krid.model.w3c.contexts import BASE_2_0, names_base
from krid.model.w3c.values import Members

_MEDIA_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", re.ASCII)
_PLAIN: Final = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2}|[!$&'()*+,;=:@/?])*", re.ASCII)


@unique
class EnvelopedKind(Enum):
    """What stands inside an envelope, by its type."""

    CREDENTIAL = "EnvelopedVerifiableCredential"
    PRESENTATION = "EnvelopedVerifiablePresentation"


@final
@dataclass(frozen=True, slots=True)
class DataUrl:
    """A `data:` URL: a media type in lower case without parameters, and the bytes."""

    media_type: str
    data: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a `data:` URL, plain or in base64 with or without its padding.

        Raises:
            MalformedError: `w3c.envelope`, or `input.size`.
        """
        if not isinstance(text, str) or not text.startswith("data:") or "," not in text:
            raise MalformedError(Code.W3C_ENVELOPE, "id")
        if len(text) > limits.MAX_INPUT_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        head, _, body = text.removeprefix("data:").partition(",")
        media_type, *parameters = head.lower().split(";")
        if _MEDIA_TYPE.fullmatch(media_type) is None:
            raise MalformedError(Code.W3C_ENVELOPE, "media type")
        is_base64 = bool(parameters) and parameters[-1].strip() == "base64"
        return cls(media_type, _base64(body) if is_base64 else _plain(body))

    def encode(self) -> str:
        """Write the URL; text as it is, and whatever else in base64.

        >>> DataUrl("application/vc+jwt", b"e30.e30.AA").encode()
        'data:application/vc+jwt,e30.e30.AA'
        """
        text = self.data.decode("latin-1")
        if "%" not in text and _PLAIN.fullmatch(text):
            return f"data:{self.media_type},{text}"
        return f"data:{self.media_type};base64,{b64encode(self.data).decode('ascii')}"


@final
@dataclass(frozen=True, slots=True)
class Enveloped:
    """A credential or presentation in an envelope that was not opened."""

    kind: EnvelopedKind
    url: DataUrl

    @classmethod
    def parse(cls, members: Members) -> Self:
        """Read an object of one of the two types.

        Raises:
            MalformedError: `w3c.envelope` for another type, a context that is not the base one
                or does not begin with it, or an `id` that is no `data:` URL.
        """
        found = values.types(members, "envelope", Code.W3C_ENVELOPE)
        kinds = [kind for kind in EnvelopedKind if kind.value in found]
        if len(kinds) != 1:
            raise MalformedError(Code.W3C_ENVELOPE, "type")
        if not names_base(members.get("@context")):
            raise MalformedError(Code.W3C_ENVELOPE, "@context")
        return cls(kinds[0], DataUrl.parse(members.get("id")))

    def to_json(self) -> JsonObject:
        """Write the object that stands for the envelope."""
        return {"@context": BASE_2_0, "id": self.url.encode(), "type": self.kind.value}


def _base64(text: str) -> bytes:
    """Read base64 as RFC 2397 has it: its signs may be percent-encoded, and blanks are none."""
    raw = _plain(text).rstrip(b"=")
    try:
        data = b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
    except (BinasciiError, ValueError) as cause:
        raise MalformedError(Code.W3C_ENVELOPE, "base64") from cause
    if b64encode(data).rstrip(b"=") != raw:
        raise MalformedError(Code.W3C_ENVELOPE, "base64")
    return data


def _plain(text: str) -> bytes:
    if _PLAIN.fullmatch(text) is None:
        raise MalformedError(Code.W3C_ENVELOPE, "id")
    return unquote_to_bytes(text)
