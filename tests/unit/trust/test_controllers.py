"""Trust in controlled identifier documents: whom it asks, and each refusal with its code."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey, jwk
from krid.model import IssuerHint
from krid.net import Request, Response
from krid.trust import ControllerTrust

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = "https://university.example/issuers/14"
FIRST, SECOND = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES384)
HINT = IssuerHint(format="vc+jwt", type="Card", alg=Alg.ES256, issuer=ISSUER, key_id=f"{ISSUER}#1")


def method(key: LocalKey = FIRST, fragment: str = "1", **changes: Any) -> dict[str, Any]:
    whole = {
        "id": f"{ISSUER}#{fragment}",
        "type": "JsonWebKey",
        "controller": ISSUER,
        "publicKeyJwk": jwk.encode_public(key.public_key),
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def document(*methods: dict[str, Any], **changes: Any) -> dict[str, Any]:
    listed = methods or (method(),)
    ids = [each.get("id") for each in listed]
    return {"id": ISSUER, "verificationMethod": listed, "assertionMethod": ids} | changes


class Web:
    """One document, and a count of the questions."""

    def __init__(self, value: object, media_type: str = "application/cid") -> None:
        self.value, self.media_type, self.asked = value, media_type, 0
        self.caching = ""

    def send(self, request: Request) -> Response:
        assert request.url == ISSUER
        self.asked += 1
        headers = {"Content-Type": self.media_type, "Cache-Control": self.caching}
        return Response(200, headers, json.dumps(self.value).encode())


def trusting(web: Web) -> ControllerTrust:
    return ControllerTrust(frozenset({ISSUER}), transport=web)


def refusal(web: Web, hint: IssuerHint = HINT, now: datetime = NOW) -> Code:
    with pytest.raises(KridError) as error:
        trusting(web).find(hint, now=now)
    return error.value.code


def test_the_key_that_is_named() -> None:
    web = Web(document(method(), method(SECOND, "2")))
    trust = trusting(web)
    found = trust.find(HINT, now=NOW)
    assert (found.key, found.issuer) == (FIRST.public_key, ISSUER)
    assert found.authorities == {ISSUER}
    assert found.path == f"controlled identifier document of {ISSUER}"
    second = replace(HINT, key_id="#2", alg=Alg.ES384)
    assert trust.find(second, now=NOW).key == SECOND.public_key
    assert web.asked == 1
    assert repr(trust) == "ControllerTrust(1 controllers)"


@pytest.mark.parametrize(
    "whole",
    [
        document(assertionMethod=["#1"]),
        document(method(id="#1"), assertionMethod=[f"{ISSUER}#1"]),
        {"id": ISSUER, "assertionMethod": [method()]},
        document(method(), method(fragment="2", publicKeyJwk={"kty": "RSA", "n": "AQ", "e": "AQ"})),
    ],
)
def test_ways_to_list_a_key(whole: dict[str, Any]) -> None:
    assert trusting(Web(whole)).find(HINT, now=NOW).key == FIRST.public_key


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        (Code.TRUST_KEY, document(assertionMethod=[])),
        (Code.TRUST_KEY, {"id": ISSUER}),
        (Code.TRUST_KEY, document(method(type="Multikey"))),
        (Code.TRUST_KEY, document(method(controller="https://other.example"))),
        (Code.TRUST_KEY, document(method(fragment="2"))),
        (Code.TRUST_KEY, document(method(expires="2026-06-01T00:00:00Z"))),
        (Code.TRUST_KEY, document(method(revoked="2026-05-01T00:00:00Z"))),
        (Code.TRUST_KEY, document(assertionMethod=["https://other.example#1"])),
        (Code.ISSUER_FOREIGN, document(id="https://other.example")),
        (Code.ISSUER_SYNTAX, document(verificationMethod={})),
        (Code.ISSUER_SYNTAX, document(verificationMethod=[1])),
        (Code.ISSUER_SYNTAX, document(verificationMethod=[{}])),
        (Code.ISSUER_SYNTAX, document(assertionMethod=[1])),
        (Code.ISSUER_SYNTAX, document(assertionMethod=["#1"] * 300)),
        (Code.ISSUER_SYNTAX, document(method(publicKeyJwk=...))),
        (Code.ISSUER_SYNTAX, document(method(publicKeyJwk=jwk.encode_private(FIRST)))),
        (Code.ISSUER_SYNTAX, document(method(expires=1))),
        (Code.TIME_RFC3339, document(method(expires="x"))),
        (Code.KEY_USE, document(method(publicKeyJwk={**method()["publicKeyJwk"], "use": "enc"}))),
        (Code.JSON_NOT_OBJECT, []),
    ],
)
def test_documents_that_are_not_believed(code: Code, whole: object) -> None:
    assert refusal(Web(whole)) is code


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (Code.TRUST_UNKNOWN_ISSUER, {"issuer": None}),
        (Code.TRUST_UNKNOWN_ISSUER, {"issuer": "https://other.example"}),
        (Code.TRUST_AMBIGUOUS, {"key_id": None}),
        (Code.TRUST_ISSUER_NAME, {"key_id": "https://other.example#1"}),
        (Code.TRUST_ISSUER_NAME, {"key_id": "1"}),
        (Code.ALG_KEY, {"alg": Alg.ES384}),
    ],
)
def test_hints_that_are_not_followed(code: Code, changes: dict[str, Any]) -> None:
    assert refusal(Web(document()), replace(HINT, **changes)) is code


def test_another_media_type() -> None:
    assert refusal(Web(document(), "text/html")) is Code.ISSUER_SYNTAX


def test_what_can_not_be_trusted() -> None:
    for word in ("did:web:mois.example", "https://mois.example?x"):
        with pytest.raises(KridError) as error:
            ControllerTrust(frozenset({word}), transport=Web({}))
        assert error.value.code is Code.ISSUER_ADDRESS


def test_a_key_that_ends_is_forgotten_in_time() -> None:
    web = Web(document(method(expires="2026-06-01T00:10:00Z")))
    trust = trusting(web)
    trust.find(HINT, now=NOW)
    trust.find(HINT, now=NOW + timedelta(minutes=9))
    assert web.asked == 1
    with pytest.raises(KridError) as error:
        trust.find(HINT, now=NOW + timedelta(minutes=10))
    assert error.value.code is Code.TRUST_KEY


def test_caching_is_as_the_server_says() -> None:
    web = Web(document())
    web.caching = "max-age=60"
    trust = trusting(web)
    trust.find(HINT, now=NOW)
    trust.find(HINT, now=NOW + timedelta(seconds=61))
    assert web.asked == 2
