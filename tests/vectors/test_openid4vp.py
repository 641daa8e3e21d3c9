"""Examples of OpenID4VP 1.0 and HAIP 1.0, as their texts have them.

Most examples leave something out as `...`; what stands in for it here is said where it is put in.
Their keys and signatures are not given, so requests are signed anew with keys of this test.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import quote

import presentation as p
import pytest

from krid._core import base64url, strict_json
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.exchange import (
    Delivery,
    PresentationRequest,
    PresentationResponse,
    ResponseMode,
    Standing,
)
from krid.jose import Enc, jwe, jws
from krid.keys import Alg, LocalKey, jwk
from krid.mdoc import SessionTranscript
from krid.model import Query
from krid.net import Response, run
from krid.openid import vp
from krid.openid.oauth import Call
from krid.openid.oauth.refusal import OauthError
from krid.openid.vp import ClientMetadata, PageProtocol, dc_api, wallet
from krid.openid.vp.known import ListedClients, VerifierDids
from krid.openid.vp.link import RequestMethod, RequestReference, read_fragment, read_link
from krid.openid.vp.parameters import KnownClient
from krid.openid.vp.request_object import open_unsigned
from krid.openid.vp.response import Refusal, read_form, read_incoming
from krid.openid.vp.wire import presentation_from_wire, presentation_to_wire
from krid.x509 import VERIFIER
from krid.x509.issue import sign_certificate

QUERY: Final = {
    "credentials": [
        {
            "id": "my_credential",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": ["https://credentials.example.com/identity_credential"]},
            "claims": [{"path": ["family_name"]}],
        }
    ]
}
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PLAIN = p.plain()
CLIENT = "https://client.example.org"


@pytest.fixture
def blocks(vectors: Path) -> list[dict[str, Any]]:
    text = (vectors / "openid4vp" / "spec_blocks_1.0.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["blocks"]
    return found


def block(blocks: list[dict[str, Any]], section: str, mark: str) -> dict[str, Any]:
    found = [
        each
        for each in blocks
        if each["section"].startswith(section) and mark in (each.get("text") or str(each["json"]))
    ]
    return found[0]


def link_in(text: str) -> str:
    """Take the link out of an example: without its breaks, and with a query for the three dots."""
    query = text[text.index("?") :]
    joined = re.sub(r"\s+", "", re.sub(r"\s+HTTP/1\.1.*", "", query, flags=re.DOTALL))
    joined = joined.replace("dcql_query=...", f"dcql_query={quote(json.dumps(QUERY))}")
    return f"openid4vp://{joined}"


def filled(text: str) -> dict[str, Any]:
    """Read an example with a query for the braces with three dots."""
    made = re.sub(r'"dcql_query": \{\s*\.\.\.\s*\}', f'"dcql_query": {json.dumps(QUERY)}', text)
    found: dict[str, Any] = json.loads(made.replace("eyJhb...6-sVA", "eyJhb6-sVA"))
    return found


def example(vectors: Path, name: str) -> str:
    return (vectors / "openid4vp" / "examples-1.0" / name).read_text(encoding="utf-8")


def certified(host: str) -> bytes:
    return sign_certificate(
        p.BANK_KEY.public_key,
        ca=p.ROOT,
        ca_key=p.ROOT_KEY,
        leaf=VERIFIER,
        common_name="Verifier",
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=1),
        entropy=system_entropy,
        dns_names=(host,),
    ).der


def sign(claims: dict[str, Any], *, host: str, **header: Any) -> str:
    from base64 import b64encode

    whole = {"typ": vp.REQUEST_TYP, "x5c": [b64encode(certified(host)).decode()], **header}
    return jws.sign(whole, strict_json.dumps(claims), p.BANK_KEY)


@pytest.mark.parametrize("kind", ["mso_mdoc", "sd_jwt_vc", "w3c_jwt", "w3c_ldp"])
def test_verifier_metadata(vectors: Path, kind: str) -> None:
    members = json.loads(example(vectors, f"client_metadata/{kind}_verifier_metadata.json"))
    assert ClientMetadata.of_members(members).to_members() == members


def test_a_did_asks(vectors: Path) -> None:
    header = json.loads(example(vectors, "request/request_header_client_id_did.json"))
    assert header["typ"] == vp.REQUEST_TYP
    claims = filled(example(vectors, "request/request_object_client_id_did.json"))
    key = LocalKey.generate(Alg.ES256)
    text = jws.sign({"typ": header["typ"], "kid": header["kid"]}, strict_json.dumps(claims), key)
    document = SimpleNamespace(authentication_key=lambda _: key.public_key)
    resolver = SimpleNamespace(resolve=lambda _: SimpleNamespace(document=document))
    trust = VerifierDids(frozenset({"did:example:123"}), resolver)
    read = vp.read_request(text, trust=trust, now=NOW)
    assert (read.verifier, read.standing) == ("did:example:123", Standing.DID)
    assert read.request.delivery.mode is ResponseMode.FRAGMENT
    assert read.request.response_uri == f"{CLIENT}/callback"


@pytest.mark.parametrize("origin", ["https://origin1.example.com", "https://origin2.example.com"])
def test_a_signed_request_of_a_page(vectors: Path, origin: str) -> None:
    name = "digital_credentials_api/signed_request_payload_compact.json"
    text = sign(filled(example(vectors, name)), host="rp.example.com")
    setup = p.phone(policy=PLAIN)
    read = wallet.read_page_request(
        setup, protocol=PageProtocol.SIGNED.value, data={"request": text}, origin=origin
    )
    assert read.verifier == "rp.example.com"
    assert read.request.challenge.audience == f"origin:{origin}"


def test_a_request_of_a_page_with_several_signatures(
    vectors: Path, blocks: list[dict[str, Any]]
) -> None:
    shape = block(blocks, "JWS JSON Serialization", "payload")["json"]
    header = block(blocks, "JWS JSON Serialization", "x509_san_dns")["json"]
    name = "digital_credentials_api/signed_request_payload.json"
    text = sign(
        filled(example(vectors, name)), host="rp.example.com", client_id=header["client_id"]
    )
    protected, payload, signature = text.split(".")
    request = {"payload": payload, "signatures": [{"protected": protected, "signature": signature}]}
    assert request.keys() == shape.keys()
    assert request["signatures"][0].keys() == shape["signatures"][0].keys()  # type: ignore[attr-defined]
    for data in (request, {"request": request}):
        read = wallet.read_page_request(
            p.phone(policy=PLAIN),
            protocol=PageProtocol.MULTISIGNED.value,
            data=data,
            origin="https://origin1.example.com",
        )
        assert read.request.client_id == "x509_san_dns:rp.example.com"


def test_an_unsigned_request_of_a_page(blocks: list[dict[str, Any]]) -> None:
    text = block(blocks, "Request {#dc_api_request}", "response_mode")["text"]
    assert 'nonce: "n-0S6_WzA2Mj"' in text
    data = {
        "response_type": "vp_token",
        "response_mode": "dc_api",
        "nonce": "n-0S6_WzA2Mj",
        "client_metadata": {"vp_formats_supported": {"dc+sd-jwt": {}}},
        "dcql_query": QUERY,
    }
    read = wallet.read_page_request(
        p.phone(policy=PLAIN),
        protocol=PageProtocol.UNSIGNED.value,
        data=data,
        origin="https://verifier.example.com",
    )
    assert read.request.challenge.audience == "origin:https://verifier.example.com"


def test_an_error_for_a_page(vectors: Path) -> None:
    members = json.loads(example(vectors, "digital_credentials_api/error_invalid_request.json"))
    assert vp.page_refusal(OauthError.INVALID_REQUEST) == members
    assert read_incoming(members) == Refusal("invalid_request", "")


def test_a_key_is_chosen_and_the_answer_opened(blocks: list[dict[str, Any]]) -> None:
    """Of four keys the first is on a curve that krid has; the answer is sealed for it."""
    section = "Encrypted Responses"
    asked = block(blocks, section, "dc_api.jwt")["json"]
    read = wallet.read_page_request(
        p.phone(policy=PLAIN),
        protocol=PageProtocol.UNSIGNED.value,
        data=asked,
        origin="https://verifier.example.com",
    )
    key = read.request.delivery.key
    assert key is not None
    assert (key.key_id, key.encs) == ("ac", (Enc.A128GCM,))
    secret = jwk.parse_private(block(blocks, section, "Et-3ce0omz8")["json"])
    assert secret.public_key == key.key
    sealed = json.loads(re.sub(r"\n\s*", "", block(blocks, section, '"response" :')["text"]))
    message = jwe.Jwe.parse(sealed["response"])
    assert message.header == block(blocks, section, "nnmVpm3V")["json"]
    payload = json.loads(message.decrypt(secret))
    assert payload == block(blocks, section, "example_credential_id")["json"]
    own = dc_api.page_answer(read.request, PresentationResponse("", {"my_credential": (b"a.b~",)}))
    assert isinstance(own["response"], str)
    opened = json.loads(jwe.decrypt(own["response"], key=secret))
    assert opened == {"vp_token": {"my_credential": ["a.b~"]}}


@pytest.mark.parametrize(
    ("section", "mark", "wanted"),
    [
        (
            "Examples",
            "request_uri_method=post",
            RequestReference(
                "x509_san_dns:client.example.org",
                f"{CLIENT}/request/vapof4ql2i7m41m68uep",
                RequestMethod.POST,
            ),
        ),
        (
            'Response Mode "direct_post"',
            "567545564",
            RequestReference(f"{CLIENT}/cb", f"{CLIENT}/567545564", RequestMethod.GET),
        ),
    ],
)
def test_links_to_requests(
    blocks: list[dict[str, Any]], section: str, mark: str, wanted: RequestReference
) -> None:
    assert read_link(link_in(block(blocks, section, mark)["text"])) == wanted


def test_a_link_with_a_whole_request(blocks: list[dict[str, Any]]) -> None:
    text = block(blocks, "Defined Client Identifier Prefixes", "universal-link")["text"]
    read = run(wallet.read_request(p.phone(policy=PLAIN), link_in(text)), p.Wire(p.Bank()))
    assert (read.verifier, read.standing) == ("client.example.org", Standing.ADDRESS)
    assert read.request.client_id == f"redirect_uri:{CLIENT}/cb"
    assert read.request.response_uri == f"{CLIENT}/cb"


def test_a_link_with_transaction_data(blocks: list[dict[str, Any]]) -> None:
    """Its type is `example_type`, of which the text shows no more (section 5.1)."""
    shown = block(blocks, "New Parameters", "example_type")["text"]
    assert '"credential_ids": [ "id_card_credential" ]' in shown
    data = base64url.encode(b'{"type":"example_type","credential_ids":["my_credential"]}')
    text = block(blocks, "Examples", "transaction_data=...")["text"]
    link = link_in(
        text.replace("transaction_data=...", f"transaction_data={quote(json.dumps([data]))}")
    )
    known = p.phone(policy=PLAIN, transaction_types=(vp.TransactionType(name="example_type"),))
    read = run(wallet.read_request(known, link), p.Wire(p.Bank()))
    assert [each.type for each in read.request.transactions] == ["example_type"]
    with pytest.raises(KridError) as error:
        run(wallet.read_request(p.phone(policy=PLAIN), link), p.Wire(p.Bank()))
    assert error.value.code is Code.TRANSACTION_TYPE


def test_a_scope_is_refused(blocks: list[dict[str, Any]]) -> None:
    """Which query a scope stands for is not said; section 5.5 leaves scopes to wallets."""
    text = block(blocks, "Using `scope` Parameter", "scope=")["text"]
    address = f"{CLIENT}/cb"
    known = ListedClients({address: KnownClient(addresses=frozenset({address}))})
    with pytest.raises(KridError) as error:
        run(
            wallet.read_request(p.phone(policy=PLAIN, clients=known), link_in(text)),
            p.Wire(p.Bank()),
        )
    assert error.value.code is Code.REQUEST_SCOPE


def test_siop_is_refused(blocks: list[dict[str, Any]]) -> None:
    text = block(blocks, "Request {#siop_request}", "id_token")["text"]
    with pytest.raises(KridError) as error:
        run(wallet.read_request(p.phone(policy=PLAIN), link_in(text)), p.Wire(p.Bank()))
    assert error.value.code is Code.REQUEST_UNSIGNED


def test_a_request_object_with_a_wallets_nonce(blocks: list[dict[str, Any]]) -> None:
    claims = filled(block(blocks, "Request URI Response", "wallet_nonce")["text"])
    text = sign(claims, host="client.example.org")
    terms = vp.Terms(trust=p.VERIFIERS, policy=PLAIN, now=NOW, wallet_nonce="qPmxiNFCR3QTm19POc8u")
    read = vp.open_request(text, terms)
    assert read.request.response_uri == f"{CLIENT}/post"
    assert read.request.state == "eyJhb6-sVA"


@pytest.mark.parametrize("section", ["Examples", "Request URI Method `post`"])
def test_a_wallet_posts_to_a_request_uri(blocks: list[dict[str, Any]], section: str) -> None:
    text = block(blocks, section, "wallet_metadata")["text"]
    body = re.sub(r"\s+", "", text.partition("\n\n")[2])
    bank = p.Bank()
    reference = read_link(bank.begin().link)
    assert isinstance(reference, RequestReference)
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    path = reference.address.removeprefix(p.BANK)
    reply = bank.verifier.answer(Call("POST", path, headers=headers, body=body.encode()))
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/oauth-authz-req+jwt"
    claims = jws.Jws.parse(reply.body.decode()).claims()
    assert claims["wallet_nonce"] == "qPmxiNFCR3QTm19POc8u"


def test_an_unsigned_request_by_address(blocks: list[dict[str, Any]]) -> None:
    members = filled(block(blocks, 'Response Mode "direct_post"', "redirect_uri:")["text"])
    read = open_unsigned(members, vp.Terms(trust=p.VERIFIERS, policy=PLAIN, now=NOW))
    assert read.request.client_id == f"redirect_uri:{CLIENT}/post"


def test_an_address_with_a_slip_of_the_text(blocks: list[dict[str, Any]]) -> None:
    """The example has `https//` where the colon is missing."""
    claims = dict(block(blocks, "Examples", "some_identity_credential")["json"])
    terms = vp.Terms(trust=p.VERIFIERS, policy=PLAIN, now=NOW)
    with pytest.raises(KridError) as error:
        open_unsigned(claims, terms)
    assert error.value.code is Code.REQUEST_SYNTAX
    claims["redirect_uri"] = claims["redirect_uri"].replace("https//", "https://")
    assert open_unsigned(claims, terms).verifier == "client.example.org"


def test_answers_and_errors_in_forms(blocks: list[dict[str, Any]]) -> None:
    section = 'Response Mode "direct_post"'
    answer = block(blocks, section, "vp_token=...&")["text"].partition("\n\n")[2]
    token = quote(json.dumps(block(blocks, "Examples {#response", "QMA")["json"]))
    form = re.sub(r"\s+", "", answer.replace("vp_token=...", f"vp_token={token}"))
    read = read_form(read_fragment(form))
    assert isinstance(read, PresentationResponse)
    assert read.presentations == {"my_credential": (b"eyJhbGci...QMA",)}
    error = re.sub(r"\s+", "", block(blocks, section, "error=")["text"].partition("\n\n")[2])
    assert read_form(read_fragment(error)) == Refusal("invalid_request", "eyJhb...6-sVA")


def test_where_the_browser_goes(blocks: list[dict[str, Any]], tmp_path: Path) -> None:
    text = block(blocks, 'Response Mode "direct_post"', "response_code")["text"]
    body = text.partition("\n\n")[2]
    reply = Response(200, {"Content-Type": "application/json"}, body.encode())
    bank = p.Bank()
    with p.make_wallet(tmp_path) as kept:
        asked = run(wallet.read_request(p.phone(), bank.begin().link), p.Wire(bank))
        network = SimpleNamespace(send=lambda _: reply)
        sent = run(wallet.send(asked, p.agree(kept, asked)), network)
    assert sent.open == json.loads(body)["redirect_uri"]


def test_a_page_of_the_text_is_what_a_redirect_holds(blocks: list[dict[str, Any]]) -> None:
    text = block(blocks, "Response Parameters", "Location")["text"]
    assert re.sub(r"\s+", "", text).endswith(f"Location:{CLIENT}/cb#vp_token=...")


@pytest.mark.parametrize("name", ["ldp_vc", "jwt_vc"])
def test_w3c_presentations_pass_through(vectors: Path, name: str) -> None:
    """A JSON-LD presentation is an object, a JWT is text; here is the JWT's payload alone."""
    members = json.loads(example(vectors, f"response/{name}.json"))
    if name == "ldp_vc":
        raw = presentation_from_wire(members)
        assert presentation_to_wire(raw, "ldp_vc") == members
        return
    text = jws.sign({"typ": "JWT"}, strict_json.dumps(members), p.BANK_KEY)
    assert presentation_from_wire(text) == text.encode()
    assert presentation_to_wire(text.encode(), "jwt_vc_json") == text


def test_what_a_key_binding_jwt_says(vectors: Path) -> None:
    claims = json.loads(example(vectors, "response/kb_jwt_unsecured.json"))
    (digest,) = claims["transaction_data_hashes"]
    assert len(base64url.decode(digest)) == 32
    assert claims["aud"] == "x509_san_dns:client.example.org"


@pytest.mark.parametrize("kind", ["openid4vp_redirect", "openid4vp_dc_api"])
def test_session_transcripts_come_of_requests(vectors: Path, kind: str) -> None:
    path = vectors / "openid4vp" / "session_transcripts_B2.json"
    given = json.loads(path.read_text(encoding="utf-8"))[kind]
    key = vp.ClientMetadata(None, (given["jwk"],)).response_key((Enc.A128GCM,))
    is_page = kind == "openid4vp_dc_api"
    mode = ResponseMode.DC_API_JWT if is_page else ResponseMode.DIRECT_POST_JWT
    request = PresentationRequest(
        client_id="x509_san_dns:example.com" if is_page else given["info"][0],
        nonce=given["info"][1],
        state="",
        response_uri="" if is_page else given["info"][3],
        query=Query(()),
        purpose="",
        expires=NOW,
        delivery=Delivery(mode, key),
        origin=given["info"][0] if is_page else None,
    )
    assert request.encryption_thumbprint is not None
    assert request.encryption_thumbprint.hex() == given["jwk_thumbprint_hex"]
    transcript = SessionTranscript.of_challenge(request.challenge)
    assert transcript.raw.hex() == given["session_transcript_hex"]


def test_haip_metadata_of_a_draft_have_other_names(vectors: Path) -> None:
    """The example is older than the final text: its formats stand under `vp_formats`."""
    text = (vectors / "haip" / "client_metadata_sd_jwt_vc.json").read_text(encoding="utf-8")
    assert ClientMetadata.of_members(json.loads(text)) == ClientMetadata(None)


def test_haip_presentation_definitions_are_no_queries(vectors: Path) -> None:
    """OpenID4VP 1.0 has DCQL alone; a request with a definition asks for nothing."""
    path = vectors / "haip" / "presentation_definition_sd_jwt_vc.json"
    claims = filled(json.dumps({"response_type": "vp_token"}))
    claims |= {
        "client_id": f"redirect_uri:{CLIENT}/cb",
        "nonce": "n",
        "presentation_definition": json.loads(path.read_text(encoding="utf-8")),
    }
    terms = vp.Terms(trust=p.VERIFIERS, policy=PLAIN, now=NOW)
    with pytest.raises(KridError) as error:
        open_unsigned(claims, terms)
    assert error.value.code is Code.REQUEST_SYNTAX
