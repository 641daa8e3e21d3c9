"""Issuance in memory: a state offers a card by QR code, and a wallet fetches three copies of it.

The issuer answers requests without a web framework; the wallet's flows talk to it over a
transport that stays in this process. In production the transport is `krid.net.HttpsTransport`.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import krid
from krid.net import run
from krid.openid import vci
from krid.openid.oauth import MemoryIssuanceStore, NonceKey
from krid.openid.vci import GrantType, server, wallet
from krid.profiles import HAIP, OPENID4VCI
from krid.sdjwt import sd
from krid.trust import NOBODY, KeyTrust

STATE = "https://mois.example"
VCT = "urn:example:resident-card"
YEAR = timedelta(days=365)


class Register:
    """What the state knows of people; the one person in it is invented."""

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:
        """Everybody has one card of a kind."""
        return (f"{configuration}-1",)

    def decide(self, order: server.CredentialOrder) -> server.Ready | server.Denied:
        """Say what to sign."""
        if order.subject != "resident-1":
            return server.Denied()
        return server.Ready({"name": sd("Hong Gildong"), "issuing_country": "KR"}, YEAR)

    def told(self, news: server.News) -> None:
        """Hear that the card arrived."""


def make_issuer(key: krid.LocalKey) -> server.CredentialIssuer:
    """Make the state's issuer of resident cards."""
    card = vci.CredentialConfiguration(
        format="dc+sd-jwt",
        scope="resident-card",
        binding_methods=("jwk",),
        proofs={"jwt": vci.ProofDemand(("ES256",))},
        metadata=vci.CredentialMetadata((vci.Display(name="주민등록증", locale="ko"),)),
        particulars={"vct": VCT},
    )
    setup = server.IssuerSetup(
        identifier=STATE,
        offerings={
            "card": server.Offering(
                configuration=card,
                issuer=krid.Issuer(STATE, signer=key, profile=HAIP),
                type=VCT,
            )
        },
        policy=OPENID4VCI,
        source=Register(),
        statuses=server.NoStatuses(),
        store=MemoryIssuanceStore(),
        nonce_key=NonceKey(krid.system_entropy(32)),
        trust=NOBODY,
        clock=krid.SystemClock(),
        entropy=krid.system_entropy,
        anonymous_grant=True,
        batch_size=10,
    )
    return server.CredentialIssuer(setup)


def main() -> list[str]:
    """Play the issuance and return the names on the cards that the wallet then holds."""
    state_key = krid.LocalKey.generate(krid.Alg.ES256)
    issuer = make_issuer(state_key)
    wire = server.IssuerTransport("mois.example", issuer)

    # At the counter: the person was recognised, and sees a QR code and hears a code to type.
    typed = server.RequiredTxCode(server.TypedCode(b"493536"), vci.TxCode(length=6))
    offer = issuer.offer_pre_authorized(
        subject="resident-1", configurations=["card"], tx_code=typed
    )
    link = offer.to_uri()

    phone = wallet.WalletSetup(
        policy=OPENID4VCI,
        clock=krid.SystemClock(),
        entropy=krid.system_entropy,
        client_id=None,
        redirect_uri=None,
        dpop=krid.LocalKey.generate(krid.Alg.ES256),
        attestation=None,
        key_attester=None,
        metadata_trust=None,
    )
    trust = KeyTrust.of(state_key.public_key, issuer=STATE)
    with (
        TemporaryDirectory() as folder,
        krid.Wallet.create(
            Path(folder) / "wallet.db", unlock=krid.Pin("246813"), trust=trust
        ) as kept,
    ):
        # On the phone: read the link, find out who offers what, redeem, prove three keys.
        read = run(wallet.fetch_offer(link), wire)
        found = run(wallet.discover(phone, read.issuer, grant=GrantType.PRE_AUTHORIZED_CODE), wire)
        session = run(wallet.redeem_offer(phone, found, read, tx_code="493536"), wire)
        keys = [kept.signer(kept.new_key()) for _ in range(3)]
        outcome = run(wallet.request_credentials(phone, session, "card", keys=keys), wire)
        assert isinstance(outcome, wallet.Received), "the issuer defers"

        # Each card is verified before it is kept; then the issuer hears that all is well.
        for issued in outcome.credentials:
            kept.add(issued)
        if outcome.notification_id is not None:
            news = wallet.notify(phone, session, outcome.notification_id, vci.Event.ACCEPTED)
            run(news, wire)
        return [str(card.credential.claims["name"]) for card in kept.cards()]


if __name__ == "__main__":
    print(main())
