"""The public vectors of did:key, did:jwk, did:web and DID Resolution."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from krid._core.clock import SystemClock
from krid.did import (
    DereferencedObject,
    DereferencedUrls,
    Did,
    DidDocument,
    DidJwk,
    DidKey,
    DidUrl,
    DidWeb,
    Problem,
    Purpose,
    ResolutionFailure,
    ResolutionOptions,
    ResolutionResult,
    Resolved,
    Resolver,
    verification_method,
)
from krid.did.bbs_keys import bbs_key_for, did_key_of
from krid.did.methods.web import document_url
from krid.errors import Code, KridError, ResolutionError
from krid.keys import Curve, multikey
from krid.net import Flow, ScriptedTransport

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)
FOLDER = VECTORS / "did"
NS = "https://www.w3.org/ns/did#"
Json = dict[str, Any]

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the public vectors are absent")


def load(path: str) -> Any:
    file = FOLDER / path
    return json.loads(file.read_text()) if file.is_file() else {}


def offline() -> Resolver:
    return Resolver(methods=(DidKey(), DidJwk(), DidWeb()), clock=SystemClock())


def key_documents() -> list[tuple[str, Json]]:
    names = ("ed25519-x25519", "nist-curves", "secp256k1")
    cases = [case for name in names for case in load(f"did-key/{name}.json").values()]
    documents = [case["didDocument"] for case in cases]
    documents += load("did-key/x25519.json").get("didDocument", {}).values()
    return [(document["id"], document) for document in documents]


def relationships(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The ids listed for each purpose, whether referenced or embedded."""
    return {
        purpose.value: [
            item if isinstance(item, str) else item["id"] for item in document[purpose.value]
        ]
        for purpose in Purpose
        if purpose.value in document
    }


def keys(did: str, document: Mapping[str, Any]) -> dict[str, object]:
    """The keys of a document in any suite, by their ids."""
    read = [
        verification_method.parse(Did.parse(did), item) for item in document["verificationMethod"]
    ]
    return {method.id: method.key for method in read}


@pytest.mark.parametrize(("did", "expected"), key_documents())
def test_did_key_documents(did: str, expected: Json) -> None:
    with offline() as resolver:
        document = resolver.resolve(did).document
    written = document.to_json()
    assert written["id"] == expected["id"] == did
    assert keys(did, written) == keys(did, expected)
    assert relationships(written) == relationships(expected)
    assert None not in keys(did, expected).values()


SPEC: Json = load("did-key/spec_examples.json")
CURVES = {
    "ed25519": Curve.ED25519,
    "secp256k1": Curve.SECP256K1,
    "p256": Curve.P256,
    "p384": Curve.P384,
}


@pytest.mark.parametrize(
    ("name", "did"), [(name, did) for name in CURVES for did in SPEC.get(name, [])]
)
def test_did_key_spec_examples(name: str, did: str) -> None:
    with offline() as resolver:
        document = resolver.resolve(did).document
    fragment = did.removeprefix("did:key:")
    key = document.assertion_key(f"#{fragment}")
    assert key.curve is CURVES[name]
    assert str(DidKey.create(key)) == did


@pytest.mark.parametrize("did", SPEC.get("bls12_381_g2", []))
def test_did_key_of_bbs(did: str) -> None:
    with offline() as resolver:
        document = resolver.resolve(did).document
    key = bbs_key_for(document, Purpose.ASSERTION, f"#{did.removeprefix('did:key:')}")
    assert str(did_key_of(key)) == did


@pytest.mark.parametrize(("did", "derived"), SPEC.get("ed25519_to_x25519", {}).items())
def test_did_key_derives_the_key_agreement_key(did: str, derived: str) -> None:
    with offline() as resolver:
        found = resolver.resolve(did).document.keys_for(Purpose.KEY_AGREEMENT)
    assert list(found) == [f"{did}#{derived}"]
    assert multikey.encode(found[f"{did}#{derived}"]) == derived


def error_type(did: str) -> str:
    with offline() as resolver:
        result = resolver.resolve_result(did)
    assert isinstance(result, ResolutionFailure)
    written: Any = result.to_json()
    assert written["didDocument"] is None
    assert written["didDocumentMetadata"] == {}
    assert set(written["didResolutionMetadata"]["error"]) == {"type", "title", "detail"}
    return str(written["didResolutionMetadata"]["error"]["type"])


@pytest.mark.parametrize("case", SPEC.get("negative", []), ids=lambda case: case["did"])
def test_did_key_spec_negatives(case: Json) -> None:
    allowed = {
        "invalidDid": f"{NS}INVALID_DID",
        "invalidPublicKeyLength": f"{NS}invalidPublicKeyLength",
    }
    assert error_type(case["did"]) in {allowed[name] for name in case["error"].split(" or ")}


KEY_FAULTS = {
    "Ed25519 key of 31 bytes": "invalidPublicKeyLength",
    "Ed25519 key of 33 bytes": "invalidPublicKeyLength",
    "P-256 x >= p": "invalidPublicKey",
    "P-256 uncompressed prefix and not on curve": "invalidPublicKeyLength",
    "unknown multicodec": "unsupportedPublicKeyType",
    "multibase u (base64url): did:key requires z": "INVALID_DID",
    "empty": "INVALID_DID",
    "invalid base58 alphabet": "INVALID_DID",
    "version not an integer": "INVALID_DID",
    "over-long varint for 0xed": "INVALID_DID",
    "5000-character multibase: reject fast (length bound)": "invalidPublicKeyLength",
}


@pytest.mark.parametrize(
    "case",
    load("did-key/derived_negative.json").get("vectors", []),
    ids=lambda case: case["reason"],
)
def test_did_key_derived_negatives(case: Json) -> None:
    assert case["expect"] == "reject"
    assert error_type(case["did"]) == NS + KEY_FAULTS[case["reason"]]


JWK_FAULTS = {
    "private key (d) present: spec says MUST be rejected": "invalidPublicKey",
    "not JSON": "INVALID_DID",
    "not UTF-8": "INVALID_DID",
    "JWK is an array": "INVALID_DID",
    "not base64url": "INVALID_DID",
    "kty missing": "invalidPublicKey",
    "short coordinate": "invalidPublicKey",
    "padding": "INVALID_DID",
}


@pytest.mark.parametrize(
    "case",
    load("did-jwk/derived_negative.json").get("vectors", []),
    ids=lambda case: case["reason"],
)
def test_did_jwk_derived_negatives(case: Json) -> None:
    assert case["expect"] == "reject"
    assert error_type(case["did"]) == NS + JWK_FAULTS[case["reason"]]


@pytest.mark.parametrize(
    "case",
    load("did-jwk/derived_use_rules.json").get("vectors", []),
    ids=lambda case: case["fragment"],
)
def test_did_jwk_use_rules(case: Json) -> None:
    with offline() as resolver:
        written = resolver.resolve(case["did"]).document.to_json()
    assert relationships(written) == {
        purpose.value: [case["did"] + case["fragment"]]
        for purpose in Purpose
        if purpose.value in case["relationships"]
    }


def test_did_jwk_document() -> None:
    case = load("did-jwk/p-256.json")
    expected = case["did_document"]
    expected["authentication"] = [case["did_url"]]  # the text of the specification has a stray "$"
    with offline() as resolver:
        document = resolver.resolve(case["did"]).document
        part = resolver.dereference(case["did_url"])
    assert document.to_json() == expected
    assert str(DidJwk.create(document.assertion_key("#0"))) == case["did"]
    assert isinstance(part, DereferencedObject)
    assert part.content["publicKeyJwk"] == expected["verificationMethod"][0]["publicKeyJwk"]


WEB: Json = load("did-web/url_mapping.json")


@pytest.mark.parametrize("case", WEB.get("vectors", []), ids=lambda case: case["did"])
def test_did_web_url(case: Json) -> None:
    assert document_url(Did.parse(case["did"])) == case["url"]


@pytest.mark.parametrize("case", WEB.get("derived_reject", []), ids=lambda case: case["reason"])
def test_did_web_never_fetches_a_trick(case: Json) -> None:
    transport = ScriptedTransport({})
    resolver = Resolver(methods=(DidWeb(),), clock=SystemClock(), transport=transport)
    with pytest.raises(ResolutionError) as error:
        resolver.resolve(case["did"])
    assert error.value.code is Code.DID_SYNTAX
    assert transport.requests == ()


BLOCKS: list[Json] = (
    load("did-resolution/spec_examples.json").get("blocks", []) if FOLDER.is_dir() else []
)
URLS = [
    block["text"]
    for block in BLOCKS
    if block.get("text", "").startswith("did:") and len(block["text"].split()) == 1
]
OBJECTS = [block["json"] for block in BLOCKS if "json" in block]


@pytest.mark.parametrize("text", URLS)
def test_did_resolution_urls(text: str) -> None:
    assert str(DidUrl.parse(text)) == text


class Example:
    """did:example, with the document of the specification's examples."""

    name = "example"

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        yield from ()
        document = next(item for item in OBJECTS if item.get("id") == str(did))
        return Resolved(DidDocument.from_members(document, did=did))


def example_resolver() -> Resolver:
    return Resolver(methods=(Example(),), clock=SystemClock())


def test_did_resolution_example_of_a_verification_method() -> None:
    expected = next(item for item in OBJECTS if item.get("id", "").endswith("#keys-1"))
    found = example_resolver().dereference(expected["id"])
    assert isinstance(found, DereferencedObject)
    assert found.content == expected


def test_did_resolution_example_of_a_service_endpoint() -> None:
    url = next(text for text in URLS if "service=messages" in text)
    expected = next(
        block["text"]
        for block in BLOCKS
        if block.get("text", "").startswith("https://example.com/messages/")
    )
    assert example_resolver().dereference(url) == DereferencedUrls((expected,))


@pytest.mark.parametrize("members", [item for item in OBJECTS if "accept" in item])
def test_did_resolution_options(members: Json) -> None:
    assert ResolutionOptions.parse(members).accept == members["accept"]


@pytest.mark.parametrize(
    "block",
    [
        block
        for block in BLOCKS
        if (block.get("title") or "").startswith("Example DID resolution result")
    ],
    ids=lambda block: "result",
)
def test_did_resolution_example_result(block: Json) -> None:
    text = block["text"].replace(
        '"2024-06-01T19:73:24Z",', '"2024-06-01T19:33:24Z"'
    )  # the text has a trailing comma and minute 73
    expected = json.loads(text)
    did = Did.parse(expected["didDocument"]["id"])
    document = DidDocument.from_members(expected["didDocument"], did=did)
    result = ResolutionResult(
        document, expected["didDocumentMetadata"], expected["didResolutionMetadata"]
    )
    assert result.to_json() == expected
    assert document.authentication_key("#keys-1").curve is Curve.ED25519


def test_the_error_words_of_did_resolution() -> None:
    words = {
        Code.DID_SYNTAX: ("INVALID_DID", 400),
        Code.DID_URL_SYNTAX: ("INVALID_DID_URL", 400),
        Code.DID_OPTION_VALUE: ("INVALID_OPTIONS", 400),
        Code.DID_NOT_FOUND: ("NOT_FOUND", 404),
        Code.DID_REPRESENTATION: ("REPRESENTATION_NOT_SUPPORTED", 406),
        Code.DID_DOCUMENT: ("INVALID_DID_DOCUMENT", 500),
        Code.DID_METHOD: ("METHOD_NOT_SUPPORTED", 501),
        Code.DID_OPTION: ("FEATURE_NOT_SUPPORTED", 501),
        Code.NET_TIME: ("INTERNAL_ERROR", 500),
    }
    found = {code: Problem.of(KridError(code)) for code in words}
    assert {code: (problem.type, problem.http_status) for code, problem in found.items()} == {
        code: (NS + word, status) for code, (word, status) in words.items()
    }
