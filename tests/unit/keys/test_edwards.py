"""The points of Ed25519, against the group law written out."""

import secrets

import pytest

from krid.errors import Code, MalformedError, SignatureError
from krid.keys import Alg, Curve, LocalKey, PublicKey, edwards

P = edwards._P
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def _add(left: Point, right: Point) -> Point:
    """Add by RFC 8032, section 5.1."""
    (x1, y1), (x2, y2) = left, right
    product = D * x1 * x2 * y1 * y2
    return (
        (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P,
    )


def _x(y: int) -> int | None:
    """Recover x by RFC 8032, section 5.1.3."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    if (root * root - square) % P:
        root = root * pow(2, (P - 1) // 4, P) % P
    return root if (root * root - square) % P == 0 else None


def _refused(y: int) -> bool:
    try:
        edwards.check_encoding(y.to_bytes(32, "little"))
    except MalformedError as error:
        assert error.code is Code.KEY_POINT
        return True
    return False


@pytest.mark.parametrize("y", sorted(edwards._SMALL_ORDER))
def test_eight_times_a_point_of_small_order_is_nothing(y: int) -> None:
    x = _x(y)
    assert x is not None
    point = (x, y)
    for _ in range(3):
        point = _add(point, point)
    assert point == (0, 1)
    assert _refused(y)
    assert _refused(y | 1 << 255)


def test_the_list_of_small_orders_is_complete() -> None:
    signs = {0: 2, 1: 1, P - 1: 1}
    assert sum(signs.get(y, 2) for y in edwards._SMALL_ORDER) == 8


def test_the_bytes_of_every_key_are_taken() -> None:
    for _ in range(50):
        edwards.check_encoding(LocalKey.generate(Alg.EDDSA).public_key.raw)


def _signatures(message: bytes) -> list[bytes]:
    """What a forger without a private key would try: R and S that cancel, and another's."""
    zero, one = bytes(32), (1).to_bytes(32, "little")
    own = LocalKey.generate(Alg.EDDSA).sign(message)
    return [zero + zero, one + zero, one + one, own]


def test_bytes_that_are_no_point_verify_nothing() -> None:
    tried = 0
    while tried < 50:
        y = secrets.randbelow(P)
        if _x(y) is not None:
            continue
        key = PublicKey.from_raw(Curve.ED25519, (y | tried % 2 << 255).to_bytes(32, "little"))
        for signature in _signatures(b"message"):
            with pytest.raises(SignatureError):
                key.verify(b"message", signature, alg=Alg.EDDSA)
        tried += 1
