"""A wallet made with @openid4vc/openid4vci 0.4 gets cards from krid's issuer over HTTPS."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import pytest
from openid_town import BACK, DPOP, PLAIN, TYPES, WALLET, Town

import krid
from krid._core import base64url
from krid.keys import Alg, LocalKey
from krid.mdoc import MdocFormat
from krid.model import AcceptedCredential
from krid.openid.vci import CredentialOffer, IssuancePolicy, server
from krid.profiles import HAIP_ISSUANCE
from krid.sdjwt import SdJwtVcFormat

Peer: TypeAlias = Callable[..., Any]
Private: TypeAlias = Callable[[LocalKey], dict[str, Any]]


@final
@dataclass(frozen=True)
class Phone:
    """The wallet of the peer."""

    peer: Peer
    private: Private

    def obtain(self, offer: CredentialOffer, keys: list[LocalKey], **words: Any) -> Any:
        private = [self.private(key) for key in keys]
        return self.peer("obtain", offer=offer.to_uri(), keys=private, **words)


@pytest.fixture(scope="module")
def phone(vci_peer: Peer, private_jwk: Private) -> Phone:
    return Phone(vci_peer, private_jwk)


def offered(
    issuer: server.CredentialIssuer,
    name: str,
    tx_code: server.RequiredTxCode | server.NoTxCode = server.NO_TX_CODE,
) -> CredentialOffer:
    return issuer.offer_pre_authorized(subject="account-1", configurations=(name,), tx_code=tx_code)


def accepted(town: Town, name: str, text: str) -> AcceptedCredential:
    """Verify a card as of now: it was issued in this very test, by the clock of this machine."""
    now = krid.SystemClock().now()
    if name == "card":
        return SdJwtVcFormat().accept(text.encode(), issuers=town.trust, now=now)
    return MdocFormat().accept(base64url.decode(text), issuers=town.trust, now=now)


@pytest.mark.parametrize("policy", [PLAIN, DPOP], ids=["bearer", "dpop"])
@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peer_gets_cards_from_krid(
    phone: Phone, town: Town, name: str, policy: IssuancePolicy
) -> None:
    keys = [LocalKey.generate(Alg.ES256) for _ in range(2)]
    words = {"dpop": phone.private(LocalKey.generate(Alg.ES256))} if policy is DPOP else {}
    with town.issuing(policy) as issuer:
        found = phone.obtain(offered(issuer, name), keys, **words)
    assert found["token"] == ("DPoP" if policy is DPOP else "Bearer")
    cards = [accepted(town, name, each) for each in found["credentials"]]
    assert {each.holder for each in cards} == {key.public_key for key in keys}
    assert {each.type for each in cards} == {TYPES[name]}
    assert town.register.news
    assert "POST /nonce" in found["seen"]


def test_the_peer_types_a_transaction_code(
    phone: Phone, refused: type[Exception], town: Town
) -> None:
    key = LocalKey.generate(Alg.ES256)
    required = server.RequiredTxCode(server.TypedCode(b"493536"))
    with town.issuing(PLAIN) as issuer:
        found = phone.obtain(offered(issuer, "card", required), [key], code="493536")
        assert accepted(town, "card", found["credentials"][0]).holder == key.public_key
        with pytest.raises(refused, match="invalid_grant"):
            phone.obtain(offered(issuer, "card", required), [key], code="000000")


def by_browser(phone: Phone, town: Town, name: str, **words: Any) -> Any:
    """Under HAIP: a pushed request, PKCE, DPoP, an attested wallet and attested keys."""
    keys = [LocalKey.generate(Alg.ES256) for _ in range(2)]
    with town.issuing(HAIP_ISSUANCE) as issuer:
        found = phone.obtain(
            issuer.offer_authorization(subject="account-1", configurations=(name,)),
            keys,
            client=WALLET,
            back=BACK,
            dpop=phone.private(LocalKey.generate(Alg.ES256)),
            provider=town.provider(phone.private),
            **words,
        )
    cards = [accepted(town, name, each) for each in found["credentials"]]
    assert {each.holder for each in cards} == {key.public_key for key in keys}
    return found


@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peer_gets_cards_by_way_of_the_browser(phone: Phone, town: Town, name: str) -> None:
    found = by_browser(phone, town, name)
    assert "POST /par" in found["seen"]


@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peer_waits_for_its_card(phone: Phone, town: Town, name: str) -> None:
    key = LocalKey.generate(Alg.ES256)
    town.register.waiting, town.register.news = 2, []
    with town.issuing(PLAIN) as issuer:
        found = phone.obtain(offered(issuer, name), [key])
    assert town.register.news
    assert found["waits"] == 2
    assert accepted(town, name, found["credentials"][0]).holder == key.public_key


def test_the_peer_renews_its_card(phone: Phone, town: Town) -> None:
    """With a refresh token, bound to the same DPoP key."""
    key, dpop = LocalKey.generate(Alg.ES256), phone.private(LocalKey.generate(Alg.ES256))
    with town.issuing(DPOP) as issuer:
        found = phone.obtain(offered(issuer, "card"), [key], dpop=dpop, renews=True)
    (first,), (again,) = found["credentials"], found["renewed"]
    assert first != again
    assert accepted(town, "card", again).holder == key.public_key


# What the peer does otherwise.


def test_the_peer_refuses_a_notification_identifier_in_a_deferred_answer(
    phone: Phone, refused: type[Exception], town: Town
) -> None:
    """Its condition stands the wrong way round: section 9.2 forbids it where there is no card."""
    town.register.waiting = 1
    key = LocalKey.generate(Alg.ES256)
    with town.issuing(PLAIN) as issuer, pytest.raises(refused, match="notification_id"):
        phone.obtain(offered(issuer, "card"), [key], left=True)


def test_the_peer_attests_keys_under_the_type_of_a_draft(
    phone: Phone, refused: type[Exception], town: Town
) -> None:
    """`keyattestation+jwt`, where appendix D.1 has `key-attestation+jwt`."""
    with pytest.raises(refused, match="the key attestation is malformed"):
        by_browser(phone, town, "card", left=True)
