"""For every rule of did:peer, did:omn and of other resolvers: what breaks it, and the code."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from krid._core import base64url, jcs
from krid._core.clock import FixedClock
from krid.did import (
    Caching,
    Did,
    DidMethod,
    DidOmn,
    DidPeer,
    Purpose,
    RemoteMethod,
    ResolutionOptions,
    Resolver,
    omn,
)
from krid.errors import Code, KridError, MalformedError, ResolutionError
from krid.keys import Alg, Curve, LocalKey, multikey
from krid.keys.multihash import sha256_base58
from krid.net import Response, ScriptedTransport

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
Json = dict[str, Any]
# The same in each worker, which must find tests of the same names.
KEY = LocalKey.from_native(Ed25519PrivateKey.from_private_bytes(bytes(32))).public_key
ENCODED = multikey.encode(KEY)


def refusal(act: Callable[[], object], kind: type[KridError] = ResolutionError) -> Code:
    with pytest.raises(kind) as error:
        act()
    assert type(error.value) is kind
    return error.value.code


def resolver(method: DidMethod, answers: dict[str, Response] | None = None) -> Resolver:
    return Resolver((method,), clock=CLOCK, transport=ScriptedTransport(answers or {}))


def peer(identifier: str, *known: str) -> Callable[[], object]:
    method = DidPeer(tuple(Did("peer", text) for text in known))
    return lambda: resolver(method).resolve(f"did:peer:{identifier}")


def service(members: object) -> str:
    return ".S" + base64url.encode(json.dumps(members).encode())


def four(content: bytes, *, digest: str | None = None) -> str:
    encoded = "z" + base58.b58encode(content).decode()
    return f"4z{digest or sha256_base58(encoded.encode())}:{encoded}"


JSON = b"\x80\x04"


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("2", Code.DID_SYNTAX),
        ("2.", Code.DID_SYNTAX),
        (f"2.V{ENCODED}.", Code.DID_SYNTAX),
        (f"2V{ENCODED}", Code.DID_SYNTAX),
        (f"2.Q{ENCODED}", Code.DID_SYNTAX),
        (f"2.v{ENCODED}", Code.DID_SYNTAX),
        (f"2.V{ENCODED[1:]}", Code.DID_SYNTAX),
        ("2.Vz0OIl", Code.DID_SYNTAX),
        ("2.V", Code.DID_SYNTAX),
        (f"2{f'.V{ENCODED}' * 65}", Code.DID_SYNTAX),
        ("2.Vz" + base58.b58encode(b"\x80\x24\x05" + bytes(32)).decode(), Code.DID_DOCUMENT),
        (f"2.V{ENCODED}.S", Code.DID_SYNTAX),
        (f"2.V{ENCODED}.Se30-", Code.DID_SYNTAX),
        (f"2.V{ENCODED}{service([])}", Code.DID_SYNTAX),
        (f"2.V{ENCODED}{service({'t': 'dm', 'type': 'x'})}", Code.DID_SYNTAX),
        (f"2.V{ENCODED}{service({'t': 'dm'})}", Code.DID_DOCUMENT),
        (
            f"2.V{ENCODED}{service({'t': 'dm', 's': 'https://a.example', 'id': 1})}",
            Code.DID_DOCUMENT,
        ),
        (f"2.V{ENCODED}{service({'t': 'dm', 's': 'a:b', 'id': '#key-1'})}", Code.DID_DOCUMENT),
        ("0" + ENCODED, Code.DID_METHOD),
        ("1zQm", Code.DID_METHOD),
        ("3z" + "Qm" + "1" * 44, Code.DID_NOT_FOUND),
        ("5z", Code.DID_SYNTAX),
        ("4z", Code.DID_NOT_FOUND),
        ("4zQm" + "1" * 44, Code.DID_NOT_FOUND),
        ("4zQm:z1", Code.DID_SYNTAX),
        (four(JSON + b"{}", digest="Qm" + "1" * 44), Code.DID_HASH),
        (four(b"{}"), Code.DID_SYNTAX),
        (four(JSON + b"[]"), Code.DID_SYNTAX),
        (four(JSON + b'{"a":1,"a":2}'), Code.DID_SYNTAX),
        (four(JSON + b'{"id":"did:peer:4zQm"}'), Code.DID_DOCUMENT),
        (four(JSON + b'{"alsoKnownAs":"x"}'), Code.DID_DOCUMENT),
        (four(JSON + b'{"verificationMethod":["x"]}'), Code.DID_DOCUMENT),
        (four(JSON + b'{"verificationMethod":{}}'), Code.DID_DOCUMENT),
        (four(JSON + json.dumps({"a": "x" * 7_000}).encode()), Code.DID_SYNTAX),
    ],
)
def test_did_peer(identifier: str, code: Code) -> None:
    assert refusal(peer(identifier)) is code


def test_a_short_form_of_another_document() -> None:
    long = four(JSON + b"{}")
    assert refusal(peer("4zQm" + "1" * 44, long)) is Code.DID_NOT_FOUND
    assert peer(long.partition(":")[0], long)() is not None
    two = f"2.V{ENCODED}"
    assert refusal(peer("3zQm" + "1" * 44, long, two)) is Code.DID_NOT_FOUND


def test_creating_what_is_no_did_peer() -> None:
    assert refusal(lambda: DidPeer.create_from({"id": "x"}), MalformedError) is Code.DID_DOCUMENT
    broken = {"verificationMethod": ["x"]}
    assert refusal(lambda: DidPeer.create_from(broken), MalformedError) is Code.DID_DOCUMENT
    for text in ("did:peer:0z", "did:peer:4zQm" + "1" * 44):
        assert refusal(lambda: DidPeer.short_form(Did.parse(text))) is Code.DID_SYNTAX  # noqa: B023


def test_a_version_of_a_did_peer() -> None:
    options = ResolutionOptions(version_id="1")
    did = f"did:peer:2.V{ENCODED}"
    assert refusal(lambda: resolver(DidPeer()).resolve(did, options=options)) is Code.DID_OPTION


# OpenDID.

OMN = "did:omn:3HZum4mVMDMzJ12ZUAFykYPQqfzi"
OMN_KEYS = {name: LocalKey.generate(Alg.ES256) for name in ("assert", "auth", "other")}
K1 = LocalKey.generate(Alg.ES256K)


def b64(raw: bytes) -> str:
    return "m" + base64.b64encode(raw).decode()


def omn_key(name: str, **changes: Any) -> Json:
    key = OMN_KEYS[name].public_key
    return {
        "id": name,
        "type": "Secp256r1VerificationKey2018",
        "controller": "did:omn:tas",
        "publicKeyMultibase": b64(key.compressed),
        "authType": 1,
        **changes,
    }


def unsigned(**changes: Any) -> Json:
    members = {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": OMN,
        "controller": "did:omn:tas",
        "created": "2026-01-01T00:00:00Z",
        "updated": "2026-01-01T00:00:00Z",
        "versionId": "1",
        "deactivated": False,
        "verificationMethod": [omn_key(name) for name in OMN_KEYS],
        "assertionMethod": ["assert"],
        "authentication": ["auth"],
    }
    return {name: value for name, value in (members | changes).items() if value is not ...}


def omn_proof(
    document: Json,
    name: str = "assert",
    *,
    key: LocalKey | None = None,
    header: int = 31,
    **changes: Any,
) -> Json:
    purpose = "authentication" if name == "auth" else "assertionMethod"
    options = {
        "type": "Secp256r1Signature2018",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": f"{OMN}?versionId=1#{name}",
        "proofPurpose": purpose,
        **changes,
    }
    message = jcs.canonical({**document, "proof": options})
    signature = (key or OMN_KEYS[name]).sign(message)
    return {**options, "proofValue": b64(bytes((header,)) + signature)}


def signed(document: Json | None = None, **proof: Any) -> Json:
    document = document or unsigned()
    return {**document, "proof": omn_proof(document, **proof)}


def omn_resolve(document: object, options: ResolutionOptions | None = None) -> Callable[[], Any]:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    resolving = resolver(DidOmn(omn.OmnList({OMN: raw})))
    return lambda: resolving.resolve(OMN, options=options or ResolutionOptions())


def test_genuine_documents_of_opendid() -> None:
    document = unsigned()
    both = {**document, "proofs": [omn_proof(document), omn_proof(document, "auth")]}
    whole = omn_resolve(both)().document
    assert whole.assertion_key("#assert") == OMN_KEYS["assert"].public_key
    assert whole.controllers == ("did:omn:tas",)
    assert whole.key_for(Purpose.AUTHENTICATION, f"{OMN}#auth") == OMN_KEYS["auth"].public_key
    assert refusal(lambda: whole.assertion_key("#other")) is Code.DID_KEY_PURPOSE
    for reference in (f"{OMN}?version=1.0#assert", f"{OMN}#assert"):
        assert omn_resolve(signed(verificationMethod=reference))() is not None
    raw = json.dumps(signed()).encode()
    forms = [
        b64(raw),
        b64(raw).rstrip("="),
        "u" + base64.urlsafe_b64encode(raw).decode().rstrip("="),
        "f" + raw.hex(),
        "F" + raw.hex().upper(),
    ]
    for form in forms:
        assert omn_resolve({"didDoc": form})() is not None
        assert omn_resolve(form.encode())() is not None
    assert omn_resolve({"document": signed(), "status": "ACTIVATED"})() is not None
    extra = unsigned(
        service=[{"id": f"{OMN}#s", "type": "A", "serviceEndpoint": "https://a.example"}]
    )
    assert omn_resolve(signed(extra))().document.services[0].types == ("A",)


def test_a_key_of_another_kind_is_left_alone() -> None:
    strange = omn_key("other", type="RsaVerificationKey2018", publicKeyMultibase="mAAAA")
    document = unsigned(verificationMethod=[omn_key("assert"), omn_key("auth"), strange])
    found = omn_resolve(signed(document))().document
    assert [method.id for method in found.methods] == [f"{OMN}#assert", f"{OMN}#auth"]


def test_members_that_are_null_are_not_signed() -> None:
    document = unsigned()
    made = {**document, "service": None, "proof": omn_proof(document)}
    assert refusal(omn_resolve(made)) is Code.DID_DOCUMENT
    assert omn_resolve({**document, "extra": None, "proof": omn_proof(document)})() is not None


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", Code.OMN_SYNTAX),
        (b"[]", Code.OMN_SYNTAX),
        (b"\xff", Code.OMN_SYNTAX),
        (b"{", Code.OMN_SYNTAX),
        (b"zzz", Code.OMN_SYNTAX),
        (b"m!", Code.OMN_SYNTAX),
        (b"mAB", Code.OMN_SYNTAX),  # stray bits
        (b"mAA=", Code.OMN_SYNTAX),  # half of the padding
        (b"uA+", Code.OMN_SYNTAX),
        (b"fA0g", Code.OMN_SYNTAX),
        (b"f0", Code.OMN_SYNTAX),
        (b"faA", Code.OMN_SYNTAX),
        ({"didDoc": 1}, Code.OMN_SYNTAX),
        ({"didDoc": "x"}, Code.OMN_SYNTAX),
        ({"document": signed(), "status": "LOST"}, Code.OMN_SYNTAX),
        ({"document": signed(), "status": 1}, Code.OMN_SYNTAX),
        ({"document": signed(), "status": "REVOKED"}, Code.OMN_STATE),
        ({"document": signed(), "status": "TERMINATED"}, Code.OMN_STATE),
        ({"document": signed(), "status": "DEACTIVATED"}, Code.DID_DEACTIVATED),
        (signed(unsigned(deactivated=True)), Code.DID_DEACTIVATED),
        ({"document": signed(unsigned(deactivated=True)), "status": "REVOKED"}, Code.OMN_STATE),
        (signed(unsigned(deactivated="false")), Code.OMN_SYNTAX),
        (signed(unsigned(deactivated=...)), Code.OMN_SYNTAX),
        (signed(unsigned(id="did:omn:other")), Code.DID_DOCUMENT_ID),
        (signed(unsigned(versionId=1)), Code.OMN_PROOF),
        (signed(unsigned(versionId=1), verificationMethod=f"{OMN}#assert"), Code.OMN_SYNTAX),
        (signed(unsigned(controller=["did:omn:tas"])), Code.OMN_SYNTAX),
        (signed(unsigned(controller="tas")), Code.DID_DOCUMENT),
        (signed(unsigned(verificationMethod=...)), Code.OMN_SYNTAX),
        (signed(unsigned(verificationMethod=[])), Code.OMN_SYNTAX),
        (signed(unsigned(verificationMethod=[omn_key("assert")] * 2)), Code.OMN_SYNTAX),
        (signed(unsigned(verificationMethod=[omn_key("assert", id="a b")])), Code.OMN_SYNTAX),
        (signed(unsigned(verificationMethod=[omn_key("assert", id="ä")])), Code.OMN_SYNTAX),
        (signed(unsigned(verificationMethod=[omn_key("assert", authType=3)])), Code.OMN_SYNTAX),
        (signed(unsigned(verificationMethod=[omn_key("assert", authType="1")])), Code.OMN_SYNTAX),
        (
            signed(unsigned(verificationMethod=[omn_key("assert", publicKeyMultibase="mAAAA")])),
            Code.OMN_SYNTAX,
        ),
        (
            signed(
                unsigned(verificationMethod=[omn_key("assert", publicKeyMultibase="m" + "A" * 300)])
            ),
            Code.OMN_SYNTAX,
        ),
        (signed(unsigned(assertionMethod="assert")), Code.OMN_SYNTAX),
    ],
)
def test_documents_of_opendid(document: object, code: Code) -> None:
    assert refusal(omn_resolve(document)) is code


def test_a_number_that_has_no_canonical_form() -> None:
    assert refusal(omn_resolve({**signed(), "n": 2**60})) is Code.OMN_SYNTAX


def _broken_proofs() -> dict[str, tuple[Json, Code]]:
    document = unsigned()
    genuine = omn_proof(document)
    return {
        "none": (document, Code.OMN_PROOF),
        "an empty list": ({**document, "proofs": []}, Code.OMN_PROOF),
        "both forms": ({**document, "proof": genuine, "proofs": [genuine]}, Code.OMN_PROOF),
        "text": ({**document, "proof": "x"}, Code.OMN_PROOF),
        "too many": ({**document, "proofs": [genuine] * 65}, Code.OMN_PROOF),
        "another type": (signed(type="Ed25519Signature2018"), Code.OMN_PROOF),
        "another curve": (signed(type="Secp256k1Signature2018"), Code.OMN_PROOF),
        "no type": ({**document, "proof": {**genuine, "type": 1}}, Code.OMN_PROOF),
        "no value": ({**document, "proof": {**genuine, "proofValue": 1}}, Code.OMN_PROOF),
        "value cut": ({**document, "proof": {**genuine, "proofValue": "mAAAA"}}, Code.OMN_PROOF),
        "header 30": (signed(header=30), Code.OMN_PROOF),
        "header 35": (signed(header=35), Code.OMN_PROOF),
        "authentication alone": (signed(name="auth"), Code.OMN_PROOF),
        "a key for another purpose": (
            signed(name="auth", proofPurpose="assertionMethod"),
            Code.OMN_PROOF,
        ),
        "a key that is listed for nothing": (signed(name="other"), Code.OMN_PROOF),
        "no such purpose": (signed(proofPurpose="friendship"), Code.OMN_PROOF),
        "no such key": (signed(verificationMethod=f"{OMN}#absent"), Code.OMN_PROOF),
        "a key of another DID": (signed(verificationMethod="did:omn:tas#assert"), Code.OMN_PROOF),
        "a key of another version": (
            signed(verificationMethod=f"{OMN}?versionId=2#assert"),
            Code.OMN_PROOF,
        ),
        "no key": (signed(verificationMethod=OMN), Code.OMN_PROOF),
        "no DID URL": (signed(verificationMethod="assert"), Code.OMN_PROOF),
        "a stranger's signature": (signed(key=OMN_KEYS["other"]), Code.OMN_SIGNATURE),
        "a changed document": ({**signed(), "updated": "2027"}, Code.OMN_SIGNATURE),
        "a changed proof": (
            {**document, "proof": {**genuine, "created": "2027"}},
            Code.OMN_SIGNATURE,
        ),
        "one of two": (
            {**document, "proofs": [genuine, omn_proof(document, "auth", key=OMN_KEYS["other"])]},
            Code.OMN_SIGNATURE,
        ),
    }


BROKEN = _broken_proofs()


@pytest.mark.parametrize(("document", "code"), BROKEN.values(), ids=BROKEN.keys())
def test_proofs_of_opendid(document: Json, code: Code) -> None:
    assert refusal(omn_resolve(document)) is code


def test_a_document_signed_on_secp256k1() -> None:
    key = omn_key(
        "assert",
        type="Secp256k1VerificationKey2018",
        publicKeyMultibase=b64(K1.public_key.compressed),
    )
    document = unsigned(verificationMethod=[key], authentication=...)
    proof = omn_proof(document, key=K1, type="Secp256k1Signature2018")
    found = omn_resolve({**document, "proof": proof})().document
    assert found.assertion_key("#assert").curve is Curve.SECP256K1


def test_versions_of_opendid() -> None:
    assert omn_resolve(signed(), ResolutionOptions(version_id="1"))() is not None
    wrong = ResolutionOptions(version_id="2")
    assert refusal(omn_resolve(signed(), wrong)) is Code.DID_NOT_FOUND
    timed = ResolutionOptions(version_time=CLOCK.now())
    assert refusal(omn_resolve(signed(), timed)) is Code.DID_OPTION
    numbered = ResolutionOptions(version_number=1)
    assert refusal(omn_resolve(signed(), numbered)) is Code.DID_OPTION


def test_where_opendid_documents_are_had() -> None:
    address = "https://tas.example/lss/api/v1/did-doc"
    quoted = "did%3Aomn%3A3HZum4mVMDMzJ12ZUAFykYPQqfzi"
    body = json.dumps({"didDoc": b64(json.dumps(signed()).encode())}).encode()
    answers = {
        f"{address}?did={quoted}": Response(200, body=body),
        f"{address}?did={quoted}&versionId=1": Response(200, body=body),
        f"{address}?did=did%3Aomn%3Atas": Response(404),
        f"{address}?did=did%3Aomn%3Ax": Response(500),
    }
    resolving = resolver(DidOmn(omn.OmnHttp(address)), answers)
    assert resolving.resolve(OMN).document_metadata["updated"] == "2026-01-01T00:00:00Z"
    assert resolving.resolve(OMN, options=ResolutionOptions(version_id="1")) is not None
    assert refusal(lambda: resolving.resolve("did:omn:tas")) is Code.DID_NOT_FOUND
    assert refusal(lambda: resolving.resolve("did:omn:x")) is Code.NET_STATUS
    assert refusal(lambda: resolving.resolve("did:omn:a%20b")) is Code.DID_SYNTAX
    assert refusal(lambda: resolver(DidOmn(omn.OmnList({}))).resolve(OMN)) is Code.DID_NOT_FOUND


def test_dates_that_are_no_text_are_not_told() -> None:
    metadata = omn_resolve(signed(unsigned(created=1, updated=...)))().document_metadata
    assert metadata == {"versionId": "1", "deactivated": False}


# Other resolvers.

DID = "did:example:1"
ENDPOINT = "https://resolver.example/1.0/identifiers/"
DOCUMENT: Json = {"id": DID}
RESULT: Json = {
    "didDocument": DOCUMENT,
    "didResolutionMetadata": {"contentType": "application/did"},
    "didDocumentMetadata": {"versionId": "7"},
}


def remote(
    answer: object, status: int = 200, options: ResolutionOptions | None = None, path: str = DID
) -> Callable[[], Any]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    transport = {ENDPOINT + path: Response(status, body=body)}
    resolving = resolver(RemoteMethod("example", ENDPOINT), transport)
    return lambda: resolving.resolve(DID, options=options or ResolutionOptions())


def test_a_genuine_answer_of_another_resolver() -> None:
    assert remote(RESULT)().document_metadata == {"versionId": "7"}
    assert remote({"didDocument": DOCUMENT})().document_metadata == {}


def failure(type_: object) -> Json:
    return {**RESULT, "didDocument": None, "didResolutionMetadata": {"error": type_}}


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (b"", 200, Code.RESOLVER_ANSWER),
        (b"<html>", 200, Code.RESOLVER_ANSWER),
        ([], 200, Code.RESOLVER_ANSWER),
        ({}, 200, Code.RESOLVER_ANSWER),
        (DOCUMENT, 200, Code.RESOLVER_ANSWER),
        ({**RESULT, "didDocument": None}, 200, Code.RESOLVER_ANSWER),
        ({**RESULT, "didDocument": {"id": "did:example:2"}}, 200, Code.DID_DOCUMENT_ID),
        ({**RESULT, "didDocument": {"id": DID, "service": 1}}, 200, Code.DID_DOCUMENT),
        (failure({"type": "https://www.w3.org/ns/did#NOT_FOUND"}), 404, Code.DID_NOT_FOUND),
        (failure({"type": "https://www.w3.org/ns/did#INVALID_DID"}), 400, Code.DID_SYNTAX),
        (failure("notFound"), 404, Code.DID_NOT_FOUND),
        (failure("methodNotSupported"), 501, Code.DID_METHOD),
        (failure("somethingElse"), 500, Code.RESOLVER_ANSWER),
        (failure(1), 500, Code.RESOLVER_ANSWER),
        (b"gone fishing", 404, Code.DID_NOT_FOUND),
        (b"", 500, Code.RESOLVER_ANSWER),
        (b"", 501, Code.DID_METHOD),
        (b"", 302, Code.RESOLVER_ANSWER),
        (b"", 410, Code.DID_DEACTIVATED),
        ({**RESULT, "didDocumentMetadata": {"deactivated": True}}, 200, Code.DID_DEACTIVATED),
        ({**RESULT, "didDocumentMetadata": {"deactivated": True}}, 410, Code.DID_DEACTIVATED),
    ],
)
def test_answers_of_other_resolvers(answer: object, status: int, code: Code) -> None:
    assert refusal(remote(answer, status)) is code


def test_a_version_of_a_did_that_is_deactivated() -> None:
    options = ResolutionOptions(version_id="7")
    path = "did%3Aexample%3A1?versionId=7"
    answer = {**RESULT, "didDocumentMetadata": {"deactivated": True}}
    assert remote(answer, 410, options, path)().document.did == Did.parse(DID)
    nothing = {**answer, "didDocument": None}
    assert refusal(remote(nothing, 410, options, path)) is Code.DID_DEACTIVATED


def test_options_that_another_resolver_is_asked_with() -> None:
    timed = ResolutionOptions(version_time=CLOCK.now(), version_number=3, caching=Caching.BYPASSED)
    path = "did%3Aexample%3A1?versionTime=2026-06-01T00%3A00%3A00Z&versionNumber=3&noCache=true"
    assert remote(RESULT, 200, timed, path)() is not None


def test_the_digest_of_the_forger_is_that_of_the_standard() -> None:
    digest = b"\x12\x20" + hashlib.sha256(b"x").digest()
    assert sha256_base58(b"x") == base58.b58encode(digest).decode()
