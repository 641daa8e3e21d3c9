"""The resolver service: shapes, statuses and media types of the W3C HTTPS binding."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from krid._core import base64url, strict_json
from krid._core.clock import FixedClock
from krid.did import DidJwk, DidKey, DidPeer, DidWeb, DidWebvh, Resolver, webvh
from krid.errors import Code, ResolutionError
from krid.keys import LocalKey, multikey
from krid.net import Response, ScriptedTransport

pytest.importorskip("starlette", reason="the extra `web` is not installed")

from krid.web import resolver as service
from krid.web.resolver import DEREFERENCING, RESOLUTION, resolver_app

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CLOCK = FixedClock(NOW)
NS = "https://www.w3.org/ns/did#"
# The same in each worker, which must find tests of the same names.
KEY = LocalKey.from_native(Ed25519PrivateKey.from_private_bytes(bytes(32)))
DID_KEY = str(DidKey.create(KEY.public_key))
WEB = "did:web:issuer.example%3A8443"


def _history() -> webvh.History:
    document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": webvh.draft("log.example")}
    created = webvh.prepare_creation(
        document,
        key=KEY.public_key,
        changes=webvh.UNCHANGED,
        now=NOW - timedelta(days=2),
    ).sign_with(KEY)
    return webvh.prepare_update(
        created,
        None,
        key=KEY.public_key,
        changes=webvh.Changes(ttl=60),
        now=NOW - timedelta(days=1),
    ).sign_with(KEY)


LOG = _history()
WEBVH = str(LOG.latest.did)


def _transport() -> ScriptedTransport:
    gone = webvh.prepare_deactivation(LOG, key=KEY.public_key, now=NOW).sign_with(KEY)
    document = {
        "id": WEB,
        "service": [
            {"id": f"{WEB}#files", "type": "Files", "serviceEndpoint": "https://f.example/d"},
            {"id": f"{WEB}#map", "type": "Map", "serviceEndpoint": {"a": "b"}},
        ],
    }
    return ScriptedTransport(
        {
            "https://issuer.example:8443/.well-known/did.json": Response(
                200, body=json.dumps(document).encode()
            ),
            "https://log.example/.well-known/did.jsonl": Response(200, body=LOG.encode()),
            "https://gone.example/.well-known/did.jsonl": Response(200, body=gone.encode()),
            "https://nothing.example/.well-known/did.json": Response(404),
            "https://broken.example/.well-known/did.json": Response(200, body=b"{}"),
        }
    )


def make_app() -> Any:
    methods = (DidKey(), DidJwk(), DidPeer(), DidWeb(), DidWebvh(clock=CLOCK))
    return resolver_app(Resolver(methods, clock=CLOCK, transport=_transport()))


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers["content-type"]


def call(path: str, *, accept: str | None = None, method: str = "GET", body: bytes = b"") -> Answer:
    """One request to the application, as a server would hand it over."""
    raw, _, query = path.partition("?")
    headers = [(b"host", b"resolver.example")]
    if accept is not None:
        headers.append((b"accept", accept.encode()))
    from urllib.parse import unquote

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote(raw),
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "server": ("resolver.example", 443),
    }
    answer = Answer()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    asyncio.run(make_app()(scope, receive, send))
    return answer


def resolve(identifier: str, **how: Any) -> Answer:
    return call(f"/1.0/identifiers/{identifier}", **how)


@pytest.mark.parametrize("spelling", [DID_KEY, quote(DID_KEY, safe="")])
def test_a_resolution_result(spelling: str) -> None:
    answer = resolve(spelling, accept=RESOLUTION)
    assert (answer.status, answer.media_type) == (200, RESOLUTION)
    assert answer.json["didDocument"]["id"] == DID_KEY
    assert answer.json["didResolutionMetadata"] == {"contentType": "application/did"}
    assert answer.json["didDocumentMetadata"] == {}


@pytest.mark.parametrize(
    "accept", [None, "application/did", "*/*", "application/did+json", "application/json"]
)
def test_a_document_alone(accept: str | None) -> None:
    answer = resolve(DID_KEY, accept=accept)
    assert (answer.status, answer.media_type) == (200, "application/did")
    assert answer.json["id"] == DID_KEY
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_older_name_of_a_resolution_result() -> None:
    accept = 'application/ld+json;profile="https://w3id.org/did-resolution"'
    assert resolve(DID_KEY, accept=accept).media_type == RESOLUTION


def test_a_percent_sign_of_the_did_itself() -> None:
    assert resolve(WEB, accept=RESOLUTION).json["didDocument"]["id"] == WEB
    assert resolve(quote(WEB, safe=""), accept=RESOLUTION).json["didDocument"]["id"] == WEB


@pytest.mark.parametrize(
    ("identifier", "status", "type_"),
    [
        ("did:web:nothing.example", 404, "NOT_FOUND"),
        ("did:web:broken.example", 500, "INVALID_DID_DOCUMENT"),
        ("did:web:unreachable.example", 500, "INTERNAL_ERROR"),
        ("did:web:127.0.0.1", 400, "INVALID_DID"),
        ("did:key:z6Mk", 500, "unsupportedPublicKeyType"),
        ("did:nobody:1", 501, "METHOD_NOT_SUPPORTED"),
        ("nonsense", 400, "INVALID_DID"),
        ("", 400, "INVALID_DID"),
        ("did:", 400, "INVALID_DID"),
        (f"{DID_KEY}?versionId=1", 501, "FEATURE_NOT_SUPPORTED"),
        (f"{quote(DID_KEY, safe='')}?versionId=1", 501, "FEATURE_NOT_SUPPORTED"),
        (f"{quote(DID_KEY, safe='')}?noCache=maybe", 400, "INVALID_OPTIONS"),
        (f"{quote(DID_KEY, safe='')}?noCache=true&noCache=true", 400, "INVALID_OPTIONS"),
        (f"{quote(DID_KEY, safe='')}?other=1", 501, "FEATURE_NOT_SUPPORTED"),
        (f"{DID_KEY}?other=1", 501, "FEATURE_NOT_SUPPORTED"),
        (f"{WEBVH}?versionTime=now", 400, "INVALID_OPTIONS"),
        (f"{WEBVH}?versionId=1&versionId=2", 400, "INVALID_DID_URL"),
        ("%FF", 400, "INVALID_DID"),
        ("did%3Aa%0Ab", 400, "INVALID_DID"),
        ("did%3Akey%3A%C3%A4", 400, "INVALID_DID"),
    ],
)
def test_errors_and_their_statuses(identifier: str, status: int, type_: str) -> None:
    answer = resolve(identifier, accept=RESOLUTION)
    assert (answer.status, answer.media_type) == (status, RESOLUTION)
    assert answer.json["didDocument"] is None
    error = answer.json["didResolutionMetadata"]["error"]
    assert error["type"] == NS + type_
    assert error.keys() == {"type", "title", "detail"}


def test_what_lies_inside_a_network_is_not_told() -> None:
    inside = ResolutionError(Code.NET_PRIVATE)
    outside = ResolutionError(Code.NET_TLS)
    assert service._refusal(inside, RESOLUTION).body == service._refusal(outside, RESOLUTION).body


def test_a_representation_that_nobody_has() -> None:
    answer = resolve(DID_KEY, accept="text/html")
    assert (answer.status, answer.media_type) == (406, RESOLUTION)


def test_a_deactivated_did_is_gone_and_its_versions_say_so() -> None:
    log = webvh.prepare_deactivation(LOG, key=KEY.public_key, now=NOW).sign_with(KEY)
    scid = log.scid
    transport = ScriptedTransport(
        {"https://log.example/.well-known/did.jsonl": Response(200, body=log.encode())}
    )
    app = resolver_app(Resolver((DidWebvh(clock=CLOCK),), clock=CLOCK, transport=transport))
    did = f"did:webvh:{scid}:log.example"
    for path, has_document in ((did, False), (f"{did}?versionNumber=1", True)):
        answer = call_app(app, f"/1.0/identifiers/{path}", RESOLUTION)
        assert answer.status == 410
        assert answer.json["didDocumentMetadata"]["deactivated"] is True
        assert (answer.json["didDocument"] is not None) is has_document


def call_app(app: Any, path: str, accept: str) -> Answer:
    global make_app  # noqa: PLW0603  the one request helper of this file
    former, make_app = make_app, lambda: app
    try:
        return call(path, accept=accept)
    finally:
        make_app = former


@pytest.mark.parametrize(
    "path",
    [
        f"{WEBVH}?versionNumber=1",
        f"{quote(WEBVH, safe='')}?versionNumber=1",
        f"{quote(WEBVH + '?versionNumber=1', safe='')}",
        f"{WEBVH}?versionId={LOG.versions[0].version_id}",
        f"{WEBVH}?versionTime=2026-05-30T12:00:00Z",
        f"{WEBVH}?versionNumber=1&noCache=true",
    ],
)
def test_versions(path: str) -> None:
    answer = resolve(path, accept=RESOLUTION)
    assert answer.json["didDocumentMetadata"]["versionId"] == LOG.versions[0].version_id


def test_options_in_the_body_of_a_post() -> None:
    for body, version in ((b'{"versionNumber": "1", "noCache": true}', 0), (b"", 1), (b"{}", 1)):
        answer = resolve(WEBVH, accept=RESOLUTION, method="POST", body=body)
        found = answer.json["didDocumentMetadata"]["versionId"]
        assert found == LOG.versions[version].version_id


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 400),
        (b"{", 400),
        (b'{"x": "1"}', 501),
        (b'{"versionId": 1}', 400),
        (b" " * 20_000, 400),
    ],
)
def test_bodies_that_are_no_options(body: bytes, status: int) -> None:
    assert resolve(WEBVH, method="POST", body=body).status == status


def test_a_key_is_dereferenced() -> None:
    fragment = multikey.encode(KEY.public_key)
    url = quote(f"{DID_KEY}#{fragment}", safe="")
    whole = resolve(url, accept=DEREFERENCING)
    assert (whole.status, whole.media_type) == (200, DEREFERENCING)
    assert whole.json["content"]["publicKeyMultibase"] == fragment
    assert whole.json["dereferencingMetadata"] == {"contentType": "application/did"}
    alone = resolve(url)
    assert (alone.status, alone.media_type) == (200, "application/did")
    assert alone.json == whole.json["content"]


def test_a_did_alone_may_be_dereferenced() -> None:
    answer = resolve(DID_KEY, accept=DEREFERENCING)
    assert answer.json["content"]["id"] == DID_KEY


def test_a_service_is_a_redirect_or_a_list() -> None:
    path = f"{WEB}?service=files&relativeRef=/a.pdf"
    answer = resolve(path)
    assert (answer.status, answer.body) == (303, b"")
    assert answer.headers["location"] == "https://f.example/d/a.pdf"
    listed = resolve(path, accept=DEREFERENCING)
    assert listed.json["content"] == ["https://f.example/d/a.pdf"]
    assert listed.json["dereferencingMetadata"] == {"contentType": "text/uri-list"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{WEB}?service=map", 404),
        (f"{WEB}?service=absent", 404),
        (f"{WEB}?serviceType=Files", 303),
        (f"{WEB}?relativeRef=/a", 400),
        (f"{WEB}?service=files&relativeRef=/../a", 400),
        (f"{WEB}/a/b", 303),
        (f"{DID_KEY}/a", 501),
        (f"{WEBVH}/whois", 303),
    ],
)
def test_dereferencing_statuses(path: str, status: int) -> None:
    assert resolve(path).status == status


def test_an_error_of_dereferencing() -> None:
    answer = resolve(quote(f"{DID_KEY}#absent", safe=""), accept=DEREFERENCING)
    assert (answer.status, answer.media_type) == (404, DEREFERENCING)
    assert answer.json["content"] is None
    assert answer.json["dereferencingMetadata"]["error"]["type"] == f"{NS}NOT_FOUND"
    assert answer.json["contentMetadata"] == {}


def test_a_version_by_option_and_a_key_by_fragment() -> None:
    url = quote(f"{WEBVH}?service=whois", safe="")
    assert resolve(f"{url}?versionNumber=1").headers["location"] == "https://log.example/whois.vp"
    twice = quote(f"{WEBVH}?versionNumber=1&service=whois", safe="")
    assert resolve(f"{twice}?versionNumber=1").status == 400


def test_the_openapi_document() -> None:
    answer = call("/openapi.json")
    assert (answer.status, answer.media_type) == (200, "application/json")
    assert "/1.0/identifiers/{identifier}" in answer.json["paths"]


def test_other_paths_and_methods() -> None:
    assert call("/").status == 404
    assert resolve(DID_KEY, method="DELETE").status == 405


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "didcomm:queue", "data:text/html,x"])
def test_what_is_no_web_address_is_told_and_not_followed(scheme: str) -> None:
    service = base64url.encode(strict_json.dumps({"t": "x", "s": scheme}))
    key = DID_KEY.removeprefix("did:key:")
    answer = resolve(f"did:peer:2.V{key}.S{service}?service=service")
    assert (answer.status, answer.media_type) == (200, DEREFERENCING)
    assert "location" not in answer.headers
    assert answer.json["content"] == [scheme]
