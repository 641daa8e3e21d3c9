"""The VC API: paths, bodies and statuses, with a service that signs with a word."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from krid._core import limits
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MalformedError,
    MisuseError,
    ResolutionError,
    StoreError,
    TransportError,
    UnsupportedError,
    ValidityError,
)

pytest.importorskip("starlette", reason="the extra `web` is not installed")

from asgi import post
from vc_apis import PROOF, Signing, whole

from krid.web import VcService, vc_api_app
from krid.web.vc_api_problems import problem

CREDENTIAL = {"type": ["VerifiableCredential"]}
SIGNED = {**CREDENTIAL, "proof": PROOF}


@pytest.fixture
def signing() -> Signing:
    return Signing()


def ask(signing: Signing, path: str, body: object) -> tuple[int, Mapping[str, Any]]:
    app = vc_api_app({"/suite/p-256": whole(signing)})
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, answered = post(app, "/suite/p-256" + path, raw)
    return status, json.loads(answered)


def test_what_is_issued_comes_back_with_201(signing: Signing) -> None:
    body = {"credential": CREDENTIAL, "options": {"mandatoryPointers": ["/issuer"], "x": 1}}
    assert ask(signing, "/credentials/issue", body) == (201, {"verifiableCredential": SIGNED})
    assert signing.pointers == ("/issuer",)
    assert ask(signing, "/credentials/issue", {"credential": CREDENTIAL})[0] == 201


def test_what_is_derived_comes_back_with_201(signing: Signing) -> None:
    body = {"verifiableCredential": SIGNED, "options": {"selectivePointers": ["/a"]}}
    assert ask(signing, "/credentials/derive", body) == (201, {"verifiableCredential": SIGNED})
    assert signing.pointers == ("/a",)


def test_what_verifies_is_200(signing: Signing) -> None:
    body: dict[str, object] = {"verifiableCredential": SIGNED}
    plain = {"verified": True, "problemDetails": []}
    assert ask(signing, "/credentials/verify", body) == (200, plain)
    body["options"] = {"returnCredential": True}
    assert ask(signing, "/credentials/verify", body) == (200, {**plain, "credential": SIGNED})


def test_what_does_not_verify_is_400_with_the_reason(signing: Signing) -> None:
    status, told = ask(signing, "/credentials/verify", {"verifiableCredential": CREDENTIAL})
    assert status == 400
    assert told["verified"] is False
    assert told["problemDetails"] == told["errors"]
    assert told["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
    assert told["title"] == "di.signature"


def test_presentations(signing: Signing) -> None:
    options: dict[str, object] = {"challenge": "c", "domain": "d"}
    status, made = ask(signing, "/presentations", {"presentation": {}, "options": options})
    assert status == 201
    body = {"verifiablePresentation": made["verifiablePresentation"], "options": options}
    plain = {"verified": True, "problemDetails": []}
    assert ask(signing, "/presentations/verify", body) == (200, plain)
    options["returnPresentation"] = True
    assert ask(signing, "/presentations/verify", body)[1] == {**plain, **made}
    assert ask(signing, "/presentations/verify", {**body, "options": {}})[0] == 400


def test_statuses(signing: Signing) -> None:
    body = {"credentialId": "a", "credentialStatus": {"statusPurpose": "revocation"}}
    assert ask(signing, "/credentials/status", body) == (200, {})
    assert signing.statuses == {("a", "revocation"): True}
    assert ask(signing, "/credentials/status", {**body, "status": False})[0] == 200
    assert signing.statuses == {("a", "revocation"): False}
    body["credentialStatus"] = {"statusPurpose": "message"}
    assert ask(signing, "/credentials/status", body)[0] == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/credentials/issue", {}),
        ("/credentials/issue", {"credential": []}),
        ("/credentials/issue", {"credential": {}, "options": None}),
        ("/credentials/issue", {"credential": {}, "options": {"mandatoryPointers": "/a"}}),
        ("/credentials/issue", {"credential": {}, "options": {"mandatoryPointers": [1]}}),
        (
            "/credentials/issue",
            {"credential": {}, "options": {"mandatoryPointers": [""] * 1025}},
        ),
        ("/credentials/derive", {"credential": {}}),
        ("/credentials/verify", {"verifiableCredential": "a.b.c"}),
        ("/credentials/status", {"credentialId": 1}),
        ("/credentials/status", {"credentialId": "a", "credentialStatus": {}}),
        ("/presentations", {"presentation": {}, "options": {"challenge": 1}}),
        ("/presentations/verify", {"verifiablePresentation": 1}),
    ],
)
def test_bodies_that_are_not_as_they_should(signing: Signing, path: str, body: object) -> None:
    status, told = ask(signing, path, body)
    assert status == 400
    assert told["title"] == "vc.api_body"
    assert told["type"].endswith("#PARSING_ERROR")


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff"])
def test_bodies_that_are_no_object(signing: Signing, raw: bytes) -> None:
    status, told = ask(signing, "/credentials/issue", raw)
    assert status == 400
    assert told["title"].startswith("json.")


def test_bodies_that_are_too_long(signing: Signing) -> None:
    status, told = ask(signing, "/credentials/issue", bytes(limits.MAX_VC_API_BODY_BYTES + 1))
    assert (status, told["title"]) == (413, "input.size")


def test_only_what_is_offered_has_an_address(signing: Signing) -> None:
    app = vc_api_app({"": VcService(verifier=signing)})
    body = json.dumps({"verifiableCredential": SIGNED}).encode()
    assert post(app, "/credentials/verify", body)[0] == 200
    assert post(app, "/credentials/issue", body)[0] == 404


@pytest.mark.parametrize("prefix", ["suite", "/suite/", "/"])
def test_a_prefix_that_is_none(signing: Signing, prefix: str) -> None:
    with pytest.raises(MisuseError) as error:
        vc_api_app({prefix: whole(signing)})
    assert error.value.code is Code.MISUSE_OPTION


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValidityError(Code.KEY_ATTESTATION_EXPIRED), "VALIDITY_PERIOD_ERROR"),
        (ContentError(Code.MISUSE_CLAIMS), "MALFORMED_VALUE_ERROR"),
        (ResolutionError(Code.DID_NOT_FOUND), "INVALID_VERIFICATION_METHOD"),
        (UnsupportedError(Code.ALG_UNKNOWN), "PROOF_VERIFICATION_ERROR"),
        (MalformedError(Code.TIME_RFC3339), "MALFORMED_VALUE_ERROR"),
        (MalformedError(Code.BBS_POINT), "PROOF_VERIFICATION_ERROR"),
        (StoreError(Code.STORE_IO), "about:blank"),
    ],
)
def test_errors_have_the_names_of_the_specifications(error: KridError, kind: str) -> None:
    assert str(problem(error)["type"]).endswith(kind)


def test_what_went_wrong_in_the_network_is_not_told() -> None:
    told = problem(TransportError(Code.NET_UNREACHABLE, "db.internal"))
    assert "internal" not in json.dumps(told)
    assert problem(MalformedError(Code.DI_SYNTAX, "type"))["detail"] == (
        "not a Data Integrity proof (type)"
    )


def test_a_service_without_statuses_gives_none() -> None:
    app = vc_api_app({"": VcService(issuer=Signing())})
    body = {"credential": {"id": "urn:x"}, "options": {"statusPurposes": ["revocation"]}}
    status, answered = post(app, "/credentials/issue", json.dumps(body).encode())
    assert (status, json.loads(answered)["title"]) == (400, "vc.api_status")
