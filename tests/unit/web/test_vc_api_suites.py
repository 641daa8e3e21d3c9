"""The suites behind the VC API, from issuing to verifying."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from krid._core.clock import FixedClock

pytest.importorskip("starlette", reason="the extra `web` is not installed")
pytest.importorskip("pyld", reason="the extra `ld` is not installed")
pytest.importorskip("py_arkworks_bls12381", reason="the extra `bbs` is not installed")

from asgi import get, post
from vc_apis import all_services

from krid.web import vc_api_app
from krid.web.vc_api_bbs import PREFIX

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
SERVICES = all_services(CLOCK)
APP = vc_api_app({prefix: served.service for prefix, served in SERVICES.items()})
ENVELOPED = [prefix for prefix in SERVICES if prefix.startswith("/vc+")]
EMBEDDED = [prefix for prefix in SERVICES if prefix not in ENVELOPED]
PLAIN = [prefix for prefix in EMBEDDED if "-sd-" not in prefix and prefix != PREFIX]
SELECTIVE = [prefix for prefix in EMBEDDED if prefix not in PLAIN]
SD_JWT = [prefix for prefix in ENVELOPED if "sd-jwt" in prefix]
DERIVING = [*SELECTIVE, *SD_JWT]
BASE = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"name": "Hong Gildong", "city": "Seoul"},
}


def ask(path: str, **body: Any) -> tuple[int, Any]:
    status, answered = post(APP, path, json.dumps(body).encode())
    return status, json.loads(answered)


def issue(prefix: str, options: dict[str, Any] | None = None, **members: Any) -> Any:
    credential = {**CREDENTIAL, "issuer": SERVICES[prefix].did, **members}
    status, told = ask(
        f"{prefix}/credentials/issue",
        credential=credential,
        options={"mandatoryPointers": ["/issuer"], **(options or {})},
    )
    assert status == 201, told
    return told["verifiableCredential"]


def derive(prefix: str, credential: Any) -> Any:
    status, told = ask(
        f"{prefix}/credentials/derive",
        verifiableCredential=credential,
        options={"selectivePointers": ["/credentialSubject/city"]},
    )
    assert status == 201, told
    return told["verifiableCredential"]


@pytest.mark.parametrize("prefix", PLAIN)
def test_what_is_issued_verifies(prefix: str) -> None:
    issued = issue(prefix)
    assert issued["proof"]["cryptosuite"] == prefix.split("/")[1]
    path = f"{prefix}/credentials/verify"
    assert ask(path, verifiableCredential=issued)[0] == 200
    issued["credentialSubject"]["city"] = "Busan"
    assert ask(path, verifiableCredential=issued)[0] == 400


@pytest.mark.parametrize("prefix", SELECTIVE)
def test_what_is_derived_verifies(prefix: str) -> None:
    issued = issue(prefix)
    path = f"{prefix}/credentials/verify"
    assert ask(path, verifiableCredential=issued)[0] == 400
    shown = derive(prefix, issued)
    assert shown["credentialSubject"] == {"city": "Seoul"}
    assert ask(path, verifiableCredential=shown)[0] == 200
    shown["credentialSubject"]["city"] = "Busan"
    assert ask(path, verifiableCredential=shown)[0] == 400


@pytest.mark.parametrize("prefix", SERVICES)
def test_nothing_is_issued_for_another_issuer_or_without_form(prefix: str) -> None:
    path = f"{prefix}/credentials/issue"
    wrong: list[dict[str, Any]] = [{"issuer": "did:example:other"}, {"issuer": 5}, {"type": []}]
    for members in wrong:
        credential = {**CREDENTIAL, "issuer": SERVICES[prefix].did, **members}
        status, told = ask(path, credential=credential)
        assert (status, told["verified"]) == (400, False)


@pytest.mark.parametrize("prefix", SERVICES)
def test_what_has_no_proof_does_not_verify(prefix: str) -> None:
    credential = {**CREDENTIAL, "issuer": SERVICES[prefix].did}
    assert ask(f"{prefix}/credentials/verify", verifiableCredential=credential)[0] == 400
    foreign = copy.deepcopy(issue(PLAIN[0]))
    foreign["proof"]["verificationMethod"] = "https://a.example/key"
    assert ask(f"{prefix}/credentials/verify", verifiableCredential=foreign)[0] == 400


@pytest.mark.parametrize("prefix", ENVELOPED)
def test_what_is_enveloped_verifies(prefix: str) -> None:
    issued = issue(prefix)
    form = prefix.split("/")[1]
    assert issued["type"] == "EnvelopedVerifiableCredential"
    assert issued["id"].startswith(f"data:application/{form}")
    path = f"{prefix}/credentials/verify"
    assert ask(path, verifiableCredential=issued)[0] == 200
    place = len(issued["id"]) * 3 // 4
    other = "A" if issued["id"][place] != "A" else "B"
    changed = {**issued, "id": issued["id"][:place] + other + issued["id"][place + 1 :]}
    assert ask(path, verifiableCredential=changed)[0] == 400
    of_nothing = {**issued, "id": "data:application/pdf,AA"}
    assert ask(path, verifiableCredential=of_nothing)[0] == 400
    presented = {**issued, "type": ["EnvelopedVerifiablePresentation"]}
    assert ask(path, verifiableCredential=presented)[0] == 400


@pytest.mark.parametrize("prefix", ENVELOPED)
def test_an_envelope_holds_no_credential_of_data_model_1_1(prefix: str) -> None:
    path = f"{prefix}/credentials/issue"
    old = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": SERVICES[prefix].did,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:a"},
    }
    status, told = ask(path, credential=old)
    assert (status, told["title"]) == (400, "w3c.version")


@pytest.mark.parametrize("prefix", SD_JWT)
def test_what_is_shown_of_an_sd_jwt_verifies(prefix: str) -> None:
    path = f"{prefix}/credentials/verify"
    shown = derive(prefix, issue(prefix))
    assert shown["id"].count("~") == 2
    assert ask(path, verifiableCredential=shown)[0] == 200
    for pointers, left in ((["/credentialSubject/name"], 2), (["/credentialSubject"], 1)):
        mandatory = issue(prefix, {"mandatoryPointers": pointers})
        assert mandatory["id"].count("~") == left
    several = issue(prefix, credentialSubject=[{"name": "Hong"}, {"name": "Kim"}])
    assert several["id"].count("~") == 1
    status, told = ask(f"{prefix}/credentials/derive", verifiableCredential=issue(ENVELOPED[0]))
    assert (status, told["title"]) == (400, "vcjose.media_type")


@pytest.mark.parametrize("prefix", EMBEDDED)
def test_the_terms_of_a_proof_are_added_to_data_model_1_1(prefix: str) -> None:
    old = {"@context": ["https://www.w3.org/2018/credentials/v1"], "name": None}
    credential = {
        "@context": old["@context"],
        "type": ["VerifiableCredential"],
        "issuer": SERVICES[prefix].did,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:a"},
    }
    status, told = ask(f"{prefix}/credentials/issue", credential=credential)
    assert status == 201, told
    issued = told["verifiableCredential"]
    if prefix in PLAIN:
        answered = ask(f"{prefix}/credentials/verify", verifiableCredential=issued)
        assert answered[0] == 200, answered


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
@pytest.mark.parametrize("prefix", SERVICES)
def test_a_status_is_published_set_and_looked_up(prefix: str, purpose: str) -> None:
    name = f"urn:example:{prefix}:{purpose}"
    options = {"statusPurposes": ["revocation", "suspension"], "credentialId": name}
    issued = issue(prefix, options)
    shown = derive(prefix, issued) if prefix in DERIVING else issued
    path = f"{prefix}/credentials/verify"
    assert ask(path, verifiableCredential=shown)[0] == 200
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
    change = {"credentialId": name, "credentialStatus": entry}
    assert ask(f"{prefix}/credentials/status", **change)[0] == 200
    status, told = ask(path, verifiableCredential=shown)
    code = {"revocation": "status.revoked", "suspension": "status.suspended"}[purpose]
    assert (status, told["title"]) == (400, code)
    assert told["type"].endswith("#STATUS_ERROR")
    assert ask(f"{prefix}/credentials/status", **change, status=False)[0] == 200
    assert ask(path, verifiableCredential=shown)[0] == 200
    if prefix in EMBEDDED:
        uri = issued["credentialStatus"][0]["statusListCredential"]
        assert uri == f"https://krid.example{prefix}/status-lists/revocation"


@pytest.mark.parametrize("prefix", SERVICES)
def test_a_list_is_a_credential_of_its_issuer(prefix: str) -> None:
    path = f"{prefix}/status-lists/revocation"
    status, media_type, raw = get(APP, path, "application/vc")
    assert status == 200
    if media_type == "application/vc":
        assert get(APP, path, "application/json")[1] == "application/json"
        listed = json.loads(raw)
        assert "BitstringStatusListCredential" in listed["type"]
        assert ask(f"{prefix}/credentials/verify", verifiableCredential=listed)[0] == 200
    else:
        assert media_type in {"application/vc+jwt", "application/vc+cose"}
    assert get(APP, f"{prefix}/status-lists/message", "*/*")[0] == 404


def test_what_status_is_refused() -> None:
    prefix, other = PLAIN[0], PLAIN[1]
    path = f"{prefix}/credentials/issue"
    named = {**CREDENTIAL, "issuer": SERVICES[prefix].did, "id": "urn:example:once"}
    both = {"statusPurposes": ["revocation"]}
    assert ask(path, credential=named, options=both)[0] == 201
    nameless = {name: each for name, each in named.items() if name != "id"}
    wrong: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (named, both),
        (nameless, both),
        ({**named, "id": "urn:example:two"}, {"statusPurposes": ["message"]}),
        ({**named, "id": "urn:example:two", "credentialStatus": {}}, both),
    ]
    for credential, options in wrong:
        status, told = ask(path, credential=credential, options=options)
        assert (status, told["title"]) == (400, "vc.api_status")
    change = {"credentialId": "urn:example:none", "credentialStatus": {"statusPurpose": "x"}}
    status, told = ask(f"{prefix}/credentials/status", **change)
    assert (status, told["title"]) == (404, "vc.api_credential")
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": f"https://krid.example{other}/status-lists/revocation",
    }
    codes = [
        (PLAIN[0], entry, "status.other_issuer"),
        (PLAIN[1], {**entry, "statusPurpose": "suspension"}, "status.purpose"),
        (PLAIN[1], {**entry, "statusListIndex": "9999999"}, "status.index"),
        (PLAIN[1], {**entry, "statusListCredential": "https://a.example/1"}, "status.unavailable"),
    ]
    for issuer, each, code in codes:
        issued = issue(issuer, credentialStatus=each)
        told = ask(f"{issuer}/credentials/verify", verifiableCredential=issued)[1]
        assert told.get("title") == code
    elsewhere = {**entry, "statusListCredential": "https://a.example/1"}
    pointers = {"mandatoryPointers": ["/issuer", "/credentialStatus"]}
    issued = issue(PREFIX, pointers, credentialStatus=elsewhere)
    told = ask(f"{PREFIX}/credentials/verify", verifiableCredential=derive(PREFIX, issued))[1]
    assert told.get("title") == "status.unavailable"


@pytest.mark.parametrize("prefix", ENVELOPED)
def test_presentations_in_envelopes(prefix: str) -> None:
    presentation = {
        "@context": [BASE],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [issue(prefix), issue(PLAIN[0])],
    }
    options = {"challenge": "c", "domain": "https://bank.example"}
    status, told = ask(f"{prefix}/presentations", presentation=presentation, options=options)
    assert status == 201, told
    signed = told["verifiablePresentation"]
    path = f"{prefix}/presentations/verify"
    assert ask(path, verifiablePresentation=signed, options=options)[0] == 200
    assert ask(path, verifiablePresentation=signed)[0] == 200
    for wrong, code in ((("challenge", "d"), "kb.nonce"), (("domain", "e"), "kb.audience")):
        asked = {**options, wrong[0]: wrong[1]}
        status, told = ask(path, verifiablePresentation=signed, options=asked)
        assert (status, told["title"]) == (400, code)
    foreign = {**signed, "id": "data:application/pdf,AA"}
    assert ask(path, verifiablePresentation=foreign)[0] == 400
    bare = ask(f"{prefix}/presentations", presentation=presentation)[1]["verifiablePresentation"]
    assert ask(path, verifiablePresentation=bare)[0] == 200
    assert ask(path, verifiablePresentation=bare, options=options)[0] == 400


@pytest.mark.parametrize("prefix", EMBEDDED)
def test_presentations(prefix: str) -> None:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [
            derive(prefix, issue(prefix)) if prefix in SELECTIVE else issue(prefix)
        ],
    }
    options = {"challenge": "c", "domain": "https://bank.example"}
    status, told = ask(f"{prefix}/presentations", presentation=presentation, options=options)
    assert status == 201, told
    signed = told["verifiablePresentation"]
    path = f"{prefix}/presentations/verify"
    assert ask(path, verifiablePresentation=signed, options=options)[0] == 200
    assert ask(path, verifiablePresentation=signed)[0] == 200
    assert ask(path, verifiablePresentation=presentation)[0] == 200
    assert ask(path, verifiablePresentation=presentation, options=options)[0] == 400
    for other in ({"challenge": "d"}, {"domain": "https://shop.example"}):
        wrong = {**options, **other}
        assert ask(path, verifiablePresentation=signed, options=wrong)[0] == 400
    changed = copy.deepcopy(signed)
    changed["verifiableCredential"][0]["credentialSubject"]["city"] = "Busan"
    assert ask(path, verifiablePresentation=changed, options=options)[0] == 400
    assert ask(path, verifiablePresentation={**presentation, "verifiableCredential": 5})[0] == 400
    selective = copy.deepcopy(signed)
    selective["proof"]["cryptosuite"] = "ecdsa-sd-2023"
    assert ask(path, verifiablePresentation=selective, options=options)[0] == 400
