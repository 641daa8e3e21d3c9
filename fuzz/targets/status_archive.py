"""Any bytes as a status list aggregation, and as lists that were written down."""

from krid.errors import KridError
from krid.status import encode_aggregation, parse_aggregation
from krid.status.saved import parse_archive, write_archive


def target(data: bytes) -> None:
    """Read the bytes as both; what is read is written and read again."""
    try:
        uris = parse_aggregation(data)
    except KridError:
        uris = ()
    if parse_aggregation(encode_aggregation(uris)) != uris:
        raise AssertionError("an aggregation changed on its way")
    try:
        shelves = parse_archive(data)
    except KridError:
        return
    if parse_archive(write_archive(shelves)) != shelves:
        raise AssertionError("an archive changed on its way")
