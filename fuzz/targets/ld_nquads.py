"""Any text as N-Quads: read, brought into canonical form, and read again."""

from krid.errors import KridError
from krid.ld import canonicalize, parse_nquads


def target(data: bytes) -> None:
    """Read statements; nothing but KridError may come out, and a canonical form is its own."""
    try:
        canonical = canonicalize(parse_nquads(data.decode("utf-8", "replace")), max_steps=2_000)
    except KridError:
        return
    if parse_nquads(canonical.text) != list(canonical.quads):
        raise AssertionError("the canonical form reads as something else")
