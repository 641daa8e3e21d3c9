"""krid and @openid4vc/openid4vp 0.4 ask and answer each other over OpenID4VP.

The peer reads and writes messages; presentations are krid's own in both directions, for the peer
has no credentials.
"""

import base64
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import pytest

import krid
from krid import query
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.exchange import PresentationResponse, ResponseMode
from krid.keys import Alg, Curve, LocalKey, jwk
from krid.model import NO_STATUS
from krid.net import Response, run
from krid.openid import vp
from krid.openid.oauth import Call, MemoryIssuanceStore
from krid.openid.vp import server, wallet
from krid.openid.vp.link import RequestReference, read_link
from krid.openid.vp.wire import presentation_to_wire
from krid.profiles import HAIP, HAIP_PRESENTATION, OPENID4VP
from krid.sdjwt import sd
from krid.trust import NO_REVOCATION, CertificateTrust, KeyTrust
from krid.x509 import VERIFIER, Certificate
from krid.x509.issue import self_signed_ca, sign_certificate

Peer: TypeAlias = Callable[..., Any]
Certified: TypeAlias = tuple[Certificate, Certificate]

STATE = "https://issuer.example"
HOST = "bank.example"
VCT = "urn:example:card"
PAY = vp.TransactionType(name="urn:example:pay", required={"amount": str})
ROOT_KEY, BANK_KEY, CARD_KEY = (LocalKey.generate(Alg.ES256) for _ in range(3))
CARDS = KeyTrust.of(CARD_KEY.public_key, issuer=STATE)
ASKED = query.sdjwt("card", vct=VCT, claims=["name"])


@pytest.fixture(scope="module")
def root(now: datetime) -> Certificate:
    return self_signed_ca(
        ROOT_KEY,
        common_name="Invented root",
        country="KR",
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=100),
        issuer_uri=STATE,
        entropy=system_entropy,
    )


@pytest.fixture(scope="module")
def leaf(root: Certificate, now: datetime) -> Certificate:
    return sign_certificate(
        BANK_KEY.public_key,
        ca=root,
        ca_key=ROOT_KEY,
        leaf=VERIFIER,
        common_name="Invented bank",
        valid_from=now - timedelta(hours=1),
        valid_until=now + timedelta(days=10),
        entropy=system_entropy,
        dns_names=(HOST,),
    )


@pytest.fixture(scope="module")
def certified(root: Certificate, leaf: Certificate) -> Certified:
    return root, leaf


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[krid.Wallet]:
    path = tmp_path_factory.mktemp("wallet") / "wallet.db"
    with krid.Wallet.create(path, unlock=krid.Pin("246813"), trust=CARDS) as made:
        issuer = krid.Issuer(STATE, signer=CARD_KEY, profile=HAIP)
        made.add(
            issuer.issue_sdjwt(
                vct=VCT,
                claims={"name": sd("Kim"), "address": sd("Seoul")},
                holder=made.new_key(),
                lifetime=timedelta(days=1),
                status=NO_STATUS,
            )
        )
        yield made


def bank(leaf: Certificate, **changes: Any) -> server.PresentationVerifier:
    words: dict[str, Any] = {
        "url": f"https://{HOST}/vp",
        "identity": server.Identity.by_certificate(BANK_KEY, [leaf.der]),
        "policy": HAIP_PRESENTATION,
        "mode": ResponseMode.DIRECT_POST_JWT,
        "trust": CARDS,
        "status": NO_STATUS,
        "profile": HAIP,
        "store": MemoryIssuanceStore(),
        "page": None,
        "clock": krid.SystemClock(),
        "entropy": system_entropy,
        "transaction_types": (PAY,),
    }
    return server.PresentationVerifier(server.VerifierSetup(**(words | changes)))


def phone(root: Certificate) -> wallet.WalletSetup:
    return wallet.WalletSetup(
        policy=OPENID4VP,
        trust=CertificateTrust((root,), revocation=NO_REVOCATION),
        clients=None,
        clock=krid.SystemClock(),
        entropy=system_entropy,
        transaction_types=(PAY,),
    )


def agree(kept: krid.Wallet, asked: Any) -> PresentationResponse:
    found = kept.match(asked)
    assert isinstance(found, krid.Matched)
    return kept.present(found.consent(to=found.minimum))


def by_get(link: str) -> str:
    """The peer sends its metadata by POST; a wallet may always ask by GET (section 5)."""
    return link.replace("&request_uri_method=post", "")


def text_of(verifier: server.PresentationVerifier, link: str) -> str:
    found = read_link(link)
    assert isinstance(found, RequestReference)
    path = found.address.removeprefix(f"https://{HOST}")
    return verifier.answer(Call("GET", path)).body.decode()


@pytest.mark.parametrize("kind", ["x509_hash", "x509_san_dns", "redirect_uri"])
@pytest.mark.parametrize("mode", [ResponseMode.DIRECT_POST, ResponseMode.DIRECT_POST_JWT])
def test_the_peer_answers_krid(
    vp_peer: Peer, kept: krid.Wallet, certified: Certified, kind: str, mode: ResponseMode
) -> None:
    root, leaf = certified
    identity = {
        "x509_hash": server.Identity.by_certificate(BANK_KEY, [leaf.der]),
        "x509_san_dns": server.Identity.by_host(HOST, BANK_KEY, [leaf.der]),
        "redirect_uri": server.Identity.by_address(f"https://{HOST}/vp/response"),
    }[kind]
    verifier = bank(leaf, identity=identity, policy=OPENID4VP, mode=mode)
    begun = verifier.begin(ASKED, purpose="Name", journey=server.Journey.CROSS_DEVICE)
    link = by_get(begun.link)
    text = "" if kind == "redirect_uri" else text_of(verifier, link)
    seen = vp_peer("read", link=link, text=text)
    assert seen["prefix"] == kind
    assert seen["version"] == 100
    network = type("Network", (), {"send": lambda *_: _answer(text)})()
    asked = run(wallet.read_request(phone(root), link), network)
    raw = agree(kept, asked).presentations["card"][0]
    token = {"card": [presentation_to_wire(raw, "dc+sd-jwt")]}
    body = vp_peer("answer", link=link, text=text, token=token)
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    reply = verifier.answer(Call("POST", "/vp/response", headers=headers, body=body.encode()))
    assert reply.status == 200, reply.refusal
    result = verifier.outcome(begun.secret, response_code=None)
    assert isinstance(result, server.Completed)
    assert result.verified["card"].claims["name"] == "Kim"


def _answer(text: str) -> Response:
    return Response(200, {"Content-Type": "application/oauth-authz-req+jwt"}, text.encode())


def test_the_peer_reads_transactions(vp_peer: Peer, leaf: Certificate) -> None:
    verifier = bank(leaf)
    pay = vp.encode_transaction(PAY, {"amount": "10"}, credential_ids=["card"])
    begun = verifier.begin(
        ASKED, purpose="Pay", journey=server.Journey.CROSS_DEVICE, transactions=[pay]
    )
    link = by_get(begun.link)
    seen = vp_peer("read", link=link, text=text_of(verifier, link))
    assert seen["transactions"] == [{"type": PAY.name, "credential_ids": ["card"], "amount": "10"}]


def payload_of(mode: str, sealing: LocalKey) -> dict[str, Any]:
    public = {**jwk.encode_public(sealing.public_key), "kid": "1", "use": "enc", "alg": "ECDH-ES"}
    return {
        "response_type": "vp_token",
        "response_mode": mode,
        "client_id": f"x509_san_dns:{HOST}",
        "response_uri": f"https://{HOST}/answer",
        "nonce": "n-0S6_WzA2Mj",
        "state": "s-1",
        "dcql_query": query.encode_dcql(query.of(ASKED)),
        "client_metadata": {
            "vp_formats_supported": {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"]}},
            "jwks": {"keys": [public]},
            "encrypted_response_enc_values_supported": ["A128GCM", "A256GCM"],
        },
    }


def asked_by(vp_peer: Peer, leaf: Certificate, payload: Any, **words: Any) -> Any:
    return vp_peer(
        "ask",
        payload=payload,
        uri=f"https://{HOST}/request/1",
        key=dict(jwk.encode_private(BANK_KEY)),
        certificates=[base64.b64encode(leaf.der).decode()],
        **words,
    )


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
def test_krid_answers_the_peer(
    vp_peer: Peer, kept: krid.Wallet, root: Certificate, leaf: Certificate, mode: str
) -> None:
    sealing = LocalKey.generate_on(Curve.P256)
    payload = payload_of(mode, sealing)
    made = asked_by(vp_peer, leaf, payload, audience="https://self-issued.me/v2")
    network = type("Network", (), {"send": lambda *_: _answer(made["text"])})()
    asked = run(wallet.read_request(phone(root), made["link"]), network)
    assert asked.verifier == HOST
    sent: list[Any] = []

    def take(request: Any) -> Response:
        sent.append(request)
        return Response(200, {"Content-Type": "application/json"}, b"{}")

    answer = agree(kept, asked)
    run(wallet.send(asked, answer), type("Network", (), {"send": staticmethod(take)})())
    form: dict[str, Any] = dict(parse_qsl(sent[0].body.decode()))
    private = {**jwk.encode_private(sealing), "kid": "1", "use": "enc", "alg": "ECDH-ES"}
    seen = vp_peer("parse", payload=payload, response=form, key=private)
    assert seen["nonce"] == "n-0S6_WzA2Mj"
    assert seen["presentations"] == {"card": [answer.presentations["card"][0].decode()]}


def test_the_peers_own_audience_is_none_of_the_text(
    vp_peer: Peer, root: Certificate, leaf: Certificate
) -> None:
    """Left alone it names the address of its request; section 5.8 has two values, and not that."""
    payload = payload_of("direct_post", LocalKey.generate_on(Curve.P256))
    made = asked_by(vp_peer, leaf, payload)
    network = type("Network", (), {"send": lambda *_: _answer(made["text"])})()
    with pytest.raises(KridError) as error:
        run(wallet.read_request(phone(root), made["link"]), network)
    assert error.value.code is Code.REQUEST_AUDIENCE
