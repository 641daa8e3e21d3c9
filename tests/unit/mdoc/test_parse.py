"""Reading what was written, and any bytes at all."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid import mdoc
from krid._core import cbor
from krid._core.cbor import Embedded
from krid.errors import Code, KridError, MalformedError


def test_a_response_is_read_as_it_was_written(world: Any) -> None:
    response = world.respond("family_name", "portrait")
    raw = mdoc.encode_device_response(response)
    assert mdoc.parse_device_response(raw) == response
    assert mdoc.parse_any(raw) == response


def test_a_credential_is_read_as_it_was_written(world: Any) -> None:
    raw = mdoc.encode_issuer_signed(world.credential)
    assert mdoc.parse_issuer_signed(raw) == world.credential
    assert mdoc.parse_any(raw) == world.credential


def test_errors_are_kept_and_prove_nothing(world: Any) -> None:
    response = world.respond("family_name")
    document = replace(
        response.documents[0], errors=MappingProxyType({"ns": MappingProxyType({"x": 10})})
    )
    response = replace(
        response,
        documents=(document,),
        document_errors=(MappingProxyType({"org.example.other": 0}),),
    )
    read = mdoc.parse_device_response(mdoc.encode_device_response(response))
    assert read == response
    assert read.documents[0].errors == {"ns": {"x": 10}}
    assert read.document_errors == ({"org.example.other": 0},)
    assert world.verify(read)


def test_a_response_without_documents_is_read(world: Any) -> None:
    response = mdoc.DeviceResponse("1.0", (), (), 10)
    assert mdoc.parse_device_response(mdoc.encode_device_response(response)) == response


def test_an_item_that_is_spelt_longer_keeps_its_bytes(world: Any) -> None:
    """A length in four bytes where two would do: the digest covers what came."""
    item: Any = next(item for _, item in world.credential.items())
    content = item.embedded.content
    longer = b"\xd8\x18\x5a" + len(content).to_bytes(4, "big") + content
    raw = mdoc.encode_issuer_signed(world.credential).replace(item.embedded.raw, longer)
    read = [each.embedded for _, each in mdoc.parse_issuer_signed(raw).items()]
    assert Embedded(longer, content) in read
    assert longer in mdoc.encode_issuer_signed(mdoc.parse_issuer_signed(raw))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for parse in (mdoc.parse_device_response, mdoc.parse_issuer_signed, mdoc.parse_any):
        with pytest.raises(KridError):
            parse(raw)


TREES = st.recursive(
    st.none() | st.integers(-1, 5) | st.text(max_size=3) | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["version", "documents", "status", "docType", "issuerSigned", "deviceSigned"]
            )
            | st.sampled_from(["nameSpaces", "issuerAuth", "deviceAuth", "errors"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(TREES)
def test_any_tree_is_read_or_refused(tree: object) -> None:
    try:
        read = mdoc.parse_device_response(cbor.encode(tree))
    except KridError:
        return
    assert read.documents == ()


@given(TREES)
def test_any_tree_in_place_of_a_document_is_refused(tree: object) -> None:
    with pytest.raises(KridError):
        mdoc.parse_device_response(
            cbor.encode({"version": "1.0", "documents": [tree], "status": 0})
        )


def test_the_first_thing_wrong_is_said() -> None:
    with pytest.raises(MalformedError) as error:
        mdoc.parse_any(cbor.encode([]))
    assert error.value.code is Code.MDOC_SYNTAX
