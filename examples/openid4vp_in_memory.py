"""A presentation in memory: a bank asks for a name, and a wallet on the same phone answers.

The verifier answers requests without a web framework; the wallet's flows talk to it over a
transport that stays in this process. In production the transport is `krid.net.HttpsTransport`.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import krid
from krid import query
from krid.exchange import ResponseMode
from krid.net import run
from krid.openid.oauth import MemoryIssuanceStore
from krid.openid.vp import server, wallet
from krid.profiles import HAIP, HAIP_PRESENTATION
from krid.sdjwt import sd
from krid.trust import NO_REVOCATION, CertificateTrust, KeyTrust
from krid.x509 import VERIFIER, Certificate
from krid.x509.issue import self_signed_ca, sign_certificate

STATE = "https://mois.example"
VCT = "urn:example:resident-card"
DAY = timedelta(days=1)


def certify(key: krid.LocalKey) -> tuple[Certificate, Certificate]:
    """Make an authority for verifiers, and the bank's certificate below it."""
    now, ca_key = krid.SystemClock().now(), krid.LocalKey.generate(krid.Alg.ES256)
    root = self_signed_ca(
        ca_key,
        common_name="Verifiers",
        country="KR",
        valid_from=now - DAY,
        valid_until=now + 365 * DAY,
        issuer_uri="https://verifiers.example",
        entropy=krid.system_entropy,
    )
    leaf = sign_certificate(
        key.public_key,
        ca=root,
        ca_key=ca_key,
        leaf=VERIFIER,
        common_name="Bank",
        valid_from=now - DAY,
        valid_until=now + 30 * DAY,
        entropy=krid.system_entropy,
        dns_names=("bank.example",),
    )
    return root, leaf


def main() -> str:
    """Play the presentation and return the name that the bank then knows."""
    state_key, bank_key = (krid.LocalKey.generate(krid.Alg.ES256) for _ in range(2))
    root, leaf = certify(bank_key)
    cards = KeyTrust.of(state_key.public_key, issuer=STATE)
    bank = server.PresentationVerifier(
        server.VerifierSetup(
            url="https://bank.example/vp",
            identity=server.Identity.by_certificate(bank_key, [leaf.der]),
            policy=HAIP_PRESENTATION,
            mode=ResponseMode.DIRECT_POST_JWT,
            trust=cards,
            status=krid.NO_STATUS,
            profile=HAIP,
            store=MemoryIssuanceStore(),
            page="https://bank.example/done",
            clock=krid.SystemClock(),
            entropy=krid.system_entropy,
        )
    )
    wire = server.VerifierTransport("bank.example", bank)
    phone = wallet.WalletSetup(
        policy=HAIP_PRESENTATION,
        trust=CertificateTrust((root,), revocation=NO_REVOCATION),
        clients=None,
        clock=krid.SystemClock(),
        entropy=krid.system_entropy,
    )
    with (
        TemporaryDirectory() as folder,
        krid.Wallet.create(
            Path(folder) / "wallet.db", unlock=krid.Pin("246813"), trust=cards
        ) as kept,
    ):
        issuer = krid.Issuer(STATE, signer=state_key, profile=HAIP)
        claims = {"name": sd("Hong Gildong"), "address": sd("Seoul"), "issuing_country": "KR"}
        card = issuer.issue_sdjwt(
            vct=VCT, claims=claims, holder=kept.new_key(), lifetime=DAY, status=krid.NO_STATUS
        )
        kept.add(card)

        # In the browser: the bank begins, and keeps the secret in the browser's session.
        begun = bank.begin(
            query.sdjwt("card", vct=VCT, claims=["name"]),
            purpose="Open an account",
            journey=server.Journey.SAME_DEVICE,
        )

        # The wallet opens: who asks, for what? A person agrees, and the answer goes out sealed.
        asked = run(wallet.read_request(phone, begun.link), wire)
        found = kept.match(asked)
        assert isinstance(found, krid.Matched), "no card answers"
        answer = kept.present(found.consent(to=found.minimum))
        sent = run(wallet.send(asked, answer), wire)

    # The wallet sends the browser back, into the session that began.
    assert sent.open is not None, "the bank sends the browser nowhere"
    code = parse_qs(urlsplit(sent.open).query)["response_code"][0]
    result = bank.outcome(begun.secret, response_code=code)
    assert isinstance(result, server.Completed), "the bank refused"
    return str(result.verified["card"].claims["name"])


if __name__ == "__main__":
    print(main())
