"""Any bytes are a statement of a ledger in its one encoding, or refused."""

from krid.errors import KridError
from krid.ledger import encode, parse


def target(data: bytes) -> None:
    try:
        statement = parse(data)
    except KridError:
        return
    if encode(statement) != data:
        raise AssertionError("a statement has two encodings")
