"""A whole ceremony in proximity: a reader asks, a phone answers, every certificate is a real one.

Engagement and the encryption of the session are not part of it; their bytes are made up here.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from krid import mdoc
from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, TrustError
from krid.issuer import Issuer
from krid.keys import Alg, Curve, LocalKey
from krid.model import NO_STATUS, Check
from krid.profiles import HAIP
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.x509 import (
    MDOC_READER,
    MDOC_SIGNER,
    Certificate,
    LeafProfile,
    check_profile,
    self_signed_ca,
    sign_certificate,
)
from krid.x509.profile import IACA, MDOC_READER_PROFILE, MDOC_SIGNER_PROFILE

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LICENCE, CARD = "org.iso.18013.5.1.mDL", "org.example.card"
NAMESPACE = "org.iso.18013.5.1"
ENGAGEMENT = bytes.fromhex("a10063312e30")


def authority(key: LocalKey, name: str) -> Certificate:
    return self_signed_ca(
        key,
        common_name=name,
        country="KR",
        valid_from=NOW - timedelta(days=30),
        valid_until=NOW + timedelta(days=3000),
        issuer_uri="https://iaca.example",
        entropy=system_entropy,
    )


def certified(key: LocalKey, ca: Certificate, ca_key: LocalKey, leaf: LeafProfile) -> Certificate:
    return sign_certificate(
        key.public_key,
        ca=ca,
        ca_key=ca_key,
        leaf=leaf,
        common_name=f"Sample {leaf.name}",
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=400),
        entropy=system_entropy,
    )


IACA_KEY, READER_CA_KEY = LocalKey.generate(Alg.ES384), LocalKey.generate(Alg.ES256)
ROOT, READER_ROOT = authority(IACA_KEY, "Sample IACA"), authority(READER_CA_KEY, "Sample reader CA")
SIGNER, READER = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
SIGNER_CERTIFICATE = certified(SIGNER, ROOT, IACA_KEY, MDOC_SIGNER)
READER_CERTIFICATE = certified(READER, READER_ROOT, READER_CA_KEY, MDOC_READER)
ISSUERS, READERS = (
    CertificateTrust((ROOT,), revocation=NO_REVOCATION),
    CertificateTrust((READER_ROOT,), revocation=NO_REVOCATION),
)
# One of the phone's keys signs, the other only agrees on a key; the session's curve is its curve.
SIGNING, AGREEING = LocalKey.generate(Alg.EDDSA), LocalKey.generate_on(Curve.X25519)
SESSION = LocalKey.generate_on(Curve.X25519)
TRANSCRIPT = mdoc.SessionTranscript.of_proximity(
    device_engagement=ENGAGEMENT,
    reader_key=mdoc.encode_reader_key(SESSION.public_key),
    handover=mdoc.NfcHandover(b"select", None),
)


def issue(doctype: str, claims: mdoc.Elements, holder: LocalKey) -> mdoc.IssuerSigned:
    plug = mdoc.MdocFormat(
        digest_alg=mdoc.DigestAlg.SHA384,
        update_after=timedelta(days=10),
        authorizations=mdoc.KeyAuthorizations(frozenset({"org.example.phone"})),
    )
    issuer = Issuer(
        "https://mois.example",
        signer=SIGNER,
        profile=replace(HAIP, name="test"),
        certificates=[SIGNER_CERTIFICATE.der],
        formats=[plug],
        clock=FixedClock(NOW),
    )
    issued = issuer.issue_mdoc(
        doctype=doctype,
        claims=claims,
        holder=holder.public_key,
        lifetime=timedelta(days=30),
        status=NO_STATUS,
    )
    credential = mdoc.parse_issuer_signed(issued.raw)
    mdoc.accept(credential, issuers=ISSUERS, now=NOW, skew=timedelta(0))
    return credential


LICENCE_CLAIMS: mdoc.Elements = {
    NAMESPACE: {"family_name": "Invented", "age_over_19": True, "portrait": b"\xff\xd8\xff\xd9"}
}


def ask(key: LocalKey = READER, certificate: Certificate = READER_CERTIFICATE) -> bytes:
    asked = (
        mdoc.ItemsRequest.of(LICENCE, {NAMESPACE: {"family_name": False, "age_over_18": False}}),
        mdoc.ItemsRequest.of(CARD, {"ns": {"number": True, "photo": True}}),
    )
    signed = [
        mdoc.prepare_doc_request(
            items, transcript=TRANSCRIPT, alg=key.alg, certificates=[certificate.der]
        ).sign_with(key)
        for items in asked
    ]
    return mdoc.encode_device_request(mdoc.DeviceRequest(tuple(signed)))


def answer(raw: bytes, wallet: list[mdoc.IssuerSigned]) -> bytes:
    request = mdoc.parse_device_request(raw)
    for each in mdoc.verify_request(request, readers=READERS, transcript=TRANSCRIPT, now=NOW):
        assert each.reader == "CN=Sample mdoc reader,C=KR"
        assert each.path == "certificate chain to CN=Sample reader CA,C=KR, revocation not checked"
    found = mdoc.answer_request(request, wallet)
    licence, card = found.documents
    shown = (
        mdoc.prepare_document(
            licence.credential,
            disclose=licence.disclose,
            errors=licence.errors,
            transcript=TRANSCRIPT,
            alg=SIGNING.alg,
            device_elements={"org.example.phone": {"unlocked_by": "PIN"}},
        ).sign_with(SIGNING),
        mdoc.mac_document(
            card.credential,
            disclose=card.disclose,
            errors=card.errors,
            transcript=TRANSCRIPT,
            device_key=AGREEING,
            reader_key=SESSION.public_key,
        ),
    )
    response = mdoc.respond(shown, document_errors=found.document_errors)
    return mdoc.encode_device_response(response)


def test_a_reader_asks_for_two_documents_and_gets_them() -> None:
    wallet = [
        issue(LICENCE, LICENCE_CLAIMS, SIGNING),
        issue(CARD, {"ns": {"number": "A1", "secret": "stays"}}, AGREEING),
    ]
    raw = answer(ask(), wallet)
    assert b"stays" not in raw
    response = mdoc.parse_device_response(raw)
    licence, card = mdoc.verify(
        response,
        issuers=ISSUERS,
        transcript=TRANSCRIPT,
        reader_key=SESSION,
        now=NOW,
        skew=timedelta(0),
    )
    assert licence.credential.claims == {
        NAMESPACE: {"family_name": "Invented", "age_over_19": True}
    }
    assert licence.device_elements == {"org.example.phone": {"unlocked_by": "PIN"}}
    assert card.credential.claims == {"ns": {"number": "A1"}}
    assert response.documents[1].errors == {"ns": {"photo": mdoc.DATA_NOT_RETURNED}}
    mso = response.documents[0].issuer_signed.mso
    assert mso.validity.expected_update == NOW + timedelta(days=10)
    assert mso.digest_alg is mdoc.DigestAlg.SHA384
    validity = next(each for each in licence.credential.evidence if each.check is Check.VALIDITY)
    assert validity.detail == "until 2026-07-01T00:00:00Z, update expected 2026-06-11T00:00:00Z"


def test_all_certificates_keep_their_profiles() -> None:
    check_profile(ROOT, issuer=ROOT, profile=IACA)
    check_profile(SIGNER_CERTIFICATE, issuer=ROOT, profile=MDOC_SIGNER_PROFILE)
    check_profile(READER_CERTIFICATE, issuer=READER_ROOT, profile=MDOC_READER_PROFILE)


@pytest.mark.parametrize(
    ("key", "certificate", "code"),
    [
        (SIGNER, SIGNER_CERTIFICATE, Code.X509_ISSUER),
        # A document signer is no reader, even below an authority that certifies readers.
        (
            SIGNER,
            certified(SIGNER, READER_ROOT, READER_CA_KEY, MDOC_SIGNER),
            Code.X509_EXTENDED_KEY_USAGE,
        ),
        (SIGNER, READER_CERTIFICATE, Code.MDOC_READER_SIGNATURE),
        (READER_CA_KEY, READER_ROOT, Code.X509_LEAF),
    ],
)
def test_who_is_no_reader_gets_nothing(key: LocalKey, certificate: Certificate, code: Code) -> None:
    with pytest.raises(KridError) as error:
        answer(ask(key, certificate), [])
    assert error.value.code is code


def test_a_reader_signs_no_documents() -> None:
    """The other way round: a reader's certificate below the root of the issuers is no signer's."""
    reader = certified(READER, ROOT, IACA_KEY, MDOC_READER)
    credential = mdoc.prepare(
        doctype=CARD,
        claims={"ns": {"number": "A1"}},
        holder=SIGNING.public_key,
        alg=READER.alg,
        certificates=(reader.der,),
        validity=mdoc.ValidityInfo(NOW, NOW, NOW + timedelta(days=1)),
        status=NO_STATUS,
        entropy=system_entropy,
    ).sign_with(READER)
    with pytest.raises(TrustError) as error:
        mdoc.accept(credential, issuers=ISSUERS, now=NOW, skew=timedelta(0))
    assert error.value.code is Code.X509_EXTENDED_KEY_USAGE
