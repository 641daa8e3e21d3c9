"""A phone and a reader in one room; everybody in it is invented."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from roles import MovableClock

import krid
from krid import mdoc, query
from krid._core.entropy import system_entropy
from krid.exchange import MemorySessions, PresentationResponse
from krid.issuer import Issuer
from krid.keys import Alg, Curve, LocalKey
from krid.model import NO_STATUS, CredentialQuery
from krid.profiles import HAIP
from krid.proximity import (
    Asked,
    BleOptions,
    DeviceSession,
    ReaderIdentity,
    ReaderSession,
    Role,
    SessionCipher,
    SessionData,
    SessionEstablishment,
    Then,
)
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.wallet import Matched
from krid.x509 import MDOC_READER, MDOC_SIGNER, Certificate, LeafProfile
from krid.x509.issue import self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SPACE = "org.example.resident"
DOCTYPE = "org.example.resident.1"
LICENCE = "org.example.licence.1"
HOST = "shop.example"
PURPOSE = "Check your age"
CLAIMS: mdoc.Elements = {SPACE: {"name": "Hong Gildong", "age_over_19": True, "age_over_65": False}}


def authority(key: LocalKey, name: str) -> Certificate:
    return self_signed_ca(
        key,
        common_name=name,
        country="ZZ",
        valid_from=NOW - 30 * DAY,
        valid_until=NOW + 365 * DAY,
        issuer_uri="https://mois.example",
        entropy=system_entropy,
    )


def certified(key: LocalKey, leaf: LeafProfile, name: str, *hosts: str) -> Certificate:
    is_reader = leaf is MDOC_READER
    return sign_certificate(
        key.public_key,
        ca=READER_ROOT if is_reader else STATE_ROOT,
        ca_key=READER_ROOT_KEY if is_reader else STATE_ROOT_KEY,
        leaf=leaf,
        common_name=name,
        valid_from=NOW - DAY,
        valid_until=NOW + 200 * DAY,
        entropy=system_entropy,
        dns_names=hosts,
    )


STATE_ROOT_KEY, READER_ROOT_KEY, SIGNER_KEY, READER_KEY, OTHER_KEY = (
    LocalKey.generate(Alg.ES256) for _ in range(5)
)
STATE_ROOT = authority(STATE_ROOT_KEY, "Sample State")
READER_ROOT = authority(READER_ROOT_KEY, "Sample Readers")
SIGNER = certified(SIGNER_KEY, MDOC_SIGNER, "Sample Signer")
READER = certified(READER_KEY, MDOC_READER, "Sample Store", HOST)
OTHER = certified(OTHER_KEY, MDOC_READER, "Another Store")
ISSUERS = CertificateTrust((STATE_ROOT,), revocation=NO_REVOCATION)
READERS = CertificateTrust((READER_ROOT,), revocation=NO_REVOCATION)
SHOP = ReaderIdentity(READER_KEY, (READER.der,))
METHOD = BleOptions(server_uuid=UUID(int=7))

ADULT = query.mdoc("age", doctype=DOCTYPE, claims={SPACE: ["age_over_19"]})


def licence(*names: str) -> CredentialQuery:
    return query.mdoc("licence", doctype=LICENCE, claims={SPACE: list(names)})


def issue(holder: Any, doctype: str = DOCTYPE, claims: mdoc.Elements = CLAIMS) -> Any:
    issuer = Issuer(
        "https://mois.example",
        signer=SIGNER_KEY,
        profile=HAIP,
        certificates=(SIGNER.der,),
        clock=MovableClock(NOW),
    )
    return issuer.issue_mdoc(
        doctype=doctype, claims=claims, holder=holder, lifetime=30 * DAY, status=NO_STATUS
    )


def verifier(clock: MovableClock) -> krid.Verifier:
    return krid.Verifier(
        f"x509_san_dns:{HOST}",
        trust=ISSUERS,
        status=NO_STATUS,
        profile=HAIP,
        sessions=MemorySessions(),
        clock=clock,
    )


@dataclass
class Room:
    """A phone that shows a QR code, and a reader that has read it."""

    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))
    curve: Curve = Curve.P256
    identity: ReaderIdentity = SHOP
    readers: Any = READERS

    def __post_init__(self) -> None:
        self.device = DeviceSession.by_qr(
            methods=[METHOD], readers=self.readers, clock=self.clock, curve=self.curve
        )
        self.reader = self.another_reader()

    def another_reader(self, **changes: Any) -> ReaderSession:
        words: dict[str, Any] = {
            "verifier": verifier(self.clock),
            "identity": self.identity,
            "clock": self.clock,
        }
        return ReaderSession.by_qr(self.device.engagement.to_uri(), **(words | changes))

    def ask(self, *asked: CredentialQuery) -> bytes:
        return self.reader.ask(*(asked or (ADULT,)), purpose=PURPOSE)

    def asked(self, *asked: CredentialQuery) -> Asked:
        found = self.device.receive(self.ask(*asked))
        assert isinstance(found, Asked)
        return found

    def answer(self, wallet: krid.Wallet, then: Then = Then.GO_ON) -> bytes:
        return self.device.answer(agreed(self.device, wallet), then=then)


def agreed(device: DeviceSession, wallet: krid.Wallet) -> PresentationResponse:
    """Let a person agree to the least."""
    found = wallet.match(device.question(wallet.cards()))
    assert isinstance(found, Matched)
    return wallet.present(found.consent(to=found.minimum))


def open_wallet(folder: Path, clock: MovableClock) -> krid.Wallet:
    return krid.Wallet.create(
        folder / "wallet.db", unlock=krid.Pin("246813"), trust=ISSUERS, clock=clock
    )


class Raw:
    """A reader that is made by hand, so that each part of its first message can be changed."""

    def __init__(self, device: DeviceSession, curve: Curve = Curve.P256) -> None:
        self.device = device
        self.key = LocalKey.generate_on(curve)
        self.encoded_key = mdoc.encode_reader_key(self.key.public_key)
        self.transcript = mdoc.SessionTranscript.of_proximity(
            device_engagement=device.engagement.raw,
            reader_key=self.encoded_key,
            handover=device.handover,
        )

    def cipher(self, role: Role = Role.READER) -> SessionCipher:
        return SessionCipher.derive(
            self.key, self.device.engagement.key, transcript=self.transcript, role=role
        )

    def doc_request(
        self,
        elements: Mapping[str, Mapping[str, bool]] | None = None,
        *,
        doctype: str = DOCTYPE,
        key: LocalKey = READER_KEY,
        certificates: Sequence[bytes] = (READER.der,),
        transcript: mdoc.SessionTranscript | None = None,
        info: Mapping[str, object] | None = None,
    ) -> mdoc.DocRequest:
        return mdoc.prepare_doc_request(
            mdoc.ItemsRequest.of(
                doctype, elements or {SPACE: {"age_over_19": False}}, info=info or {}
            ),
            transcript=transcript or self.transcript,
            alg=key.alg,
            certificates=certificates,
        ).sign_with(key)

    def request(self, *docs: mdoc.DocRequest) -> bytes:
        return mdoc.encode_device_request(mdoc.DeviceRequest(docs or (self.doc_request(),)))

    def first(self, plaintext: bytes | None = None, cipher: SessionCipher | None = None) -> bytes:
        sealed = (cipher or self.cipher()).seal(self.request() if plaintext is None else plaintext)
        return SessionEstablishment(self.encoded_key, sealed).encode()


Change = Callable[[bytes], bytes]


def said(message: bytes | None) -> SessionData:
    """Read a farewell."""
    assert message is not None
    return SessionData.parse(message)
