"""Header maps: what is read, what is written, and that they stay as they are."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import cbor
from krid.cose import ALG, KID, X5CHAIN, Headers, x5chain_value
from krid.errors import Code, KridError, MisuseError


def test_both_maps_are_read_and_the_protected_bytes_kept() -> None:
    raw = bytes.fromhex("a1013826")  # the number of the algorithm is longer than need be
    headers = Headers.parse(raw, {KID: b"1", "text": [1, {"a": 2}]})
    assert headers.raw == raw
    assert headers.protected == {ALG: -39}
    assert headers.get("text") == (1, {"a": 2})
    assert headers.get(ALG) == -39
    assert headers.get(99) is None
    assert headers.key_id == b"1"


def test_header_maps_are_read_only() -> None:
    headers = Headers.of({}, {KID: b"1"}, alg=-7)
    assert isinstance(headers.protected, MappingProxyType)
    assert isinstance(headers.unprotected, MappingProxyType)


def test_a_critical_parameter_that_is_understood_passes() -> None:
    raw = cbor.encode({ALG: -7, 2: [KID], KID: b"1"})
    assert Headers.parse(raw, {}).key_id == b"1"


def test_without_kid_there_is_none() -> None:
    assert Headers.of({}, {}, alg=-7).key_id is None


@pytest.mark.parametrize(
    ("value", "chain"),
    [(b"leaf", (b"leaf",)), ([b"leaf"], (b"leaf",)), ([b"leaf", b"ca"], (b"leaf", b"ca"))],
)
def test_x5chain_is_read_from_either_map(value: object, chain: tuple[bytes, ...]) -> None:
    assert Headers.of({X5CHAIN: value}, {}, alg=-7).x5chain() == chain
    assert Headers.of({}, {X5CHAIN: value}, alg=-7).x5chain() == chain


def test_without_x5chain_the_chain_is_empty() -> None:
    assert Headers.of({}, {}, alg=-7).x5chain() == ()


def test_one_certificate_is_written_alone() -> None:
    assert x5chain_value((b"leaf",)) == b"leaf"
    assert x5chain_value((b"leaf", b"ca")) == [b"leaf", b"ca"]


@pytest.mark.parametrize(
    ("protected", "unprotected"),
    [({ALG: -7}, {}), ({}, {ALG: -7}), ({2: [4]}, {}), ({}, {2: [4]}), ({KID: b""}, {KID: b""})],
)
def test_new_headers_that_contradict_are_a_misuse(
    protected: dict[int | str, object], unprotected: dict[int | str, object]
) -> None:
    with pytest.raises(MisuseError) as error:
        Headers.of(protected, unprotected, alg=-7)
    assert error.value.code is Code.MISUSE_OPTION


LABELS = st.integers(3, 1000).filter(lambda label: label not in {KID, X5CHAIN}) | st.text(
    max_size=4
)
VALUES = st.integers(-1000, 1000) | st.binary(max_size=4) | st.text(max_size=4)


@given(st.dictionaries(LABELS, VALUES, max_size=4))
def test_what_is_written_is_read(members: dict[int | str, object]) -> None:
    headers = Headers.of(members, {}, alg=-7)
    assert Headers.parse(headers.raw, {}) == headers


@given(st.binary(max_size=40))
def test_any_bytes_are_headers_or_refused(raw: bytes) -> None:
    try:
        headers = Headers.parse(raw, {})
    except KridError:
        return
    assert ALG in headers.protected
