import hashlib

import pytest

from krid.bbs import Suite
from krid.bbs.curve import G1Point
from krid.bbs.scheme import Interface, Scheme

DST = b"QUUX-V01-CS02-with-expander-SHA256-128"


@pytest.mark.parametrize(
    ("message", "start"),
    [  # RFC 9380, appendix K.1
        (b"", "68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235"),
        (b"abc", "d8ccab23b5985ccea865c6c97b6e5b8350e794e603b4b97902f53a8a0d605615"),
    ],
)
def test_a_message_expands_as_in_rfc_9380(message: bytes, start: str) -> None:
    assert Suite.SHA256.expand(message, DST, 32).hex() == start


@pytest.mark.parametrize("suite", Suite)
@pytest.mark.parametrize("length", [1, 31, 32, 33, 48, 480])
def test_any_length_is_given(suite: Suite, length: int) -> None:
    assert len(suite.expand(b"message", b"tag", length)) == length


def test_shake_is_one_call() -> None:
    wanted = hashlib.shake_256(b"message" + b"\x00\x30" + b"tag" + b"\x03").digest(48)
    assert Suite.SHAKE256.expand(b"message", b"tag", 48) == wanted


@pytest.mark.parametrize("suite", Suite)
def test_points_are_in_the_group(suite: Suite) -> None:
    point = suite.hash_to_g1(b"message", b"tag")
    assert point.is_in_subgroup()
    assert point != G1Point.identity()
    assert point != suite.hash_to_g1(b"message", b"tag2")


@pytest.mark.parametrize("suite", Suite)
@pytest.mark.parametrize("interface", Interface)
def test_generators_are_the_same_however_many(suite: Suite, interface: Interface) -> None:
    scheme = Scheme(suite, interface)
    many, few = scheme.generators(70), scheme.generators(3)
    assert few.points == many.points[:4]
    assert few.octets == many.octets[: 4 * 48]
    assert len({point.to_compressed_bytes() for point in many.points}) == 71
    assert not set(few.points) & set(scheme.blind_generators(4).points)
    assert scheme.blind_generators(0).points == ()
