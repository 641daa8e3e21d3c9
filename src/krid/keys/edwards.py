"""Is this a point of Ed25519? OpenSSL takes any 32 bytes and finds out when it verifies."""

from functools import lru_cache
from typing import Final

from krid._core import limits
from krid.errors import Code, MalformedError

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P

_Y_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER: Final = frozenset({0, 1, _P - 1, _Y_ORDER_8, _P - _Y_ORDER_8})


def check_point(raw: bytes) -> None:
    """Check 32 bytes to be the one encoding of a point that can be a public key.

    A point of small order would verify signatures that no private key has made. That the
    point lies in the subgroup of prime order is not checked: no standard of krid asks for it.

    Raises:
        MalformedError: `key.point` for another length, y not below p, a point that is not on
            the curve, or one of small order (RFC 8032, section 5.1.3).
    """
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if len(raw) != 32 or y >= _P or y in _SMALL_ORDER or not _has_x(y):
        raise MalformedError(Code.KEY_POINT)


@lru_cache(maxsize=limits.EDWARDS_CACHE_ENTRIES)
def _has_x(y: int) -> bool:
    """Tell whether x² = (y² - 1) / (d y² + 1) has a solution, by Euler's criterion.

    That takes as long as checking a signature, so the answers of late are kept: an issuer's key
    is read again and again.
    """
    square = y * y % _P
    ratio = (square - 1) * (_D * square + 1)
    return pow(ratio, (_P - 1) // 2, _P) == 1
