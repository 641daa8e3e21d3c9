"""krid and the `isomdoc` package read each other's documents."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from krid import mdoc
from krid._core import cbor
from krid._core.entropy import system_entropy
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS, IssuerHint, IssuerKey

isomdoc = pytest.importorskip("isomdoc")

SIGNER = LocalKey.generate(Alg.ES256)
DEVICE = LocalKey.generate(Alg.ES256)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAME = x509.Name.from_rfc4514_string("CN=Invented")


def _certificate() -> x509.Certificate:
    builder = x509.CertificateBuilder(
        issuer_name=NAME,
        subject_name=NAME,
        public_key=SIGNER.public_key.native,
        serial_number=1,
        not_valid_before=NOW - timedelta(days=30),
        not_valid_after=NOW + timedelta(days=30),
    )
    assert isinstance(SIGNER.native, EllipticCurvePrivateKey)
    return builder.sign(SIGNER.native, SHA256())


CERTIFICATE = _certificate()


class TheSigner:
    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        assert hint.certificates == (CERTIFICATE.public_bytes(Encoding.DER),)
        return IssuerKey(key=SIGNER.public_key, issuer="CN=Invented", path="a test")


def test_isomdoc_verifies_what_krid_presents() -> None:
    credential = mdoc.prepare(
        doctype="org.example.card",
        claims={"ns": {"family_name": "Invented", "portrait": b"\xff", "score": 1}},
        holder=DEVICE.public_key,
        alg=Alg.ES256,
        certificates=(CERTIFICATE.public_bytes(Encoding.DER),),
        validity=mdoc.ValidityInfo(NOW, NOW, NOW + timedelta(days=1)),
        status=NO_STATUS,
        entropy=system_entropy,
    ).sign_with(SIGNER)
    transcript: list[object] = [None, None, ["test", b"session"]]
    response = mdoc.prepare_response(
        credential,
        disclose=[("ns", "family_name"), ("ns", "portrait")],
        transcript=mdoc.SessionTranscript.parse(cbor.encode(transcript)),
        alg=Alg.ES256,
    ).sign_with(DEVICE)
    read: Any = isomdoc.verify_device_response(mdoc.encode_device_response(response), transcript)
    (document,) = read.documents
    assert document.issuer_signed.get_element_value("ns", "family_name") == "Invented"
    assert document.issuer_signed.get_element_value("ns", "portrait") == b"\xff"
    assert document.issuer_signed.get_element_value("ns", "score") is None


def test_krid_accepts_and_presents_what_isomdoc_issues() -> None:
    made: Any = isomdoc.create_mdoc("org.example.card", [CERTIFICATE], SIGNER.native)
    made.add_data_item("ns", "family_name", "Invented")
    made.add_data_item("ns", "adult", True)
    raw = made.generate_credential(DEVICE.public_key.native, NOW, NOW, NOW + timedelta(days=1))
    credential = mdoc.parse_issuer_signed(raw)
    accepted = mdoc.accept(credential, issuers=TheSigner(), now=NOW, skew=timedelta(0))
    assert accepted.claims == {"ns": {"family_name": "Invented", "adult": True}}
    transcript: list[object] = [None, None, 0]
    response = mdoc.prepare_response(
        credential,
        disclose=[("ns", "adult")],
        transcript=mdoc.SessionTranscript.parse(cbor.encode(transcript)),
        alg=Alg.ES256,
    ).sign_with(DEVICE)
    isomdoc.verify_device_response(mdoc.encode_device_response(response), transcript)
    (verified,) = mdoc.verify(
        response,
        issuers=TheSigner(),
        transcript=mdoc.SessionTranscript.parse(cbor.encode(transcript)),
        reader_key=mdoc.NO_READER_KEY,
        now=NOW,
        skew=timedelta(0),
    )
    assert verified.credential.claims == {"ns": {"adult": True}}
