"""DIDs, DID URLs, and references to a DID: what is taken is written as it was read."""

from collections.abc import Callable

from krid.did import Did, DidUrl
from krid.errors import KridError

_BASE = Did.parse("did:example:1")


def target(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    _read(Did.parse, text, {text})
    _read(DidUrl.parse, text, {text})
    _read(lambda reference: DidUrl.resolve(_BASE, reference), text, {text, f"{_BASE}{text}"})


def _read(parse: Callable[[str], Did | DidUrl], text: str, allowed: set[str]) -> None:
    try:
        parsed = parse(text)
        if isinstance(parsed, DidUrl):
            _ = parsed.parameters
    except KridError:
        return
    if str(parsed) not in allowed:
        raise AssertionError("a DID changed on its way")
