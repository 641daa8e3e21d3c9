"""For every rule of DIDs, DID documents and their resolution: what breaks it, and the code."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import base58
import pytest

from krid._core import base64url
from krid._core.clock import FixedClock
from krid.did import (
    Did,
    DidDocument,
    DidJwk,
    DidKey,
    DidUrl,
    DidWeb,
    Purpose,
    ResolutionOptions,
    Resolved,
    Resolver,
)
from krid.errors import Code, KridError, MalformedError, ResolutionError, TransportError
from krid.keys import Curve, LocalKey, jwk, multikey
from krid.net import Flow, Response, ScriptedTransport

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DID = "did:web:issuer.example"
URL = "https://issuer.example/.well-known/did.json"
KEYS = {curve: LocalKey.generate_on(curve).public_key for curve in Curve}
KEY, OTHER = KEYS[Curve.P256], KEYS[Curve.ED25519]


def _named(value: object) -> str:
    """Name a case by its code: the keys in it are new at each run."""
    return value.name if isinstance(value, Code) else "case"


def method(fragment: str = "key-1", **changes: Any) -> dict[str, Any]:
    members = {
        "id": f"{DID}#{fragment}",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": multikey.encode(KEY),
    }
    return without_none(members | changes)


def document(**changes: Any) -> dict[str, Any]:
    members = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": DID,
        "verificationMethod": [method(), method("other")],
        "assertionMethod": [f"{DID}#key-1"],
        "authentication": [method("embedded")],
    }
    return without_none(members | changes)


def without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def service(**changes: Any) -> dict[str, Any]:
    members = {"id": f"{DID}#s", "type": "A", "serviceEndpoint": "https://a.example/"}
    return without_none(members | changes)


def fetch(raw: bytes | Response | TransportError) -> Callable[[], DidDocument]:
    answer = Response(200, body=raw) if isinstance(raw, bytes) else raw
    transport = ScriptedTransport({URL: answer})
    resolver = Resolver((DidWeb(),), clock=FixedClock(NOW), transport=transport)
    return lambda: resolver.resolve(DID).document


def refusal(act: Callable[[], object], kind: type[KridError] = ResolutionError) -> Code:
    with pytest.raises(kind) as error:
        act()
    assert type(error.value) is kind
    return error.value.code


def test_the_genuine_document_is_taken() -> None:
    found = fetch(json.dumps(document(service=[service()])).encode())()
    assert found.assertion_key("#key-1") == KEY
    assert found.authentication_key("#embedded") == KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "did",
        "did:",
        "did:a",
        "did:a:",
        "did::b",
        "did:A:b",
        "DID:a:b",
        "did:a-b:c",
        "did:a:b:",
        "did:a:b#c",
        "did:a:b?c",
        "did:a:b/c",
        "did:a:b ",
        " did:a:b",
        "did:a:b\n",
        "did:a:%",
        "did:a:%2",
        "did:a:%zz",
        "did:a:\u00e4",
        "did:a:\uff11",
        "did:a:b@c",
        "did:a:b+c",
        "notdid:key:z",
        "did:a:" + "b" * 16_384,
    ],
)
def test_did_syntax(text: str) -> None:
    assert refusal(lambda: Did.parse(text), MalformedError) is Code.DID_SYNTAX
    resolver = Resolver((), clock=FixedClock(NOW))
    assert refusal(lambda: resolver.resolve(text)) is Code.DID_SYNTAX


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#key-1",
        "did:a",
        "did:a:b:#c",
        "did:a:b##",
        "did:a:b#c#d",
        "did:a:b# c",
        "did:a:b?c d",
        "did:a:b/[",
        "did:a:b?%2",
        "did:a:b#%zz",
        "did:a:b/\\",
        "did:a:b#\u00e4",
        "did:a:b#c\n",
        "did:a:b#" + "c" * 16_384,
    ],
)
def test_did_url_syntax(text: str) -> None:
    assert refusal(lambda: DidUrl.parse(text), MalformedError) is Code.DID_URL_SYNTAX


@pytest.mark.parametrize(
    "reference", ["key-1", "", "# ", "#" + "c" * 16_384, "https://a.example#k"]
)
def test_a_reference_that_is_no_did_url(reference: str) -> None:
    found = DidDocument.from_members(document(), did=Did.parse(DID))
    assert refusal(lambda: found.assertion_key(reference)) is Code.DID_URL_SYNTAX


def test_a_method_that_the_resolver_was_not_given() -> None:
    resolver = Resolver((DidKey(),), clock=FixedClock(NOW))
    assert refusal(lambda: resolver.resolve("did:jwk:e30")) is Code.DID_METHOD


# Documents.

CHANGED: dict[str, dict[str, Any]] = {
    "context of something else": document(**{"@context": "https://w3id.org/security/v2"}),
    "context in another order": document(
        **{"@context": ["https://w3id.org/security/v2", "https://www.w3.org/ns/did/v1"]}
    ),
    "context is empty": document(**{"@context": []}),
    "context is an object": document(**{"@context": {"id": "@id"}}),
    "context is null": {**document(), "@context": None},
    "methods are an object": document(verificationMethod={}),
    "methods are null": {**document(), "verificationMethod": None},
    "a method is text": document(verificationMethod=["#key-1"]),
    "a method without id": document(verificationMethod=[method(id=None)]),
    "a method without type": document(verificationMethod=[method(type=None)]),
    "a method with two types": document(verificationMethod=[method(type=["Multikey"])]),
    "a method without controller": document(verificationMethod=[method(controller=None)]),
    "a method with two controllers": document(verificationMethod=[method(controller=[DID])]),
    "a controller that is no DID": document(verificationMethod=[method(controller="me")]),
    "a method id that is no DID URL": document(verificationMethod=[method(id="key-1")]),
    "a method id twice": document(verificationMethod=[method(), method()]),
    "a method id twice, once embedded": document(authentication=[method()]),
    "a method id twice, once relative": document(
        verificationMethod=[method(), method(id="#key-1")], assertionMethod=[]
    ),
    "a service with the id of a method": document(service=[service(id=f"{DID}#key-1")]),
    "a service id twice": document(service=[service(), service()]),
    "a key that does not decode": document(
        verificationMethod=[method(publicKeyMultibase="z6Mk0OIl")]
    ),
    "a key that is no point": document(
        verificationMethod=[
            method(
                publicKeyMultibase="z" + base58.b58encode(b"\x80\x24\x02" + b"\xff" * 32).decode()
            )
        ]
    ),
    "a private key": document(
        verificationMethod=[
            method(
                type="JsonWebKey",
                publicKeyMultibase=None,
                publicKeyJwk={**jwk.encode_public(KEY), "d": "AA"},
            )
        ]
    ),
    "a secret key beside": document(verificationMethod=[method(secretKeyMultibase="z1")]),
    "two keys in one method": document(
        verificationMethod=[method(publicKeyJwk=jwk.encode_public(OTHER))]
    ),
    "a method without a key": document(verificationMethod=[method(publicKeyMultibase=None)]),
    "an end that is no date": document(verificationMethod=[method(expires="never")]),
    "a revocation that is no date": document(verificationMethod=[method(revoked=True)]),
    "a reference twice": document(assertionMethod=[f"{DID}#key-1", f"{DID}#key-1"]),
    "a reference that is a number": document(assertionMethod=[1]),
    "a reference that is an address": document(assertionMethod=["https://a.example/#k"]),
    "a relationship that is text": document(assertionMethod=f"{DID}#key-1"),
    "a relative id": document(verificationMethod=[method(id="#key-1")], assertionMethod=[]),
    "a relative reference": document(assertionMethod=["#key-1"]),
    "a relative embedded id": document(authentication=[method(id="#embedded")]),
    "a relative service id": document(service=[service(id="#s")]),
    "a service that is text": document(service=["https://a.example/"]),
    "a service without id": document(service=[service(id=None)]),
    "a service id that is no URI": document(service=[service(id="s")]),
    "a service without type": document(service=[service(type=None)]),
    "a service of no type": document(service=[service(type=[])]),
    "a service of one type twice": document(service=[service(type=["A", "A"])]),
    "a service without endpoint": document(service=[service(serviceEndpoint=None)]),
    "a service without endpoints": document(service=[service(serviceEndpoint=[])]),
    "an endpoint that is no URI": document(service=[service(serviceEndpoint="/relative")]),
    "an endpoint that is a number": document(service=[service(serviceEndpoint=[1])]),
    "a controller that is an address": document(controller="https://a.example/"),
    "a controller that is a number": document(controller=1),
    "another name that is no URI": document(alsoKnownAs=["me"]),
    "other names that are text": document(alsoKnownAs="https://a.example/"),
}


@pytest.mark.parametrize("members", CHANGED.values(), ids=CHANGED.keys())
def test_the_rules_of_documents(members: dict[str, Any]) -> None:
    assert refusal(fetch(json.dumps(members).encode())) is Code.DID_DOCUMENT


GENUINE = json.dumps(document()).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"<html></html>",
        b"[]",
        GENUINE[:-1],
        GENUINE + b"{}",
        b'{"id": "did:web:attacker.example", ' + GENUINE[1:],
        GENUINE.replace(b'"assertionMethod"', b'"assertionMethod": [], "assertionMethod"'),
        GENUINE[:-1] + b', "pad": "' + b"x" * 512 * 1024 + b'"}',
        GENUINE[:-1] + b', "deep": ' + b"[" * 100 + b"]" * 100 + b"}",
    ],
)
def test_what_is_no_json_object(raw: bytes) -> None:
    assert refusal(fetch(raw)) is Code.DID_DOCUMENT


@pytest.mark.parametrize(
    "id_",
    [
        "did:web:attacker.example",
        "did:web:Issuer.example",
        "did:web:issuer.example#",
        "did:web:issuer.example:",
        None,
        [DID],
    ],
)
def test_a_document_about_somebody_else(id_: object) -> None:
    members = without_none({**document(), "id": id_})
    assert refusal(fetch(json.dumps(members).encode())) is Code.DID_DOCUMENT_ID


def test_what_only_the_second_reader_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    import pydid

    def refuse(_members: object) -> None:
        raise ValueError("pydid sees something")

    monkeypatch.setattr(pydid.DIDDocument, "deserialize", refuse)
    assert refusal(fetch(GENUINE)) is Code.DID_DOCUMENT


class Impostor:
    """A method that answers with the document of another DID."""

    name = "impostor"

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        yield from ()
        return Resolved(DidDocument.from_members(document(), did=Did.parse(DID)))


def test_a_method_that_answers_for_another_did() -> None:
    resolver = Resolver((Impostor(),), clock=FixedClock(NOW))
    assert refusal(lambda: resolver.resolve("did:impostor:1")) is Code.DID_DOCUMENT_ID


# Keys of a document.


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("#absent", Code.DID_KEY_NOT_FOUND),
        ("#", Code.DID_KEY_NOT_FOUND),
        ("#KEY-1", Code.DID_KEY_NOT_FOUND),
        ("#key%2D1", Code.DID_KEY_NOT_FOUND),
        ("?x#key-1", Code.DID_KEY_NOT_FOUND),
        ("/#key-1", Code.DID_KEY_NOT_FOUND),
        ("did:web:attacker.example#key-1", Code.DID_KEY_NOT_FOUND),
        ("#other", Code.DID_KEY_PURPOSE),
        ("#embedded", Code.DID_KEY_PURPOSE),
        (f"{DID}#embedded", Code.DID_KEY_PURPOSE),
    ],
)
def test_a_key_for_another_purpose_or_none(reference: str, code: Code) -> None:
    found = fetch(GENUINE)()
    assert refusal(lambda: found.assertion_key(reference)) is code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"controller": "did:web:attacker.example"}, Code.DID_KEY_CONTROLLER),
        ({"expires": "2026-06-01T00:00:00Z"}, Code.DID_KEY_EXPIRED),
        ({"revoked": "2026-05-31T23:59:59Z"}, Code.DID_KEY_EXPIRED),
        (
            {"expires": "2027-01-01T00:00:00Z", "revoked": "2026-01-01T00:00:00Z"},
            Code.DID_KEY_EXPIRED,
        ),
        ({"type": "FutureKey2030"}, Code.DID_KEY_TYPE),
    ],
)
def test_a_listed_key_that_must_not_be_used(changes: dict[str, Any], code: Code) -> None:
    members = document(verificationMethod=[method(**changes)])
    found = fetch(json.dumps(members).encode())()
    assert refusal(lambda: found.assertion_key("#key-1")) is code
    assert found.keys_for(Purpose.ASSERTION) == {}


@pytest.mark.parametrize("marks", [{"use": "enc"}, {"key_ops": ["sign"]}, {"alg": "ES384"}])
def test_a_jwk_marked_for_another_use(marks: dict[str, Any]) -> None:
    members = {**jwk.encode_public(KEY), **marks}
    changed = method(type="JsonWebKey", publicKeyMultibase=None, publicKeyJwk=members)
    found = fetch(json.dumps(document(verificationMethod=[changed])).encode())()
    assert refusal(lambda: found.assertion_key("#key-1")) is Code.DID_KEY_PURPOSE


# did:web.


@pytest.mark.parametrize(
    "identifier",
    [
        "example.com:..:etc",
        "example.com:.:x",
        "example.com:%2E%2E:x",
        "example.com:%2e:x",
        "example.com::x",
        "example.com%2Fevil",
        "example.com:a%2Fb",
        "example.com:a%5Cb",
        "example.com:a%00",
        "example.com:a%0D%0Ab",
        "example.com:a%20b",
        "example.com:%252e%252e:x",
        "user%40example.com",
        "example.com%3A",
        "example.com%3A0",
        "example.com%3A080",
        "example.com%3A99999",
        "example.com%3A80%3A80",
        "example.com%253A80",
        "example.com%23x",
        "example.com%3Fx",
        "127.0.0.1",
        "8.8.8.8%3A443",
        "2130706433",
        "0x7f000001",
        "127.1",
        "%5B%3A%3A1%5D",
        "-example.com",
        "example..com",
        "example.com.",
        "ex_ample.com",
        "%C3%A4.example",
    ],
)
def test_did_web_identifiers_that_are_never_fetched(identifier: str) -> None:
    transport = ScriptedTransport({})
    resolver = Resolver((DidWeb(),), clock=FixedClock(NOW), transport=transport)
    assert refusal(lambda: resolver.resolve(f"did:web:{identifier}")) is Code.DID_SYNTAX
    assert transport.requests == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response(404, body=GENUINE), Code.DID_NOT_FOUND),
        (Response(410, body=GENUINE), Code.DID_NOT_FOUND),
        (Response(500, body=GENUINE), Code.NET_STATUS),
        (Response(204), Code.NET_STATUS),
        (Response(302, {"Location": "https://attacker.example/"}), Code.NET_STATUS),
        (TransportError(Code.NET_PRIVATE), Code.NET_PRIVATE),
        (TransportError(Code.NET_TLS), Code.NET_TLS),
        (TransportError(Code.NET_TIME), Code.NET_TIME),
    ],
)
def test_did_web_answers_that_are_no_document(
    answer: Response | TransportError, code: Code
) -> None:
    assert refusal(fetch(answer)) is code


# did:key and did:jwk.


def did_key(raw: bytes) -> str:
    return "did:key:z" + base58.b58encode(raw).decode()


@pytest.mark.parametrize(
    ("did", "code"),
    [
        ("did:key:z", Code.DID_SYNTAX),
        ("did:key:z6Mk0OIl", Code.DID_SYNTAX),
        ("did:key:f" + KEY.compressed.hex(), Code.DID_SYNTAX),
        ("did:key:0:" + multikey.encode(KEY), Code.DID_SYNTAX),
        ("did:key:01:" + multikey.encode(KEY), Code.DID_SYNTAX),
        ("did:key:-1:" + multikey.encode(KEY), Code.DID_SYNTAX),
        ("did:key:1.1:" + multikey.encode(KEY), Code.DID_SYNTAX),
        ("did:key:1:1:" + multikey.encode(KEY), Code.DID_SYNTAX),
        (did_key(b"\xed"), Code.DID_SYNTAX),
        (did_key(b"\xed\x81\x00" + OTHER.raw), Code.DID_SYNTAX),
        (did_key(b"\xff" * 10), Code.DID_SYNTAX),
        (did_key(b"\x00" + OTHER.raw), Code.DID_KEY_TYPE),
        (did_key(b"\x80\x26" + bytes(32)), Code.DID_KEY_TYPE),
        (did_key(b"\xed\x01"), Code.DID_PUBLIC_KEY_LENGTH),
        (did_key(b"\xed\x01" + OTHER.raw[:-1]), Code.DID_PUBLIC_KEY_LENGTH),
        (did_key(b"\xed\x01" + OTHER.raw + b"\x00"), Code.DID_PUBLIC_KEY_LENGTH),
        (did_key(b"\x80\x24" + b"\x04" + KEY.raw), Code.DID_PUBLIC_KEY_LENGTH),
        ("did:key:z" + "2" * 256, Code.DID_PUBLIC_KEY_LENGTH),
        (did_key(b"\x80\x24" + b"\x02" + b"\xff" * 32), Code.DID_PUBLIC_KEY),
        (did_key(b"\x80\x24" + b"\x05" + KEY.raw[:32]), Code.DID_PUBLIC_KEY),
        # The neutral point, with which anyone signs, and a y that is not below p.
        (did_key(b"\xed\x01" + b"\x01" + bytes(31)), Code.DID_PUBLIC_KEY),
        (did_key(b"\xed\x01" + b"\xee" + b"\xff" * 30 + b"\x7f"), Code.DID_PUBLIC_KEY),
    ],
    ids=_named,
)
def test_did_key(did: str, code: Code) -> None:
    resolver = Resolver((DidKey(),), clock=FixedClock(NOW))
    assert refusal(lambda: resolver.resolve(did)) is code


def did_jwk(members: object) -> str:
    return "did:jwk:" + base64url.encode(json.dumps(members).encode())


PUBLIC = dict(jwk.encode_public(KEY))


@pytest.mark.parametrize(
    ("did", "code"),
    [
        ("did:jwk:!", Code.DID_SYNTAX),
        ("did:jwk:e30=", Code.DID_SYNTAX),
        ("did:jwk:e31", Code.DID_SYNTAX),
        ("did:jwk:a.b", Code.DID_SYNTAX),
        ("did:jwk:" + base64url.encode(b'{"kty":"EC","kty":"EC"}'), Code.DID_SYNTAX),
        (did_jwk([PUBLIC]), Code.DID_SYNTAX),
        (did_jwk({**PUBLIC, "d": "AA"}), Code.DID_PUBLIC_KEY),
        (did_jwk({"kty": "oct", "k": "AA"}), Code.DID_PUBLIC_KEY),
        (did_jwk({**PUBLIC, "x": PUBLIC["y"]}), Code.DID_PUBLIC_KEY),
        (did_jwk({**PUBLIC, "kty": "OKP"}), Code.DID_PUBLIC_KEY),
        (did_jwk({**PUBLIC, "use": "other"}), Code.DID_PUBLIC_KEY),
        (did_jwk({**PUBLIC, "use": None}), Code.DID_PUBLIC_KEY),
        (did_jwk({**PUBLIC, "use": ["sig"]}), Code.DID_PUBLIC_KEY),
        (did_jwk({}), Code.DID_KEY_TYPE),
        (did_jwk({"kty": "RSA", "n": "AQAB", "e": "AQAB"}), Code.DID_KEY_TYPE),
        (did_jwk({**PUBLIC, "crv": "P-999"}), Code.DID_KEY_TYPE),
    ],
    ids=_named,
)
def test_did_jwk(did: str, code: Code) -> None:
    resolver = Resolver((DidJwk(),), clock=FixedClock(NOW))
    assert refusal(lambda: resolver.resolve(did)) is code


@pytest.mark.parametrize(
    ("use", "purpose"), [("enc", Purpose.ASSERTION), ("sig", Purpose.KEY_AGREEMENT)]
)
def test_did_jwk_use(use: str, purpose: Purpose) -> None:
    resolver = Resolver((DidJwk(),), clock=FixedClock(NOW))
    found = resolver.resolve(did_jwk({**PUBLIC, "use": use})).document
    assert refusal(lambda: found.key_for(purpose, "#0")) is Code.DID_KEY_PURPOSE


# Options.


@pytest.mark.parametrize(
    "did", [str(DidKey.create(KEY)), str(DidJwk.create(KEY)), DID], ids=["key", "jwk", "web"]
)
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (ResolutionOptions(version_id="1"), Code.DID_OPTION),
        (ResolutionOptions(version_time=NOW), Code.DID_OPTION),
        (ResolutionOptions(version_id="1", version_time=NOW), Code.DID_OPTION_VALUE),
        (ResolutionOptions(accept="application/cbor"), Code.DID_REPRESENTATION),
        (ResolutionOptions(accept=""), Code.DID_REPRESENTATION),
    ],
)
def test_options(did: str, options: ResolutionOptions, code: Code) -> None:
    resolver = Resolver((DidKey(), DidJwk(), DidWeb()), clock=FixedClock(NOW))
    assert refusal(lambda: resolver.resolve(did, options=options)) is code


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"expandRelativeUrls": True}, Code.DID_OPTION),
        ({"unheard": "of"}, Code.DID_OPTION),
        ({"versionId": 1}, Code.DID_OPTION_VALUE),
        ({"noCache": "perhaps"}, Code.DID_OPTION_VALUE),
        ({"versionTime": "yesterday"}, Code.DID_OPTION_VALUE),
        ({"versionTime": "2021-05-10T17:00:00.5Z"}, Code.DID_OPTION_VALUE),
        ({"versionTime": "2021-05-10T17:00:00+09:00"}, Code.DID_OPTION_VALUE),
    ],
)
def test_options_over_a_wire(members: dict[str, Any], code: Code) -> None:
    assert refusal(lambda: ResolutionOptions.parse(members)) is code
