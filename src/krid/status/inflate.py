"""Decompression in bounded memory, for both kinds of status lists."""

import zlib

from krid._core import limits
from krid.errors import Code, MalformedError


def inflate(compressed: bytes, window: int) -> bytes:
    """Read one whole compressed stream and nothing after it; `window` says ZLIB or GZIP to zlib.

    Raises:
        MalformedError: `status.syntax`; `status.inflated_size` beyond the limit on status lists.
    """
    stream = zlib.decompressobj(wbits=window)
    try:
        inflated = stream.decompress(compressed, limits.MAX_STATUS_LIST_BYTES + 1)
    except zlib.error as cause:
        raise MalformedError(Code.STATUS_SYNTAX, "lst") from cause
    if len(inflated) > limits.MAX_STATUS_LIST_BYTES:
        raise MalformedError(Code.STATUS_INFLATED_SIZE)
    if not stream.eof or stream.unused_data:
        raise MalformedError(Code.STATUS_SYNTAX, "lst")
    return inflated
