"""What a holder has for a request, and nothing that nobody asked for."""

from dataclasses import replace
from typing import Any

import pytest

from krid import mdoc
from krid._core.cbor import Embedded
from krid._core.entropy import system_entropy
from krid.errors import Code, ContentError
from krid.model import NO_STATUS

NAMESPACE = "org.iso.18013.5.1"
DOCTYPE = "org.iso.18013.5.1.mDL"


def _request(*asked: tuple[str, mdoc.AskedElements]) -> mdoc.DeviceRequest:
    items = [mdoc.ItemsRequest.of(doctype, elements) for doctype, elements in asked]
    return mdoc.DeviceRequest(tuple(mdoc.DocRequest(each) for each in items))


def _issue(world: Any, doctype: str, claims: mdoc.Elements) -> mdoc.IssuerSigned:
    return mdoc.prepare(
        doctype=doctype,
        claims=claims,
        holder=world.device.public_key,
        alg=world.signer.alg,
        certificates=(b"certificate",),
        validity=world.credential.mso.validity,
        status=NO_STATUS,
        entropy=system_entropy,
    ).sign_with(world.signer)


def test_what_is_there_is_answered_and_the_rest_has_an_error_code(world: Any) -> None:
    request = _request(
        (DOCTYPE, {NAMESPACE: {"family_name": True, "height": False}, "other": {"a": True}}),
        ("org.example.unknown", {"ns": {"a": False}}),
    )
    found = mdoc.answer_request(request, [world.credential])
    (answer,) = found.documents
    assert answer.credential is world.credential
    assert answer.request is request.doc_requests[0].items
    assert answer.disclose == {(NAMESPACE, "family_name")}
    assert answer.retained == {(NAMESPACE, "family_name")}
    assert answer.errors == {NAMESPACE: {"height": 0}, "other": {"a": 0}}
    assert found.document_errors == ({"org.example.unknown": 0},)


def test_a_credential_that_has_nothing_is_not_shown(world: Any) -> None:
    found = mdoc.answer_request(_request((DOCTYPE, {"other": {"a": True}})), [world.credential])
    assert found == mdoc.Answers((), ({DOCTYPE: 0},))


def test_the_credential_that_answers_most_is_taken(world: Any) -> None:
    cards = [
        _issue(world, "card", {"ns": {"a": 1}}),
        _issue(world, "card", {"ns": {"a": 2, "b": 2}}),
        _issue(world, "card", {"ns": {"a": 3, "b": 3, "c": 3}}),
        _issue(world, "other", {"ns": {"a": 4, "b": 4, "c": 4, "d": 4}}),
    ]
    for elements, expected in (
        ({"a": False}, cards[0]),
        ({"a": False, "b": False}, cards[1]),
        ({"a": False, "b": False, "c": True}, cards[2]),
    ):
        found = mdoc.answer_request(_request(("card", {"ns": elements})), cards)
        assert found.documents[0].credential is expected


def test_the_nearest_age_attestation_answers(world: Any) -> None:
    ages = {"age_over_15": True, "age_over_21": True, "age_over_65": False}
    card = _issue(world, "card", {"ns": ages, "other": {"age_over_18": True}})
    asked = {"ns": {"age_over_18": True, "age_over_70": False}}
    (answer,) = mdoc.answer_request(_request(("card", asked)), [card]).documents
    assert answer.answers == {
        ("ns", "age_over_18"): ("ns", "age_over_21"),
        ("ns", "age_over_70"): ("ns", "age_over_65"),
    }
    assert answer.retained == {("ns", "age_over_21")}
    assert answer.errors == {}


def test_an_age_that_nothing_tells_is_missing(world: Any) -> None:
    card = _issue(world, "card", {"ns": {"age_over_15": True, "name": "Invented"}})
    asked = {"ns": {"age_over_18": False, "name": False}}
    (answer,) = mdoc.answer_request(_request(("card", asked)), [card]).documents
    assert answer.errors == {"ns": {"age_over_18": 0}}


def test_a_reader_may_not_close_in_on_an_age(world: Any) -> None:
    elements = {"ns": {f"age_over_{age}": True for age in (18, 19, 20)}}
    embedded = Embedded.of({"docType": "card", "nameSpaces": elements})
    request = mdoc.DeviceRequest((mdoc.DocRequest(mdoc.ItemsRequest.parse(embedded)),))
    with pytest.raises(ContentError) as error:
        mdoc.answer_request(request, [world.credential])
    assert error.value.code is Code.MDOC_AGE_REQUESTS


def test_the_holder_holds_back(world: Any) -> None:
    asked = {NAMESPACE: {"family_name": True, "portrait": True}}
    (answer,) = mdoc.answer_request(_request((DOCTYPE, asked)), [world.credential]).documents
    limited = answer.limited_to([(NAMESPACE, "family_name")])
    assert limited.disclose == {(NAMESPACE, "family_name")}
    assert limited.errors == {NAMESPACE: {"portrait": 0}}
    assert answer.limited_to(answer.disclose) == answer
    assert limited.limited_to([]).disclose == frozenset()
    for beyond in ((NAMESPACE, "birth_date"), ("other", "family_name")):
        with pytest.raises(ContentError) as error:
            answer.limited_to([beyond])
        assert error.value.code is Code.CONSENT_BEYOND


def test_from_the_request_to_the_verified_documents(world: Any) -> None:
    """A reader asks for two documents; the device answers with two in one response."""
    second = _issue(world, "card", {"ns": {"age_over_21": True, "number": "A1"}})
    request = _request(
        (DOCTYPE, {NAMESPACE: {"family_name": False, "height": False}}),
        ("card", {"ns": {"age_over_18": False}}),
        ("unknown", {"ns": {"a": False}}),
    )
    asked = mdoc.parse_device_request(mdoc.encode_device_request(request))
    found = mdoc.answer_request(asked, [world.credential, second])
    documents = [
        mdoc.prepare_document(
            each.credential,
            disclose=each.disclose,
            errors=each.errors,
            transcript=world.transcript,
            alg=world.device.alg,
        ).sign_with(world.device)
        for each in found.documents
    ]
    response = mdoc.respond(documents, document_errors=found.document_errors)
    raw = mdoc.encode_device_response(response)
    assert mdoc.parse_device_response(raw) == response
    verified = world.verify(mdoc.parse_device_response(raw))
    assert [each.credential.claims for each in verified] == [
        {NAMESPACE: {"family_name": "Invented"}},
        {"ns": {"age_over_21": True}},
    ]
    assert response.documents[0].errors == {NAMESPACE: {"height": 0}}
    assert response.document_errors == ({"unknown": 0},)
    swapped = replace(response, documents=response.documents[::-1])
    assert len(world.verify(swapped)) == 2  # their order is nobody's claim
