"""Any bytes as what a database keeps: an order, statuses; any text as the address of a shard."""

from krid.errors import KridError
from krid.model import StatusReference
from krid.status.bits import StatusBits
from krid.status.registry.allot import read_order, write_order
from krid.status.registry.shape import Shape
from krid.status.registry.values import RegistryKind
from krid.status.repack import shown_values, whole_values

_SHAPE = Shape(1, "https://mois.example/status/{shard}.jwt", 2, 1024, 768, 1, RegistryKind.STATUS)


def target(data: bytes) -> None:
    _order(data)
    _statuses(data)


def _statuses(data: bytes) -> None:
    """Show them as bitstrings, and compare one of them."""
    for bits in (1, 2, 4, 8):
        statuses = StatusBits(bits, data[: len(data) // bits * bits])
        turned, shown = whole_values(statuses), shown_values(statuses, {1, 2})
        for at in range(min(statuses.size, 16)):
            value = statuses.value_at(at)
            if turned.value_at(at, size=bits) != value:
                raise AssertionError("a status moved")
            if shown.value_at(at, size=1) != (value in {1, 2}):
                raise AssertionError("a bit shows another status")


def _order(data: bytes) -> None:
    try:
        given = read_order(_SHAPE, data)
    except KridError:
        given = ()
    else:
        if write_order(_SHAPE, given) != data:
            raise AssertionError("an order changed on its way")
    index = int.from_bytes(data[:2], "big", signed=True)
    reference = StatusReference(data[2:].decode("latin-1"), index)
    try:
        name = _SHAPE.name_in(reference)
    except KridError:
        return
    if _SHAPE.address(name) != reference.uri:
        raise AssertionError("an address names another shard")
