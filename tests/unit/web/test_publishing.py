"""What an issuer publishes, over the loopback interface."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from loopback import Client

from krid._core.clock import FixedClock
from krid.errors import Code, KridError, MisuseError, StatusError, StoreError
from krid.keys import Alg, LocalKey
from krid.sdjwt.issuer_metadata import IssuerMetadata
from krid.status import Bitstring, StatusListIssuer, prepare_bitstring
from krid.web import Document, RegistryLists, SignedLists, publishing_app
from krid.web.answers import Compressed, Found
from krid.web.documents import issuer_metadata, type_metadata

if TYPE_CHECKING:
    from krid._core.strict_json import JsonObject

NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEY = LocalKey.generate(Alg.ES256)
JWT, CWT = "application/statuslist+jwt", "application/statuslist+cwt"
VC = "application/vc+jwt"
URI = "https://mois.example/status/{shard}"
"""The path of a shard is /status/NAME."""


@dataclass(frozen=True)
class Form:
    media_type: str
    path: str = ""

    def address(self, uri: str) -> str:
        return uri + self.path


@dataclass(frozen=True)
class Token:
    token: bytes
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta | None = HOUR
    etag: str = '"abc"'


TOKENS = {
    JWT: Token(b"e30." + b"A" * 2_000, NOW - HOUR / 2, NOW + DAY),
    CWT: Token(bytes(range(256)) * 4, NOW, NOW + HOUR / 4, None, '"cwt"'),
    VC: Token(b"e30." + b"B" * 2_000, NOW - HOUR / 2, NOW + DAY),
}


@dataclass
class Registry:
    """A registry with one shard called `a`; it can be out of order."""

    broken: bool = False
    asked: list[tuple[str, datetime | None]] = field(default_factory=list)

    def published(self, shard: str, *, at: datetime | None, form: Form) -> Token:
        self.asked.append((shard, at))
        if self.broken:
            raise StoreError(Code.STORE_IO)
        if shard != "a" or (at is not None and at < NOW - DAY):
            raise StatusError(Code.STATUS_UNAVAILABLE)
        return TOKENS[form.media_type]

    def aggregation(self, *, now: datetime) -> bytes:
        return b'{"status_lists":["https://mois.example/status/a"]}'


@dataclass
class Misplaced(Registry):
    """A registry whose lists have a fault of their own."""

    def published(self, shard: str, *, at: datetime | None, form: Form) -> Token:
        raise StatusError(Code.STATUS_SYNTAX)


DOCUMENTS = {"/crl": Document(b"x" * 600, "application/pkix-crl", HOUR)}
Serve = Callable[[Any], Client]


def app(
    registry: Registry | None = None,
    *,
    forms: Sequence[Form] = (Form(JWT), Form(CWT)),
    **changes: Any,
) -> Any:
    lists = RegistryLists(registry or Registry(), URI, forms=forms)
    words: dict[str, Any] = {
        "lists": lists,
        "documents": DOCUMENTS,
        "aggregation_path": "/status-lists",
        "clock": FixedClock(NOW),
        "timer": lambda: 0.0,
        "log": lambda _line: None,
    }
    return publishing_app(**(words | changes))


def test_a_list_in_both_forms(serve: Serve) -> None:
    client = serve(app())
    for accept, media_type in [
        (JWT, JWT),
        (CWT, CWT),
        ("*/*", JWT),
        (f"{CWT};q=0.9, {JWT};q=0.1", CWT),
        ("application/*", JWT),
        ("malformed;q=2", JWT),
        ("x" * 5_000, JWT),
        (f", ,{CWT}", CWT),
    ]:
        reply = client("GET", "/status/a", Accept=accept)
        assert (reply.status, reply.headers["content-type"]) == (200, media_type)
        assert reply.body == TOKENS[media_type].token
        assert reply.headers["vary"] == "Accept, Accept-Encoding"
    assert client("GET", "/status/a").headers["content-type"] == JWT


@pytest.mark.parametrize("accept", ["text/html", f"{JWT};q=0, {CWT};q=0"])
def test_no_form_that_is_acceptable(serve: Serve, accept: str) -> None:
    reply = serve(app())("GET", "/status/a", Accept=accept)
    assert reply.status == 406
    assert JWT.encode() in reply.body


def test_a_list_is_kept_no_longer_than_its_time(serve: Serve) -> None:
    client = serve(app())
    assert client("GET", "/status/a").headers["cache-control"] == "public, max-age=1800"
    assert client("GET", "/status/a", Accept=CWT).headers["cache-control"] == "public, max-age=900"
    late = serve(app(clock=FixedClock(NOW + 2 * DAY)))
    assert late("GET", "/status/a").headers["cache-control"] == "public, max-age=0"


def test_what_a_client_holds_is_not_sent_again(serve: Serve) -> None:
    client = serve(app())
    reply = client("GET", "/status/a", If_None_Match='"x", W/"abc"')
    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", '"abc"')
    assert reply.headers["cache-control"] == "public, max-age=1800"
    assert "content-type" not in reply.headers
    assert client("GET", "/status/a", If_None_Match="*").status == 304
    for other in ('"abcd"', '"abc-gzip"', "abc", '"' + "a" * 5_000 + '"'):
        assert client("GET", "/status/a", If_None_Match=other).status == 200


def test_gzip_where_it_helps(serve: Serve) -> None:
    client = serve(app())
    reply = client("GET", "/status/a", Accept_Encoding="br, gzip")
    assert reply.headers["content-encoding"] == "gzip"
    assert gzip.decompress(reply.body) == TOKENS[JWT].token
    assert reply.headers["etag"] == '"abc-gzip"'
    again = client("GET", "/status/a", Accept_Encoding="gzip", If_None_Match='"abc-gzip"')
    assert again.status == 304
    assert client("GET", "/status/a", Accept_Encoding="gzip").body == reply.body
    for coding in ("identity", "gzip;q=0", "br"):
        assert "content-encoding" not in client("GET", "/status/a", Accept_Encoding=coding).headers


def test_compressed_copies_are_bounded() -> None:
    compressed = Compressed()
    for number in range(300):
        found = Found(b"x" * 600, "text/plain", f'"{number}"', 0)
        assert gzip.decompress(compressed.of(found)) == found.body
    assert len(compressed._copies) == 256


def test_what_does_not_shrink_is_not_compressed(serve: Serve) -> None:
    import os

    noise = {"/noise": Document(os.urandom(600), "application/octet-stream")}
    reply = serve(app(documents=noise))("GET", "/noise", Accept_Encoding="gzip")
    assert "content-encoding" not in reply.headers


def test_a_past_list(serve: Serve) -> None:
    registry = Registry()
    client = serve(app(registry))
    reply = client("GET", f"/status/a?time={AT - 60}")
    assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=86400")
    assert registry.asked == [("a", NOW - timedelta(minutes=1))]
    for time, status in [
        (str(AT + 1), 404),
        (str(AT - 2 * 86_400), 404),
        ("", 400),
        ("-1", 400),
        ("1.5", 400),
        ("x", 400),
        ("9" * 12, 400),
        (f"1&time={AT}", 400),
    ]:
        assert client("GET", f"/status/a?time={time}").status == status, time


@pytest.mark.parametrize(
    "path",
    ["/", "/status/b", "/status/", "/status/a/b", "/status/a%0A", "/crl/", "/status/" + "a" * 65],
)
def test_what_is_not_there(serve: Serve, path: str) -> None:
    reply = serve(app())("GET", path)
    assert (reply.status, reply.body) == (404, b"not found\n")
    assert reply.headers["cache-control"] == "no-store"


def test_head_is_get_without_the_body(serve: Serve) -> None:
    client = serve(app())
    whole, head = client("GET", "/status/a"), client("HEAD", "/status/a")
    assert (head.status, head.body) == (200, b"")
    skipped = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in skipped} == {
        k: v for k, v in whole.headers.items() if k not in skipped
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods(serve: Serve, method: str) -> None:
    client = serve(app())
    for path in ("/status/a", "/crl", "/status-lists"):
        reply = client(method, path)
        assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client(method, "/unknown").status == 404
    assert client("OPTIONS", "/crl").status == 204
    assert client("TRACE", "/crl").status == 405


def test_documents_and_the_addresses_of_lists(serve: Serve) -> None:
    client = serve(app())
    reply = client("GET", "/crl", Accept_Encoding="gzip")
    assert gzip.decompress(reply.body) == b"x" * 600
    assert reply.headers["cache-control"] == "public, max-age=3600"
    addresses = client("GET", "/status-lists")
    assert json.loads(addresses.body) == {"status_lists": ["https://mois.example/status/a"]}
    assert addresses.headers["content-type"] == "application/json"
    alone = serve(app(lists=None))
    assert [alone("GET", path).status for path in ("/crl", "/status/a", "/status-lists")] == [
        200,
        404,
        404,
    ]


@pytest.mark.parametrize("path", ["/status/a", "/unknown", "/crl"])
def test_every_answer_has_the_same_defences(serve: Serve, path: str) -> None:
    headers = serve(app())("GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["access-control-allow-origin"] == "*"
    assert "server" not in headers


def test_a_list_of_each_purpose_at_its_own_place(serve: Serve) -> None:
    client = serve(app(forms=(Form(JWT), Form(VC, "/revocation"), Form(VC, "/suspension"))))
    for purpose in ("revocation", "suspension"):
        reply = client("GET", f"/status/a/{purpose}")
        assert (reply.status, reply.headers["content-type"]) == (200, VC)
        assert reply.body == TOKENS[VC].token
    assert client("GET", "/status/a").headers["content-type"] == JWT
    assert client("GET", "/status/a/revocation", Accept=JWT).status == 406
    assert client("GET", "/status/a/message").status == 404
    assert client("GET", "/status/b/revocation").status == 404


def test_a_bitstring_of_a_moment(serve: Serve) -> None:
    registry = Registry()
    client = serve(app(registry, forms=(Form(JWT), Form(VC, "/revocation"))))
    for question, status in [
        ("timestamp=2026-05-31T12%3A00%3A00Z", 200),
        ("timestamp=2026-05-31T21%3A00%3A00%2B09%3A00", 200),
        ("timestamp=2026-05-01T00%3A00%3A00Z", 404),
        ("timestamp=2026-07-01T00%3A00%3A00Z", 404),
        ("timestamp=2026-05-31T12%3A00%3A00", 400),
        ("timestamp=1", 400),
        ("timestamp=", 400),
        ("timestamp=2026-05-31T12%3A00%3A00Z&timestamp=2026-05-31T12%3A00%3A00Z", 400),
        ("time=1", 200),
    ]:
        assert client("GET", f"/status/a/revocation?{question}").status == status
    at = NOW - DAY / 2
    assert registry.asked == [("a", at), ("a", at), ("a", NOW - 31 * DAY), ("a", None)]
    assert client("GET", "/status/a?timestamp=1").status == 200


def test_a_registry_whose_address_was_misused(serve: Serve) -> None:
    assert serve(app(Misplaced()))("GET", "/status/a").status == 503


def test_a_database_out_of_order(serve: Serve) -> None:
    reply = serve(app(Registry(broken=True)))("GET", "/status/a")
    assert (reply.status, reply.body) == (503, b"not available now\n")
    assert reply.headers["retry-after"] == "30"


def test_the_log_names_nobody(serve: Serve) -> None:
    lines: list[JsonObject] = []
    client = serve(app(log=lines.append))
    client("GET", f"/status/a?time={AT}&who=kim", User_Agent="kim", Cookie="kim=1")
    client("GET", "/kim@mail.example")
    assert [line["kind"] for line in lines] == ["status list", "unknown"]
    assert [line["status"] for line in lines] == [200, 404]
    assert set(lines[0]) == {"method", "kind", "status", "bytes", "ms"}
    assert "kim" not in json.dumps(lines)


# Lists that were signed elsewhere


def token(uri: str, now: datetime, **words: Any) -> str:
    issuer = StatusListIssuer(uri, 100)
    return issuer.publish(KEY, now=now, lifetime=DAY, **words)


ONE = "https://mois.example/status/1"


def test_signed_lists_by_their_addresses() -> None:
    old, new = token(ONE, NOW - DAY), token(ONE, NOW, ttl=HOUR)
    lists = SignedLists([new, old, token("https://mois.example/status/2", NOW)])
    newest = lists.find("/status/1", JWT, at=None)
    assert newest is not None
    assert (newest.token, newest.ttl, newest.expires_at) == (new.encode(), HOUR, NOW + DAY)
    before = lists.find("/status/1", JWT, at=NOW - HOUR)
    assert before is not None
    assert before.token == old.encode()
    assert newest.etag != before.etag
    assert lists.find("/status/3", JWT, at=None) is None
    assert lists.find("/status/1", CWT, at=None) is None
    assert (lists.covers("/status/1"), lists.covers("/status/3")) == (True, False)
    assert (lists.media_types("/status/1"), lists.media_types("/status/3")) == ((JWT,), ())
    assert len(json.loads(lists.aggregation(now=NOW))["status_lists"]) == 2
    assert json.loads(lists.aggregation(now=NOW + DAY))["status_lists"] == []
    with pytest.raises(StatusError):
        lists.find("/status/1", JWT, at=NOW - 2 * DAY)


@pytest.mark.parametrize(("ttl", "lasts"), [(None, DAY), (HOUR, DAY)])
def test_signed_bitstrings_lie_beside_tokens(ttl: timedelta | None, lasts: timedelta) -> None:
    uri = "https://mois.example/status/1/revocation"
    made = prepare_bitstring(
        Bitstring.zeros(1),
        uri=uri,
        purposes=["revocation"],
        issuer="https://mois.example",
        alg=KEY.alg,
        now=NOW,
        lifetime=lasts,
        ttl=ttl,
    ).sign_with(KEY)
    lists = SignedLists([made, token(ONE, NOW)])
    assert lists.media_types("/status/1/revocation") == (VC,)
    assert lists.find("/status/1/revocation", JWT, at=None) is None
    found = lists.find("/status/1/revocation", VC, at=None)
    assert found is not None
    assert (found.token, found.expires_at, found.ttl) == (made.encode(), NOW + DAY, ttl)
    assert json.loads(lists.aggregation(now=NOW))["status_lists"] == [ONE]


@pytest.mark.parametrize("uri", ["https://mois.example/status", "https://mois.example/?{shard}"])
def test_a_registry_needs_its_address(uri: str) -> None:
    with pytest.raises(MisuseError):
        RegistryLists(Registry(), uri, forms=(Form(JWT),))
    with pytest.raises(MisuseError):
        RegistryLists(Registry(), URI, forms=())


# Metadata


@pytest.mark.parametrize(
    ("issuer", "path"),
    [
        ("https://mois.example", "/.well-known/jwt-vc-issuer"),
        ("https://mois.example/a", "/.well-known/jwt-vc-issuer/a"),
    ],
)
def test_issuer_metadata_is_what_verifiers_read(issuer: str, path: str) -> None:
    where, document = issuer_metadata(issuer, [KEY.public_key])
    assert where == path
    members: Mapping[str, Any] = json.loads(document.body)
    assert members["issuer"] == issuer
    assert IssuerMetadata.parse(document.body, issuer=issuer).keys
    assert "d" not in members["jwks"]["keys"][0]
    with pytest.raises(MisuseError):
        issuer_metadata(issuer, [])


def test_type_metadata_keeps_its_bytes() -> None:
    raw = b'{ "vct" : "https://mois.example/types/card" }'
    assert type_metadata(raw) == ("/types/card", Document(raw, "application/json"))


@pytest.mark.parametrize(
    "vct",
    [None, 1, "urn:a", "http://mois.example/a", "https://mois.example/", "https://m.example/a?b"],
)
def test_types_without_an_address_are_not_published(vct: object) -> None:
    with pytest.raises(KridError):
        type_metadata(json.dumps({"vct": vct}).encode())
