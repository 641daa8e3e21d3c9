"""krid's wallet among issuers and verifiers of peers, over HTTPS.

The issuer is @openid4vc/openid4vci and @openid4vc/oauth2, the verifier @openid4vc/openid4vp;
@sd-jwt/sd-jwt-vc and @owf/mdoc sign the cards, and verify them.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar, final

import pytest
from openid_town import DOCTYPE, DPOP, FORMATS, NAMESPACE, TYPES, VCT, Town

import krid
from krid import query
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.net import Flow, HttpsTransport, run
from krid.openid import vci
from krid.openid.vci import wallet as issuance
from krid.openid.vci.server import NO_TX_CODE
from krid.openid.vp import wallet as presentation
from krid.profiles import OPENID4VCI, OPENID4VP
from krid.trust import CertificateTrust
from krid.wallet import Card

ServingPeer: TypeAlias = Callable[..., AbstractContextManager[Iterator[Any]]]
Private: TypeAlias = Callable[[LocalKey], dict[str, Any]]

T = TypeVar("T")

ASKED = {
    "card": query.sdjwt("it", vct=VCT, claims=["name"]),
    "licence": query.mdoc("it", doctype=DOCTYPE, claims={NAMESPACE: ["family_name"]}),
}
METADATA = {
    "dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]},
    "mso_mdoc": {"issuerauth_alg_values": [-7], "deviceauth_alg_values": [-7]},
}


@final
@dataclass(frozen=True)
class Phone:
    """A wallet of krid and its way to the network."""

    kept: krid.Wallet
    town: Town
    network: HttpsTransport

    def fetch(self, name: str) -> None:
        """Get a card from krid's issuer."""
        with self.town.issuing(DPOP) as issuer:
            offer = issuer.offer_pre_authorized(
                subject="account-1", configurations=(name,), tx_code=NO_TX_CODE
            )
            self.take(offer.to_uri(), name)

    def take(self, link: str, name: str, *, code: str | None = None) -> Card:
        """Redeem an offer of whomever, and keep the card."""
        setup = issuance.WalletSetup(
            policy=OPENID4VCI,
            clock=krid.SystemClock(),
            entropy=system_entropy,
            client_id=None,
            redirect_uri=None,
            dpop=LocalKey.generate(Alg.ES256),
            attestation=None,
            key_attester=None,
            metadata_trust=None,
        )
        offer = self.go(issuance.fetch_offer(link))
        grant = vci.GrantType.PRE_AUTHORIZED_CODE
        found = self.go(issuance.discover(setup, offer.issuer, grant=grant))
        session = self.go(issuance.redeem_offer(setup, found, offer, tx_code=code))
        signer = self.kept.signer(self.kept.new_key())
        asking = issuance.request_credentials(setup, session, name, keys=[signer])
        outcome = self.go(asking)
        assert isinstance(outcome, issuance.Received)
        (card,) = outcome.credentials
        return self.kept.add(card)

    def go(self, flow: Flow[T]) -> T:
        return run(flow, self.network)

    def read(self, link: str, trust: CertificateTrust) -> Any:
        setup = presentation.WalletSetup(
            policy=OPENID4VP,
            trust=trust,
            clients=None,
            clock=krid.SystemClock(),
            entropy=system_entropy,
        )
        return self.go(presentation.read_request(setup, link))

    def agree(self, asked: Any) -> Any:
        found = self.kept.match(asked)
        assert isinstance(found, krid.Matched)
        return self.kept.present(found.consent(to=found.minimum))


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory, town: Town) -> Iterator[Phone]:
    path = tmp_path_factory.mktemp("wallet") / "wallet.db"
    with krid.Wallet.create(path, unlock=krid.Pin("246813"), trust=town.trust) as kept:
        made = Phone(kept, town, town.authority.transport())
        for name in FORMATS:
            made.fetch(name)
        yield made


@final
@dataclass(frozen=True)
class Bank:
    """The peers' verifier, which asks once each time."""

    peer: ServingPeer
    town: Town
    private: Private

    def asking(self, name: str, mode: str) -> AbstractContextManager[Iterator[Any]]:
        return self.peer(
            **self.town.bank_of(self.private),
            mode=mode,
            query=query.encode_dcql(query.of(ASKED[name])),
            formats={FORMATS[name]: METADATA[FORMATS[name]]},
        )


@pytest.fixture(scope="module")
def bank(verifier_peer: ServingPeer, town: Town, private_jwk: Private) -> Bank:
    return Bank(verifier_peer, town, private_jwk)


CLAIMS: dict[str, Any] = {
    "card": {"name": "Lee", "city": "Busan"},
    "licence": {NAMESPACE: {"family_name": "Lee", "given_name": "Su"}},
}


@final
@dataclass(frozen=True)
class Office:
    """The peers' issuer, which offers one card each time."""

    peer: ServingPeer
    town: Town
    private: Private

    def offering(self, name: str, **words: Any) -> AbstractContextManager[Iterator[Any]]:
        described = self.town.issuer_of(self.private, name)
        return self.peer(**described, claims=CLAIMS[name], **words)


@pytest.fixture(scope="module")
def issuing(issuer_peer: ServingPeer, town: Town, private_jwk: Private) -> Office:
    return Office(issuer_peer, town, private_jwk)


@pytest.mark.parametrize("name", ["card", "licence"])
def test_krid_gets_cards_from_the_peers(phone: Phone, issuing: Office, name: str) -> None:
    with issuing.offering(name, code="493536") as said:
        card = phone.take(next(said)["link"], name, code="493536")
    assert card.credential.type == TYPES[name]
    if name == "card":
        shown = {each: card.credential.claims[each] for each in CLAIMS[name]}
    else:
        shown = dict(card.credential.claims)
    assert shown == CLAIMS[name]
    phone.kept.remove(card)


def test_the_peers_refuse_a_wrong_code(phone: Phone, issuing: Office) -> None:
    with issuing.offering("card", code="493536") as said:
        link = next(said)["link"]
        with pytest.raises(KridError) as error:
            phone.take(link, "card", code="000000")
        assert (error.value.code, error.value.detail) == (Code.OAUTH_REFUSED, "invalid_grant")
        assert "tx_code" in next(said)["refused"]


def test_krid_keeps_no_card_of_a_stranger(
    phone: Phone, issuing: Office, office: Any, private_jwk: Private
) -> None:
    """The peer signs with a key whose certificate is of another root."""
    stranger = {
        "key": private_jwk(office.signer),
        "certificate": b64encode(office.certificate.der).decode(),
    }
    described = issuing.town.issuer_of(private_jwk, "licence") | stranger
    with issuing.peer(**described, claims=CLAIMS["licence"]) as said:
        link = next(said)["link"]
        with pytest.raises(KridError) as error:
            phone.take(link, "licence")
    assert error.value.code is Code.X509_KEY_IDENTIFIER


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peers_verify_what_krid_shows(phone: Phone, bank: Bank, name: str, mode: str) -> None:
    with bank.asking(name, mode) as said:
        asked = phone.read(next(said)["link"], phone.town.trust)
        phone.go(presentation.send(asked, phone.agree(asked)))
        proved = next(said)["proved"]["it"]
    if name == "card":
        assert (proved["name"], "city" in proved) == ("Kim", False)
    else:
        assert proved == {NAMESPACE: {"family_name": "Kim"}}


@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peers_refuse_what_was_made_for_another_request(
    phone: Phone, bank: Bank, name: str
) -> None:
    with bank.asking(name, "direct_post") as first, bank.asking(name, "direct_post") as second:
        mine = phone.read(next(first)["link"], phone.town.trust)
        yours = phone.read(next(second)["link"], phone.town.trust)
        answer = replace(phone.agree(mine), state=yours.request.state)
        with pytest.raises(KridError) as error:
            phone.go(presentation.send(yours, answer))
        assert error.value.code is Code.OAUTH_REFUSED
        assert "refused" in next(second)


def test_krid_answers_nobody_whom_it_does_not_trust(phone: Phone, bank: Bank, office: Any) -> None:
    with bank.asking("card", "direct_post") as said:
        link = next(said)["link"]
        with pytest.raises(KridError) as error:
            phone.read(link, office.issuers)
    assert error.value.code is Code.X509_KEY_IDENTIFIER
