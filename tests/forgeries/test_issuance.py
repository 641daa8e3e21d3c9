"""Every rule of an issuer broken once: the OAuth error, krid's code, and nothing left behind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from issuance import (
    BACK,
    HOST,
    ISSUER,
    PROVIDER_CERTIFICATE,
    PROVIDER_KEY,
    ROOT,
    SUBJECT,
    WALLET,
    Attester,
    Town,
    new_keys,
)

from krid._core import strict_json
from krid._core.entropy import system_entropy
from krid.errors import Code, StoreError
from krid.jose import Enc, jws
from krid.keys import Alg, Curve, LocalKey, jwk
from krid.net import NoNetwork, run
from krid.openid.oauth import (
    Call,
    Kind,
    MemoryIssuanceStore,
    Reply,
    client_attestation,
    dpop,
    pkce,
)
from krid.openid.oauth.http import FORM, encode_form
from krid.openid.vci import (
    EncryptionKey,
    GrantType,
    ProofDemand,
    ResponseEncryption,
    prepare_key_attestation,
    prepare_key_proof,
)
from krid.openid.vci.server import NO_TX_CODE, Denied, RequiredTxCode, Sealing, TypedCode
from krid.profiles import HAIP_ISSUANCE, OPENID4VCI

PRE = GrantType.PRE_AUTHORIZED_CODE.value
BOUND = replace(OPENID4VCI, dpop_required=True)
NONCED = replace(BOUND, dpop_nonce_required=True)
ATTESTED = replace(OPENID4VCI, client_attestation_required=True)
CHALLENGED = replace(ATTESTED, challenge_required=True)
CERTIFIED = replace(ATTESTED, certificates_required=True)
STRANGER = LocalKey.generate(Alg.ES256)
EDWARDS = LocalKey.generate(Alg.EDDSA)
Change = Callable[[dict[str, Any], dict[str, Any]], object]


def resigned(text: str, change: Change, key: LocalKey) -> str:
    """Sign a JWT anew after a change of header and claims."""
    parsed = jws.Jws.parse(text)
    header = {name: value for name, value in parsed.header.items() if name != "alg"}
    claims: dict[str, Any] = dict(parsed.claims())
    change(header, claims)
    return jws.sign(header, strict_json.dumps(claims), key)


def claim(name: str, value: object) -> Change:
    return lambda _header, claims: claims.__setitem__(name, value)


def head(name: str, value: object) -> Change:
    return lambda header, _claims: header.__setitem__(name, value)


def without(name: str) -> Change:
    return lambda header, claims: (header.pop(name, None), claims.pop(name, None))


def shift(name: str, seconds: int) -> Change:
    return lambda _header, claims: claims.__setitem__(name, claims[name] + seconds)


def same(_header: object, _claims: object) -> None:
    """Change nothing."""


def refusal(reply: Reply) -> tuple[int, str, Code]:
    assert reply.refusal is not None, reply
    return reply.status, str(strict_json.loads_object(reply.body)["error"]), reply.refusal.code


@dataclass
class Desk:
    """A wallet that says exactly what a test tells it to."""

    town: Town

    def dpop(
        self,
        name: str = "token",
        *,
        token: str | None = None,
        change: Change = same,
        key: LocalKey | None = None,
        nonce: str | None = None,
    ) -> dict[str, str]:
        mine = self.town.dpop
        text = dpop.prepare_proof(
            mine, method="POST", url=f"{ISSUER}/{name}", now=self.town.clock.now(),
            entropy=system_entropy, nonce=nonce, access_token=token,
        ).sign_with(mine)  # fmt: skip
        return {"DPoP": resigned(text, change, key or mine)}

    def attestation(
        self,
        *,
        change: Change = same,
        key: LocalKey = PROVIDER_KEY,
        pop: Change = same,
        pop_key: LocalKey | None = None,
        challenge: str | None = None,
    ) -> dict[str, str]:
        town = self.town
        text = resigned(town.attestation().text, change, key)
        proof = client_attestation.prepare_pop(
            town.instance, audience=ISSUER, challenge=challenge, now=town.clock.now(),
            entropy=system_entropy,
        ).sign_with(town.instance)  # fmt: skip
        return {
            "OAuth-Client-Attestation": text,
            "OAuth-Client-Attestation-PoP": resigned(proof, pop, pop_key or town.instance),
        }

    def post(self, name: str, body: bytes, kind: str, headers: Mapping[str, str]) -> Reply:
        fields = (("Content-Type", kind), *headers.items())
        return self.town.issuer.answer(Call("POST", f"/{name}", headers=fields, body=body))

    def form(self, name: str, members: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        return self.post(name, encode_form(members), FORM, headers)

    def code(self, **changes: Any) -> str:
        offer = self.town.offer(**changes)
        assert offer.pre_authorized is not None
        return offer.pre_authorized.code

    def redeem(self, code: str, headers: Mapping[str, str], **more: str) -> Reply:
        members = {"grant_type": PRE, "pre-authorized_code": code, "client_id": WALLET, **more}
        return self.form("token", members, headers)

    def request(self, name: str, token: str, body: bytes, **more: str) -> Reply:
        kind = more.pop("kind", "application/json")
        return self.post(name, body, kind, {"Authorization": f"Bearer {token}", **more})


# DPoP at the token endpoint

DPOP_FORGERIES: list[tuple[str, Change, Code]] = [
    ("typ", head("typ", "JWT"), Code.DPOP_SYNTAX),
    ("no typ", without("typ"), Code.DPOP_SYNTAX),
    ("no key", without("jwk"), Code.DPOP_SYNTAX),
    ("a private key", head("jwk", jwk.encode_private(STRANGER)), Code.KEY_PRIVATE),
    ("another key", head("jwk", jwk.encode_public(STRANGER.public_key)), Code.DPOP_SIGNATURE),
    ("too long", claim("x", "x" * 65_536), Code.DPOP_SYNTAX),
    ("no jti", without("jti"), Code.DPOP_SYNTAX),
    ("a jti outside ASCII", claim("jti", "\u00e9"), Code.DPOP_SYNTAX),
    ("a long jti", claim("jti", "x" * 257), Code.DPOP_SYNTAX),
    ("no htm", without("htm"), Code.DPOP_SYNTAX),
    ("no htu", without("htu"), Code.DPOP_SYNTAX),
    ("no iat", without("iat"), Code.DPOP_SYNTAX),
    ("iat is text", claim("iat", "now"), Code.DPOP_SYNTAX),
    ("for GET", claim("htm", "GET"), Code.DPOP_METHOD),
    ("in lower case", claim("htm", "post"), Code.DPOP_METHOD),
    ("for another path", claim("htu", f"{ISSUER}/nonce"), Code.DPOP_ADDRESS),
    ("for another host", claim("htu", "https://evil.example/token"), Code.DPOP_ADDRESS),
    ("for http", claim("htu", f"http://{HOST}/token"), Code.DPOP_ADDRESS),
    ("old", shift("iat", -301), Code.DPOP_IAT),
    ("from the future", shift("iat", 301), Code.DPOP_IAT),
]


@pytest.mark.parametrize(
    ("change", "code"), [row[1:] for row in DPOP_FORGERIES], ids=[row[0] for row in DPOP_FORGERIES]
)
def test_a_forged_dpop_proof(change: Change, code: Code) -> None:
    desk = Desk(Town(BOUND))
    reply = desk.redeem(desk.code(), desk.dpop(change=change))
    assert refusal(reply) == (400, "invalid_dpop_proof", code)
    assert desk.town.left() == {"pre_authorized"}


def test_the_genuine_dpop_proof_passes() -> None:
    desk = Desk(Town(BOUND))
    for htu in (f"{ISSUER}/token?x=1#y", "HTTPS://MOIS.example:443/token"):
        reply = desk.redeem(desk.code(), desk.dpop(change=claim("htu", htu)))
        assert reply.status == 200


def test_dpop_with_an_algorithm_that_is_not_allowed() -> None:
    desk = Desk(Town(HAIP_ISSUANCE))
    change = head("jwk", jwk.encode_public(EDWARDS.public_key))
    headers = desk.dpop(change=change, key=EDWARDS) | desk.attestation()
    reply = desk.redeem(desk.code(), headers)
    assert refusal(reply) == (400, "invalid_dpop_proof", Code.ALG_NOT_ALLOWED)


def test_dpop_with_no_signature() -> None:
    desk = Desk(Town(BOUND))
    protected, payload, _ = desk.dpop()["DPoP"].split(".")
    unsigned = protected.replace(protected, "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6Im5vbmUifQ")
    reply = desk.redeem(desk.code(), {"DPoP": f"{unsigned}.{payload}."})
    assert refusal(reply) == (400, "invalid_dpop_proof", Code.ALG_UNKNOWN)


def test_dpop_left_out() -> None:
    desk = Desk(Town(BOUND))
    assert refusal(desk.redeem(desk.code(), {})) == (400, "invalid_dpop_proof", Code.DPOP_MISSING)


def test_a_dpop_proof_used_twice() -> None:
    desk = Desk(Town(BOUND))
    headers = desk.dpop()
    assert desk.redeem(desk.code(), headers).status == 200
    reply = desk.redeem(desk.code(), headers)
    assert refusal(reply) == (400, "invalid_dpop_proof", Code.DPOP_REPLAY)


def test_two_dpop_headers() -> None:
    desk = Desk(Town(BOUND))
    body = encode_form({"grant_type": PRE, "pre-authorized_code": desk.code()})
    fields = (("Content-Type", FORM), *desk.dpop().items(), *desk.dpop().items())
    reply = desk.town.issuer.answer(Call("POST", "/token", headers=fields, body=body))
    assert refusal(reply) == (400, "invalid_dpop_proof", Code.OAUTH_REQUEST)


@pytest.mark.parametrize("nonce", [None, "x", "A" * 75])
def test_dpop_without_a_nonce_of_the_server(nonce: str | None) -> None:
    desk = Desk(Town(NONCED))
    reply = desk.redeem(desk.code(), desk.dpop(nonce=nonce))
    assert refusal(reply) == (400, "use_dpop_nonce", Code.DPOP_NONCE)
    given = reply.headers["DPoP-Nonce"]
    assert desk.redeem(desk.code(), desk.dpop(nonce=given)).status == 200
    desk.town.clock.moment += timedelta(minutes=6)
    reply = desk.redeem(desk.code(), desk.dpop(nonce=given))
    assert refusal(reply) == (400, "use_dpop_nonce", Code.DPOP_NONCE)


def test_a_nonce_for_key_proofs_is_none_for_dpop() -> None:
    desk = Desk(Town(NONCED))
    reply = desk.redeem(desk.code(), desk.dpop(nonce=c_nonce(desk)))
    assert refusal(reply) == (400, "use_dpop_nonce", Code.DPOP_NONCE)


@pytest.mark.parametrize("name", ["token", "par"])
def test_strangers_with_dpop_proofs_fill_no_store(name: str) -> None:
    town = Town(BOUND)
    town.store = MemoryIssuanceStore(capacity=5)
    desk = Desk(town.remade(store=town.store))
    refresh = {"grant_type": "refresh_token", "refresh_token": "x"}
    forms = {"token": [code_form("x"), refresh], "par": [asking(client_id="x"), asking(scope="x")]}
    pre = {"grant_type": PRE, "pre-authorized_code": "x"}
    forms["token"].append(pre)
    for number in range(51):
        members = forms[name][number % len(forms[name])]
        assert desk.form(name, members, desk.dpop(name)).status in {400, 401}
    assert len(town.store) == 0
    assert desk.redeem(desk.code(), desk.dpop()).status == 200


def test_strangers_with_a_token_of_another_fill_no_store() -> None:
    desk = Desk(Town(BOUND))
    token = access_token(desk, headers=desk.dpop())
    kept = len(desk.town.store)
    desk.town.dpop = STRANGER
    for _ in range(5):
        headers = {"Authorization": f"DPoP {token}", **desk.dpop("credential", token=token)}
        reply = desk.post("credential", b"{}", "application/json", headers)
        assert refusal(reply) == (401, "invalid_token", Code.DPOP_KEY)
    assert len(desk.town.store) == kept


def test_a_dpop_proof_is_remembered_for_as_long_as_it_is_fresh_and_no_longer() -> None:
    desk = Desk(Town(BOUND))
    headers = desk.dpop()
    assert desk.redeem(desk.code(), headers).status == 200
    desk.town.clock.moment += timedelta(minutes=5)
    reply = desk.redeem(desk.code(), headers)
    assert refusal(reply) == (400, "invalid_dpop_proof", Code.DPOP_REPLAY)
    assert Kind.USED_PROOF in desk.town.store.kinds(now=desk.town.clock.now())
    desk.town.clock.moment += timedelta(seconds=10)
    assert Kind.USED_PROOF not in desk.town.store.kinds(now=desk.town.clock.now())
    reply = desk.redeem(desk.code(), headers)
    assert refusal(reply) == (400, "invalid_dpop_proof", Code.DPOP_IAT)


def test_a_dpop_proof_used_twice_at_every_endpoint() -> None:
    desk = Desk(Town(BOUND))
    headers = desk.dpop("par")
    uri = pushed(desk, headers)
    reply = desk.form("par", asking(), headers)
    assert refusal(reply) == (400, "invalid_dpop_proof", Code.DPOP_REPLAY)
    headers = desk.dpop()
    reply = desk.form("token", code_form(approved(desk, uri)["code"]), headers)
    tokens = strict_json.loads_object(reply.body)
    given = approved(desk, pushed(desk))["code"]
    for form in (code_form(given), renewal(str(tokens["refresh_token"]))):
        reply = desk.form("token", form, headers)
        assert refusal(reply) == (400, "invalid_dpop_proof", Code.DPOP_REPLAY)
    assert desk.form("token", code_form(given), desk.dpop()).status == 200
    token = str(tokens["access_token"])
    fields = {"Authorization": f"DPoP {token}", **desk.dpop("credential", token=token)}
    assert desk.post("credential", b"{}", "application/json", fields).status == 400
    reply = desk.post("credential", b"{}", "application/json", fields)
    assert refusal(reply) == (401, "invalid_dpop_proof", Code.DPOP_REPLAY)


def test_the_very_same_refresh_a_second_time_ends_nothing() -> None:
    desk = Desk(Town(BOUND))
    reply = desk.redeem(desk.code(), desk.dpop())
    token, headers = str(strict_json.loads_object(reply.body)["refresh_token"]), desk.dpop()
    following = strict_json.loads_object(refreshing(desk, token, headers).body)
    again = refreshing(desk, token, headers)
    assert refusal(again) == (400, "invalid_dpop_proof", Code.DPOP_REPLAY)
    renewed = refreshing(desk, str(following["refresh_token"]), desk.dpop())
    assert renewed.status == 200


FAR = 253_402_300_799
"""The last second of the year 9999, after which nothing can be."""


# Client attestation at the token endpoint

ATTESTATION_FORGERIES: list[tuple[str, dict[str, Any], str, Code]] = [
    ("typ", {"change": head("typ", "JWT")}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("no sub", {"change": without("sub")}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("no exp", {"change": without("exp")}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("no cnf", {"change": without("cnf")}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("cnf by kid", {"change": claim("cnf", {"kid": "1"})}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("a private key", {"change": claim("cnf", {"jwk": jwk.encode_private(STRANGER)})}, "invalid_client", Code.KEY_PRIVATE),
    ("signed by another", {"key": STRANGER}, "invalid_client", Code.CLIENT_ATTESTATION_SIGNATURE),
    ("for another client", {"change": claim("sub", "https://other.example")}, "invalid_client", Code.OAUTH_CLIENT),
    ("expired", {"change": shift("exp", -2 * 86_400)}, "use_fresh_attestation", Code.CLIENT_ATTESTATION_EXPIRED),
    ("from the future", {"change": shift("iat", 61)}, "use_fresh_attestation", Code.CLIENT_ATTESTATION_EXPIRED),
    ("x5c is text", {"change": head("x5c", "AA==")}, "invalid_client", Code.CLIENT_ATTESTATION_CERTIFICATE),
    ("pop typ", {"pop": head("typ", "JWT")}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("pop without aud", {"pop": without("aud")}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("pop without jti", {"pop": without("jti")}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("pop without iat", {"pop": without("iat")}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("pop by another key", {"pop_key": STRANGER}, "invalid_client", Code.CLIENT_ATTESTATION_POP),
    ("pop on another curve", {"pop_key": EDWARDS}, "invalid_client", Code.CLIENT_ATTESTATION_POP),
    ("pop for another server", {"pop": claim("aud", "https://other.example")}, "invalid_client", Code.CLIENT_ATTESTATION_AUDIENCE),
    ("pop for several", {"pop": claim("aud", [ISSUER])}, "invalid_client", Code.CLIENT_ATTESTATION_SYNTAX),
    ("pop old", {"pop": shift("iat", -301)}, "invalid_client", Code.CLIENT_ATTESTATION_IAT),
    ("pop from the future", {"pop": shift("iat", 301)}, "invalid_client", Code.CLIENT_ATTESTATION_IAT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "error", "code"),
    [row[1:] for row in ATTESTATION_FORGERIES],
    ids=[row[0] for row in ATTESTATION_FORGERIES],
)
def test_a_forged_client_attestation(words: dict[str, Any], error: str, code: Code) -> None:
    desk = Desk(Town(ATTESTED))
    reply = desk.redeem(desk.code(), desk.attestation(**words))
    assert refusal(reply) == (401 if error == "invalid_client" else 400, error, code)
    assert desk.town.left() == {"pre_authorized"}


def test_the_genuine_client_attestation_passes() -> None:
    desk = Desk(Town(ATTESTED))
    assert desk.redeem(desk.code(), desk.attestation()).status == 200


def test_a_client_attestation_at_the_ends_of_time() -> None:
    desk = Desk(Town(ATTESTED))
    assert desk.redeem(desk.code(), desk.attestation(change=claim("exp", FAR))).status == 200
    early = claim("iat", -62_135_596_800)
    assert desk.redeem(desk.code(), desk.attestation(change=early)).status == 200
    reply = desk.redeem(desk.code(), desk.attestation(change=claim("iat", FAR)))
    expected = (400, "use_fresh_attestation", Code.CLIENT_ATTESTATION_EXPIRED)
    assert refusal(reply) == expected
    for change in (claim("iat", FAR), claim("iat", -62_135_596_800)):
        reply = desk.redeem(desk.code(), desk.attestation(pop=change))
        assert refusal(reply) == (401, "invalid_client", Code.CLIENT_ATTESTATION_IAT)


def test_no_client_attestation() -> None:
    desk = Desk(Town(ATTESTED))
    reply = desk.redeem(desk.code(), {})
    assert refusal(reply) == (401, "invalid_client", Code.CLIENT_ATTESTATION_MISSING)


def test_a_client_attestation_by_a_stranger() -> None:
    desk = Desk(Town(ATTESTED))
    drop = without("x5c")
    reply = desk.redeem(desk.code(), desk.attestation(change=drop, key=EDWARDS))
    assert refusal(reply)[1:] == ("invalid_client", Code.TRUST_UNKNOWN_ISSUER)


def test_a_client_attestation_without_certificates() -> None:
    desk = Desk(Town(CERTIFIED))
    for change in (without("x5c"), head("x5c", [_b64(ROOT.der)]), head("x5c", ["AAAA"])):
        reply = desk.redeem(desk.code(), desk.attestation(change=change))
        expected = (401, "invalid_client", Code.CLIENT_ATTESTATION_CERTIFICATE)
        assert refusal(reply) == expected


def test_a_client_attestation_with_an_algorithm_that_is_not_allowed() -> None:
    desk = Desk(Town(HAIP_ISSUANCE))
    headers = desk.dpop() | desk.attestation(key=EDWARDS)
    reply = desk.redeem(desk.code(), headers)
    assert refusal(reply) == (401, "invalid_client", Code.ALG_NOT_ALLOWED)


def test_a_pop_used_twice() -> None:
    desk = Desk(Town(ATTESTED))
    headers = desk.attestation()
    assert desk.redeem(desk.code(), headers).status == 200
    reply = desk.redeem(desk.code(), headers)
    assert refusal(reply) == (401, "invalid_client", Code.CLIENT_ATTESTATION_REPLAY)


def test_a_pop_without_a_challenge_of_the_server() -> None:
    desk = Desk(Town(CHALLENGED))
    reply = desk.redeem(desk.code(), desk.attestation())
    expected = (400, "use_attestation_challenge", Code.CLIENT_ATTESTATION_CHALLENGE)
    assert refusal(reply) == expected
    given = reply.headers["OAuth-Client-Attestation-Challenge"]
    assert desk.redeem(desk.code(), desk.attestation(challenge=given)).status == 200


def test_a_client_attestation_used_by_another_dpop_key() -> None:
    desk = Desk(Town(ATTESTED))
    alone = {"OAuth-Client-Attestation": desk.attestation()["OAuth-Client-Attestation"]}
    for headers in (alone, alone | desk.dpop()):
        reply = desk.redeem(desk.code(), headers)
        assert refusal(reply) == (401, "invalid_client", Code.CLIENT_ATTESTATION_POP)
    desk.town.dpop = desk.town.instance
    assert desk.redeem(desk.code(), alone | desk.dpop()).status == 200


def test_dpop_in_the_place_of_a_pop_needs_the_challenge() -> None:
    desk = Desk(Town(CHALLENGED))
    desk.town.dpop = desk.town.instance
    alone = {"OAuth-Client-Attestation": desk.attestation()["OAuth-Client-Attestation"]}
    reply = desk.redeem(desk.code(), alone | desk.dpop())
    assert refusal(reply)[1:] == ("use_attestation_challenge", Code.CLIENT_ATTESTATION_CHALLENGE)
    given = reply.headers["OAuth-Client-Attestation-Challenge"]
    assert desk.redeem(desk.code(), alone | desk.dpop(nonce=given)).status == 200


# Pre-authorized codes


def test_a_code_that_was_never_given() -> None:
    desk = Desk(Town())
    assert refusal(desk.redeem("x", {})) == (400, "invalid_grant", Code.OAUTH_GRANT)
    assert desk.town.left() == set()


def test_a_replayed_code() -> None:
    desk = Desk(Town())
    code = desk.code()
    assert desk.redeem(code, {}).status == 200
    assert refusal(desk.redeem(code, {})) == (400, "invalid_grant", Code.OAUTH_GRANT)


def test_an_expired_code() -> None:
    desk = Desk(Town())
    code = desk.code()
    desk.town.clock.moment += timedelta(minutes=10)
    assert refusal(desk.redeem(code, {})) == (400, "invalid_grant", Code.OAUTH_GRANT)
    assert desk.town.left() == set()


@pytest.mark.parametrize(
    ("asked", "typed", "error"),
    [
        (None, {"tx_code": "1"}, "invalid_request"),
        (b"1234", {}, "invalid_request"),
        (b"1234", {"tx_code": "4321"}, "invalid_grant"),
        (b"1234", {"tx_code": "12345"}, "invalid_grant"),
    ],
)
def test_a_wrong_transaction_code(asked: bytes | None, typed: dict[str, str], error: str) -> None:
    desk = Desk(Town())
    required = NO_TX_CODE if asked is None else RequiredTxCode(TypedCode(asked))
    reply = desk.redeem(desk.code(tx_code=required), {}, **typed)
    assert refusal(reply) == (400, error, Code.OFFER_TX_CODE)
    assert desk.town.left() == {"pre_authorized"}


def test_a_grant_that_is_not_offered() -> None:
    town = Town(replace(OPENID4VCI, grants=frozenset({GrantType.AUTHORIZATION_CODE})))
    for kind in (PRE, "password", "client_credentials"):
        form = {"grant_type": kind, "pre-authorized_code": "x"}
        reply = Desk(town).form("token", form, {})
        assert refusal(reply) == (400, "unsupported_grant_type", Code.OAUTH_GRANT_TYPE)


def test_an_anonymous_wallet_where_none_may_come() -> None:
    desk = Desk(Town().remade(anonymous_grant=False))
    form = {"grant_type": PRE, "pre-authorized_code": desk.code()}
    reply = desk.form("token", form, {})
    assert refusal(reply) == (401, "invalid_client", Code.OAUTH_CLIENT)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"scope": "licence"}, "invalid_scope"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"authorization_details": '[{"type":"openid_credential","credential_configuration_id":"licence"}]'}, "invalid_authorization_details"),
        ({"authorization_details": '[{"type":"openid_credential","credential_configuration_id":"x"}]'}, "invalid_authorization_details"),
        ({"authorization_details": '[{"type":"openid_credential","credential_configuration_id":"card","locations":["https://other.example"]}]'}, "invalid_authorization_details"),
    ],
)  # fmt: skip
def test_more_than_was_offered(more: dict[str, str], error: str) -> None:
    desk = Desk(Town())
    code = desk.code()
    assert refusal(desk.redeem(code, {}, **more)) == (400, error, Code.OAUTH_SCOPE)
    assert desk.redeem(code, {}, scope="card").status == 200


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"grant_type=x&grant_type=y", FORM, Code.OAUTH_FORM),
        (b"grant_type", FORM, Code.OAUTH_FORM),
        (b"grant_type=%FF", FORM, Code.OAUTH_FORM),
        (b"\xff", FORM, Code.OAUTH_FORM),
        (b"a=1&" * 65, FORM, Code.OAUTH_FORM),
        (b"a=" + b"1" * 65_536, FORM, Code.OAUTH_FORM),
        (b"{}", "application/json", Code.OAUTH_REQUEST),
        (b"", FORM, Code.OAUTH_REQUEST),
        (b"grant_type=authorization_code", FORM, Code.OAUTH_REQUEST),
        (b"grant_type=refresh_token", FORM, Code.OAUTH_REQUEST),
        (b"grant_type=refresh_token&refresh_token=x&tx_code=1", FORM, Code.OFFER_TX_CODE),
        (
            b"grant_type=refresh_token&refresh_token=x&authorization_details={",
            FORM,
            Code.OAUTH_REQUEST,
        ),
    ],
)
def test_a_malformed_token_request(body: bytes, kind: str, code: Code) -> None:
    desk = Desk(Town())
    assert refusal(desk.post("token", body, kind, {})) == (400, "invalid_request", code)


def test_too_many_headers() -> None:
    call = Call("POST", "/token", headers=[("a", "b")] * 129, body=b"")
    assert refusal(Town().issuer.answer(call))[1:] == ("invalid_request", Code.OAUTH_REQUEST)


# Authorization codes

VERIFIER = pkce.new_verifier(system_entropy)


def asking(**changes: str | None) -> dict[str, str]:
    members: dict[str, str | None] = {
        "response_type": "code",
        "client_id": WALLET,
        "redirect_uri": BACK,
        "code_challenge": pkce.challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        "scope": "card",
        "state": "s",
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


EVIL = "https://evil.example"

REQUEST_FORGERIES: list[tuple[str, dict[str, str | None], str, Code]] = [
    ("no response type", {"response_type": None}, "invalid_request", Code.OAUTH_REQUEST),
    ("implicit", {"response_type": "token"}, "unsupported_response_type", Code.OAUTH_RESPONSE_TYPE),
    ("no client", {"client_id": None}, "invalid_request", Code.OAUTH_REQUEST),
    ("a strange client", {"client_id": "x"}, "invalid_client", Code.OAUTH_CLIENT),
    ("no address", {"redirect_uri": None}, "invalid_request", Code.OAUTH_REQUEST),
    ("another address", {"redirect_uri": f"{BACK}/x"}, "invalid_request", Code.OAUTH_REDIRECT),
    ("no challenge", {"code_challenge": None}, "invalid_request", Code.PKCE_SYNTAX),
    ("a short challenge", {"code_challenge": "x"}, "invalid_request", Code.PKCE_SYNTAX),
    ("plain", {"code_challenge_method": "plain"}, "invalid_request", Code.PKCE_METHOD),
    ("no method", {"code_challenge_method": None}, "invalid_request", Code.PKCE_METHOD),
    ("an unknown scope", {"scope": "x"}, "invalid_scope", Code.OAUTH_SCOPE),
    ("no scope", {"scope": None}, "invalid_scope", Code.OAUTH_SCOPE),
    ("a request object", {"request": "e30"}, "invalid_request", Code.OAUTH_REQUEST),
    ("a foreign state", {"issuer_state": "x"}, "invalid_request", Code.OAUTH_GRANT),
    ("details", {"authorization_details": "{}"}, "invalid_request", Code.OAUTH_REQUEST),
    ("no claims", {"authorization_details": '[{"type":"openid_credential","credential_configuration_id":"card","claims":[]}]'}, "invalid_request", Code.OAUTH_REQUEST),
    ("a credential twice", {"authorization_details": "[" + ",".join(['{"type":"openid_credential","credential_configuration_id":"card"}'] * 2) + "]"}, "invalid_request", Code.OAUTH_REQUEST),
    ("no details", {"authorization_details": "[]"}, "invalid_request", Code.OAUTH_REQUEST),
    ("for another issuer", {"resource": EVIL}, "invalid_target", Code.OAUTH_TARGET),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [row[1:] for row in REQUEST_FORGERIES],
    ids=[row[0] for row in REQUEST_FORGERIES],
)
@pytest.mark.parametrize("pushed", [True, False])
def test_a_forged_authorization_request(
    changes: dict[str, str | None], error: str, code: Code, pushed: bool
) -> None:
    desk = Desk(Town())
    if pushed:
        reply = desk.form("par", asking(**changes), {})
    else:
        query = encode_form(asking(**changes)).decode()
        reply = desk.town.issuer.answer(Call("GET", "/authorize", query))
    if not pushed and code in {Code.OAUTH_SCOPE, Code.OAUTH_GRANT, Code.OAUTH_TARGET}:
        assert reply.headers["Location"].startswith(f"{BACK}?error={error}&")
        assert reply.refusal is not None
        assert reply.refusal.code is code
    else:
        assert refusal(reply) == (401 if error == "invalid_client" else 400, error, code)
    assert desk.town.left() == set()
    assert desk.town.people.asked == []


@pytest.mark.parametrize("resources", [[EVIL], [ISSUER, EVIL], [EVIL, ISSUER], [ISSUER, ISSUER]])
def test_a_token_is_for_this_issuer_alone(resources: list[str]) -> None:
    """A stranger who names this server as its own gets no token that is good here (RFC 8707)."""
    desk = Desk(Town())
    code = desk.code()
    form = {"grant_type": PRE, "pre-authorized_code": code, "client_id": WALLET}
    named = b"".join(b"&" + encode_form({"resource": each}) for each in resources)
    reply = desk.post("token", encode_form(form) + named, FORM, {})
    if EVIL in resources:
        assert refusal(reply) == (400, "invalid_target", Code.OAUTH_TARGET)
        reply = desk.redeem(code, {})
    assert reply.status == 200


def pushed(desk: Desk, headers: Mapping[str, str] | None = None, **changes: str | None) -> str:
    reply = desk.form("par", asking(**changes), headers or {})
    assert reply.status == 201
    return str(strict_json.loads_object(reply.body)["request_uri"])


def browsed(desk: Desk, uri: str, client: str = WALLET) -> Reply:
    query = encode_form({"client_id": client, "request_uri": uri}).decode()
    return desk.town.issuer.answer(Call("GET", "/authorize", query))


def approved(desk: Desk, uri: str) -> dict[str, str]:
    assert browsed(desk, uri).status == 200
    reply = desk.town.issuer.approve(desk.town.people.asked[-1].id, subject=SUBJECT)
    return dict(parse_qsl(reply.headers["Location"].partition("?")[2]))


def code_form(code: str, **changes: str | None) -> dict[str, str]:
    members: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": VERIFIER,
        "redirect_uri": BACK,
        "client_id": WALLET,
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def test_a_request_that_must_be_pushed() -> None:
    desk = Desk(Town(replace(OPENID4VCI, push_required=True)))
    reply = desk.town.issuer.answer(Call("GET", "/authorize", encode_form(asking()).decode()))
    assert refusal(reply) == (400, "invalid_request", Code.OAUTH_PUSH)


def test_a_pushed_request_used_twice_or_by_another() -> None:
    desk = Desk(Town())
    uri = pushed(desk)
    assert browsed(desk, uri).status == 200
    assert refusal(browsed(desk, uri)) == (400, "invalid_request", Code.OAUTH_GRANT)
    assert refusal(browsed(desk, "https://x.example"))[2] is Code.OAUTH_GRANT
    reply = browsed(desk, pushed(desk), client="other")
    assert refusal(reply) == (400, "invalid_request", Code.OAUTH_GRANT_CLIENT)


def test_a_pushed_request_that_came_late() -> None:
    desk = Desk(Town())
    uri = pushed(desk)
    desk.town.clock.moment += timedelta(seconds=90)
    assert refusal(browsed(desk, uri))[2] is Code.OAUTH_GRANT
    assert desk.town.left() == set()


def test_a_push_for_another_dpop_key() -> None:
    desk = Desk(Town())
    reply = desk.form("par", asking(dpop_jkt="x"), desk.dpop("par"))
    assert refusal(reply) == (400, "invalid_dpop_proof", Code.DPOP_KEY)


CODE_FORGERIES: list[tuple[str, dict[str, str | None], Code]] = [
    ("another verifier", {"code_verifier": "x" * 43}, Code.PKCE_VERIFIER),
    ("a short verifier", {"code_verifier": "x"}, Code.PKCE_SYNTAX),
    ("no verifier", {"code_verifier": None}, Code.PKCE_SYNTAX),
    ("another address", {"redirect_uri": f"{BACK}2"}, Code.OAUTH_REDIRECT),
    ("no address", {"redirect_uri": None}, Code.OAUTH_REDIRECT),
    ("another client", {"client_id": "x"}, Code.OAUTH_GRANT_CLIENT),
    ("no client", {"client_id": None}, Code.OAUTH_GRANT_CLIENT),
]


@pytest.mark.parametrize(
    ("changes", "code"), [row[1:] for row in CODE_FORGERIES], ids=[row[0] for row in CODE_FORGERIES]
)
def test_a_forged_use_of_a_code(changes: dict[str, str | None], code: Code) -> None:
    desk = Desk(Town())
    given = approved(desk, pushed(desk))["code"]
    reply = desk.form("token", code_form(given, **changes), {})
    assert refusal(reply) == (400, "invalid_grant", code)
    assert desk.town.left() == set()
    again = desk.form("token", code_form(given), {})
    assert refusal(again) == (400, "invalid_grant", Code.OAUTH_GRANT)


def test_a_code_used_by_another_dpop_key() -> None:
    desk = Desk(Town())
    given = approved(desk, pushed(desk, desk.dpop("par")))["code"]
    reply = desk.form("token", code_form(given), {})
    assert refusal(reply) == (400, "invalid_grant", Code.DPOP_KEY)


def test_a_code_used_by_another_instance() -> None:
    desk = Desk(Town(ATTESTED))
    given = approved(desk, pushed(desk, desk.attestation()))["code"]
    desk.town.instance = LocalKey.generate(Alg.ES256)
    reply = desk.form("token", code_form(given), desk.attestation())
    assert refusal(reply) == (400, "invalid_grant", Code.OAUTH_GRANT_CLIENT)


def test_a_replayed_authorization_code_ends_all_that_came_of_it() -> None:
    desk = Desk(Town())
    given = approved(desk, pushed(desk))["code"]
    reply = desk.form("token", code_form(given), {})
    tokens = strict_json.loads_object(reply.body)
    again = desk.form("token", code_form(given), {})
    assert refusal(again) == (400, "invalid_grant", Code.OAUTH_GRANT)
    used = desk.request("credential", str(tokens["access_token"]), b"{}")
    assert refusal(used) == (401, "invalid_token", Code.OAUTH_TOKEN)
    form = {"grant_type": "refresh_token", "refresh_token": str(tokens["refresh_token"])}
    renewed = desk.form("token", form | {"client_id": WALLET}, {})
    assert refusal(renewed) == (400, "invalid_grant", Code.OAUTH_GRANT)


@dataclass
class Overtaken:
    """A store in which another process goes first, just before a record is used."""

    town: Town
    method: str
    kind: Kind
    other: Callable[[], object]

    def __getattr__(self, name: str) -> Any:
        if name != self.method:
            return getattr(self.town.store, name)

        def raced(kind: Kind, *args: Any, **words: Any) -> Any:
            if kind is self.kind:
                self.town.remade(store=self.town.store)
                self.other()
            return getattr(self.town.store, name)(kind, *args, **words)

        return raced


@pytest.mark.parametrize(("method", "spent"), [("get", False), ("put", True), ("take", False)])
@pytest.mark.parametrize("kind", [Kind.CODE, Kind.REFRESH])
def test_two_who_use_one_code_or_refresh_token_at_once(
    kind: Kind, method: str, spent: bool
) -> None:
    desk, won = Desk(Town()), list[Reply]()
    form = code_form(approved(desk, pushed(desk))["code"])
    if kind is Kind.REFRESH:
        first = strict_json.loads_object(desk.form("token", form, {}).body)
        form = renewal(str(first["refresh_token"]))
    watched = Kind.SPENT if spent else kind
    racing = Overtaken(desk.town, method, watched, lambda: won.append(desk.form("token", form, {})))
    desk.town.remade(store=racing)
    assert refusal(desk.form("token", form, {})) == (400, "invalid_grant", Code.OAUTH_GRANT)
    assert [reply.status for reply in won] == [200]
    tokens = strict_json.loads_object(won[0].body)
    used = desk.request("credential", str(tokens["access_token"]), b"{}")
    assert refusal(used) == (401, "invalid_token", Code.OAUTH_TOKEN)
    renewed = desk.form("token", renewal(str(tokens["refresh_token"])), {})
    assert refusal(renewed) == (400, "invalid_grant", Code.OAUTH_GRANT)


def test_two_who_redeem_one_offer_at_once() -> None:
    desk, won = Desk(Town()), list[Reply]()
    code = desk.code()
    racing = Overtaken(
        desk.town, "take", Kind.PRE_AUTHORIZED, lambda: won.append(desk.redeem(code, {}))
    )
    desk.town.remade(store=racing)
    assert refusal(desk.redeem(code, {})) == (400, "invalid_grant", Code.OAUTH_GRANT)
    assert [reply.status for reply in won] == [200]


def test_a_question_answered_twice() -> None:
    desk = Desk(Town())
    approved(desk, pushed(desk))
    asked = desk.town.people.asked[-1].id
    for reply in (
        desk.town.issuer.approve(asked, subject=SUBJECT),
        desk.town.issuer.decline(asked),
    ):
        assert refusal(reply) == (400, "invalid_request", Code.OAUTH_GRANT)


def test_an_offer_used_by_two() -> None:
    desk = Desk(Town())
    offer = desk.town.issuer.offer_authorization(subject=None, configurations=["card"])
    assert offer.authorization_code is not None
    state = offer.authorization_code.issuer_state
    for uri in (pushed(desk, issuer_state=state), pushed(desk, issuer_state=state)):
        browsed(desk, uri)
    first, second = (
        desk.town.issuer.approve(each.id, subject=SUBJECT) for each in desk.town.people.asked
    )
    assert "code=" in first.headers["Location"]
    assert "error=invalid_request" in second.headers["Location"]
    assert second.refusal is not None
    assert second.refusal.code is Code.OAUTH_GRANT
    browser = browsed(desk, "x")
    assert browser.status == 400


def test_an_offer_that_ended_while_the_person_was_away() -> None:
    desk = Desk(Town())
    offer = desk.town.issuer.offer_authorization(subject=None, configurations=["card"])
    assert offer.authorization_code is not None
    desk.town.clock.moment += timedelta(minutes=9, seconds=30)
    uri = pushed(desk, issuer_state=offer.authorization_code.issuer_state)
    desk.town.clock.moment += timedelta(seconds=40)
    reply = browsed(desk, uri)
    assert reply.status == 303
    assert "error=invalid_request" in reply.headers["Location"]
    assert f"iss={ISSUER.replace(':', '%3A').replace('/', '%2F')}" in reply.headers["Location"]


def test_more_than_an_offer_has() -> None:
    desk = Desk(Town())
    offer = desk.town.issuer.offer_authorization(subject=None, configurations=["card"])
    assert offer.authorization_code is not None
    changes = {"issuer_state": offer.authorization_code.issuer_state, "scope": "card licence"}
    reply = desk.form("par", asking(**changes), {})
    assert refusal(reply) == (400, "invalid_scope", Code.OAUTH_SCOPE)


def test_the_browser_where_nobody_asks_people() -> None:
    desk = Desk(Town().remade(people=None))
    reply = desk.town.issuer.answer(Call("GET", "/authorize", encode_form(asking()).decode()))
    assert refusal(reply) == (400, "unauthorized_client", Code.OAUTH_GRANT_TYPE)


def test_pushing_where_codes_are_not_given() -> None:
    town = Town(replace(OPENID4VCI, grants=frozenset({GrantType.PRE_AUTHORIZED_CODE})))
    reply = Desk(town).form("par", asking(), {})
    assert refusal(reply) == (400, "unauthorized_client", Code.OAUTH_GRANT_TYPE)


# Refresh tokens


def renewal(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token, "client_id": WALLET}


def refreshing(desk: Desk, token: str, headers: Mapping[str, str], **changes: str) -> Reply:
    return desk.form("token", renewal(token) | changes, headers)


def test_a_stolen_refresh_token_is_of_no_use() -> None:
    desk = Desk(Town(BOUND))
    reply = desk.redeem(desk.code(), desk.dpop())
    token = str(strict_json.loads_object(reply.body)["refresh_token"])
    mine, desk.town.dpop = desk.town.dpop, STRANGER
    assert refusal(refreshing(desk, token, desk.dpop())) == (400, "invalid_grant", Code.DPOP_KEY)
    desk.town.dpop = mine
    other = refreshing(desk, token, desk.dpop(), client_id="x")
    assert refusal(other) == (400, "invalid_grant", Code.OAUTH_GRANT_CLIENT)
    assert refreshing(desk, token, desk.dpop()).status == 200


def test_a_refresh_token_used_twice_ends_all() -> None:
    desk = Desk(Town())
    reply = desk.redeem(desk.code(), {})
    token = str(strict_json.loads_object(reply.body)["refresh_token"])
    following = strict_json.loads_object(refreshing(desk, token, {}).body)
    assert refusal(refreshing(desk, token, {})) == (400, "invalid_grant", Code.OAUTH_GRANT)
    renewed = refreshing(desk, str(following["refresh_token"]), {})
    assert refusal(renewed) == (400, "invalid_grant", Code.OAUTH_GRANT)
    used = desk.request("credential", str(following["access_token"]), b"{}")
    assert refusal(used) == (401, "invalid_token", Code.OAUTH_TOKEN)


def test_a_refresh_token_by_another_instance() -> None:
    desk = Desk(Town(ATTESTED))
    reply = desk.redeem(desk.code(), desk.attestation())
    token = str(strict_json.loads_object(reply.body)["refresh_token"])
    desk.town.instance = LocalKey.generate(Alg.ES256)
    refused = refreshing(desk, token, desk.attestation())
    assert refusal(refused) == (400, "invalid_grant", Code.OAUTH_GRANT_CLIENT)


def test_a_refresh_token_that_never_was() -> None:
    desk = Desk(Town())
    assert refusal(refreshing(desk, "x", {})) == (400, "invalid_grant", Code.OAUTH_GRANT)


# Access tokens


def access_token(desk: Desk, *names: str, headers: Mapping[str, str] | None = None) -> str:
    offer = desk.town.offer(*names)
    assert offer.pre_authorized is not None
    reply = desk.redeem(offer.pre_authorized.code, headers or {})
    return str(strict_json.loads_object(reply.body)["access_token"])


@pytest.mark.parametrize("name", ["credential", "deferred", "notification"])
@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer x", "Basic eDp4", "Bearer  "])
def test_no_access_token(name: str, value: str | None) -> None:
    desk = Desk(Town())
    headers = {} if value is None else {"Authorization": value}
    reply = desk.post(name, b"{}", "application/json", headers)
    assert refusal(reply) == (401, "invalid_token", Code.OAUTH_TOKEN)
    assert reply.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_an_expired_access_token() -> None:
    desk = Desk(Town())
    token = access_token(desk)
    desk.town.clock.moment += timedelta(minutes=10)
    reply = desk.request("credential", token, b"{}")
    assert refusal(reply) == (401, "invalid_token", Code.OAUTH_TOKEN)


def test_a_bound_token_without_its_key() -> None:
    desk = Desk(Town(BOUND))
    token = access_token(desk, headers=desk.dpop())
    bearer = desk.request("credential", token, b"{}")
    assert refusal(bearer) == (401, "invalid_token", Code.DPOP_MISSING)
    assert bearer.headers["WWW-Authenticate"].startswith('DPoP error="invalid_token", algs="')
    proof = desk.dpop("credential", token=token)
    mixed = desk.request("credential", token, b"{}", **proof)
    assert refusal(mixed) == (401, "invalid_token", Code.DPOP_MISSING)
    desk.town.dpop = STRANGER
    headers = {"Authorization": f"DPoP {token}", **desk.dpop("credential", token=token)}
    other = desk.post("credential", b"{}", "application/json", headers)
    assert refusal(other) == (401, "invalid_token", Code.DPOP_KEY)


@pytest.mark.parametrize("token", [None, "another"])
def test_a_proof_for_another_token(token: str | None) -> None:
    desk = Desk(Town(BOUND))
    mine = access_token(desk, headers=desk.dpop())
    headers = {"Authorization": f"DPoP {mine}", **desk.dpop("credential", token=token)}
    reply = desk.post("credential", b"{}", "application/json", headers)
    assert refusal(reply) == (401, "invalid_dpop_proof", Code.DPOP_TOKEN)


def test_an_unbound_token_shown_as_bound() -> None:
    desk = Desk(Town())
    token = access_token(desk)
    headers = {"Authorization": f"DPoP {token}", **desk.dpop("credential", token=token)}
    reply = desk.post("credential", b"{}", "application/json", headers)
    assert refusal(reply) == (401, "invalid_token", Code.DPOP_KEY)


# Credential requests


def c_nonce(desk: Desk) -> str:
    reply = desk.town.issuer.answer(Call("POST", "/nonce"))
    return str(strict_json.loads_object(reply.body)["c_nonce"])


def proof(
    desk: Desk, key: LocalKey, nonce: str | None, *, change: Change = same, **words: Any
) -> str:
    text = prepare_key_proof(
        key, audience=ISSUER, nonce=nonce, now=desk.town.clock.now(), **words
    ).sign_with(key)
    return resigned(text, change, key)


def asked(*texts: str, kind: str = "jwt", **more: object) -> bytes:
    body: dict[str, Any] = {"credential_configuration_id": "card", "proofs": {kind: list(texts)}}
    whole = {**body, **more}
    return strict_json.dumps({name: each for name, each in whole.items() if each is not None})


KEY = LocalKey.generate(Alg.ES256)
PROOF_FORGERIES: list[tuple[str, Change, str, Code]] = [
    ("typ", head("typ", "JWT"), "invalid_proof", Code.PROOF_SYNTAX),
    ("kid", head("kid", "did:example:1#1"), "invalid_proof", Code.PROOF_SYNTAX),
    ("another key", head("jwk", jwk.encode_public(STRANGER.public_key)), "invalid_proof", Code.PROOF_SIGNATURE),
    ("a private key", head("jwk", jwk.encode_private(KEY)), "invalid_proof", Code.KEY_PRIVATE),
    ("no key", without("jwk"), "invalid_proof", Code.KEY_SYNTAX),
    ("another issuer", claim("aud", "https://other.example"), "invalid_proof", Code.PROOF_AUDIENCE),
    ("two issuers", claim("aud", [ISSUER]), "invalid_proof", Code.PROOF_AUDIENCE),
    ("no time", without("iat"), "invalid_proof", Code.TIME_NUMERIC_DATE),
    ("old", shift("iat", -301), "invalid_proof", Code.PROOF_IAT),
    ("from the future", shift("iat", 301), "invalid_proof", Code.PROOF_IAT),
    ("another client", claim("iss", "https://other.example"), "invalid_proof", Code.PROOF_CLIENT),
    ("no nonce", without("nonce"), "invalid_proof", Code.PROOF_SYNTAX),
    ("a nonce of nobody", claim("nonce", "x"), "invalid_nonce", Code.PROOF_NONCE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [row[1:] for row in PROOF_FORGERIES],
    ids=[row[0] for row in PROOF_FORGERIES],
)
def test_a_forged_key_proof(change: Change, error: str, code: Code) -> None:
    desk = Desk(Town())
    token = access_token(desk)
    body = asked(proof(desk, KEY, c_nonce(desk), change=change))
    assert refusal(desk.request("credential", token, body)) == (400, error, code)
    assert nothing_issued(desk)


def nothing_issued(desk: Desk) -> bool:
    town = desk.town
    return not town.statuses.given and town.left() == {"access", "refresh"}


def test_the_genuine_key_proof_passes() -> None:
    desk = Desk(Town())
    for client_id in (None, WALLET):
        token = access_token(desk)
        body = asked(proof(desk, KEY, c_nonce(desk), client_id=client_id))
        assert desk.request("credential", token, body).status == 200


def test_a_proof_for_another_nonce() -> None:
    """A nonce is for one request; another purpose, another server and an old one are no better."""
    desk, other = Desk(Town()), Desk(Town())
    nonce = c_nonce(desk)
    first = asked(proof(desk, KEY, nonce))
    assert desk.request("credential", access_token(desk), first).status == 200
    late = c_nonce(desk)
    desk.town.clock.moment += timedelta(minutes=5)
    for spoilt in (nonce, late, c_nonce(other)):
        body = asked(proof(desk, KEY, spoilt))
        reply = desk.request("credential", access_token(desk), body)
        assert refusal(reply) == (400, "invalid_nonce", Code.PROOF_NONCE)
    assert desk.town.statuses.given == [1]


def test_a_nonce_used_twice() -> None:
    desk = Desk(Town())
    nonce, token = c_nonce(desk), access_token(desk)
    body = asked(proof(desk, KEY, nonce))
    assert desk.request("credential", token, body).status == 200
    again = asked(proof(desk, LocalKey.generate(Alg.ES256), nonce))
    reply = desk.request("credential", token, again)
    assert refusal(reply) == (400, "invalid_nonce", Code.PROOF_NONCE)
    assert desk.town.statuses.given == [1]


def test_two_nonces_in_one_request() -> None:
    desk = Desk(Town())
    keys = new_keys(2)
    body = asked(*(proof(desk, key, c_nonce(desk)) for key in keys))
    reply = desk.request("credential", access_token(desk), body)
    assert refusal(reply) == (400, "invalid_nonce", Code.PROOF_NONCE)
    assert nothing_issued(desk)


def test_too_many_keys_or_one_twice() -> None:
    desk = Desk(Town())
    token, nonce = access_token(desk), c_nonce(desk)
    for keys in (new_keys(6), [KEY, KEY]):
        body = asked(*(proof(desk, key, nonce) for key in keys))
        reply = desk.request("credential", token, body)
        assert refusal(reply) == (400, "invalid_proof", Code.ISSUANCE_BATCH)
    assert nothing_issued(desk)


def test_an_algorithm_that_is_not_taken() -> None:
    desk = Desk(Town())
    body = asked(proof(desk, EDWARDS, c_nonce(desk)))
    reply = desk.request("credential", access_token(desk), body)
    assert refusal(reply) == (400, "invalid_proof", Code.ALG_NOT_ALLOWED)


REQUEST_BODIES: list[tuple[str, bytes, str, Code]] = [
    ("no JSON", b"x", "invalid_credential_request", Code.ISSUANCE_REQUEST),
    ("an array", b"[]", "invalid_credential_request", Code.ISSUANCE_REQUEST),
    ("nothing named", b"{}", "invalid_credential_request", Code.ISSUANCE_REQUEST),
    ("named twice", asked("x", credential_identifier="x"), "invalid_credential_request", Code.ISSUANCE_REQUEST),
    ("the draft's form", b'{"format":"dc+sd-jwt","vct":"x"}', "invalid_credential_request", Code.ISSUANCE_REQUEST),
    ("an unknown configuration", asked("x", credential_configuration_id="x"), "unknown_credential_configuration", Code.ISSUANCE_CONFIGURATION),
    ("an unknown dataset", asked("x", credential_configuration_id=None, credential_identifier="x"), "unknown_credential_identifier", Code.ISSUANCE_IDENTIFIER),
    ("no proofs", asked(proofs=None), "invalid_proof", Code.ISSUANCE_PROOF),
    ("empty proofs", asked(proofs={}), "invalid_proof", Code.ISSUANCE_PROOF),
    ("an empty list", asked(), "invalid_proof", Code.ISSUANCE_PROOF),
    ("two types", asked(proofs={"jwt": ["x"], "attestation": ["x"]}), "invalid_proof", Code.ISSUANCE_PROOF),
    ("two attestations", asked("x", "x", kind="attestation"), "invalid_proof", Code.ISSUANCE_PROOF),
    ("another type", asked("x", kind="di_vp"), "invalid_proof", Code.ISSUANCE_PROOF_TYPE),
    ("no JWS", asked("x"), "invalid_proof", Code.JWS_SYNTAX),
    ("no attestation", asked("x", kind="attestation"), "invalid_proof", Code.KEY_ATTESTATION_SYNTAX),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "error", "code"),
    [row[1:] for row in REQUEST_BODIES],
    ids=[row[0] for row in REQUEST_BODIES],
)
def test_a_forged_credential_request(body: bytes, error: str, code: Code) -> None:
    desk = Desk(Town())
    reply = desk.request("credential", access_token(desk), body)
    assert refusal(reply) == (400, error, code)
    assert nothing_issued(desk)


def test_a_credential_request_of_another_kind_or_size() -> None:
    desk = Desk(Town())
    token = access_token(desk)
    reply = desk.request("credential", token, b"x=1", kind=FORM)
    assert refusal(reply) == (400, "invalid_credential_request", Code.ISSUANCE_REQUEST)
    reply = desk.request("credential", token, b" " * (2 * 1024 * 1024 + 1))
    assert refusal(reply) == (400, "invalid_credential_request", Code.INPUT_SIZE)


def test_a_credential_that_the_token_is_not_for() -> None:
    desk = Desk(Town())
    body = asked("x", credential_configuration_id="licence")
    reply = desk.request("credential", access_token(desk, "card"), body)
    assert refusal(reply) == (403, "insufficient_scope", Code.ISSUANCE_SCOPE)
    assert "insufficient_scope" in reply.headers["WWW-Authenticate"]


def test_a_configuration_where_a_dataset_was_named() -> None:
    desk = Desk(Town())
    details = '[{"type":"openid_credential","credential_configuration_id":"card"}]'
    reply = desk.redeem(desk.code(), {}, authorization_details=details)
    token = str(strict_json.loads_object(reply.body)["access_token"])
    reply = desk.request("credential", token, asked("x"))
    assert refusal(reply) == (400, "invalid_credential_request", Code.ISSUANCE_IDENTIFIER)


def test_a_proof_where_none_is_wanted() -> None:
    town = Town()
    card = town.setup.offerings["card"]
    bare = replace(card.configuration, proofs={}, binding_methods=())
    desk = Desk(town.remade(offerings={"card": replace(card, configuration=bare)}))
    reply = desk.request("credential", access_token(desk), asked("x"))
    assert refusal(reply) == (400, "invalid_proof", Code.ISSUANCE_PROOF_TYPE)


def test_the_register_says_no() -> None:
    desk = Desk(Town())
    desk.town.register.decision = Denied()
    body = asked(proof(desk, KEY, c_nonce(desk)))
    reply = desk.request("credential", access_token(desk), body)
    assert refusal(reply) == (400, "credential_request_denied", Code.ISSUANCE_DENIED)
    assert nothing_issued(desk)


def test_a_person_without_such_a_credential() -> None:
    desk = Desk(Town())
    token = access_token(desk)
    desk.town.register.sets = ()
    body = asked(proof(desk, KEY, c_nonce(desk)))
    reply = desk.request("credential", token, body)
    assert refusal(reply) == (400, "credential_request_denied", Code.ISSUANCE_DENIED)
    details = '[{"type":"openid_credential","credential_configuration_id":"card"}]'
    reply = desk.redeem(desk.code(), {}, authorization_details=details)
    assert refusal(reply) == (400, "invalid_scope", Code.ISSUANCE_DENIED)


def test_statuses_are_given_back_when_a_batch_fails() -> None:
    desk = Desk(Town())
    desk.town.statuses.most = 2
    nonce = c_nonce(desk)
    body = asked(*(proof(desk, key, nonce) for key in new_keys(3)))
    with pytest.raises(RuntimeError):
        desk.request("credential", access_token(desk), body)
    assert nothing_issued(desk)


# Key attestations

ATTESTED_KEYS = replace(OPENID4VCI, key_attestation_required=True)
KEY_ATTESTATIONS: list[tuple[str, dict[str, Any], str, Code]] = [
    ("typ", {"change": head("typ", "JWT")}, "invalid_proof", Code.KEY_ATTESTATION_SYNTAX),
    ("no keys", {"change": claim("attested_keys", [])}, "invalid_proof", Code.KEY_ATTESTATION_SYNTAX),
    ("no key", {"change": claim("attested_keys", [{}])}, "invalid_proof", Code.KEY_TYPE),
    ("a broken key", {"change": claim("attested_keys", [{"kty": "EC", "crv": "P-256"}])}, "invalid_proof", Code.KEY_ATTESTATION_SYNTAX),
    ("a private key", {"change": claim("attested_keys", [jwk.encode_private(KEY)])}, "invalid_proof", Code.KEY_PRIVATE),
    ("a key twice", {"change": claim("attested_keys", [jwk.encode_public(KEY.public_key)] * 2)}, "invalid_proof", Code.KEY_ATTESTATION_SYNTAX),
    ("no time", {"change": without("iat")}, "invalid_proof", Code.KEY_ATTESTATION_SYNTAX),
    ("empty levels", {"change": claim("key_storage", [])}, "invalid_proof", Code.KEY_ATTESTATION_SYNTAX),
    ("signed by another", {"key": STRANGER}, "invalid_proof", Code.KEY_ATTESTATION_SIGNATURE),
    ("expired", {"change": shift("exp", -2 * 86_400)}, "invalid_proof", Code.KEY_ATTESTATION_EXPIRED),
    ("from the future", {"change": shift("iat", 61)}, "invalid_proof", Code.KEY_ATTESTATION_IAT),
    ("from the year 9999", {"change": claim("iat", FAR)}, "invalid_proof", Code.KEY_ATTESTATION_IAT),
    ("a weak store", {"change": claim("key_storage", ["iso_18045_basic"])}, "invalid_proof", Code.KEY_ATTESTATION_LEVEL),
    ("no store", {"change": without("key_storage")}, "invalid_proof", Code.KEY_ATTESTATION_LEVEL),
    ("no person", {"change": without("user_authentication")}, "invalid_proof", Code.KEY_ATTESTATION_LEVEL),
    ("x5c is text", {"change": head("x5c", "AA==")}, "invalid_proof", Code.KEY_ATTESTATION_CERTIFICATE),
    ("no nonce", {"change": without("nonce")}, "invalid_proof", Code.KEY_ATTESTATION_SYNTAX),
]  # fmt: skip


def key_attestation(
    desk: Desk, nonce: str, *, change: Change = same, key: LocalKey = PROVIDER_KEY
) -> str:
    text = run(Attester(desk.town.clock).attest([KEY.public_key], nonce=nonce), NoNetwork())
    return resigned(text, change, key)


@pytest.mark.parametrize(
    ("words", "error", "code"),
    [row[1:] for row in KEY_ATTESTATIONS],
    ids=[row[0] for row in KEY_ATTESTATIONS],
)
@pytest.mark.parametrize("kind", ["jwt", "attestation"])
def test_a_forged_key_attestation(words: dict[str, Any], error: str, code: Code, kind: str) -> None:
    desk = Desk(Town(ATTESTED_KEYS))
    nonce = c_nonce(desk)
    text = key_attestation(desk, nonce, **words)
    if kind == "jwt":
        text = proof(desk, KEY, nonce, attestation=text)
    reply = desk.request("credential", access_token(desk), asked(text, kind=kind))
    assert refusal(reply) == (400, error, code)
    assert nothing_issued(desk)


def test_a_key_attestation_for_another_nonce() -> None:
    desk = Desk(Town(ATTESTED_KEYS))
    token = access_token(desk)
    text = key_attestation(desk, "x")
    reply = desk.request("credential", token, asked(text, kind="attestation"))
    assert refusal(reply) == (400, "invalid_nonce", Code.PROOF_NONCE)
    signed = proof(desk, KEY, c_nonce(desk), attestation=key_attestation(desk, c_nonce(desk)))
    reply = desk.request("credential", token, asked(signed))
    assert refusal(reply) == (400, "invalid_nonce", Code.KEY_ATTESTATION_NONCE)


def test_a_key_that_nobody_vouches_for() -> None:
    desk = Desk(Town(ATTESTED_KEYS))
    token, nonce = access_token(desk), c_nonce(desk)
    reply = desk.request("credential", token, asked(proof(desk, KEY, nonce)))
    assert refusal(reply) == (400, "invalid_proof", Code.KEY_ATTESTATION_MISSING)
    text = key_attestation(desk, nonce)
    reply = desk.request("credential", token, asked(proof(desk, STRANGER, nonce, attestation=text)))
    assert refusal(reply) == (400, "invalid_proof", Code.KEY_ATTESTATION_KEY)


def test_several_proofs_may_show_one_attestation() -> None:
    desk = Desk(Town(ATTESTED_KEYS))
    nonce, keys = c_nonce(desk), new_keys(2)
    publics = [key.public_key for key in keys]
    text = run(Attester(desk.town.clock).attest(publics, nonce=nonce), NoNetwork())
    body = asked(*(proof(desk, key, nonce, attestation=text) for key in keys))
    reply = desk.request("credential", access_token(desk), body)
    assert len(list(strict_json.loads_object(reply.body)["credentials"])) == 2  # type: ignore[arg-type]


def test_a_key_attestation_without_an_end() -> None:
    """With a signed proof it must have one; alone it is believed while it is fresh."""
    desk = Desk(Town(ATTESTED_KEYS))
    nonce = c_nonce(desk)
    text = key_attestation(desk, nonce, change=without("exp"))
    token = access_token(desk)
    reply = desk.request("credential", token, asked(proof(desk, KEY, nonce, attestation=text)))
    assert refusal(reply) == (400, "invalid_proof", Code.KEY_ATTESTATION_SYNTAX)
    assert desk.request("credential", token, asked(text, kind="attestation")).status == 200
    nonce = c_nonce(desk)

    def old(_header: dict[str, Any], claims: dict[str, Any]) -> None:
        claims.pop("exp")
        claims["iat"] -= 301

    text = key_attestation(desk, nonce, change=old)
    reply = desk.request("credential", token, asked(text, kind="attestation"))
    assert refusal(reply) == (400, "invalid_proof", Code.KEY_ATTESTATION_IAT)


def test_a_key_attestation_at_the_ends_of_time() -> None:
    desk = Desk(Town(ATTESTED_KEYS))
    token = access_token(desk)
    for change in (claim("exp", FAR), claim("iat", -62_135_596_800)):
        text = key_attestation(desk, c_nonce(desk), change=change)
        assert desk.request("credential", token, asked(text, kind="attestation")).status == 200

    def endless(_header: dict[str, Any], claims: dict[str, Any]) -> None:
        claims.pop("exp")
        claims["iat"] = FAR

    text = key_attestation(desk, c_nonce(desk), change=endless)
    reply = desk.request("credential", token, asked(text, kind="attestation"))
    assert refusal(reply) == (400, "invalid_proof", Code.KEY_ATTESTATION_IAT)


def test_a_key_attestation_by_a_stranger_or_without_certificates() -> None:
    desk = Desk(Town(replace(ATTESTED_KEYS, certificates_required=True)))
    token, nonce = access_token(desk), c_nonce(desk)
    for change in (without("x5c"), head("x5c", [_b64(ROOT.der)])):
        text = key_attestation(desk, nonce, change=change)
        reply = desk.request("credential", token, asked(text, kind="attestation"))
        assert refusal(reply) == (400, "invalid_proof", Code.KEY_ATTESTATION_CERTIFICATE)
    open_desk = Desk(Town(ATTESTED_KEYS))
    text = key_attestation(open_desk, nonce, change=without("x5c"), key=EDWARDS)
    reply = open_desk.request(
        "credential", access_token(open_desk), asked(text, kind="attestation")
    )
    assert refusal(reply)[:2] == (400, "invalid_proof")


def test_a_type_of_proof_that_the_credential_does_not_have() -> None:
    town = Town()
    card = town.setup.offerings["card"]
    only = replace(card.configuration, proofs={"jwt": ProofDemand(("ES256",))})
    desk = Desk(town.remade(offerings={"card": replace(card, configuration=only)}))
    text = key_attestation(desk, c_nonce(desk))
    reply = desk.request("credential", access_token(desk), asked(text, kind="attestation"))
    assert refusal(reply) == (400, "invalid_proof", Code.ISSUANCE_PROOF_TYPE)


def test_an_attestation_names_no_more_keys_than_a_batch() -> None:
    desk = Desk(Town(ATTESTED_KEYS))
    nonce = c_nonce(desk)
    text = prepare_key_attestation(
        PROVIDER_KEY, keys=[key.public_key for key in new_keys(6)], now=desk.town.clock.now(),
        lifetime=timedelta(days=1), nonce=nonce, key_storage=["iso_18045_high"],
        user_authentication=["iso_18045_moderate"], certificates=(PROVIDER_CERTIFICATE.der,),
    ).sign_with(PROVIDER_KEY)  # fmt: skip
    reply = desk.request("credential", access_token(desk), asked(text, kind="attestation"))
    assert refusal(reply) == (400, "invalid_proof", Code.ISSUANCE_BATCH)


# Encryption

SEAL = LocalKey.generate_on(Curve.P256)


def sealed_desk(**changes: bool) -> Desk:
    words = {"requests_required": False, "responses_required": False, **changes}
    return Desk(Town(sealing=Sealing(key=SEAL, **words)))


def answer_key() -> dict[str, object]:
    key = EncryptionKey.of_key(LocalKey.generate_on(Curve.P256).public_key)
    return dict(ResponseEncryption(key, Enc.A256GCM).to_members())


def test_an_open_request_where_it_must_be_sealed() -> None:
    desk = sealed_desk(requests_required=True)
    reply = desk.request("credential", access_token(desk), asked("x"))
    assert refusal(reply) == (400, "invalid_encryption_parameters", Code.ISSUANCE_ENCRYPTION)


def test_an_open_answer_where_it_must_be_sealed() -> None:
    desk = sealed_desk(responses_required=True)
    reply = desk.request("credential", access_token(desk), asked("x"))
    assert refusal(reply) == (400, "invalid_encryption_parameters", Code.ISSUANCE_ENCRYPTION)


def test_a_key_for_the_answer_in_an_open_request() -> None:
    desk = sealed_desk()
    body = asked("x", credential_response_encryption=answer_key())
    reply = desk.request("credential", access_token(desk), body)
    assert refusal(reply) == (400, "invalid_encryption_parameters", Code.ISSUANCE_ENCRYPTION)


def test_sealing_where_nobody_seals() -> None:
    desk = Desk(Town())
    token = access_token(desk)
    text = EncryptionKey.of_key(SEAL.public_key).seal(asked("x"), Enc.A256GCM).encode()
    reply = desk.request("credential", token, text, kind="application/jwt")
    assert refusal(reply) == (400, "invalid_encryption_parameters", Code.ISSUANCE_ENCRYPTION)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"x", Code.JWE_SYNTAX),
        (b"\xff", Code.JWE_SYNTAX),
        (
            EncryptionKey.of_key(LocalKey.generate_on(Curve.P256).public_key)
            .seal(b"{}", Enc.A256GCM)
            .encode(),
            Code.ISSUANCE_ENCRYPTION,
        ),
        (
            EncryptionKey(SEAL.public_key).seal(b"{}", Enc.A128GCM).encode()[:-1],
            Code.BASE64URL_SYNTAX,
        ),
        (
            EncryptionKey(LocalKey.generate_on(Curve.P256).public_key)
            .seal(b"{}", Enc.A256GCM)
            .encode(),
            Code.JWE_DECRYPT,
        ),
    ],
)
def test_a_request_sealed_for_somebody_else(text: bytes, code: Code) -> None:
    desk = sealed_desk()
    reply = desk.request("credential", access_token(desk), text, kind="application/jwt")
    assert refusal(reply) == (400, "invalid_encryption_parameters", code)


@pytest.mark.parametrize(
    "change",
    [
        {"zip": "DEF"},
        {"enc": "A128CBC-HS256"},
        {"jwk": None},
        {"jwk": {}},
        {"jwk": {**jwk.encode_public(KEY.public_key), "alg": "ECDH-ES+A256KW"}},
        {"jwk": {**jwk.encode_private(KEY), "alg": "ECDH-ES"}},
        {"jwk": {**jwk.encode_public(KEY.public_key), "alg": "ECDH-ES", "use": "sig"}},
        {"jwk": {**jwk.encode_public(EDWARDS.public_key), "alg": "ECDH-ES"}},
    ],
)
def test_an_answer_sealed_in_a_way_that_is_not_taken(change: dict[str, object]) -> None:
    desk = sealed_desk()
    body = asked("x", credential_response_encryption={**answer_key(), **change})
    text = EncryptionKey.of_key(SEAL.public_key).seal(body, Enc.A256GCM).encode()
    reply = desk.request("credential", access_token(desk), text, kind="application/jwt")
    assert refusal(reply) == (400, "invalid_encryption_parameters", Code.ISSUANCE_ENCRYPTION)


# Deferred issuance and notifications


def begun(desk: Desk) -> tuple[str, str]:
    desk.town.register.waiting = 1
    token = access_token(desk)
    body = asked(proof(desk, KEY, c_nonce(desk)))
    reply = desk.request("credential", token, body)
    assert reply.status == 202
    return token, str(strict_json.loads_object(reply.body)["transaction_id"])


def test_a_deferred_issuance_of_somebody_else() -> None:
    desk = Desk(Town())
    _, name = begun(desk)
    body = strict_json.dumps({"transaction_id": name})
    for token, raw in (
        (access_token(desk), body),
        (access_token(desk), b'{"transaction_id":"x"}'),
    ):
        reply = desk.request("deferred", token, raw)
        assert refusal(reply) == (400, "invalid_transaction_id", Code.ISSUANCE_TRANSACTION)
    assert desk.town.statuses.given == []


def test_a_malformed_deferred_request() -> None:
    desk = Desk(Town())
    token, _ = begun(desk)
    for raw in (b"", b"{}", b'{"transaction_id":1}'):
        reply = desk.request("deferred", token, raw)
        assert refusal(reply) == (400, "invalid_credential_request", Code.ISSUANCE_REQUEST)


def test_a_deferred_issuance_survives_a_failure() -> None:
    desk = Desk(Town())
    token, name = begun(desk)
    body = strict_json.dumps({"transaction_id": name})
    desk.town.statuses.most = 0
    with pytest.raises(RuntimeError):
        desk.request("deferred", token, body)
    desk.town.statuses.most = 1
    assert desk.request("deferred", token, body).status == 200
    reply = desk.request("deferred", token, body)
    assert refusal(reply) == (400, "invalid_transaction_id", Code.ISSUANCE_TRANSACTION)


def test_two_who_ask_at_once_for_what_was_deferred() -> None:
    desk = Desk(Town())
    token, name = begun(desk)
    body = strict_json.dumps({"transaction_id": name})
    decide = desk.town.register.decide

    def meanwhile(order: Any) -> Any:
        desk.town.register.decide = decide  # type: ignore[method-assign]
        assert desk.request("deferred", token, body).status == 200
        return decide(order)

    desk.town.register.decide = meanwhile  # type: ignore[method-assign]
    reply = desk.request("deferred", token, body)
    assert refusal(reply) == (400, "invalid_transaction_id", Code.ISSUANCE_TRANSACTION)
    assert desk.town.statuses.given == [1]


def test_of_two_issuers_with_one_store_each_has_its_own_codes_and_tokens() -> None:
    """The same name of a subject may stand for somebody else there: no token of one serves."""
    desk = Desk(Town())
    tenant = f"{ISSUER}/tenant"
    other = Desk(Town(identifier=tenant, store=desk.town.store))
    form = {"grant_type": PRE, "pre-authorized_code": desk.code(), "client_id": WALLET}
    reply = other.form("tenant/token", form, {})
    assert refusal(reply) == (400, "invalid_grant", Code.OAUTH_GRANT)
    body = asked(proof(desk, KEY, c_nonce(desk), change=claim("aud", tenant)))
    reply = other.request("tenant/credential", access_token(desk), body)
    assert refusal(reply) == (401, "invalid_token", Code.OAUTH_TOKEN)
    # Nor does a nonce, though both have the same key.
    made = other.form("tenant/token", {**form, "pre-authorized_code": other.code()}, {})
    token = str(strict_json.loads_object(made.body)["access_token"])
    reply = other.request("tenant/credential", token, body)
    assert refusal(reply) == (400, "invalid_nonce", Code.PROOF_NONCE)
    assert desk.form("token", form, {}).status == 200


def test_news_of_somebody_else() -> None:
    desk = Desk(Town())
    reply = desk.request("credential", access_token(desk), asked(proof(desk, KEY, c_nonce(desk))))
    name = strict_json.loads_object(reply.body)["notification_id"]
    body = strict_json.dumps({"notification_id": name, "event": "credential_accepted"})
    reply = desk.request("notification", access_token(desk), body)
    expected = (400, "invalid_notification_id", Code.ISSUANCE_NOTIFICATION_ID)
    assert refusal(reply) == expected
    body = b'{"notification_id":"x","event":"credential_accepted"}'
    assert refusal(desk.request("notification", access_token(desk), body)) == expected
    assert desk.town.register.news == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"notification_id":"x"}',
        b'{"notification_id":"x","event":"lost"}',
        b'{"notification_id":"","event":"credential_accepted"}',
        b'{"notification_id":"x","event":"credential_accepted","event_description":"\\""}',
    ],
)
def test_malformed_news(body: bytes) -> None:
    desk = Desk(Town())
    reply = desk.request("notification", access_token(desk), body)
    expected = (400, "invalid_notification_request", Code.ISSUANCE_NOTIFICATION)
    assert refusal(reply) == expected
    reply = desk.request("notification", access_token(desk), body, kind=FORM)
    assert refusal(reply) == expected


# The issuer as a whole


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("POST", "/token/", 404),
        ("GET", "/token", 405),
        ("GET", "/credential", 405),
        ("POST", "/.well-known/openid-credential-issuer", 405),
        ("DELETE", "/offers/x", 405),
    ],
)
def test_no_endpoint(method: str, path: str, status: int) -> None:
    reply = Town().issuer.answer(Call(method, path))
    assert reply.status == status
    assert reply.refusal is not None
    assert reply.refusal.code is Code.OAUTH_ENDPOINT


def test_an_offer_that_was_never_published_or_has_ended() -> None:
    town = Town()
    path = town.issuer.publish(town.offer()).uri.removeprefix(ISSUER)
    assert town.issuer.answer(Call("GET", path)).status == 200
    town.clock.moment += timedelta(minutes=10)
    for each in (path, "/offers/", "/offers/x"):
        reply = town.issuer.answer(Call("GET", each))
        assert refusal(reply) == (400, "invalid_request", Code.OFFER_GRANT)


def test_two_who_approve_one_offer_at_once() -> None:
    desk = Desk(Town())
    offer = desk.town.issuer.offer_authorization(subject=None, configurations=["card"])
    assert offer.authorization_code is not None
    browsed(desk, pushed(desk, issuer_state=offer.authorization_code.issuer_state))

    class Racing:
        """A store whose record another process takes between two looks."""

        def __getattr__(self, name: str) -> Any:
            return getattr(desk.town.store, name)

        def take(self, kind: Kind, key: str, *, now: Any) -> bytes | None:
            taken = desk.town.store.take(kind, key, now=now)
            return None if kind is Kind.ISSUER_STATE else taken

    asked = desk.town.people.asked[-1].id
    reply = desk.town.remade(store=Racing()).issuer.approve(asked, subject=SUBJECT)
    assert "error=invalid_request" in reply.headers["Location"]
    assert desk.town.left() == set()


def test_a_full_store() -> None:
    town = Town()
    town.remade(store=MemoryIssuanceStore(capacity=1))
    desk = Desk(town)
    code = desk.code()
    reply = desk.redeem(code, desk.dpop())
    assert refusal(reply) == (503, "temporarily_unavailable", Code.OAUTH_BUSY)
    assert desk.form("par", asking(), {}).status == 503
    other = Desk(Town())
    assert browsed(other, pushed(other)).status == 200
    asked = other.town.people.asked[-1].id

    class Full:
        def __getattr__(self, name: str) -> Any:
            return getattr(other.town.store, name)

        def put(self, *_: Any, **__: Any) -> None:
            raise StoreError(Code.OAUTH_BUSY)

    reply = other.town.remade(store=Full()).issuer.approve(asked, subject=SUBJECT)
    assert refusal(reply) == (503, "temporarily_unavailable", Code.OAUTH_BUSY)


def _b64(der: bytes) -> str:
    from base64 import b64encode

    return b64encode(der).decode()
