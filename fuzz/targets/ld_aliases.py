"""Any JSON as a context that a caller brings."""

from krid._core import strict_json
from krid.errors import KridError
from krid.ld import Contexts

_URL = "https://mois.example/context"
_END = "https://www.w3.org/2018/credentials#validUntil"


def target(data: bytes) -> None:
    """Load a context; nothing but KridError may come out, and no second name may pass."""
    try:
        context = strict_json.loads_object(data, max_bytes=16 * 1024)
        Contexts(added={_URL: strict_json.dumps({"@context": context})}).load(_URL)
    except KridError:
        return
    names = {name for name, address in context.items() if address == _END}
    if any(name != "validUntil" and not name.startswith("@") for name in names):
        raise AssertionError("a second name passed")
