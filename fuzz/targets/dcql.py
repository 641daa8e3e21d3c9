"""Any JSON as a DCQL query."""

from krid._core import strict_json
from krid.errors import KridError
from krid.query import encode_dcql, parse_dcql


def target(data: bytes) -> None:
    """Read a query and write it again; nothing but KridError may come out."""
    try:
        encode_dcql(parse_dcql(strict_json.loads(data)))
    except KridError:
        return
