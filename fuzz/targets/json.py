"""Any bytes are one JSON text or are refused, and what was read is written and read again."""

from krid._core import strict_json
from krid.errors import KridError


def target(data: bytes) -> None:
    try:
        value = strict_json.loads(data)
    except KridError:
        return
    if strict_json.loads(strict_json.dumps(value)) != value:
        raise AssertionError("a value changed on its way")
