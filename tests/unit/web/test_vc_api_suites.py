"""The suites behind the VC API, from issuing to verifying."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.did import DidKey, Resolver

pytest.importorskip("starlette", reason="the extra `web` is not installed")
pytest.importorskip("pyld", reason="the extra `ld` is not installed")
pytest.importorskip("py_arkworks_bls12381", reason="the extra `bbs` is not installed")

from asgi import post

from krid.web import vc_api_app
from krid.web.vc_api_bbs import PREFIX, bbs_service
from krid.web.vc_api_suites import data_integrity_services

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
RESOLVER = Resolver((DidKey(),), clock=CLOCK)
SERVICES = data_integrity_services(resolver=RESOLVER, clock=CLOCK, entropy=system_entropy)
SERVICES[PREFIX] = bbs_service(resolver=RESOLVER, clock=CLOCK, entropy=system_entropy)
APP = vc_api_app({prefix: service for prefix, (_, service) in SERVICES.items()})
PLAIN = [prefix for prefix in SERVICES if "-sd-" not in prefix and prefix != PREFIX]
SELECTIVE = [prefix for prefix in SERVICES if prefix not in PLAIN]
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


def issue(prefix: str, **members: Any) -> Any:
    credential = {**CREDENTIAL, "issuer": SERVICES[prefix][0], **members}
    status, told = ask(
        f"{prefix}/credentials/issue",
        credential=credential,
        options={"mandatoryPointers": ["/issuer"]},
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
        credential = {**CREDENTIAL, "issuer": SERVICES[prefix][0], **members}
        status, told = ask(path, credential=credential)
        assert (status, told["verified"]) == (400, False)


@pytest.mark.parametrize("prefix", SERVICES)
def test_what_has_no_proof_does_not_verify(prefix: str) -> None:
    credential = {**CREDENTIAL, "issuer": SERVICES[prefix][0]}
    assert ask(f"{prefix}/credentials/verify", verifiableCredential=credential)[0] == 400
    foreign = copy.deepcopy(issue(PLAIN[0]))
    foreign["proof"]["verificationMethod"] = "https://a.example/key"
    assert ask(f"{prefix}/credentials/verify", verifiableCredential=foreign)[0] == 400


@pytest.mark.parametrize("prefix", PLAIN)
def test_presentations(prefix: str) -> None:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [issue(prefix)],
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
