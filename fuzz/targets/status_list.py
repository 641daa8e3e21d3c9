"""Any text as the `lst` of a status list; the first byte chooses the number of bits."""

from krid.errors import KridError
from krid.status import StatusBits


def target(data: bytes) -> None:
    bits = data[0] if data else 1
    try:
        statuses = StatusBits.decode(bits, data[1:].decode("latin-1"))
        statuses.value_at(statuses.size - 1)
    except KridError:
        return
