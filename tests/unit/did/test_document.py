import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.did import Did, DidDocument, Purpose, Service
from krid.errors import Code, KridError, MalformedError, ResolutionError
from krid.keys import Alg, Curve, LocalKey, jwk, multikey

DID = Did.parse("did:web:issuer.example")
SIGNER = LocalKey.generate(Alg.ES256).public_key
READER = LocalKey.generate_on(Curve.X25519).public_key
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def method(fragment: str = "key-1", **changes: Any) -> dict[str, Any]:
    members = {
        "id": f"{DID}#{fragment}",
        "type": "Multikey",
        "controller": str(DID),
        "publicKeyMultibase": multikey.encode(SIGNER),
    }
    return members | changes


def document(**changes: Any) -> dict[str, Any]:
    members = {
        "@context": ["https://www.w3.org/ns/did/v1.1"],
        "id": str(DID),
        "verificationMethod": [method()],
        "assertionMethod": [f"{DID}#key-1"],
        "keyAgreement": [method("agree", publicKeyMultibase=multikey.encode(READER))],
    }
    return members | changes


def parse(**changes: Any) -> DidDocument:
    return DidDocument.parse(json.dumps(document(**changes)).encode(), did=DID)


def test_finds_keys_by_purpose() -> None:
    found = parse(
        authentication=["#key-1"],
        capabilityInvocation=["#key-1"],
        capabilityDelegation=["#key-1"],
    )
    assert found.assertion_key("#key-1") == SIGNER
    assert found.assertion_key(f"{DID}#key-1") == SIGNER
    assert found.authentication_key("#key-1") == SIGNER
    assert found.capability_invocation_key("#key-1") == SIGNER
    assert found.capability_delegation_key("#key-1") == SIGNER
    assert found.key_agreement_key("#agree") == READER
    assert found.keys_for(Purpose.ASSERTION) == {f"{DID}#key-1": SIGNER}
    assert [method.id for method in found.methods] == [f"{DID}#key-1", f"{DID}#agree"]


def test_keeps_the_original() -> None:
    raw = json.dumps(document(extra={"a": [1, None]}), indent=3).encode()
    found = DidDocument.parse(raw, did=DID)
    assert found.raw == raw
    assert found.to_json() == json.loads(raw)
    assert list(found.to_json()) == list(json.loads(raw))
    with pytest.raises(TypeError):
        found.members["id"] = "changed"  # type: ignore[index]


def test_relative_ids_are_compared_in_absolute_form() -> None:
    found = parse(verificationMethod=[method(id="#key-1")], assertionMethod=[f"{DID}#key-1"])
    assert found.assertion_key("#key-1") == SIGNER


def test_reads_what_else_a_document_says() -> None:
    endpoint = [{"uri": "https://a.example"}, "https://b.example/"]
    found = parse(
        controller=str(DID),
        alsoKnownAs=["https://issuer.example/"],
        service=[
            {"id": "#s", "type": "A", "serviceEndpoint": "https://c.example"},
            {"id": "https://s.example/1", "type": ["A", "B"], "serviceEndpoint": endpoint},
            {"id": f"{DID}#t", "type": "A", "serviceEndpoint": {"uri": "x"}},
        ],
    )
    assert found.controllers == (str(DID),)
    assert found.also_known_as == ("https://issuer.example/",)
    assert found.services == (
        Service(f"{DID}#s", ("A",), "https://c.example"),
        Service("https://s.example/1", ("A", "B"), ({"uri": "https://a.example"}, endpoint[1])),
        Service(f"{DID}#t", ("A",), {"uri": "x"}),
    )
    assert parse().controllers == ()


def test_a_document_without_context_is_json() -> None:
    members = document()
    del members["@context"]
    found = DidDocument.parse(json.dumps(members).encode(), did=DID)
    assert found.assertion_key("#key-1") == SIGNER


def test_a_method_of_another_did_may_be_listed_but_is_no_key_of_this_one() -> None:
    found = parse(assertionMethod=["did:web:other.example#key-1"])
    assert found.keys_for(Purpose.ASSERTION) == {}


def test_a_key_that_ends_is_judged_at_a_moment() -> None:
    ending = method("old", expires="2026-06-01T00:00:00Z")
    found = parse(verificationMethod=[ending], assertionMethod=[f"{DID}#old"])
    before = found.at(datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC))
    assert before.assertion_key("#old") == SIGNER
    assert list(before.keys_for(Purpose.ASSERTION)) == [f"{DID}#old"]
    assert found.keys_for(Purpose.ASSERTION) == found.at(NOW).keys_for(Purpose.ASSERTION) == {}
    for late in (found, found.at(NOW)):
        with pytest.raises(ResolutionError) as error:
            late.assertion_key("#old")
        assert error.value.code is Code.DID_KEY_EXPIRED
    assert parse().at(NOW).as_of is None


def test_a_jwk_for_encryption_is_for_key_agreement() -> None:
    marked = jwk.encode_public(READER) | {"use": "enc"}
    assert parse(keyAgreement=[jwk_method("e", marked)]).key_agreement_key("#e") == READER


def jwk_method(fragment: str, members: dict[str, Any]) -> dict[str, Any]:
    written = method(fragment, type="JsonWebKey", publicKeyJwk=members)
    del written["publicKeyMultibase"]
    return written


@pytest.mark.parametrize("use", ["enc", "sig"])
def test_a_jwk_serves_for_what_it_is_marked_for(use: str) -> None:
    marked = jwk.encode_public(SIGNER) | {"use": use}
    found = parse(
        verificationMethod=[jwk_method("k", marked)],
        assertionMethod=[f"{DID}#k"],
        keyAgreement=[f"{DID}#k"],
    )
    assert (found.keys_for(Purpose.ASSERTION) == {}) is (use == "enc")
    assert (found.keys_for(Purpose.KEY_AGREEMENT) == {}) is (use == "sig")


def test_a_type_of_key_that_krid_does_not_implement_is_left_alone() -> None:
    foreign = method("rsa", type="RsaVerificationKey2018")
    del foreign["publicKeyMultibase"]
    found = parse(
        verificationMethod=[foreign | {"publicKeyPem": "..."}], assertionMethod=[f"{DID}#rsa"]
    )
    assert found.methods[0].key is None
    assert found.keys_for(Purpose.ASSERTION) == {}
    with pytest.raises(ResolutionError) as error:
        found.assertion_key("#rsa")
    assert error.value.code is Code.DID_KEY_TYPE


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "type",
                        "controller",
                        "service",
                        "verificationMethod",
                        "assertionMethod",
                        "publicKeyJwk",
                    ]
                ),
                inner,
            )
        ),
    ).map(
        lambda value: json.dumps(
            {"id": str(DID), "verificationMethod": value, "service": value}
        ).encode()
    )
)
def test_any_bytes_are_a_document_or_refused(raw: bytes) -> None:
    try:
        DidDocument.parse(raw, did=DID)
    except KridError as error:
        assert isinstance(error, MalformedError)
        assert error.code in {Code.DID_DOCUMENT, Code.DID_DOCUMENT_ID}
