import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, KridError, MalformedError
from krid.x509.pem import Block, encode_block, parse_blocks

LABELS = st.text("ABCXYZ 019", min_size=1, max_size=32)
BLOCKS = st.lists(
    st.builds(Block, LABELS, st.binary(min_size=1, max_size=200)), min_size=1, max_size=5
)


@given(BLOCKS, st.text("abc\n #", max_size=20))
def test_round_trip_with_words_between(blocks: list[Block], words: str) -> None:
    between = words.encode() + b"\n"
    raw = between + between.join(encode_block(block) for block in blocks)
    assert parse_blocks(raw) == tuple(blocks)


@given(st.binary(max_size=300))
def test_any_bytes(raw: bytes) -> None:
    for prefix in (b"", b"-----BEGIN CERTIFICATE-----\n"):
        with pytest.raises(KridError):
            parse_blocks(prefix + raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"-----BEGIN A-----\nAAAA\n",
        b"-----BEGIN A-----\nAAAA\n-----END B-----\n",
        b"-----BEGIN A-----\nAAA\n-----END A-----\n",
        b"-----BEGIN A-----\nAA*A\n-----END A-----\n",
        b"-----BEGIN A-----\nAAAA\n-----END A-----\n-----BEGIN A-----\nAA",
    ],
)
def test_not_whole_blocks(raw: bytes) -> None:
    with pytest.raises(MalformedError) as error:
        parse_blocks(raw)
    assert error.value.code is Code.X509_SYNTAX


def test_too_large_or_too_many() -> None:
    block = b"-----BEGIN A-----\nAAAA\n-----END A-----\n"
    huge = block + b"#" * limits.MAX_TRUST_FILE_BYTES
    for raw in (huge, block * (limits.MAX_TRUST_ENTRIES + 1)):
        with pytest.raises(MalformedError) as error:
            parse_blocks(raw)
        assert error.value.code is Code.INPUT_SIZE
