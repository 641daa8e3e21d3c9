"""The pieces of OAuth: what is written is read again, and any bytes are a value or a refusal."""

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import strict_json
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, MisuseError
from krid.keys import Alg, LocalKey
from krid.openid.oauth import (
    AttestationPop,
    Call,
    ClientAttestation,
    DpopProof,
    ErrorResponse,
    NonceKey,
    Nonces,
    OauthError,
    RefusalError,
    Reply,
    ServerMetadata,
    client_attestation,
    dpop,
    pkce,
)
from krid.openid.oauth.http import encode_form, parse_form, with_query
from krid.openid.oauth.refusal import refusing, reply_to
from krid.openid.oauth.well_known import path_of, well_known_url
from krid.trust import KeyTrust, PinnedKey

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = LocalKey.generate(Alg.ES256)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
URLS = st.from_regex(r"https://[a-z]{1,8}\.example(/[a-z]{1,8}){0,3}", fullmatch=True)
LISTS = st.none() | st.lists(NAMES, min_size=1, max_size=4, unique=True).map(tuple)
METADATA = st.builds(
    ServerMetadata,
    issuer=URLS,
    **{
        name: st.none() | URLS
        for name in (
            "authorization_endpoint",
            "token_endpoint",
            "pushed_endpoint",
            "challenge_endpoint",
            "jwks_uri",
        )
    },
    **dict.fromkeys(
        (
            "grant_types",
            "response_types",
            "scopes",
            "code_challenge_methods",
            "token_auth_methods",
            "dpop_algs",
            "attestation_algs",
            "attestation_pop_algs",
            "details_types",
        ),
        LISTS,
    ),
    **{name: st.booleans() for name in ("push_required", "names_itself", "anonymous_grant")},
)


@given(METADATA)
def test_server_metadata_round_trip(metadata: ServerMetadata) -> None:
    assert ServerMetadata.parse(metadata.encode(), issuer=metadata.issuer) == metadata


@given(st.dictionaries(NAMES.filter(lambda name: name != "resource"), WORDS, max_size=8))
def test_a_form_round_trip(members: dict[str, str]) -> None:
    assert dict(parse_form(encode_form(members))) == members
    query = with_query("https://a.example/?x", members).partition("?x")[2].lstrip("&")
    assert dict(parse_form(query.encode())) == members


@given(st.binary(max_size=80))
def test_any_bytes(raw: bytes) -> None:
    text = raw.decode("latin-1")
    for read in (
        lambda: parse_form(raw),
        lambda: ErrorResponse.parse(raw),
        lambda: ServerMetadata.parse(raw, issuer="x"),
        lambda: DpopProof.parse(text),
        lambda: ClientAttestation.parse(text),
        lambda: AttestationPop.parse(text),
        lambda: well_known_url(text, "x", refusal=Code.OAUTH_METADATA),
    ):
        with pytest.raises(KridError) if _is_refused(read) else _nothing():
            read()


def _is_refused(read: Any) -> bool:
    try:
        read()
    except KridError:
        return True
    return False


def _nothing() -> Any:
    from contextlib import nullcontext

    return nullcontext()


def test_several_resources_are_no_repetition() -> None:
    assert dict(parse_form(b"resource=a&resource=b&c=1")) == {"resource": "a b", "c": "1"}
    assert dict(parse_form(b"resource=a&resource=&resource=a")) == {"resource": "a"}


@given(st.sampled_from(OauthError), st.none() | st.just("words"))
def test_an_error_round_trip(error: OauthError, description: str | None) -> None:
    response = ErrorResponse(error.value, description)
    assert ErrorResponse.parse(response.encode()) == response
    assert response.refusal().code in {Code.OAUTH_REFUSED, Code.OAUTH_DENIED}


def test_a_refusal_travels_between_processes() -> None:
    refusal = RefusalError(Code.OAUTH_GRANT, "x", error=OauthError.INVALID_GRANT)
    again = pickle.loads(pickle.dumps(refusal))  # noqa: S301  our own bytes
    assert (again.code, again.detail, again.error) == (
        refusal.code,
        refusal.detail,
        refusal.error,
    )


def test_a_fault_of_the_program_is_nobodys_bad_request() -> None:
    with pytest.raises(MisuseError), refusing(OauthError.INVALID_REQUEST):
        raise MisuseError(Code.MISUSE_OPTION)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OauthError.INVALID_GRANT, 400),
        (OauthError.INVALID_CLIENT, 401),
        (OauthError.SERVER_ERROR, 500),
        (OauthError.TEMPORARILY_UNAVAILABLE, 503),
    ],
)
def test_a_refusal_has_its_status(error: OauthError, status: int) -> None:
    reply = reply_to(RefusalError(Code.OAUTH_GRANT, "secret", error=error))
    assert reply.status == status
    assert b"secret" not in reply.body
    assert reply.headers["Cache-Control"] == "no-store"
    assert "oauth.grant" in repr(reply)


def test_a_call_shows_nothing_of_its_content() -> None:
    call = Call("GET", "/authorize", "code=secret", (("Authorization", "secret"),))
    assert "secret" not in repr(call)
    assert dict(call.parameters()) == {"code": "secret"}
    assert "secret" not in repr(Reply(200, {"x": "secret"}, b"secret"))


# Nonces

NONCES = Nonces(NonceKey(bytes(32)), "a", timedelta(minutes=5))


def test_a_nonce_is_good_for_its_purpose_and_time() -> None:
    text = NONCES.make(now=NOW, entropy=system_entropy)
    assert NONCES.check(text, now=NOW, refusal=Code.PROOF_NONCE) == NOW + timedelta(minutes=5)
    others = (
        (Nonces(NONCES.key, "b", NONCES.lifetime), NOW),
        (Nonces(NonceKey(b"1" * 32), "a", NONCES.lifetime), NOW),
        (NONCES, NOW + timedelta(minutes=5)),
        (NONCES, NOW - timedelta(seconds=1)),
    )
    for nonces, now in others:
        with pytest.raises(KridError) as error:
            nonces.check(text, now=now, refusal=Code.PROOF_NONCE)
        assert error.value.code is Code.PROOF_NONCE


@given(st.integers(0, 74), st.sampled_from("AQgw_-"))
def test_no_letter_of_a_nonce_may_change(at: int, letter: str) -> None:
    text = NONCES.make(now=NOW, entropy=bytes)
    changed = text[:at] + letter + text[at + 1 :]
    if changed != text:
        with pytest.raises(KridError):
            NONCES.check(changed, now=NOW, refusal=Code.PROOF_NONCE)


def test_a_nonce_key_is_long_and_secret() -> None:
    assert repr(NonceKey(bytes(32))) == "NonceKey(***)"
    with pytest.raises(MisuseError):
        NonceKey(bytes(31))


# PKCE (RFC 7636, appendix B) and DPoP (RFC 9449, sections 4 and 7)


def test_pkce() -> None:
    verifier = pkce.new_verifier(system_entropy)
    challenge = pkce.parse_challenge(pkce.challenge_of(verifier), "S256")
    pkce.check_verifier(verifier, challenge=challenge)


RFC9449 = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0"
    "dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-"
    "FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)


def test_the_proof_of_rfc_9449() -> None:
    proof = dpop.verify_proof(
        RFC9449,
        method="POST",
        url="https://server.example.com/token",
        access_token=None,
        algs=frozenset({Alg.ES256}),
        now=datetime.fromtimestamp(1_562_262_616, UTC),
        max_age=timedelta(minutes=5),
    )
    assert proof.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_a_dpop_proof_leaves_query_and_fragment_out() -> None:
    proof = dpop.prepare_proof(
        KEY,
        method="GET",
        url="https://a.example/x?y=1#z",
        now=NOW,
        entropy=system_entropy,
        nonce="n",
        access_token="t",
    ).sign_with(KEY)
    parsed = DpopProof.parse(proof)
    assert (parsed.address, parsed.nonce) == ("https://a.example/x", "n")
    assert parsed.token_digest == dpop.token_digest("t")
    assert parsed.key == KEY.public_key


def test_where_metadata_stand() -> None:
    assert path_of(well_known_url("https://a.example/b/", "x", refusal=Code.OAUTH_ISS)) == (
        "/.well-known/x/b"
    )
    assert strict_json.loads(b"{}") == {}


def test_an_attestation_may_name_its_key() -> None:
    other = LocalKey.generate(Alg.ES256)
    pins = (
        PinnedKey(key=other.public_key, key_id="1"),
        PinnedKey(key=KEY.public_key, key_id="2"),
    )
    text = client_attestation.prepare_attestation(
        KEY,
        client_id="a",
        key=other.public_key,
        now=NOW,
        lifetime=timedelta(days=1),
        attester="https://provider.example",
        key_id="2",
    ).sign_with(KEY)
    verified = client_attestation.verify_attestation(
        text,
        trust=KeyTrust(pins),
        algs=frozenset({Alg.ES256}),
        now=NOW,
        skew=timedelta(0),
        certificates_required=False,
    )
    assert verified.attester == "https://provider.example"
    assert verified.jws.certificates() == ()
