"""Against the `isomdoc` package, in both directions; what it does otherwise stands at the end.

isomdoc issues and verifies but does not present, signs with P-256 and SHA-256 alone, and takes
one certificate, which nobody needs to have trusted.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from krid import mdoc
from krid._core import cbor
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, TrustError
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS, ClaimPath, IssuerHint, IssuerKey

isomdoc = pytest.importorskip("isomdoc", reason="the isomdoc package is not installed")

SIGNER, DEVICE = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DOCTYPE = "org.example.card"
NAME = x509.Name.from_rfc4514_string("CN=Issuer of a test")
CLAIMS: mdoc.Elements = {
    "ns": {
        "family_name": "Invented",
        "portrait": b"\xff\xd8\xff\xd9",
        "score": -7,
        "adult": True,
        "born": date(1990, 2, 3),
        "list": [{"code": "B"}, None, 1.5],
    },
    "other": {"family_name": "Besides"},
}
AS_KRID_READS_THEM: mdoc.Elements = {
    "ns": {**CLAIMS["ns"], "born": "1990-02-03", "list": ({"code": "B"}, None, 1.5)},
    "other": CLAIMS["other"],
}
PATHS: list[ClaimPath] = [(space, name) for space, names in CLAIMS.items() for name in names]
TRANSCRIPT: list[object] = [None, None, ["test", b"session"]]


def certificate_of(key: LocalKey) -> x509.Certificate:
    builder = x509.CertificateBuilder(
        issuer_name=NAME,
        subject_name=NAME,
        public_key=key.public_key.native,
        serial_number=1,
        not_valid_before=NOW - 30 * DAY,
        not_valid_after=NOW + 30 * DAY,
    )
    assert isinstance(key.native, EllipticCurvePrivateKey)
    return builder.sign(key.native, SHA256())


CERTIFICATE = certificate_of(SIGNER)
DER = CERTIFICATE.public_bytes(Encoding.DER)


class TheSigner:
    """Trusts the one certificate of this test."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if hint.certificates != (DER,):
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return IssuerKey(
            key=SIGNER.public_key,
            issuer="CN=Issuer of a test",
            path="a test",
            not_before=CERTIFICATE.not_valid_before_utc,
            not_after=CERTIFICATE.not_valid_after_utc,
        )


def transcript(members: list[object] = TRANSCRIPT) -> mdoc.SessionTranscript:
    return mdoc.SessionTranscript.parse(cbor.encode(members))


def issued(
    *,
    digest_alg: mdoc.DigestAlg = mdoc.DigestAlg.SHA256,
    signer: LocalKey = SIGNER,
    certificate: x509.Certificate = CERTIFICATE,
    signed: datetime = NOW,
) -> mdoc.IssuerSigned:
    return mdoc.prepare(
        doctype=DOCTYPE,
        claims=CLAIMS,
        holder=DEVICE.public_key,
        alg=Alg.ES256,
        certificates=(certificate.public_bytes(Encoding.DER),),
        validity=mdoc.ValidityInfo(signed, signed, signed + DAY),
        status=NO_STATUS,
        entropy=system_entropy,
        digest_alg=digest_alg,
    ).sign_with(signer)


def presented(
    credential: mdoc.IssuerSigned, *paths: ClaimPath, device: LocalKey = DEVICE
) -> mdoc.DeviceResponse:
    return mdoc.prepare_response(
        credential, disclose=paths, transcript=transcript(), alg=Alg.ES256
    ).sign_with(device)


def peer_claims(
    response: mdoc.DeviceResponse, members: list[object] = TRANSCRIPT
) -> dict[str, dict[str, object]]:
    read: Any = isomdoc.verify_device_response(mdoc.encode_device_response(response), members)
    (document,) = read.documents
    return {
        space: {item.element_identifier: item.element_value for item in items}
        for space, items in document.issuer_signed.namespaces.items()
    }


def krid_verifies(response: mdoc.DeviceResponse) -> mdoc.VerifiedDocument:
    (document,) = mdoc.verify(
        mdoc.parse_device_response(mdoc.encode_device_response(response)),
        issuers=TheSigner(),
        transcript=transcript(),
        reader_key=mdoc.NO_READER_KEY,
        now=NOW,
        skew=timedelta(0),
    )
    return document


def chosen(claims: mdoc.Elements, paths: list[ClaimPath]) -> mdoc.Elements:
    found = {
        space: {name: value for name, value in names.items() if (space, name) in paths}
        for space, names in claims.items()
    }
    return {space: names for space, names in found.items() if names}


@pytest.mark.parametrize("digest_alg", mdoc.DigestAlg)
def test_the_peer_verifies_what_krid_issues_and_presents(digest_alg: mdoc.DigestAlg) -> None:
    assert peer_claims(presented(issued(digest_alg=digest_alg), *PATHS)) == CLAIMS


CREDENTIAL = issued()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(PATHS), unique=True))
def test_the_peer_verifies_any_subset_that_krid_presents(paths: list[ClaimPath]) -> None:
    response = presented(CREDENTIAL, *paths)
    assert peer_claims(response) == chosen(CLAIMS, paths)
    assert krid_verifies(response).credential.claims == chosen(AS_KRID_READS_THEM, paths)


def test_the_peer_refuses_another_session() -> None:
    response = presented(CREDENTIAL, *PATHS)
    with pytest.raises(InvalidSignature):
        peer_claims(response, [None, None, ["test", b"another"]])


def peer_issues(**dates: datetime) -> bytes:
    made: Any = isomdoc.create_mdoc(DOCTYPE, [CERTIFICATE], SIGNER.native)
    for space, names in CLAIMS.items():
        for name, value in names.items():
            made.add_data_item(space, name, value)
    validity = {"signed": NOW, "valid_from": NOW, "valid_until": NOW + DAY, **dates}
    raw: bytes = made.generate_credential(
        DEVICE.public_key.native,
        **{f"{name}_datetime": moment for name, moment in validity.items()},
    )
    return raw


def accept(raw: bytes) -> Any:
    return mdoc.accept(
        mdoc.parse_issuer_signed(raw), issuers=TheSigner(), now=NOW, skew=timedelta(0)
    )


def test_krid_accepts_what_the_peer_issues() -> None:
    accepted = accept(peer_issues(expected_update=NOW + DAY / 2))
    assert accepted.claims == AS_KRID_READS_THEM
    assert accepted.holder == DEVICE.public_key
    assert accepted.valid_until == NOW + DAY


def test_both_verify_what_krid_presents_of_a_credential_of_the_peer() -> None:
    response = presented(mdoc.parse_issuer_signed(peer_issues()), ("ns", "born"))
    assert peer_claims(response) == {"ns": {"born": date(1990, 2, 3)}}
    assert krid_verifies(response).credential.claims == {"ns": {"born": "1990-02-03"}}


def code_of(call: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


def test_krid_refuses_a_changed_credential_of_the_peer() -> None:
    raw = peer_issues()
    renamed = raw.replace(b"Besides", b"Besidez")
    assert code_of(lambda: accept(renamed)) is Code.MDOC_DIGEST
    signature = mdoc.parse_issuer_signed(raw).issuer_auth.signature
    at = raw.index(signature)
    turned = raw[:at] + bytes((signature[0] ^ 1,)) + raw[at + 1 :]
    assert code_of(lambda: accept(turned)) is Code.MDOC_ISSUER_SIGNATURE


def test_krid_refuses_a_signature_of_another_device() -> None:
    response = presented(mdoc.parse_issuer_signed(peer_issues()), *PATHS, device=SIGNER)
    assert code_of(lambda: krid_verifies(response)) is Code.MDOC_DEVICE_SIGNATURE
    with pytest.raises(InvalidSignature):
        peer_claims(response)


# What the peer lets pass.


def test_the_peer_takes_a_document_that_has_expired() -> None:
    response = presented(issued(signed=NOW - 10 * DAY), *PATHS)
    assert peer_claims(response) == CLAIMS
    assert code_of(lambda: krid_verifies(response)) is Code.MDOC_EXPIRED


def test_the_peer_takes_a_document_of_the_future() -> None:
    response = presented(issued(signed=NOW + 5 * DAY), *PATHS)
    assert peer_claims(response) == CLAIMS
    assert code_of(lambda: krid_verifies(response)) is Code.MDOC_NOT_YET_VALID


def test_the_peer_takes_a_document_signed_when_its_signer_was_not_certified() -> None:
    credential = mdoc.parse_issuer_signed(peer_issues(signed=NOW - 60 * DAY, valid_from=NOW))
    response = presented(credential, *PATHS)
    assert peer_claims(response) == CLAIMS
    assert code_of(lambda: krid_verifies(response)) is Code.MDOC_SIGNED_OUTSIDE


def test_the_peer_takes_a_document_of_anybody() -> None:
    nobody = LocalKey.generate(Alg.ES256)
    response = presented(issued(signer=nobody, certificate=certificate_of(nobody)), *PATHS)
    assert peer_claims(response) == CLAIMS
    assert code_of(lambda: krid_verifies(response)) is Code.TRUST_UNKNOWN_ISSUER


def test_the_peer_takes_an_element_twice() -> None:
    response = presented(CREDENTIAL, ("ns", "score"))
    (document,) = response.documents
    (item,) = document.issuer_signed.namespaces["ns"]
    twice = replace(document.issuer_signed, namespaces={"ns": (item, item)})
    doubled = replace(response, documents=(replace(document, issuer_signed=twice),))
    assert peer_claims(doubled) == {"ns": {"score": -7}}
    assert code_of(lambda: krid_verifies(doubled)) is Code.MDOC_ELEMENT_REPEATED
