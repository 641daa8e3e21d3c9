"""Can these 32 bytes be a public key of Ed25519? What is cheap to tell is told here.

Whether they are a point of the curve is not: that takes as long as checking a signature, and
OpenSSL finds it out when it checks one. Bytes that are no point verify nothing (ADR 0015).
"""

from typing import Final

from krid.errors import Code, MalformedError

_P: Final = 2**255 - 19
_Y_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER: Final = frozenset({0, 1, _P - 1, _Y_ORDER_8, _P - _Y_ORDER_8})


def check_encoding(raw: bytes) -> None:
    """Check 32 bytes to be the one encoding of something that may be a public key.

    A point of small order would verify signatures that no private key has made. That the bytes
    are a point, and one in the subgroup of prime order, is not checked.

    Raises:
        MalformedError: `key.point` for another length, y not below p (RFC 8032, section 5.1.3),
            or a point of small order.
    """
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if len(raw) != 32 or y >= _P or y in _SMALL_ORDER:
        raise MalformedError(Code.KEY_POINT)
