"""At a counter: a phone shows a QR code, a till connects and learns "19 or older", nothing else.

ISO 18013-5 without a radio: the messages travel inside this process, in the pieces that Bluetooth
would carry. In production a Bluetooth stack fills the port `krid.proximity.Link`.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import krid
from krid import proximity, query
from krid.profiles import HAIP
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.x509 import MDOC_READER, MDOC_SIGNER, Certificate, LeafProfile
from krid.x509.issue import self_signed_ca, sign_certificate

DOCTYPE, SPACE = "org.example.resident.1", "org.example.resident"
DAY = timedelta(days=1)


def certify(key: krid.LocalKey, name: str, leaf: LeafProfile) -> tuple[Certificate, Certificate]:
    """Make an authority, and one certificate below it."""
    now, ca_key = krid.SystemClock().now(), krid.LocalKey.generate(krid.Alg.ES256)
    root = self_signed_ca(
        ca_key,
        common_name=f"{name} Root",
        country="KR",
        valid_from=now - DAY,
        valid_until=now + 365 * DAY,
        issuer_uri="https://mois.example",
        entropy=krid.system_entropy,
    )
    signed = sign_certificate(
        key.public_key,
        ca=root,
        ca_key=ca_key,
        leaf=leaf,
        common_name=name,
        valid_from=now - DAY,
        valid_until=now + 90 * DAY,
        entropy=krid.system_entropy,
    )
    return root, signed


def main() -> bool:
    """Play the meeting and return what the till then knows."""
    state_key, till_key = (krid.LocalKey.generate(krid.Alg.ES256) for _ in range(2))
    state_root, state = certify(state_key, "Sample State", MDOC_SIGNER)
    till_root, till = certify(till_key, "Sample Store", MDOC_READER)
    cards = CertificateTrust((state_root,), revocation=NO_REVOCATION)
    readers = CertificateTrust((till_root,), revocation=NO_REVOCATION)
    clock, at_once = krid.SystemClock(), timedelta(0)

    with (
        TemporaryDirectory() as folder,
        krid.Wallet.create(
            Path(folder) / "wallet.db", unlock=krid.Pin("246813"), trust=cards
        ) as wallet,
    ):
        issuer = krid.Issuer(
            "https://mois.example", signer=state_key, profile=HAIP, certificates=[state.der]
        )
        card = issuer.issue_mdoc(
            doctype=DOCTYPE,
            claims={SPACE: {"name": "Hong Gildong", "age_over_19": True}},
            holder=wallet.new_key(),
            lifetime=30 * DAY,
            status=krid.NO_STATUS,
        )
        wallet.add(card)

        # The phone shows a code, and the till reads it.
        ble = proximity.BleOptions(server_uuid=uuid4())
        phone = proximity.DeviceSession.by_qr(methods=[ble], readers=readers, clock=clock)
        verifier = krid.Verifier(
            "x509_san_dns:shop.example",
            trust=cards,
            status=krid.NO_STATUS,
            profile=HAIP,
            sessions=krid.MemorySessions(),
        )
        reader = proximity.ReaderSession.by_qr(
            phone.engagement.to_uri(),
            verifier=verifier,
            identity=proximity.ReaderIdentity(till_key, (till.der,)),
            clock=clock,
        )
        at_phone, at_till = proximity.memory_pair(size=proximity.piece_size(185))

        # The till asks. The wallet shows who asks for what, and a person agrees.
        adult = query.mdoc("age", doctype=DOCTYPE, claims={SPACE: ["age_over_19"]})
        at_till.send(reader.ask(adult, purpose="Check your age"))
        request = at_phone.receive(wait=at_once)
        assert request is not None, "nothing arrived"
        phone.receive(request)
        found = wallet.match(phone.question(wallet.cards()))
        assert isinstance(found, krid.Matched), "no card answers"
        response = wallet.present(found.consent(to=found.minimum))
        at_phone.send(phone.answer(response, then=proximity.Then.END))
        at_phone.close()

    # The till verifies as it would online, with the same report.
    answer = at_till.receive(wait=at_once)
    assert answer is not None, "nothing arrived"
    verified = reader.receive(answer)
    assert isinstance(verified, krid.Verified), "the person did not agree"
    assert verified["age"].claims == {SPACE: {"age_over_19": True}}, "more than was asked for"
    return True


if __name__ == "__main__":
    print("19 or older:", main())
