"""Any bytes linted as an mdoc: findings come back, and no exception at all."""

from datetime import UTC, datetime

from krid._core import limits
from krid.mdoc import MdocFormat

_FORMAT = MdocFormat()
_NOW = datetime(2026, 6, 1, tzinfo=UTC)


def target(data: bytes) -> None:
    """Lint; not even KridError may come out, and the findings are capped."""
    if len(_FORMAT.lint(data, now=_NOW)) > limits.MAX_FINDINGS + 1:
        raise AssertionError("more findings than the cap")
