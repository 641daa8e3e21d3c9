"""Presentations and envelopes of the data model."""

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from w3c_cards import V1, V2, document, document_1_1, presentation, raw

from krid.model.w3c import Credential, DataUrl, Enveloped, EnvelopedKind, Presentation

URL = "https://mois.example/x"
CARD = {
    "@context": V2,
    "type": "EnvelopedVerifiableCredential",
    "id": "data:application/vc+jwt,e30.e30.AA",
}

ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("a context in the document", {"@context": [V2, {"ExamplePresentation": URL}]}),
    ("further types", {"type": ["VerifiablePresentation", "ExamplePresentation"]}),
    ("an id", {"id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"}),
    ("no credential", {"verifiableCredential": ...}),
    ("one credential", {"verifiableCredential": document()}),
    ("several credentials", {"verifiableCredential": [document(), CARD, document_1_1()]}),
    ("an envelope in a list of types", {"verifiableCredential": {**CARD, "type": [CARD["type"]]}}),
    (
        "an envelope with a list of contexts",
        {"verifiableCredential": {**CARD, "@context": [V2, URL]}},
    ),
    ("a holder", {"holder": "did:example:me"}),
    ("a holder with a name", {"holder": {"id": "did:example:me", "name": "Me"}}),
    (
        "terms, refreshing, a proof",
        {"termsOfUse": {"type": "A"}, "refreshService": {"type": "A"}, "proof": [{"type": "A"}]},
    ),
]


@pytest.mark.parametrize("changes", [pytest.param(each[1], id=each[0]) for each in ACCEPTED])
def test_what_must_be_accepted(changes: dict[str, Any]) -> None:
    members = presentation(**changes)
    read = Presentation.parse(raw(members))
    assert read == Presentation.from_document(members)
    assert pickle.loads(pickle.dumps(read)) == read  # noqa: S301  our own


def test_what_is_inside() -> None:
    first, second = Presentation.from_document(
        presentation(verifiableCredential=[document(), CARD])
    ).credentials
    assert isinstance(first, Credential)
    assert second == Enveloped(
        EnvelopedKind.CREDENTIAL, DataUrl("application/vc+jwt", b"e30.e30.AA")
    )


def test_jwts_as_text_are_of_version_1_1() -> None:
    members = presentation(**{"@context": [V1], "verifiableCredential": ["e30.e30.AA"]})
    (card,) = Presentation.from_document(members).credentials
    assert card == Enveloped(EnvelopedKind.CREDENTIAL, DataUrl("application/jwt", b"e30.e30.AA"))


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("data:application/vc+jwt,a.b~c_-", b"a.b~c_-"),
        ("data:application/vc+jwt,%7E", b"~"),
        ("data:APPLICATION/VC+COSE;base64,0oQ=", b"\xd2\x84"),
        ("data:application/vc+cose;base64,0oQ", b"\xd2\x84"),
        ("data:application/vc+cose;charset=x;base64,0oQ%3D", b"\xd2\x84"),
        ("data:application/vc+jwt;base64url,a.b", b"a.b"),
    ],
)
def test_data_urls(url: str, data: bytes) -> None:
    assert DataUrl.parse(url).data == data


@given(st.binary(max_size=60))
def test_a_data_url_reads_what_it_wrote(data: bytes) -> None:
    url = DataUrl("application/vc+cose", data)
    assert DataUrl.parse(url.encode()) == url
    for kind in EnvelopedKind:
        assert Enveloped.parse(Enveloped(kind, url).to_json()) == Enveloped(kind, url)
