"""Device requests: written, read, and what they may hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid import mdoc
from krid._core import cbor, limits
from krid._core.cbor import Embedded
from krid.errors import Code, KridError, MisuseError

ITEMS = mdoc.ItemsRequest.of(
    "org.iso.18013.5.1.mDL",
    {"org.iso.18013.5.1": {"family_name": True, "portrait": False, "age_over_18": False}},
    info={"purpose": "test", "list": [1, {"a": b"b"}]},
)


def test_the_wire_form_is_that_of_the_standard() -> None:
    request = mdoc.DeviceRequest((mdoc.DocRequest(ITEMS),))
    value: Any = cbor.decode(mdoc.encode_device_request(request))
    assert set(value) == {"version", "docRequests"}
    assert value["version"] == "1.0"
    (doc_request,) = value["docRequests"]
    assert set(doc_request) == {"itemsRequest"}
    assert cbor.decode(doc_request["itemsRequest"].content) == {
        "docType": "org.iso.18013.5.1.mDL",
        "nameSpaces": {
            "org.iso.18013.5.1": {"family_name": True, "portrait": False, "age_over_18": False}
        },
        "requestInfo": {"purpose": "test", "list": [1, {"a": b"b"}]},
    }


def test_what_is_written_is_read() -> None:
    other = mdoc.ItemsRequest.of("org.example.card", {"ns": {"name": False}})
    assert other.info == {}
    request = mdoc.DeviceRequest((mdoc.DocRequest(ITEMS), mdoc.DocRequest(other)))
    assert mdoc.parse_device_request(mdoc.encode_device_request(request)) == request


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
ASKED = st.dictionaries(
    NAMES, st.dictionaries(NAMES, st.booleans(), min_size=1, max_size=4), min_size=1, max_size=3
)


@given(st.lists(st.tuples(NAMES, ASKED), min_size=1, max_size=3))
def test_any_request_that_is_written_is_read(asked: list[tuple[str, Any]]) -> None:
    items = [mdoc.ItemsRequest.of(doctype, elements) for doctype, elements in asked]
    request = mdoc.DeviceRequest(tuple(mdoc.DocRequest(each) for each in items))
    assert mdoc.parse_device_request(mdoc.encode_device_request(request)) == request
    assert [each.elements for each in items] == [elements for _, elements in asked]


@given(st.binary(max_size=64))
def test_any_bytes_are_a_request_or_refused(raw: bytes) -> None:
    try:
        mdoc.parse_device_request(raw)
    except KridError:
        return
    raise AssertionError


def test_what_the_reader_signs_keeps_its_bytes() -> None:
    """A length that is spelt longer than it must be stays so."""
    embedded = ITEMS.embedded
    assert embedded.raw[2] == 0x58
    longer = b"\xd8\x18\x59\x00" + embedded.raw[3:]
    raw = mdoc.encode_device_request(mdoc.DeviceRequest((mdoc.DocRequest(ITEMS),)))
    assert embedded.raw in raw
    spelt = raw.replace(embedded.raw, longer)
    request = mdoc.parse_device_request(spelt)
    assert request.doc_requests[0].items.embedded.raw == longer
    assert mdoc.encode_device_request(request) == spelt


def test_further_members_that_a_reader_signs_are_passed_over() -> None:
    members: Any = cbor.decode(ITEMS.embedded.content)
    again = mdoc.ItemsRequest.parse(Embedded.of(members | {"new": 1}))
    assert again.elements == ITEMS.elements


@pytest.mark.parametrize(
    ("doctype", "elements", "info", "code"),
    [
        ("", {"ns": {"a": True}}, {}, Code.MISUSE_CLAIMS),
        ("d", {}, {}, Code.MISUSE_CLAIMS),
        ("d", {"ns": {}}, {}, Code.MISUSE_CLAIMS),
        ("d", {"": {"a": True}}, {}, Code.MISUSE_CLAIMS),
        ("d", {"ns": {"": True}}, {}, Code.MISUSE_CLAIMS),
        ("d", {"ns": {"a": 1}}, {}, Code.MISUSE_CLAIMS),
        ("d", {"ns": {"\ud800": True}}, {}, Code.MISUSE_CLAIMS),
        ("d", {"ns": dict.fromkeys(map(str, range(2001)), True)}, {}, Code.MISUSE_CLAIMS),
        ("d", {"ns": {"a": True}}, {"x": object()}, Code.MISUSE_CLAIMS),
        (
            "d",
            {"ns": {f"age_over_{age}": True for age in (18, 19, 20)}},
            {},
            Code.MDOC_AGE_REQUESTS,
        ),
        (
            "d",
            {"a": {"age_over_18": True, "age_over_65": True}, "b": {"age_over_21": True}},
            {},
            Code.MDOC_AGE_REQUESTS,
        ),
    ],
)
def test_a_request_that_can_not_be_made_is_a_misuse(
    doctype: str, elements: Any, info: dict[str, object], code: Code
) -> None:
    with pytest.raises(MisuseError) as error:
        mdoc.ItemsRequest.of(doctype, elements, info=info)
    assert error.value.code is code


def test_as_many_elements_as_the_limit() -> None:
    asked = {"ns": dict.fromkeys(map(str, range(limits.MAX_ELEMENTS)), False)}
    assert len(mdoc.ItemsRequest.of("d", asked).elements["ns"]) == limits.MAX_ELEMENTS
