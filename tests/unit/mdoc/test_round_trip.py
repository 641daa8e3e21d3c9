"""Written and read again, structures stay the same, byte by byte where they were signed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import base64url
from krid.mdoc import (
    encode_device_response,
    encode_issuer_signed,
    parse_device_response,
    parse_issuer_signed,
)

FILES = Path(__file__).parents[2] / "forgeries" / "files" / "mso_mdoc"


def raw(name: str) -> bytes:
    content: dict[str, Any] = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    return base64url.decode(content["content"])


RESPONSE = parse_device_response(raw("genuine_with_the_device_s_own_elements"))
CODES = st.dictionaries(st.text(max_size=8), st.integers(-(2**31), 2**31), max_size=3)


@settings(max_examples=50)
@given(
    st.integers(0, 2),
    st.lists(CODES, max_size=3),
    st.dictionaries(st.text(max_size=8), CODES, max_size=3),
    st.integers(-9, 20),
)
def test_any_response_that_is_written_is_read(
    count: int,
    document_errors: list[dict[str, int]],
    errors: dict[str, dict[str, int]],
    status: int,
) -> None:
    document = replace(RESPONSE.documents[0], errors=errors)
    response = replace(
        RESPONSE,
        documents=(document,) * count,
        document_errors=tuple(document_errors),
        status=status,
    )
    written = encode_device_response(response)
    assert parse_device_response(written) == response
    assert encode_device_response(parse_device_response(written)) == written


def test_a_credential_that_is_written_is_read() -> None:
    credential = RESPONSE.documents[0].issuer_signed
    written = encode_issuer_signed(credential)
    assert parse_issuer_signed(written) == credential
    assert encode_issuer_signed(parse_issuer_signed(written)) == written
