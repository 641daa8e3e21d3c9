"""Any bytes as what a database keeps of an order, and any text as the address of a shard."""

from krid.errors import KridError
from krid.model import StatusReference
from krid.status.registry.allot import read_order, write_order
from krid.status.registry.shape import Shape

_SHAPE = Shape(1, "https://mois.example/status/{shard}.jwt", 2, 1024, 768, 1)


def target(data: bytes) -> None:
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
