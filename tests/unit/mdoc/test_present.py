"""Presenting: what leaves the wallet, and what the device signs."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from krid import mdoc
from krid._core import cbor, limits
from krid._core.cbor import Embedded
from krid._core.entropy import system_entropy
from krid.errors import Code, ContentError, MisuseError
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS

if TYPE_CHECKING:
    from datetime import datetime

NAMESPACE = "org.iso.18013.5.1"


def test_only_the_chosen_elements_leave_in_the_bytes_they_came_in(world: Any) -> None:
    response = world.respond("birth_date", "family_name")
    shown = response.documents[0].issuer_signed
    assert set(shown.namespaces) == {NAMESPACE}
    chosen = [
        item
        for _, item in world.credential.items()
        if item.identifier in {"birth_date", "family_name"}
    ]
    assert list(shown.namespaces[NAMESPACE]) == chosen
    raw = mdoc.encode_device_response(response)
    assert all(item.embedded.raw in raw for item in chosen)
    assert b"portrait" not in raw
    assert b"driving_privileges" not in raw


def test_the_wire_form_is_that_of_the_standard(world: Any) -> None:
    value: Any = cbor.decode(mdoc.encode_device_response(world.respond("family_name")))
    assert set(value) == {"version", "documents", "status"}
    assert (value["version"], value["status"]) == ("1.0", 0)
    (document,) = value["documents"]
    assert set(document) == {"docType", "issuerSigned", "deviceSigned"}
    assert document["deviceSigned"]["nameSpaces"] == Embedded.of({})
    protected, unprotected, payload, signature = document["deviceSigned"]["deviceAuth"][
        "deviceSignature"
    ]
    assert (protected, unprotected, payload) == (bytes.fromhex("a10126"), {}, None)
    assert len(signature) == 64


def test_nothing_may_be_disclosed_too(world: Any) -> None:
    response = world.respond()
    assert b"nameSpaces" in mdoc.encode_device_response(response)  # those of the device
    assert response.documents[0].issuer_signed.namespaces == {}
    assert world.verify(response)[0].credential.claims == {}


def test_an_element_asked_for_twice_leaves_once(world: Any) -> None:
    response = world.respond("family_name", "family_name")
    assert len(list(response.documents[0].issuer_signed.items())) == 1


@pytest.mark.parametrize(
    "path",
    [
        (NAMESPACE, "unknown"),
        ("org.example.2", "family_name"),
        (NAMESPACE,),
        (NAMESPACE, "driving_privileges", 0),
        (NAMESPACE, None),
        (),
    ],
)
def test_an_element_that_is_not_there_can_not_be_disclosed(
    world: Any, path: tuple[str | int | None, ...]
) -> None:
    with pytest.raises(ContentError) as error:
        mdoc.prepare_response(
            world.credential, disclose=[path], transcript=world.transcript, alg=Alg.ES256
        )
    assert error.value.code is Code.MDOC_NO_ELEMENT


def test_another_algorithm_than_the_device_keys_is_a_misuse(world: Any) -> None:
    with pytest.raises(MisuseError) as error:
        mdoc.prepare_response(
            world.credential, disclose=[], transcript=world.transcript, alg=Alg.ES384
        )
    assert error.value.code is Code.ALG_KEY


def _present_own(world: Any, elements: mdoc.Elements) -> mdoc.DeviceResponse:
    """Present from a card whose device may sign the namespace `own` and the element `ns/note`."""
    device = LocalKey.generate(Alg.EDDSA)
    credential = mdoc.prepare(
        doctype="org.example.card",
        claims={"ns": {"name": "Invented"}},
        holder=device.public_key,
        alg=world.signer.alg,
        certificates=(b"certificate",),
        validity=world.credential.mso.validity,
        status=NO_STATUS,
        entropy=system_entropy,
        authorizations=mdoc.KeyAuthorizations(frozenset({"own"}), {"ns": frozenset({"note"})}),
    ).sign_with(world.signer)
    prepared = mdoc.prepare_response(
        credential,
        disclose=[("ns", "name")],
        transcript=world.transcript,
        alg=device.alg,
        device_elements=elements,
    )
    return prepared.sign_with(device)


def test_the_devices_own_elements_stay_apart_from_the_issuers(world: Any, now: "datetime") -> None:
    elements: mdoc.Elements = {"own": {"any": [1, {"a": b"b"}]}, "ns": {"note": "hello"}}
    response = _present_own(world, elements)
    assert mdoc.parse_device_response(mdoc.encode_device_response(response)) == response
    (verified,) = mdoc.verify(
        response,
        issuers=world.issuers,
        transcript=world.transcript,
        reader_key=mdoc.NO_READER_KEY,
        now=now,
        skew=timedelta(0),
    )
    assert verified.credential.claims == {"ns": {"name": "Invented"}}
    assert verified.device_elements == {"own": {"any": (1, {"a": b"b"})}, "ns": {"note": "hello"}}


@pytest.mark.parametrize(
    "elements", [{"ns": {"name": "Forged"}}, {"other": {"note": 1}}, {"ns": {"note": 1, "x": 2}}]
)
def test_the_device_adds_nothing_that_the_issuer_does_not_allow(
    world: Any, elements: mdoc.Elements
) -> None:
    with pytest.raises(ContentError) as error:
        _present_own(world, elements)
    assert error.value.code is Code.MDOC_KEY_AUTHORIZATION


@pytest.mark.parametrize("value", [object(), 2**64, "\ud800"])
def test_an_own_element_without_cbor_form_is_a_misuse(world: Any, value: object) -> None:
    with pytest.raises(MisuseError) as error:
        _present_own(world, {"own": {"any": value}})
    assert error.value.code is Code.MISUSE_CLAIMS


def _second(world: Any, device: LocalKey) -> mdoc.IssuerSigned:
    return mdoc.prepare(
        doctype="org.example.card",
        claims={"ns": {"name": "Invented", "adult": True}},
        holder=device.public_key,
        alg=world.signer.alg,
        certificates=(b"certificate",),
        validity=world.credential.mso.validity,
        status=NO_STATUS,
        entropy=system_entropy,
    ).sign_with(world.signer)


def test_several_documents_each_by_its_own_key(world: Any) -> None:
    device, reader = LocalKey.generate(Alg.ES384), LocalKey.generate(Alg.ES256)
    first = mdoc.prepare_document(
        _second(world, device),
        disclose=[("ns", "adult")],
        transcript=world.transcript,
        alg=device.alg,
        errors={"ns": {"photo": mdoc.DATA_NOT_RETURNED}},
    ).sign_with(device)
    second = mdoc.mac_document(
        world.credential,
        disclose=[(NAMESPACE, "family_name")],
        transcript=world.transcript,
        device_key=world.device,
        reader_key=reader.public_key,
    )
    response = mdoc.respond([first, second], document_errors=[{"org.example.other": 0}])
    raw = mdoc.encode_device_response(response)
    assert mdoc.parse_device_response(raw) == response
    verified = mdoc.verify(
        mdoc.parse_device_response(raw),
        issuers=world.issuers,
        transcript=world.transcript,
        reader_key=reader,
        now=world.credential.mso.validity.valid_from,
        skew=timedelta(0),
    )
    assert [each.credential.claims for each in verified] == [
        {"ns": {"adult": True}},
        {NAMESPACE: {"family_name": "Invented"}},
    ]
    assert response.documents[0].errors == {"ns": {"photo": 0}}
    assert response.document_errors == ({"org.example.other": 0},)


def test_a_response_that_answers_nothing(world: Any) -> None:
    response = mdoc.respond([], status=mdoc.ResponseStatus.CBOR_DECODING_ERROR)
    raw = mdoc.encode_device_response(response)
    assert cbor.decode(raw) == {"version": "1.0", "status": 11}
    with pytest.raises(ContentError) as error:
        world.verify(mdoc.parse_device_response(raw))
    assert error.value.code is Code.MDOC_STATUS


def test_documents_and_a_failure_contradict_each_other(world: Any) -> None:
    (document,) = world.respond("family_name").documents
    with pytest.raises(MisuseError) as error:
        mdoc.respond([document], status=mdoc.ResponseStatus.GENERAL_ERROR)
    assert error.value.code is Code.MISUSE_OPTION


def test_a_response_has_a_limit(world: Any) -> None:
    (document,) = world.respond("family_name").documents
    assert len(mdoc.respond([document] * limits.MAX_DOCUMENTS).documents) == limits.MAX_DOCUMENTS
    errors = [{"org.example.card": 0}] * (limits.MAX_DOCUMENTS + 1)
    with pytest.raises(MisuseError) as error:
        mdoc.respond([document] * len(errors))
    assert error.value.code is Code.MISUSE_OPTION
    with pytest.raises(MisuseError) as error:
        mdoc.respond([], document_errors=errors)
    assert error.value.code is Code.MISUSE_OPTION
