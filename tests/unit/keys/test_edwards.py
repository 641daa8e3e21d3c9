"""The points of Ed25519, against the group law written out."""

import secrets

import pytest

from krid.errors import Code, MalformedError
from krid.keys import edwards

P, D = edwards._P, edwards._D
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
        edwards.check_point(y.to_bytes(32, "little"))
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


def test_points_are_told_from_other_bytes() -> None:
    for _ in range(50):
        y = secrets.randbelow(P)
        assert _refused(y) is (_x(y) is None)
