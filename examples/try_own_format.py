"""A format of one's own goes through issuer, wallet, query and verifier: `own_format.py`, played.

Roles take `formats=(...)`, and a profile names the formats that it allows. Nothing is registered.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from own_format import SignedJson

import krid
from krid import profiles, query
from krid.exchange import AuthenticatedRequest
from krid.trust import KeyTrust

STATE = "https://mois.example"
VCT = "urn:example:card"
FORMATS = (SignedJson(),)
PROFILE = replace(profiles.HAIP, formats=profiles.HAIP.formats | {SignedJson.name})


def main() -> krid.Report:
    """Issue, hold, show and verify a card of the format, and return the verifier's report."""
    state = krid.LocalKey.generate(krid.Alg.ES256)
    trust = KeyTrust.of(state.public_key, issuer=STATE)
    issuer = krid.Issuer(STATE, signer=state, profile=PROFILE, formats=FORMATS)
    bank = krid.Verifier(
        "x509_san_dns:bank.example",
        trust=trust,
        status=krid.NO_STATUS,
        profile=PROFILE,
        sessions=krid.MemorySessions(),
        formats=FORMATS,
    )
    with (
        TemporaryDirectory() as folder,
        krid.Wallet.create(
            Path(folder) / "wallet.db", unlock=krid.Pin("246813"), trust=trust, formats=FORMATS
        ) as wallet,
    ):
        card = issuer.issue(
            SignedJson.name,
            type=VCT,
            claims={"name": "Hong Gildong", "address": "Seoul"},
            holder=wallet.new_key(),
            lifetime=timedelta(days=1),
            status=krid.NO_STATUS,
        )
        wallet.add(card)

        # What the bytes say of themselves, and what a query matches.
        print(SignedJson().inspect(card.raw).content)
        asked = replace(query.sdjwt("card", vct=VCT, claims=["name"]), format=SignedJson.name)
        request = bank.request(asked, purpose="Try a format")

        # Over the wire a request is signed and its sender proved; here it goes by hand.
        found = wallet.match(
            AuthenticatedRequest(request=request, verifier="A bank", path="by hand")
        )
        assert isinstance(found, krid.Matched), "no card answers"
        print("leaves:", *found.minimum.leaving[0].disclose, *found.minimum.leaving[0].always)
        answer = wallet.present(found.consent(to=found.minimum))
    return bank.verify(answer).report()


if __name__ == "__main__":
    print(main())
