"""Any JSON as a DCQL query."""

from krid._core import strict_json
from krid.errors import KridError
from krid.query import encode_dcql, parse_dcql


def target(data: bytes) -> None:
    """Read a query, write it, and read it again: it is the same."""
    try:
        query = parse_dcql(strict_json.loads(data))
    except KridError:
        return
    assert parse_dcql(encode_dcql(query)) == query  # noqa: S101  a property
