"""Compression, in a time that does not grow with what the list says."""

import zlib
from typing import Final

_LARGE: Final = 16 * 1024
"""Packed bytes from which on the highest level takes tens of milliseconds, then seconds."""


def deflate(packed: bytes, wbits: int) -> bytes:
    """Compress with DEFLATE in the wrapping that `wbits` stands for in zlib.

    The highest level for lists up to 16 KiB. In larger ones zlib looks for runs alone: where
    statuses lie at random there is nothing else to find, and it takes about a hundredth of the
    time for a size within an eighth of it, above or below; a quarter more with 8 bits of which
    many are set.
    """
    strategy = zlib.Z_DEFAULT_STRATEGY if len(packed) <= _LARGE else zlib.Z_RLE
    stream = zlib.compressobj(9, wbits=wbits, strategy=strategy)
    return stream.compress(packed) + stream.flush()
