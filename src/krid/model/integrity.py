"""Integrity of referenced documents (syntax of W3C SRI, section 3), for whatever names one."""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self, final

from krid._core import limits
from krid._core.redact import same
from krid.errors import Code, ContentError, MalformedError, UnsupportedError


class _Hash(Protocol):
    def digest(self) -> bytes: ...


# From the weakest to the strongest.
_HASHES: Final[Mapping[str, Callable[[bytes], _Hash]]] = {
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}
_STRENGTH: Final = tuple(_HASHES)

_EXPRESSION: Final = re.compile(
    r"(?P<alg>[a-z0-9]+)-(?P<value>[A-Za-z0-9+/_-]+={0,2})(?:\?[!-~]*)?", re.ASCII
)
_BLANKS: Final = re.compile(r"[ \t]+")
_FROM_URL: Final = str.maketrans("-_", "+/")


@final
@dataclass(frozen=True, slots=True)
class Integrity:
    """Which content a document must have: the digests with the strongest algorithm given.

    A document is the right one if it has any of them.
    """

    alg: str
    digests: tuple[bytes, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read integrity metadata: digests separated by blanks, options passed over.

        Digests are base64 with its padding; the alphabet of base64url is read too, as SRI does.
        Algorithms that krid does not know are passed over as long as one is left.

        Raises:
            MalformedError: `type.integrity_syntax`.
            UnsupportedError: `type.integrity_alg` when no algorithm is known.

        >>> Integrity.parse("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").alg
        'sha256'
        """
        if len(text) > limits.MAX_INTEGRITY_CHARS:
            raise MalformedError(Code.TYPE_INTEGRITY_SYNTAX)
        found: dict[str, list[bytes]] = {}
        for expression in _BLANKS.split(text.strip(" \t")):
            alg, digest = _expression(expression)
            found.setdefault(alg, []).append(digest)
        known = [alg for alg in _STRENGTH if alg in found]
        if not known:
            raise UnsupportedError(Code.TYPE_INTEGRITY_ALG)
        return cls(known[-1], tuple(found[known[-1]]))

    @classmethod
    def of(cls, document: bytes, *, alg: str = "sha256") -> Self:
        """Compute the integrity of a document that one vouches for.

        Raises:
            UnsupportedError: `type.integrity_alg`.
        """
        if alg not in _HASHES:
            raise UnsupportedError(Code.TYPE_INTEGRITY_ALG)
        return cls(alg, (_HASHES[alg](document).digest(),))

    def check(self, document: bytes) -> None:
        """Check that the octets of a document, as they were received, have one of the digests.

        Raises:
            ContentError: `type.integrity`.
        """
        actual = _HASHES[self.alg](document).digest()
        if not any(same(actual, digest) for digest in self.digests):
            raise ContentError(Code.TYPE_INTEGRITY)

    def __str__(self) -> str:
        """Write the integrity metadata."""
        return " ".join(f"{self.alg}-{b64encode(each).decode('ascii')}" for each in self.digests)


def _expression(text: str) -> tuple[str, bytes]:
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        raise MalformedError(Code.TYPE_INTEGRITY_SYNTAX)
    try:
        digest = b64decode(match["value"].translate(_FROM_URL), validate=True)
    except (BinasciiError, ValueError) as cause:
        raise MalformedError(Code.TYPE_INTEGRITY_SYNTAX) from cause
    new = _HASHES.get(match["alg"])
    if new is not None and len(digest) != len(new(b"").digest()):
        raise MalformedError(Code.TYPE_INTEGRITY_SYNTAX, "length")
    return match["alg"], digest
