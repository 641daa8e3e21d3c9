"""COSE_Sign1: any bytes are a message or refused, and what is read can be written."""

from krid.cose import Sign1, Tagging
from krid.errors import KridError


def target(data: bytes) -> None:
    try:
        message = Sign1.parse(data)
        message.x5chain()
        again = Sign1.parse(message.encode(Tagging.TAGGED))
    except KridError:
        return
    if again != message:
        raise AssertionError
