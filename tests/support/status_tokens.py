"""Reads the list out of a published token, and verifies nothing."""

from krid._core import shape
from krid.errors import Code
from krid.jose import Jws
from krid.status import Published, StatusBits


def statuses(done: Published) -> StatusBits:
    claims = Jws.parse(done.token.decode()).claims()
    found = shape.mapping(claims["status_list"], Code.STATUS_SYNTAX)
    bits = shape.integer(found["bits"], Code.STATUS_SYNTAX)
    return StatusBits.decode(bits, shape.text(found["lst"], Code.STATUS_SYNTAX))
