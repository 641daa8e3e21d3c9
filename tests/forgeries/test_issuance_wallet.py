"""Every rule of a wallet broken once by the issuer, or by whoever sits between them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from issuance import (
    BACK,
    CARD_CERTIFICATE,
    CARD_KEY,
    CARDS,
    HAIP_WITH_NONCES,
    ISSUER,
    NOW,
    ROOT,
    ROOT_KEY,
    Town,
    new_keys,
)

from krid._core import strict_json
from krid.errors import Code, KridError
from krid.jose import Enc, jws
from krid.keys import Alg, Curve, LocalKey
from krid.net import HttpsTransport, Request, Response, ScriptedTransport, run
from krid.openid.oauth import server_metadata
from krid.openid.vci import (
    CodeOffer,
    CredentialOffer,
    CredentialRequest,
    Event,
    GrantType,
    RequestEncryption,
    prepare_signed_metadata,
    wallet,
)
from krid.openid.vci.encryption import opened
from krid.openid.vci.server import NO_TX_CODE, MetadataSigner, RequiredTxCode, Sealing, TypedCode
from krid.profiles import HAIP_ISSUANCE, OPENID4VCI

PRE, CODE = GrantType.PRE_AUTHORIZED_CODE, GrantType.AUTHORIZATION_CODE
METADATA = f"{ISSUER}/.well-known/openid-credential-issuer"
SERVER = f"{ISSUER}/.well-known/oauth-authorization-server"
STRANGER = LocalKey.generate(Alg.ES256)
JSON = {"Content-Type": "application/json"}
Change = Callable[[str, Response], Response]


def at(url: str, **changes: object) -> Change:
    """Change members of a JSON answer; None takes one away."""

    def change(asked: str, response: Response) -> Response:
        if asked != url:
            return response
        members: dict[str, Any] = {**strict_json.loads_object(response.body), **changes}
        left = {name: value for name, value in members.items() if value is not None}
        return replace(response, body=strict_json.dumps(left))

    return change


def instead(url: str, status: int, body: bytes, kind: str = "application/json") -> Change:
    """Give another answer."""

    def change(asked: str, response: Response) -> Response:
        return Response(status, {"Content-Type": kind}, body) if asked == url else response

    return change


def refused(town: Town, flow: Any) -> tuple[Code, str]:
    with pytest.raises(KridError) as error:
        town.run(flow)
    return error.value.code, error.value.detail


# Offers


@pytest.mark.parametrize(
    "link",
    [
        "",
        "openid-credential-offer://",
        "openid-credential-offer://?credential_offer=%7B%7D",
        "openid-credential-offer://?credential_offer=x&credential_offer_uri=https://a.example",
        "openid-credential-offer://?credential_offer_uri=http://a.example/1",
        "openid-credential-offer://?credential_offer_uri=https://a.example/1%23x",
        "openid-credential-offer://?credential_offer_uri=file:///etc/passwd",
        "openid-credential-offer://?credential_offer_uri=https://127.1/",
        "x?credential_offer=%FF",
        "x?credential_offer=\u00e9",
        "x?credential_offer=" + "1" * 65_536,
    ],
)
def test_a_malformed_link(link: str) -> None:
    assert refused(Town(), wallet.fetch_offer(link))[0] is Code.OFFER_SYNTAX


OFFER: dict[str, Any] = {
    "credential_issuer": ISSUER,
    "credential_configuration_ids": ["card"],
    "grants": {PRE.value: {"pre-authorized_code": "x", "tx_code": {}}},
}


@pytest.mark.parametrize(
    "change",
    [
        {"credential_issuer": "http://a.example"},
        {"credential_issuer": "https://user@a.example"},
        {"credential_issuer": "https://0x7f.1"},
        {"credential_issuer": 1},
        {"credential_configuration_ids": []},
        {"credential_configuration_ids": ["a", "a"]},
        {"credential_configuration_ids": "card"},
        {"credential_configuration_ids": [f"c{number}" for number in range(65)]},
        {"grants": []},
        {"grants": {PRE.value: {}}},
        {"grants": {PRE.value: {"pre-authorized_code": ""}}},
        {"grants": {PRE.value: {"pre-authorized_code": "x", "tx_code": {"input_mode": "x"}}}},
        {"grants": {PRE.value: {"pre-authorized_code": "x", "tx_code": {"length": 0}}}},
        {"grants": {PRE.value: {"pre-authorized_code": "x", "tx_code": {"length": True}}}},
        {"grants": {PRE.value: {"pre-authorized_code": "x", "tx_code": {"description": "x" * 301}}}},
        {"grants": {CODE.value: {"issuer_state": 1}}},
        {"grants": {CODE.value: {"authorization_server": "http://a.example"}}},
    ],
)  # fmt: skip
def test_a_malformed_offer(change: dict[str, Any]) -> None:
    CredentialOffer.parse(strict_json.dumps(OFFER))
    with pytest.raises(KridError) as error:
        CredentialOffer.parse(strict_json.dumps({**OFFER, **change}))
    assert error.value.code is Code.OFFER_SYNTAX


def test_an_offer_by_reference_of_another_kind() -> None:
    town = Town()
    reference = town.issuer.publish(town.offer())
    town.wire.change = instead(reference.uri, 200, b"{}", "application/jwt")
    assert refused(town, wallet.fetch_offer(reference.to_uri()))[0] is Code.OFFER_SYNTAX


def test_an_offer_that_names_a_foreign_server() -> None:
    flow = wallet.discover(Town().wallet, ISSUER, grant=PRE, server="https://evil.example")
    assert refused(Town(), flow)[0] is Code.OFFER_SERVER


def test_an_offer_is_redeemed_at_the_server_that_it_names_alone() -> None:
    town = Town()
    found, offer = town.discovered(), town.offer()
    assert offer.pre_authorized is not None
    foreign = replace(offer.pre_authorized, server="https://other.example")
    flow = wallet.redeem_offer(
        town.wallet, found, replace(offer, pre_authorized=foreign), tx_code=None
    )
    assert refused(town, flow)[0] is Code.OFFER_SERVER
    by_browser: Any = wallet.begin_authorization(
        town.wallet, found, ["card"], server="https://other.example"
    )
    assert refused(town, by_browser)[0] is Code.OFFER_SERVER
    assert all(each.method == "GET" for each in town.wire.requests)
    named = replace(offer, pre_authorized=replace(foreign, server=ISSUER))
    town.run(wallet.redeem_offer(town.wallet, found, named, tx_code=None))
    town.run(wallet.begin_authorization(town.wallet, found, ["card"], server=ISSUER))


def test_a_stranger_gets_no_token_for_a_stolen_code() -> None:
    """He offers what he saw of another's offer, names its server as his own, and waits.

    The person types the transaction code that was meant for the other offer. The token would go
    to the stranger's credential endpoint, and without DPoP be good at the issuer's.
    """
    town, evil = Town(), "https://evil.example"
    found = town.discovered()
    stolen = town.offer(tx_code=RequiredTxCode(TypedCode(b"4711")))
    his = replace(found, metadata=replace(found.metadata, issuer=evil, servers=(ISSUER,)))
    flow = wallet.redeem_offer(town.wallet, his, replace(stolen, issuer=evil), tx_code="4711")
    assert refused(town, flow) == (Code.OAUTH_REFUSED, "invalid_target")
    own = replace(found, metadata=replace(found.metadata, servers=(ISSUER,)))
    town.run(wallet.redeem_offer(town.wallet, own, stolen, tx_code="4711"))


def test_the_address_of_an_offer_stays_out_of_logs() -> None:
    reference = Town().issuer.publish(Town().offer())
    assert repr(reference) == "OfferReference()"


def test_an_offer_of_another_issuer_or_grant() -> None:
    town = Town()
    found = town.discovered()
    other = replace(town.offer(), issuer="https://other.example")
    flow = wallet.redeem_offer(town.wallet, found, other, tx_code=None)
    assert refused(town, flow)[0] is Code.OFFER_GRANT
    by_browser = CredentialOffer(
        issuer=ISSUER, configurations=("card",), authorization_code=CodeOffer()
    )
    flow = wallet.redeem_offer(town.wallet, found, by_browser, tx_code=None)
    assert refused(town, flow)[0] is Code.OFFER_GRANT


@pytest.mark.parametrize(("asked", "typed"), [(b"1", None), (None, "1")])
def test_a_transaction_code_that_does_not_fit_the_offer(
    asked: bytes | None, typed: str | None
) -> None:
    town = Town()
    offer = town.offer(tx_code=NO_TX_CODE if asked is None else RequiredTxCode(TypedCode(asked)))
    flow = wallet.redeem_offer(town.wallet, town.discovered(), offer, tx_code=typed)
    assert refused(town, flow)[0] is Code.OFFER_TX_CODE
    assert f"{ISSUER}/token" not in {each.url for each in town.wire.requests}


# Addresses


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
def test_an_issuer_inside_the_wallets_own_network(address: str) -> None:
    """The name looks harmless; what DNS says does not, and nothing is connected to."""
    transport = HttpsTransport(lookup=lambda _host, _port: [address])
    town = Town()
    with pytest.raises(KridError) as error:
        run(wallet.discover(town.wallet, "https://issuer.example", grant=PRE), transport)
    assert error.value.code is Code.NET_PRIVATE
    link = "x?credential_offer_uri=https://offers.example/1"
    with pytest.raises(KridError) as error:
        run(wallet.fetch_offer(link), transport)
    assert error.value.code is Code.NET_PRIVATE


@pytest.mark.parametrize(
    "issuer",
    [
        "http://issuer.example",
        "https://issuer.example?x=1",
        "https://issuer.example#x",
        "https://issuer.example/../x",
        "https://issuer.example//x",
        "https://user@issuer.example",
        "issuer.example",
    ],
)
def test_no_issuer_identifier(issuer: str) -> None:
    town = Town()
    flow = wallet.discover(town.wallet, issuer, grant=PRE)
    assert refused(town, flow)[0] is Code.ISSUANCE_METADATA
    assert town.wire.requests == []
    with pytest.raises(KridError) as error:
        server_metadata.metadata_url(issuer)
    assert error.value.code is Code.OAUTH_METADATA


# Metadata

FORGED_METADATA: list[tuple[str, Change, Code]] = [
    ("another issuer", at(METADATA, credential_issuer="https://evil.example"), Code.ISSUANCE_FOREIGN),
    ("a slash more", at(METADATA, credential_issuer=f"{ISSUER}/"), Code.ISSUANCE_FOREIGN),
    ("no issuer", at(METADATA, credential_issuer=None), Code.ISSUANCE_FOREIGN),
    ("another server", at(SERVER, issuer="https://evil.example"), Code.OAUTH_FOREIGN),
    ("no endpoint", at(METADATA, credential_endpoint=None), Code.ISSUANCE_METADATA),
    ("http", at(METADATA, nonce_endpoint="http://mois.example/nonce"), Code.ISSUANCE_METADATA),
    ("no configurations", at(METADATA, credential_configurations_supported=None), Code.ISSUANCE_METADATA),
    ("no format", at(METADATA, credential_configurations_supported={"card": {}}), Code.ISSUANCE_METADATA),
    ("no vct", at(METADATA, credential_configurations_supported={"card": {"format": "dc+sd-jwt"}}), Code.ISSUANCE_METADATA),
    ("a batch of one", at(METADATA, batch_credential_issuance={"batch_size": 1}), Code.ISSUANCE_METADATA),
    ("too many configurations", at(METADATA, credential_configurations_supported={f"c{number}": {"format": "x"} for number in range(513)}), Code.ISSUANCE_METADATA),
    ("no servers", at(METADATA, authorization_servers=[]), Code.ISSUANCE_METADATA),
    ("servers by http", at(METADATA, authorization_servers=["http://a.example"]), Code.ISSUANCE_METADATA),
    ("two of one language", at(METADATA, display=[{"locale": "ko"}, {"locale": "ko"}]), Code.ISSUANCE_METADATA),
    ("not JSON", instead(METADATA, 200, b"x"), Code.JSON_SYNTAX),
    ("another kind", instead(METADATA, 200, b"{}", "text/html"), Code.ISSUANCE_METADATA),
    ("signed unasked", instead(METADATA, 200, b"a.b.c", "application/jwt"), Code.ISSUANCE_METADATA),
    ("gone", instead(METADATA, 404, b""), Code.NET_STATUS),
    ("too large", instead(METADATA, 200, b" " * (2 * 1024 * 1024 + 1)), Code.NET_SIZE),
    ("a server of another kind", instead(SERVER, 200, b"{}", "text/html"), Code.OAUTH_METADATA),
    ("a server gone", instead(SERVER, 500, b""), Code.NET_STATUS),
    ("scopes are text", at(SERVER, scopes_supported="card"), Code.OAUTH_METADATA),
    ("a token endpoint by http", at(SERVER, token_endpoint="http://mois.example/token"), Code.OAUTH_METADATA),
    ("no token endpoint", at(SERVER, token_endpoint=None), Code.ISSUANCE_PROFILE),
    ("another grant", at(SERVER, grant_types_supported=["password"]), Code.OFFER_GRANT),
    ("no grant said", at(SERVER, grant_types_supported=None), Code.OFFER_GRANT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [row[1:] for row in FORGED_METADATA],
    ids=[row[0] for row in FORGED_METADATA],
)
def test_forged_metadata(change: Change, code: Code) -> None:
    town = Town()
    town.wire.change = change
    assert refused(town, wallet.discover(town.wallet, ISSUER, grant=PRE))[0] is code
    assert all(each.method == "GET" for each in town.wire.requests)


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        (at(SERVER, dpop_signing_alg_values_supported=None), "dpop"),
        (at(SERVER, dpop_signing_alg_values_supported=["ES512"]), "dpop"),
        (at(SERVER, token_endpoint_auth_methods_supported=["none"]), "client attestation"),
        (at(METADATA, nonce_endpoint=None), "nonce_endpoint"),
        (at(SERVER, authorization_endpoint=None), "authorization_endpoint"),
        (at(SERVER, pushed_authorization_request_endpoint=None), "pushed requests"),
        (at(SERVER, authorization_response_iss_parameter_supported=None), "iss"),
        (at(SERVER, code_challenge_methods_supported=["plain"]), "S256"),
        (at(SERVER, code_challenge_methods_supported=None), "S256"),
    ],
)
def test_a_server_that_can_not_keep_the_policy(change: Change, lacking: str) -> None:
    town = Town(HAIP_ISSUANCE)
    town.wire.change = change
    flow = wallet.discover(town.wallet, ISSUER, grant=CODE)
    assert refused(town, flow) == (Code.ISSUANCE_PROFILE, lacking)
    assert all(each.method == "GET" for each in town.wire.requests)


def test_a_grant_that_the_policy_does_not_have() -> None:
    town = Town()
    only = replace(town.wallet, policy=replace(OPENID4VCI, grants=frozenset({CODE})))
    assert refused(town, wallet.discover(only, ISSUER, grant=PRE))[0] is Code.OFFER_GRANT


def test_the_first_server_that_answers_and_fits_is_used() -> None:
    town = Town()
    servers = ["https://gone.example", ISSUER]
    town.wire.change = at(METADATA, authorization_servers=servers)
    assert town.discovered().server.issuer == ISSUER
    flow = wallet.discover(town.wallet, ISSUER, grant=PRE, server="https://gone.example")
    assert refused(town, flow)[0] is Code.NET_UNREACHABLE


# Signed metadata


def signing_town(**changes: bool) -> Town:
    signing = MetadataSigner(signer=CARD_KEY, certificates=(CARD_CERTIFICATE.der,))
    town = Town(metadata_signer=signing)
    words: dict[str, Any] = {"signed_metadata_required": True, **changes}
    policy = replace(OPENID4VCI, **words)
    town.wallet = replace(town.wallet, metadata_trust=CARDS, policy=policy)
    return town


def signed(
    town: Town, change: Callable[[dict[str, Any], dict[str, Any]], object], key: LocalKey = CARD_KEY
) -> Change:
    text = prepare_signed_metadata(
        town.issuer.metadata, CARD_KEY, certificates=(CARD_CERTIFICATE.der,), now=NOW,
        lifetime=timedelta(days=1),
    ).sign_with(CARD_KEY)  # fmt: skip
    parsed = jws.Jws.parse(text)
    header = {name: value for name, value in parsed.header.items() if name != "alg"}
    claims: dict[str, Any] = dict(parsed.claims())
    change(header, claims)
    forged = jws.sign(header, strict_json.dumps(claims), key)
    return instead(METADATA, 200, forged.encode(), "application/jwt")


@pytest.mark.parametrize(
    ("change", "key", "code"),
    [
        (lambda _h, _c: None, STRANGER, Code.ISSUANCE_SIGNATURE),
        (lambda h, _: h.__setitem__("typ", "JWT"), CARD_KEY, Code.ISSUANCE_METADATA),
        (lambda _, c: c.__setitem__("sub", "https://evil.example"), CARD_KEY, Code.ISSUANCE_FOREIGN),
        (lambda _, c: c.pop("sub"), CARD_KEY, Code.ISSUANCE_FOREIGN),
        (lambda _, c: c.__setitem__("credential_issuer", "https://x.example"), CARD_KEY, Code.ISSUANCE_FOREIGN),
        (lambda _, c: c.pop("iat"), CARD_KEY, Code.ISSUANCE_METADATA),
        (lambda _, c: c.__setitem__("iat", c["iat"] + 61), CARD_KEY, Code.ISSUANCE_VALIDITY),
        (lambda _, c: c.__setitem__("exp", c["iat"] - 61), CARD_KEY, Code.ISSUANCE_VALIDITY),
        (lambda _, c: c.__setitem__("iat", 253_402_300_799), CARD_KEY, Code.ISSUANCE_VALIDITY),
        (lambda _, c: c.__setitem__("iss", "https://evil.example"), CARD_KEY, Code.TRUST_ISSUER_NAME),
        (lambda _, c: c.__setitem__("iss", 1), CARD_KEY, Code.ISSUANCE_METADATA),
        (lambda h, _: h.pop("x5c"), CARD_KEY, Code.TRUST_UNKNOWN_ISSUER),
        (lambda h, _: h.__setitem__("x5c", []), CARD_KEY, Code.JWS_HEADER),
    ],
)  # fmt: skip
def test_forged_signed_metadata(
    change: Callable[[dict[str, Any], dict[str, Any]], object], key: LocalKey, code: Code
) -> None:
    town = signing_town()
    town.wire.change = signed(town, change, key)
    assert refused(town, wallet.discover(town.wallet, ISSUER, grant=PRE))[0] is code


@pytest.mark.parametrize("change", [{"exp": 253_402_300_799}, {"iat": -62_135_596_800}])
def test_signed_metadata_at_the_ends_of_time(change: dict[str, int]) -> None:
    town = signing_town()
    town.wire.change = signed(town, lambda _, claims: claims.update(change))
    assert town.discovered().issuer == ISSUER


def test_signed_metadata_without_an_end() -> None:
    town = signing_town()
    town.wire.change = signed(town, lambda _, claims: claims.pop("exp"))
    assert town.discovered().vouched is not None


def test_signed_metadata_without_certificates() -> None:
    from base64 import b64encode

    town = signing_town(certificates_required=True)
    root = b64encode(ROOT.der).decode()
    for change, key in (
        (lambda header, _: header.pop("x5c"), CARD_KEY),
        (lambda header, _: header.__setitem__("x5c", [root]), ROOT_KEY),
    ):
        town.wire.change = signed(town, change, key)
        flow = wallet.discover(town.wallet, ISSUER, grant=PRE)
        assert refused(town, flow)[0] is Code.ISSUANCE_SIGNATURE


def test_unsigned_metadata_where_signed_ones_are_demanded() -> None:
    town = signing_town()
    town.remade(metadata_signer=None)
    flow = wallet.discover(town.wallet, ISSUER, grant=PRE)
    assert refused(town, flow)[0] is Code.ISSUANCE_UNSIGNED


# The browser


def begun(town: Town) -> wallet.BrowserStep:
    flow = wallet.begin_authorization(town.wallet, town.discovered(CODE), ["card"])
    step = town.run(flow)
    assert isinstance(step, wallet.BrowserStep)
    return step


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("state=", "state=x", Code.OAUTH_STATE),
        ("state=", "status=", Code.OAUTH_STATE),
        ("iss=", "iss=https://evil.example/&x=", Code.OAUTH_ISS),
        ("iss=", "issue=", Code.OAUTH_ISS),
        ("code=", "cod=", Code.OAUTH_RESPONSE),
        ("code=", "code=x&code=", Code.OAUTH_RESPONSE),
        ("code=", "\u00e9=", Code.OAUTH_RESPONSE),
        (BACK, "https://wallet.example/other", Code.OAUTH_STATE),
    ],
)
def test_a_forged_way_back(old: str, new: str, code: Code) -> None:
    """A mixed-up server, an answer to another request, an answer made by hand."""
    town = Town()
    step = begun(town)
    back = town.browse(step.url).replace(old, new)
    flow = wallet.finish_authorization(town.wallet, step.pending, back)
    assert refused(town, flow)[0] is code
    assert f"{ISSUER}/token" not in {each.url for each in town.wire.requests}


def test_a_server_that_promised_nothing_may_still_not_name_another() -> None:
    town = Town()
    town.wire.change = at(SERVER, authorization_response_iss_parameter_supported=None)
    step = begun(town)
    back = town.browse(step.url)
    forged = back.replace("mois.example", "evil.example").replace("wallet.evil", "wallet")
    flow = wallet.finish_authorization(town.wallet, step.pending, forged)
    assert refused(town, flow)[0] is Code.OAUTH_ISS
    bare = back.partition("&iss=")[0]
    assert town.run(wallet.finish_authorization(town.wallet, step.pending, bare)).client_id


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("access_denied", (Code.OAUTH_DENIED, "")),
        ("server_error", (Code.OAUTH_REFUSED, "server_error")),
        ("my own word", (Code.OAUTH_REFUSED, "other")),
        ('"', (Code.OAUTH_RESPONSE, "error")),
    ],
)
def test_the_server_says_no(error: str, expected: tuple[Code, str]) -> None:
    from urllib.parse import quote

    town = Town()
    step = begun(town)
    back = town.browse(step.url).replace("code=", f"error={quote(error)}&x=")
    flow = wallet.finish_authorization(town.wallet, step.pending, back)
    assert refused(town, flow) == expected


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"request_uri":"x"}', b'{"request_uri":"x","expires_in":0}']
)
def test_a_malformed_answer_to_a_pushed_request(body: bytes) -> None:
    town = Town()
    town.wire.change = instead(f"{ISSUER}/par", 201, body)
    flow = wallet.begin_authorization(town.wallet, town.discovered(CODE), ["card"])
    assert refused(town, flow)[0] is Code.OAUTH_RESPONSE


def test_without_pushing_the_browser_carries_the_request() -> None:
    town = Town()
    town.wire.change = at(SERVER, pushed_authorization_request_endpoint=None)
    step = begun(town)
    assert "code_challenge=" in step.url
    back = town.browse(step.url)
    town.run(wallet.finish_authorization(town.wallet, step.pending, back))


@pytest.mark.parametrize("servers", [None, [ISSUER]])
def test_scopes_name_the_issuer_where_servers_are_named(servers: list[str] | None) -> None:
    town = Town()
    town.wire.change = at(METADATA, authorization_servers=servers)
    step = begun(town)
    sent = dict(parse_qsl((town.wire.requests[-1].body or b"").decode()))
    assert (sent["scope"], sent.get("resource")) == ("card", servers and ISSUER)
    back = town.browse(step.url)
    assert town.run(wallet.finish_authorization(town.wallet, step.pending, back)).client_id


def test_what_the_issuer_does_not_issue() -> None:
    town = Town()
    flow = wallet.begin_authorization(town.wallet, town.discovered(CODE), ["x"])
    assert refused(town, flow)[0] is Code.OFFER_CONFIGURATION


def test_a_credential_without_a_scope_where_scopes_are_demanded() -> None:
    town = Town(HAIP_ISSUANCE)
    members = town.issuer.metadata.configurations["card"].to_members()
    bare = {name: value for name, value in members.items() if name != "scope"}
    town.wire.change = at(METADATA, credential_configurations_supported={"card": bare})
    flow = wallet.begin_authorization(town.wallet, town.discovered(CODE), ["card"])
    assert refused(town, flow) == (Code.ISSUANCE_PROFILE, "scope")


# Tokens

TOKENS: list[tuple[str, dict[str, object], Code]] = [
    ("no token", {"access_token": None}, Code.OAUTH_RESPONSE),
    ("a token of two words", {"access_token": "a b"}, Code.OAUTH_RESPONSE),
    ("a token with a new line", {"access_token": "a\nb"}, Code.OAUTH_RESPONSE),
    ("no type", {"token_type": None}, Code.OAUTH_RESPONSE),
    ("another type", {"token_type": "mac"}, Code.OAUTH_RESPONSE),
    ("unbound", {"token_type": "Bearer"}, Code.ISSUANCE_PROFILE),
    ("no lifetime", {"expires_in": 0}, Code.OAUTH_RESPONSE),
    ("a lifetime in text", {"expires_in": "600"}, Code.OAUTH_RESPONSE),
    ("details without datasets", {"authorization_details": [{"type": "openid_credential", "credential_configuration_id": "card"}]}, Code.OAUTH_RESPONSE),
    ("no details", {"authorization_details": []}, Code.OAUTH_RESPONSE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"), [row[1:] for row in TOKENS], ids=[row[0] for row in TOKENS]
)
def test_a_forged_token_response(changes: dict[str, object], code: Code) -> None:
    town = Town(HAIP_ISSUANCE)
    found, offer = town.discovered(), town.offer()
    town.wire.change = at(f"{ISSUER}/token", **changes)
    flow = wallet.redeem_offer(town.wallet, found, offer, tx_code=None)
    assert refused(town, flow)[0] is code


@pytest.mark.parametrize(
    ("status", "body", "kind", "expected"),
    [
        (400, b'{"error":"invalid_grant"}', "application/json", (Code.OAUTH_REFUSED, "invalid_grant")),
        (400, b'{"error":"Kim"}', "application/json", (Code.OAUTH_REFUSED, "other")),
        (400, b"{}", "application/json", (Code.OAUTH_RESPONSE, "error")),
        (400, b"x", "application/json", (Code.OAUTH_RESPONSE, "")),
        (400, b'{"error":"x","error_description":1}', "application/json", (Code.OAUTH_RESPONSE, "error")),
        (502, b"<html>", "text/html", (Code.NET_STATUS, "502")),
        (302, b"", "text/html", (Code.NET_STATUS, "302")),
        (200, b" " * 65_537, "application/json", (Code.NET_SIZE, "")),
    ],
)  # fmt: skip
def test_a_token_endpoint_that_says_no(
    status: int, body: bytes, kind: str, expected: tuple[Code, str]
) -> None:
    town = Town()
    found, offer = town.discovered(), town.offer()
    town.wire.change = instead(f"{ISSUER}/token", status, body, kind)
    flow = wallet.redeem_offer(town.wallet, found, offer, tx_code=None)
    assert refused(town, flow) == expected


def test_a_server_that_is_never_content_with_a_nonce() -> None:
    town = Town()
    found, offer = town.discovered(), town.offer()
    number = iter(range(100))

    def change(url: str, response: Response) -> Response:
        if url != f"{ISSUER}/token":
            return response
        headers = {**JSON, "DPoP-Nonce": f"n{next(number)}"}
        return Response(400, headers, b'{"error":"use_dpop_nonce"}')

    town.wire.change = change
    flow = wallet.redeem_offer(town.wallet, found, offer, tx_code=None)
    assert refused(town, flow) == (Code.OAUTH_REFUSED, "use_dpop_nonce")
    assert next(number) == 3


@pytest.mark.parametrize(
    ("headers", "body"),
    [({}, b'{"error":"use_dpop_nonce"}'), ({"DPoP-Nonce": "x"}, b'{"error":"invalid_grant"}')],
)
def test_a_refusal_that_another_nonce_would_not_mend(headers: dict[str, str], body: bytes) -> None:
    town = Town()
    found, offer = town.discovered(), town.offer()
    town.wire.change = lambda url, response: (
        Response(400, {**JSON, **headers}, body) if url == f"{ISSUER}/token" else response
    )
    asked = len(town.wire.requests)
    flow = wallet.redeem_offer(town.wallet, found, offer, tx_code=None)
    assert refused(town, flow)[0] is Code.OAUTH_REFUSED
    assert len(town.wire.requests) == asked + 1


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"{}", Code.OAUTH_RESPONSE),
        (200, b"x", Code.OAUTH_RESPONSE),
        (500, b"", Code.NET_STATUS),
        (200, b" " * 65_537, Code.NET_STATUS),
    ],
)
def test_no_challenge(status: int, body: bytes, code: Code) -> None:
    town = Town(HAIP_WITH_NONCES)
    found, offer = town.discovered(), town.offer()
    kind = "application/json" if code is Code.OAUTH_RESPONSE else "text/html"
    town.wire.change = instead(f"{ISSUER}/challenge", status, body, kind)
    flow = wallet.redeem_offer(town.wallet, found, offer, tx_code=None)
    assert refused(town, flow)[0] is code


def test_a_refresh_token_that_stays() -> None:
    town = Town()
    session = town.session()
    town.wire.change = at(f"{ISSUER}/token", refresh_token=None)
    renewed = town.run(wallet.refresh(town.wallet, session))
    assert renewed.tokens.refresh_token == session.tokens.refresh_token
    assert renewed.tokens.access_token != session.tokens.access_token


# Credential responses


def asking(town: Town, name: str = "card", count: int = 1) -> Any:
    session = town.session(name)
    return wallet.request_credentials(town.wallet, session, name, keys=new_keys(count))


RESPONSES: list[tuple[str, bytes, Code]] = [
    ("not JSON", b"x", Code.ISSUANCE_RESPONSE),
    ("nothing", b"{}", Code.ISSUANCE_RESPONSE),
    ("none", b'{"credentials":[]}', Code.ISSUANCE_RESPONSE),
    ("no objects", b'{"credentials":["x"]}', Code.ISSUANCE_RESPONSE),
    ("no credential", b'{"credentials":[{}]}', Code.ISSUANCE_RESPONSE),
    ("a number", b'{"credentials":[{"credential":1}]}', Code.ISSUANCE_RESPONSE),
    ("an empty one", b'{"credentials":[{"credential":""}]}', Code.ISSUANCE_RESPONSE),
    ("both", b'{"credentials":[{"credential":"x"}],"transaction_id":"x"}', Code.ISSUANCE_RESPONSE),
    ("an interval", b'{"credentials":[{"credential":"x"}],"interval":1}', Code.ISSUANCE_RESPONSE),
    ("no interval", b'{"transaction_id":"x"}', Code.ISSUANCE_RESPONSE),
    ("no time", b'{"transaction_id":"x","interval":0}', Code.ISSUANCE_RESPONSE),
    ("news of nothing", b'{"transaction_id":"x","interval":1,"notification_id":"x"}', Code.ISSUANCE_RESPONSE),
    ("more than keys", b'{"credentials":[{"credential":"x"},{"credential":"y"}]}', Code.ISSUANCE_RESPONSE),
    ("no base64url", b'{"credentials":[{"credential":"=="}]}', Code.ISSUANCE_RESPONSE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"), [row[1:] for row in RESPONSES], ids=[row[0] for row in RESPONSES]
)
def test_a_forged_credential_response(body: bytes, code: Code) -> None:
    town = Town()
    flow = asking(town, "licence")
    town.wire.change = instead(f"{ISSUER}/credential", 200, body)
    assert refused(town, flow)[0] is code


def test_a_text_credential_outside_ascii() -> None:
    town = Town()
    flow = asking(town)
    body = '{"credentials":[{"credential":"\u00e9"}]}'.encode()
    town.wire.change = instead(f"{ISSUER}/credential", 200, body)
    assert refused(town, flow)[0] is Code.ISSUANCE_RESPONSE


def test_an_oversized_answer() -> None:
    town = Town()
    flow = asking(town)
    town.wire.change = instead(f"{ISSUER}/credential", 200, b" " * (16 * 1024 * 1024 + 1))
    assert refused(town, flow)[0] is Code.NET_SIZE


def sealing_town(**changes: bool) -> Town:
    words = {"requests_required": False, "responses_required": False, **changes}
    return Town(sealing=Sealing(key=LocalKey.generate_on(Curve.P256), **words))


def test_an_open_answer_to_a_wallet_that_asked_for_a_sealed_one() -> None:
    town = sealing_town()
    flow = asking(town)
    body = b'{"credentials":[{"credential":"x"}]}'
    town.wire.change = instead(f"{ISSUER}/credential", 200, body)
    assert refused(town, flow)[0] is Code.ISSUANCE_ENCRYPTION
    town.wire.change = instead(f"{ISSUER}/credential", 200, body, "application/jwt")
    flow = asking(town)
    assert refused(town, flow)[0] is Code.JWE_SYNTAX


def test_an_answer_sealed_with_another_cipher() -> None:
    town = sealing_town()
    town.wire.change = at(
        METADATA,
        credential_response_encryption={
            "alg_values_supported": ["ECDH-ES"],
            "enc_values_supported": ["A128GCM"],
            "encryption_required": True,
        },
    )
    session = town.session()
    flow = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1))

    def change(url: str, response: Response) -> Response:
        if url != f"{ISSUER}/credential":
            return response
        body = town.wire.requests[-1].body.decode()
        raw = opened(body.encode(), key=town.setup.sealing.key, encs=("A256GCM",))  # type: ignore[union-attr]
        asked = CredentialRequest.parse(raw).encryption
        assert asked is not None
        text = asked.key.seal(b"{}", Enc.A256GCM)
        return Response(200, {"Content-Type": "application/jwt"}, text.encode())

    town.wire.change = change
    assert refused(town, flow) == (Code.ISSUANCE_ENCRYPTION, "enc")


def test_an_issuer_that_krid_has_no_key_for() -> None:
    with pytest.raises(KridError) as error:
        RequestEncryption((), ("A256GCM",), required=False).seal(b"{}")
    assert error.value.code is Code.ISSUANCE_ENCRYPTION


def test_a_sealed_answer_that_nobody_asked_for() -> None:
    town = Town()
    flow = asking(town)
    town.wire.change = instead(f"{ISSUER}/credential", 200, b"x", "application/jwt")
    assert refused(town, flow)[0] is Code.ISSUANCE_ENCRYPTION


@pytest.mark.parametrize(
    "changes",
    [
        {"credential_request_encryption": None},
        {"credential_response_encryption": {"alg_values_supported": ["RSA-OAEP"], "enc_values_supported": ["A256GCM"], "encryption_required": True}},
        {"credential_response_encryption": {"alg_values_supported": ["ECDH-ES"], "enc_values_supported": ["A256CBC-HS512"], "encryption_required": True}},
    ],
)  # fmt: skip
def test_an_issuer_that_insists_on_what_can_not_be(changes: dict[str, Any]) -> None:
    town = sealing_town(responses_required=True)
    town.wire.change = at(METADATA, **changes)
    assert refused(town, asking(town))[0] is Code.ISSUANCE_ENCRYPTION


def test_an_issuer_that_can_not_be_sealed_for() -> None:
    town = sealing_town(requests_required=True)
    rsa = {"kty": "RSA", "kid": "1", "alg": "RSA-OAEP", "n": "x", "e": "AQAB"}
    members = {"enc_values_supported": ["A256GCM"], "jwks": {"keys": [rsa]}}
    town.wire.change = at(
        METADATA,
        credential_request_encryption={**members, "encryption_required": True},
        credential_response_encryption=None,
    )
    assert refused(town, asking(town))[0] is Code.ISSUANCE_ENCRYPTION


def test_an_issuer_that_would_seal_but_need_not() -> None:
    town = sealing_town()
    town.wire.change = at(METADATA, credential_request_encryption=None)
    outcome = town.run(asking(town))
    assert isinstance(outcome, wallet.Received)
    assert town.wire.responses[-1].media_type == "application/json"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"c_nonce":""}', b'{"c_nonce":1}'])
def test_no_nonce(body: bytes) -> None:
    town = Town()
    flow = asking(town)
    town.wire.change = instead(f"{ISSUER}/nonce", 200, body)
    assert refused(town, flow)[0] is Code.ISSUANCE_RESPONSE


def test_a_nonce_that_is_never_taken() -> None:
    town = Town()
    flow = asking(town)
    town.wire.change = instead(f"{ISSUER}/credential", 400, b'{"error":"invalid_nonce"}')
    assert refused(town, flow) == (Code.OAUTH_REFUSED, "invalid_nonce")
    assert [each.url for each in town.wire.requests].count(f"{ISSUER}/credential") == 2


def test_another_transaction_in_a_deferred_answer() -> None:
    town = Town()
    town.register.waiting = 2
    session = town.session()
    flow = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1))
    outcome = town.run(flow)
    town.wire.change = at(f"{ISSUER}/deferred", transaction_id="x")
    flow = wallet.ask_again(town.wallet, session, outcome)
    assert refused(town, flow) == (Code.ISSUANCE_RESPONSE, "transaction_id")


def test_an_issuer_that_defers_nothing_and_wants_no_news() -> None:
    town = Town()
    town.wire.change = lambda url, response: at(METADATA, notification_endpoint=None)(
        url, at(METADATA, deferred_credential_endpoint=None)(url, response)
    )
    session = town.session()
    later = wallet.Deferred("card", "x", timedelta(seconds=1), 1)
    flow: Any = wallet.ask_again(town.wallet, session, later)
    assert refused(town, flow)[0] is Code.ISSUANCE_TRANSACTION
    flow = wallet.notify(town.wallet, session, "x", Event.DELETED)
    assert refused(town, flow)[0] is Code.ISSUANCE_NOTIFICATION


def test_proofs_that_this_wallet_can_not_make() -> None:
    town = Town()
    session = town.session()
    card = session.counterpart.metadata.configurations["card"]
    cases = [
        ({"di_vp": card.proofs["jwt"]}, town.wallet, Code.ISSUANCE_PROOF_TYPE),
        ({"jwt": replace(card.proofs["jwt"], algs=("ES512",))}, town.wallet, Code.ALG_NOT_ALLOWED),
        (
            {"attestation": card.proofs["attestation"]},
            replace(town.wallet, key_attester=None),
            Code.KEY_ATTESTATION_MISSING,
        ),
    ]
    for demands, setup, code in cases:
        metadata = session.counterpart.metadata
        changed = replace(metadata, configurations={"card": replace(card, proofs=demands)})
        other = replace(session, counterpart=replace(session.counterpart, metadata=changed))
        flow = wallet.request_credentials(setup, other, "card", keys=new_keys(1))
        assert refused(town, flow)[0] is code


def test_a_dataset_that_was_not_granted() -> None:
    town = Town()
    found, offer = town.discovered(), town.offer()
    keys = new_keys(1)
    plain = town.run(wallet.redeem_offer(town.wallet, found, offer, tx_code=None))
    flow = wallet.request_credentials(town.wallet, plain, "card", keys=keys, dataset="x")
    assert refused(town, flow)[0] is Code.ISSUANCE_IDENTIFIER
    detailed = town.run(
        wallet.redeem_offer(town.wallet, found, town.offer(), tx_code=None, configurations=["card"])
    )
    flow = wallet.request_credentials(town.wallet, detailed, "card", keys=keys, dataset="x")
    assert refused(town, flow)[0] is Code.ISSUANCE_IDENTIFIER


# Programs that call krid


@pytest.mark.parametrize("count", [0, 6])
def test_a_wrong_number_of_keys(count: int) -> None:
    town = Town()
    assert refused(town, asking(town, count=count))[0] is Code.MISUSE_OPTION


def test_one_key_twice() -> None:
    town = Town()
    keys = new_keys(1) * 2
    flow = wallet.request_credentials(town.wallet, town.session(), "card", keys=keys)
    assert refused(town, flow)[0] is Code.MISUSE_OPTION


@pytest.mark.parametrize("name", ["dpop", "attestation", "key_attester", "metadata_trust"])
def test_a_wallet_that_lacks_what_its_policy_demands(name: str) -> None:
    town = Town(HAIP_ISSUANCE)
    policy = replace(HAIP_ISSUANCE, signed_metadata_required=True)
    whole = replace(town.wallet, policy=policy, metadata_trust=CARDS)
    words: dict[str, Any] = {name: None}
    with pytest.raises(KridError) as error:
        replace(whole, **words)
    assert (error.value.code, error.value.detail) == (Code.MISUSE_OPTION, name)


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_wallet_without_a_browser(name: str) -> None:
    town = Town()
    words: dict[str, Any] = {name: None}
    setup = replace(town.wallet, **words)
    flow = wallet.begin_authorization(setup, town.discovered(CODE), ["card"])
    assert refused(town, flow)[0] is Code.MISUSE_OPTION


def test_a_wallet_without_a_dpop_key_takes_unbound_tokens_alone() -> None:
    town = Town()
    town.wallet = replace(town.wallet, dpop=None)
    assert not town.session().is_dpop
    found, offer = town.discovered(), town.offer()
    town.wire.change = at(f"{ISSUER}/token", token_type="DPoP")
    flow = wallet.redeem_offer(town.wallet, found, offer, tx_code=None)
    assert refused(town, flow)[0] is Code.OAUTH_RESPONSE


def test_proofs_go_only_to_servers_that_take_them() -> None:
    town = Town()
    town.wallet = replace(town.wallet, attestation=town.attestation())
    town.wire.change = at(
        SERVER,
        dpop_signing_alg_values_supported=None,
        token_endpoint_auth_methods_supported=["none"],
    )
    assert not town.session().is_dpop
    sent = town.wire.requests[-1].headers
    assert not {"DPoP", "OAuth-Client-Attestation"} & sent.keys()


def test_the_issuer_in_this_process_is_one_host() -> None:
    town = Town()
    flow = wallet.discover(town.wallet, "https://other.example", grant=PRE)
    assert refused(town, flow)[0] is Code.NET_UNREACHABLE
    small = Request(METADATA, max_bytes=10)
    with pytest.raises(KridError) as error:
        town.wire.inner.send(small)
    assert error.value.code is Code.NET_SIZE
    transport = ScriptedTransport({})
    with pytest.raises(KridError):
        run(wallet.discover(town.wallet, ISSUER, grant=PRE), transport)
