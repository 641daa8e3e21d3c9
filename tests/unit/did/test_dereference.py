import json
from typing import Any

import pytest

from krid._core.clock import SystemClock
from krid.did import (
    DereferencedObject,
    DereferencedUrls,
    Did,
    DidDocument,
    ResolutionOptions,
    Resolved,
    Resolver,
)
from krid.errors import Code, ResolutionError
from krid.net import Flow

DID = "did:stored:1"
METHOD = {"id": "#k", "type": "Unknown", "controller": DID, "nested": [{"id": "#deep"}]}
SERVICES = [
    {"id": f"{DID}#one", "type": "A", "serviceEndpoint": "https://a.example/base/"},
    {
        "id": "#many",
        "type": "A",
        "serviceEndpoint": ["https://a.example", {}, "https://b.example/x"],
    },
    {"id": "#query", "type": "A", "serviceEndpoint": "https://a.example/?q=1"},
    {"id": "#fragment", "type": "A", "serviceEndpoint": "https://a.example/#f"},
]


class Stored:
    """did:stored: one document, with or without a context."""

    name = "stored"

    def __init__(self, **more: Any) -> None:
        self.more = more

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        yield from ()
        members = {"id": DID, "verificationMethod": [METHOD], "service": SERVICES, **self.more}
        return Resolved(DidDocument.from_members(members, did=did), {"versionId": "3"})


def find(url: str, **more: Any) -> DereferencedObject | DereferencedUrls:
    return Resolver((Stored(**more),), clock=SystemClock()).dereference(url)


def test_a_did_names_its_document() -> None:
    found = find(DID)
    assert isinstance(found, DereferencedObject)
    assert found.content["id"] == DID
    assert json.loads(json.dumps(found.to_json()))["contentMetadata"] == {"versionId": "3"}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({}, {}),
        (
            {"@context": "https://www.w3.org/ns/did/v1"},
            {"@context": "https://www.w3.org/ns/did/v1"},
        ),
        (
            {"@context": ["https://www.w3.org/ns/did/v1.1", {"a": "b"}]},
            {"@context": "https://www.w3.org/ns/did/v1.1"},
        ),
    ],
)
def test_a_fragment_names_a_part(context: dict[str, Any], expected: dict[str, Any]) -> None:
    found = find(f"{DID}#k", **context)
    assert isinstance(found, DereferencedObject)
    assert found.content == expected | METHOD
    assert found.to_json()["dereferencingMetadata"] == {"contentType": "application/did"}
    assert find(f"{DID}#deep").to_json()["content"] == {"id": "#deep"}


@pytest.mark.parametrize(
    ("query", "urls"),
    [
        ("service=one", ["https://a.example/base/"]),
        ("service=%23one", ["https://a.example/base/"]),
        ("service=one&relativeRef=%2Fx%2Fy%3Fz%3D1", ["https://a.example/base/x/y?z=1"]),
        ("service=one&relativeRef=x", ["https://a.example/base/x"]),
        ("service=one#f", ["https://a.example/base/#f"]),
        ("service=many", ["https://a.example", "https://b.example/x"]),
        ("service=many&relativeRef=y", ["https://a.example/y", "https://b.example/x/y"]),
    ],
)
def test_a_service_names_addresses(query: str, urls: list[str]) -> None:
    found = find(f"{DID}?{query}")
    assert found == DereferencedUrls(tuple(urls))
    assert found.to_json() == {
        "content": urls,
        "dereferencingMetadata": {"contentType": "text/uri-list"},
        "contentMetadata": {},
    }


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", Code.DID_URL_SYNTAX),
        (f"{DID}?a=1&a=2", Code.DID_URL_SYNTAX),
        (f"{DID}?a=%FF", Code.DID_URL_SYNTAX),
        (f"{DID}#absent", Code.DID_KEY_NOT_FOUND),
        (f"{DID}?service=absent", Code.DID_KEY_NOT_FOUND),
        (f"{DID}/path", Code.DID_OPTION),
        (f"{DID}?transformKey=JsonWebKey", Code.DID_OPTION),
        (f"{DID}?relativeRef=x", Code.DID_URL_SYNTAX),
        (f"{DID}?versionTime=yesterday", Code.DID_OPTION_VALUE),
        (f"{DID}?service=one&relativeRef=..%2Fx", Code.DID_URL_SYNTAX),
        (f"{DID}?service=one&relativeRef=a%2F..%2F..%2Fx", Code.DID_URL_SYNTAX),
        (f"{DID}?service=one&relativeRef=%252E%252E%2Fx", Code.DID_URL_SYNTAX),
        (f"{DID}?service=one&relativeRef=%25252E%25252E%2Fx", Code.DID_URL_SYNTAX),
        (f"{DID}?service=one&relativeRef=%{'25' * 8}2Fx", Code.DID_URL_SYNTAX),
        (f"{DID}?service=one&relativeRef=.%252E%255Cx", Code.DID_URL_SYNTAX),
        (f"{DID}?service=one&relativeRef=a%5C..%5Cx", Code.DID_URL_SYNTAX),
        (f"{DID}?service=one&relativeRef=%2F%2Fevil.example%2Fx", Code.DID_URL_SYNTAX),
        (f"{DID}?service=one&relativeRef=a%0D%0Ab", Code.DID_URL_SYNTAX),
        (f"{DID}?service=query&relativeRef=x", Code.DID_URL_SYNTAX),
        (f"{DID}?service=fragment#f", Code.DID_URL_SYNTAX),
    ],
)
def test_what_names_nothing_is_refused(url: str, code: Code) -> None:
    with pytest.raises(ResolutionError) as error:
        find(url)
    assert error.value.code is code


@pytest.mark.parametrize(
    ("query", "urls"),
    [
        ("serviceType=B", ("https://b.example",)),
        ("service=two&serviceType=B", ("https://b.example",)),
        ("serviceType=B&relativeRef=/x", ("https://b.example/x",)),
    ],
)
def test_services_by_their_type(query: str, urls: tuple[str, ...]) -> None:
    other = {"id": "#two", "type": ["B", "C"], "serviceEndpoint": "https://b.example"}
    found = find(f"{DID}?{query}", service=[*SERVICES, other])
    assert found == DereferencedUrls(urls)


@pytest.mark.parametrize("query", ["serviceType=Z", "service=one&serviceType=Z"])
def test_no_service_of_this_type(query: str) -> None:
    with pytest.raises(ResolutionError) as error:
        find(f"{DID}?{query}")
    assert error.value.code is Code.DID_KEY_NOT_FOUND


@pytest.mark.parametrize("number", ["", "-1", "1.0", "x", "1234567890"])
def test_a_version_number_that_is_none(number: str) -> None:
    with pytest.raises(ResolutionError) as error:
        find(f"{DID}?versionNumber={number}")
    assert error.value.code is Code.DID_OPTION_VALUE


def test_an_id_that_is_no_text_names_nothing() -> None:
    odd = {"x": {"id": {"a": 1}, "more": [{"id": ["#k"]}]}}
    found = find(f"{DID}#k", **odd)
    assert isinstance(found, DereferencedObject)
    assert found.content["type"] == "Unknown"
