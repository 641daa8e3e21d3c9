"""The whole ceremony in memory: a state issues, a wallet holds, a bank asks and verifies.

Over the wire go two texts: the bank's signed request and the form of the wallet's answer.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import krid
from krid import profiles, query
from krid.openid import vp
from krid.sdjwt import sd
from krid.trust import NO_REVOCATION, AnyOf, CertificateTrust, ForFormats, KeyTrust
from krid.x509 import VERIFIER
from krid.x509.issue import self_signed_ca, sign_certificate

STATE = "https://mois.example"
VCT = "urn:example:resident-card"
YEAR = timedelta(days=365)


def main() -> str:
    """Play the ceremony and return the name that the bank learnt."""
    now = datetime.now(UTC)
    state_key, bank_key, root_key = (krid.LocalKey.generate(krid.Alg.ES256) for _ in range(3))

    # Whom the parties believe: the state's key for cards, a root's certificates for those who ask.
    root = self_signed_ca(
        root_key, common_name="Register of verifiers", country="KR", valid_from=now,
        valid_until=now + YEAR, issuer_uri="https://verifiers.example",
        entropy=krid.system_entropy,
    )  # fmt: skip
    bank_certificate = sign_certificate(
        bank_key.public_key, ca=root, ca_key=root_key, leaf=VERIFIER, common_name="Bank",
        valid_from=now, valid_until=now + YEAR, dns_names=("bank.example",),
        entropy=krid.system_entropy,
    )  # fmt: skip
    cards = KeyTrust.of(state_key.public_key, issuer=STATE)
    verifiers = ForFormats(
        CertificateTrust((root,), revocation=NO_REVOCATION), formats=frozenset({vp.REQUEST_TYP})
    )

    issuer = krid.Issuer(STATE, signer=state_key, profile=profiles.HAIP)
    bank = krid.Verifier(
        "x509_san_dns:bank.example", response_uri="https://bank.example/answer", trust=cards,
        status=krid.NO_STATUS, profile=profiles.HAIP, sessions=krid.MemorySessions(),
    )  # fmt: skip

    with (
        TemporaryDirectory() as folder,
        krid.Wallet.create(
            Path(folder) / "wallet.db", unlock=krid.Pin("246813"), trust=AnyOf(cards, verifiers)
        ) as wallet,
    ):
        # The state issues to a key of the phone; the wallet verifies before it stores.
        claims = {"name": sd("Hong Gildong"), "address": sd("Seoul"), "issuing_country": "KR"}
        wallet.add(
            issuer.issue_sdjwt(
                vct=VCT,
                claims=claims,
                holder=wallet.new_key(),
                lifetime=YEAR,
                status=krid.NO_STATUS,
            )
        )

        # The bank asks, and signs what it asks.
        request = bank.request(
            query.sdjwt("card", vct=VCT, claims=["name"]), purpose="Open an account"
        )
        sent = vp.prepare_request(
            request, signer=bank_key, certificates=(bank_certificate.der,), now=now
        ).sign_with(bank_key)

        # The phone proves who asks, shows it to its owner, and answers with what was agreed.
        asked = vp.read_request(sent, trust=verifiers, now=now)
        found = wallet.match(asked)
        assert isinstance(found, krid.Matched), "no card answers"
        form = vp.encode_response(wallet.present(found.consent(to=found.minimum)), asked.request)

    # The bank believes what was proved, and nothing else was disclosed.
    verified = bank.verify(vp.read_response(form))
    assert "address" not in verified["card"].claims
    return str(verified["card"].claims["name"])


if __name__ == "__main__":
    print(main())
