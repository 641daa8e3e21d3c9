"""Where a payload travels."""

import pytest

from krid.cose import Placement
from krid.cose.payload import parse_payload, structure, the_payload
from krid.errors import Code, MalformedError


def test_a_detached_payload_is_not_carried() -> None:
    assert Placement.ATTACHED.carried(b"x") == b"x"
    assert Placement.DETACHED.carried(b"x") is None


def test_an_empty_payload_is_not_a_missing_one() -> None:
    assert parse_payload(b"") == b""
    assert parse_payload(None) is None
    assert the_payload(b"", None) == b""
    assert the_payload(None, b"") == b""


def test_a_payload_that_is_no_byte_string_is_refused() -> None:
    with pytest.raises(MalformedError) as error:
        parse_payload("text")
    assert error.value.code is Code.COSE_SYNTAX


def test_the_structure_is_an_array_of_four() -> None:
    written = structure("MAC0", b"\xa0", b"aad", b"payload")
    assert written == b"\x84\x64MAC0\x41\xa0\x43aad\x47payload"
