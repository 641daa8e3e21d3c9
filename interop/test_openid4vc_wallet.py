"""krid's wallet gets a card from krid's issuer and shows it to a verifier of peers, over HTTPS.

@openid4vc/openid4vp asks and reads the answer, @sd-jwt/sd-jwt-vc and @owf/mdoc verify it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, final

import pytest
from openid_town import DOCTYPE, FORMATS, NAMESPACE, PLAIN, VCT, Town

import krid
from krid import query
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.keys import LocalKey
from krid.net import HttpsTransport, run
from krid.openid import vci
from krid.openid.vci import wallet as issuance
from krid.openid.vp import wallet as presentation
from krid.profiles import OPENID4VP
from krid.trust import CertificateTrust

ServingPeer: TypeAlias = Callable[..., AbstractContextManager[Iterator[Any]]]
Private: TypeAlias = Callable[[LocalKey], dict[str, Any]]

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
        setup = issuance.WalletSetup(
            policy=PLAIN,
            clock=krid.SystemClock(),
            entropy=system_entropy,
            client_id=None,
            redirect_uri=None,
            dpop=None,
            attestation=None,
            key_attester=None,
            metadata_trust=None,
        )
        with self.town.issuing(PLAIN) as issuer:
            link = issuer.offer_pre_authorized(
                subject="account-1", configurations=(name,), tx_code=None
            ).to_uri()
            offer = run(issuance.fetch_offer(link), self.network)
            grant = vci.GrantType.PRE_AUTHORIZED_CODE
            found = run(issuance.discover(setup, offer.issuer, grant=grant), self.network)
            session = run(issuance.redeem_offer(setup, found, offer, tx_code=None), self.network)
            signer = self.kept.signer(self.kept.new_key())
            outcome = run(
                issuance.request_credentials(setup, session, name, keys=[signer]), self.network
            )
        assert isinstance(outcome, issuance.Received)
        for each in outcome.credentials:
            self.kept.add(each)

    def read(self, link: str, trust: CertificateTrust) -> Any:
        setup = presentation.WalletSetup(
            policy=OPENID4VP,
            trust=trust,
            clients=None,
            clock=krid.SystemClock(),
            entropy=system_entropy,
        )
        return run(presentation.read_request(setup, link), self.network)

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


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peers_verify_what_krid_shows(phone: Phone, bank: Bank, name: str, mode: str) -> None:
    with bank.asking(name, mode) as said:
        asked = phone.read(next(said)["link"], phone.town.trust)
        run(presentation.send(asked, phone.agree(asked)), phone.network)
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
            run(presentation.send(yours, answer), phone.network)
        assert error.value.code is Code.OAUTH_REFUSED
        assert "refused" in next(second)


def test_krid_answers_nobody_whom_it_does_not_trust(phone: Phone, bank: Bank, office: Any) -> None:
    with bank.asking("card", "direct_post") as said:
        link = next(said)["link"]
        with pytest.raises(KridError) as error:
            phone.read(link, office.issuers)
    assert error.value.code is Code.X509_KEY_IDENTIFIER
