"""From the parts of a DID to an https address: what did:web and did:webvh have in common."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self, final
from urllib.parse import unquote_to_bytes

from krid.errors import Code, ResolutionError, TransportError
from krid.net import HttpsUrl

_HOST: Final = re.compile(r"([A-Za-z0-9.-]+)(?:%3[Aa]([1-9][0-9]{0,4}))?", re.ASCII)
# A percent sign after decoding is a second encoding, which some server on the way may undo.
_FORBIDDEN: Final = re.compile(rb"[\x00-\x20\x7f/\\%]")


@final
@dataclass(frozen=True, slots=True)
class WebAddress:
    """A host, with its port where it has one, and the segments of a path."""

    authority: str
    path: tuple[str, ...]

    @classmethod
    def parse(cls, parts: Sequence[str]) -> Self:
        """Read host and path from the parts between the colons of a DID.

        The host must be a name; an IP address is refused. Path segments keep their
        percent-encoding, and one that would lead elsewhere when decoded is refused.

        Raises:
            ResolutionError: `did.syntax`.
        """
        first, *path = parts
        host = _HOST.fullmatch(first)
        if host is None:
            raise ResolutionError(Code.DID_SYNTAX, "host")
        for segment in path:
            _check_segment(segment)
        authority = host[1] if host[2] is None else f"{host[1]}:{host[2]}"
        address = cls(authority, tuple(path))
        _check_url(address.base)
        return address

    @property
    def base(self) -> str:
        """The address of the folder, with a slash at its end, without `.well-known`."""
        return "/".join((f"https://{self.authority}", *self.path, ""))

    def file(self, name: str) -> str:
        """Return the address of a file: in the folder, or in `.well-known` of the host."""
        return f"{self.base}{name}" if self.path else f"{self.base}.well-known/{name}"


def _check_segment(segment: str) -> None:
    decoded = unquote_to_bytes(segment)
    if decoded in {b"", b".", b".."} or _FORBIDDEN.search(decoded):
        raise ResolutionError(Code.DID_SYNTAX, "path")


def _check_url(url: str) -> None:
    try:
        is_literal = HttpsUrl.parse(url).is_literal
    except TransportError as cause:
        raise ResolutionError(Code.DID_SYNTAX, "host") from cause
    if is_literal:
        raise ResolutionError(Code.DID_SYNTAX, "an IP address instead of a name")
