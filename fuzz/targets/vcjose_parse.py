"""Any bytes as a credential or presentation secured with JOSE or COSE."""

from collections.abc import Callable
from datetime import UTC, datetime

from krid.errors import KridError
from krid.vcjose import Form, VcJoseFormat

_NOW = datetime(2026, 6, 1, tzinfo=UTC)


def target(data: bytes) -> None:
    """Tell apart, inspect and lint; only inspecting may refuse, and with a KridError."""
    for form in Form:
        found = VcJoseFormat(form)
        found.recognises(data)
        found.lint(data, now=_NOW)
        _try(found.inspect, data)


def _try(call: Callable[[bytes], object], data: bytes) -> None:
    try:
        call(data)
    except KridError:
        return
