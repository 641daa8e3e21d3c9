"""JWT VC issuer metadata: its address, its form, and how it is fetched; one forgery a rule."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey, jwk
from krid.net import Response, ScriptedTransport, run
from krid.sdjwt.issuer_metadata import (
    IssuerKeySet,
    IssuerMetadata,
    fetch_issuer_keys,
    metadata_url,
    parse_key_set,
)

ISSUER = "https://mois.example"
URL = "https://mois.example/.well-known/jwt-vc-issuer"
KEYS_URL = "https://keys.example/mois.jwks"
KEY = LocalKey.generate(Alg.ES256)
PUBLIC = {"kid": "key-1", "use": "sig", **jwk.encode_public(KEY.public_key)}
JSON = {"Content-Type": "application/json"}


def document(**members: Any) -> bytes:
    whole = {"issuer": ISSUER, "jwks": {"keys": [PUBLIC]}, **members}
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def refused(raw: bytes, issuer: str = ISSUER) -> Code:
    with pytest.raises(KridError) as error:
        IssuerMetadata.parse(raw, issuer=issuer)
    return error.value.code


@pytest.mark.parametrize(
    ("issuer", "url"),
    [
        (ISSUER, URL),
        (f"{ISSUER}/", URL),
        (f"{ISSUER}:8443", "https://mois.example:8443/.well-known/jwt-vc-issuer"),
        (f"{ISSUER}/a/b/", f"{URL}/a/b"),
    ],
)
def test_the_address(issuer: str, url: str) -> None:
    assert metadata_url(issuer) == url


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "mois.example",
        "http://mois.example",
        "did:web:mois.example",
        "https://",
        "https://mois.example?a=b",
        "https://mois.example/#a",
        "https://user@mois.example",
        "https://mois.example/a/../b",
        "https://mois.example/./a",
        "https://mois.example//a",
        "https://mois.example/a b",
        "https://mois.example/a\n",
        "HTTPS://mois.example",
    ],
)
def test_an_issuer_without_address(issuer: str) -> None:
    with pytest.raises(KridError) as error:
        metadata_url(issuer)
    assert error.value.code is Code.ISSUER_ADDRESS


def test_metadata_is_read() -> None:
    metadata = IssuerMetadata.parse(document(later=1), issuer=ISSUER)
    assert metadata.keys is not None
    assert [(each.key, each.key_id) for each in metadata.keys] == [(KEY.public_key, "key-1")]
    assert metadata.keys[0].members["use"] == "sig"
    elsewhere = IssuerMetadata.parse(document(jwks=None, jwks_uri=KEYS_URL), issuer=ISSUER)
    assert (elsewhere.keys, elsewhere.jwks_uri) == (None, KEYS_URL)


def test_keys_of_other_kinds_are_passed_over() -> None:
    others = [{"kty": "RSA", "n": "AA", "e": "AQAB"}, {"kty": "EC", "crv": "P-256"}, {}]
    assert parse_key_set(json.dumps({"keys": [*others, PUBLIC]}).encode())[0].key_id == "key-1"
    assert parse_key_set(b'{"keys": []}') == ()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[]", Code.JSON_NOT_OBJECT),
        (b'{"issuer":"a","issuer":"b"}', Code.JSON_DUPLICATE_NAME),
        (b" " * (limits.MAX_ISSUER_METADATA_BYTES + 1), Code.JSON_SIZE),
        (document(issuer=None), Code.ISSUER_SYNTAX),
        (document(issuer=7), Code.ISSUER_SYNTAX),
        (document(issuer=f"{ISSUER}/"), Code.ISSUER_FOREIGN),
        (document(issuer="https://Mois.example"), Code.ISSUER_FOREIGN),
        (document(jwks=None), Code.ISSUER_SYNTAX),
        (document(jwks_uri=KEYS_URL), Code.ISSUER_SYNTAX),
        (document(jwks=None, jwks_uri="http://keys.example/"), Code.ISSUER_SYNTAX),
        (document(jwks=None, jwks_uri=7), Code.ISSUER_SYNTAX),
        (document(jwks=[PUBLIC]), Code.ISSUER_SYNTAX),
        (document(jwks={}), Code.ISSUER_SYNTAX),
        (document(jwks={"keys": {}}), Code.ISSUER_SYNTAX),
        (document(jwks={"keys": ["key"]}), Code.ISSUER_SYNTAX),
        (document(jwks={"keys": [{**PUBLIC, "kid": 1}]}), Code.ISSUER_SYNTAX),
        (
            document(jwks={"keys": [{}] * (limits.MAX_ISSUER_KEYS + 1)}),
            Code.ISSUER_SYNTAX,
        ),
        (document(jwks={"keys": [jwk.encode_private(KEY)]}), Code.KEY_PRIVATE),
        (document(jwks={"keys": [{"kty": "oct", "k": "AA"}]}), Code.KEY_PRIVATE),
    ],
)
def test_metadata_is_refused(raw: bytes, code: Code) -> None:
    assert refused(raw) is code


@given(st.binary() | st.binary().map(lambda extra: document()[: len(extra)] + extra))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        IssuerMetadata.parse(raw, issuer=ISSUER)
    except KridError:
        return


def fetched(web: Mapping[str, Response]) -> IssuerKeySet:
    return run(fetch_issuer_keys(ISSUER), ScriptedTransport(web))


def answer(body: bytes, caching: str = "", media_type: str = "application/json") -> Response:
    headers = {"Content-Type": media_type, "Cache-Control": caching}
    return Response(200, headers, body)


def test_fetching_keys_in_place() -> None:
    found = fetched({URL: answer(document(), "public, max-age=600")})
    assert (found.issuer, found.fresh_for) == (ISSUER, timedelta(minutes=10))
    assert [each.key for each in found.keys] == [KEY.public_key]


@pytest.mark.parametrize(
    ("first", "second", "fresh_for"),
    [
        ("", "", None),
        ("max-age=600", "", timedelta(minutes=10)),
        ("max-age=600", 'private, Max-Age="60"', timedelta(minutes=1)),
        ("no-store", "max-age=60", timedelta(0)),
        ("s-maxage=5, smax-age=5", "no-cache", timedelta(0)),
        ("s-maxage=5", "max-age=9999999999", None),
    ],
)
def test_fetching_keys_from_elsewhere(first: str, second: str, fresh_for: timedelta | None) -> None:
    keys = json.dumps({"keys": [PUBLIC]}).encode()
    remote = answer(keys, second, "application/jwk-set+json")
    found = fetched({URL: answer(document(jwks=None, jwks_uri=KEYS_URL), first), KEYS_URL: remote})
    assert [each.key_id for each in found.keys] == ["key-1"]
    assert found.fresh_for == fresh_for


@pytest.mark.parametrize(
    ("web", "code"),
    [
        ({}, Code.NET_UNREACHABLE),
        ({URL: Response(404, JSON, document())}, Code.NET_STATUS),
        ({URL: answer(document(), media_type="text/html")}, Code.ISSUER_SYNTAX),
        (
            {URL: answer(document(), media_type="application/jwk-set+json")},
            Code.ISSUER_SYNTAX,
        ),
        ({URL: answer(b" " * (limits.MAX_ISSUER_METADATA_BYTES + 1))}, Code.NET_SIZE),
        ({URL: answer(document(issuer="https://other.example"))}, Code.ISSUER_FOREIGN),
        ({URL: answer(document(jwks=None, jwks_uri=KEYS_URL))}, Code.NET_UNREACHABLE),
        (
            {URL: answer(document(jwks=None, jwks_uri=KEYS_URL)), KEYS_URL: answer(b"[]")},
            Code.ISSUER_SYNTAX,
        ),
    ],
)
def test_fetching_fails(web: Mapping[str, Response], code: Code) -> None:
    with pytest.raises(KridError) as error:
        fetched(web)
    assert error.value.code is code
