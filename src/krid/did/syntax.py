"""DIDs and DID URLs (W3C DID 1.1, sections 3.1 and 3.2), read by their ABNF and nothing looser."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, final
from urllib.parse import unquote_to_bytes

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError

_PERCENT: Final = r"%[0-9A-Fa-f]{2}"
_PCHAR: Final = rf"[A-Za-z0-9\-._~!$&'()*+,;=:@]|{_PERCENT}"
_DID: Final = re.compile(rf"did:([a-z0-9]+):((?:[A-Za-z0-9._:-]++|{_PERCENT})++)", re.ASCII)
_TAIL: Final = re.compile(
    rf"((?:/(?:{_PCHAR})*+)*+)(?:\?((?:{_PCHAR}|[/?])*+))?(?:\#((?:{_PCHAR}|[/?])*+))?", re.ASCII
)


@final
@dataclass(frozen=True, slots=True)
class Did:
    """A DID: the method's name and what the method calls it.

    Two DIDs are the same when their texts are; no method-specific folding takes place.

    >>> Did.parse("did:web:issuer.example")
    Did(method='web', identifier='issuer.example')
    """

    method: str
    identifier: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a DID that stands alone, without path, query or fragment.

        Raises:
            MalformedError: `did.syntax`.
        """
        typed("text", text, str)
        if len(text) > limits.MAX_DID_CHARS:
            raise MalformedError(Code.DID_SYNTAX, "too long")
        match = _DID.fullmatch(text)
        if match is None or text[-1] == ":":
            raise MalformedError(Code.DID_SYNTAX)
        return cls(match[1], match[2])

    def __str__(self) -> str:
        """Return the DID as it was read."""
        return f"did:{self.method}:{self.identifier}"


@final
@dataclass(frozen=True, slots=True)
class DidUrl:
    """A DID with an optional path, query and fragment, each kept as it was written.

    `query` and `fragment` are None where they are absent, which an empty one is not.
    """

    did: Did
    path: str = ""
    query: str | None = None
    fragment: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an absolute DID URL; a DID alone is one.

        Raises:
            MalformedError: `did.url_syntax`.

        >>> DidUrl.parse("did:web:issuer.example#key-1").fragment
        'key-1'
        """
        typed("text", text, str)
        if len(text) > limits.MAX_DID_CHARS:
            raise MalformedError(Code.DID_URL_SYNTAX, "too long")
        did = _DID.match(text)
        if did is None or did[2][-1] == ":":
            raise MalformedError(Code.DID_URL_SYNTAX)
        return cls(Did(did[1], did[2]), *_read_tail(text[did.end() :]))

    @classmethod
    def resolve(cls, base: Did, reference: str) -> Self:
        """Read a DID URL that may be relative to a DID (DID 1.1, section 3.2.4).

        A relative one begins with `/`, `?` or `#`; dot segments in its path stay as they are.

        Raises:
            MalformedError: `did.url_syntax`.

        >>> str(DidUrl.resolve(Did.parse("did:example:1"), "#key-1"))
        'did:example:1#key-1'
        """
        typed("reference", reference, str)
        if reference[:1] not in {"/", "?", "#"}:
            return cls.parse(reference)
        if len(reference) > limits.MAX_DID_CHARS:
            raise MalformedError(Code.DID_URL_SYNTAX, "too long")
        return cls(base, *_read_tail(reference))

    def __str__(self) -> str:
        """Return the DID URL as it was read."""
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.did}{self.path}{query}{fragment}"

    @property
    def parameters(self) -> Mapping[str, str]:
        """The DID parameters of the query, percent-decoded once; a plus sign is a plus sign.

        Raises:
            MalformedError: `did.url_syntax` when a parameter stands twice or is not UTF-8. What
                it would mean is left open by DID Resolution 1.0, section 3.2.2.
        """
        pairs = [part.partition("=") for part in (self.query or "").split("&") if part]
        values = {_decode(name): _decode(value) for name, _, value in pairs}
        if len(values) != len(pairs):
            raise MalformedError(Code.DID_URL_SYNTAX, "a parameter stands twice")
        return values


def _read_tail(text: str) -> tuple[str, str | None, str | None]:
    match = _TAIL.fullmatch(text)
    if match is None:
        raise MalformedError(Code.DID_URL_SYNTAX)
    return match[1], match[2], match[3]


def _decode(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.DID_URL_SYNTAX, "a parameter is not UTF-8") from cause
