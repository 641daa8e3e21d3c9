"""Public mdocs of other implementations, and responses with one rule broken each.

`isomdl_definitions.json` also holds a dehydrated credential and a builder's input, which are forms
of that library and no mdoc; its `device_response.cbor` has no certificate and one-byte randoms.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from krid import mdoc
from krid._core import base64url, cbor
from krid._core.cbor import Embedded
from krid.cose import Mac0
from krid.errors import Code, KridError, SignatureError, TrustError
from krid.keys import LocalKey, jwk
from krid.mdoc.device_auth import derive_mac_key
from krid.mdoc.encode import device_authentication
from krid.model import (
    AcceptedCredential,
    Challenge,
    IssuerHint,
    IssuerKey,
    VerifiedCredential,
)
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.x509 import Certificate

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)
FORMAT = mdoc.MdocFormat()


def _load(name: str, folder: str = "mdoc") -> Any:
    path = VECTORS / folder / name
    return json.loads(path.read_text()) if path.is_file() else {}


DERIVED = _load("derived_device_responses.json")
RESPONSES = {each["name"]: each for each in DERIVED.get("vectors", [])}
ANNEX_D = _load("iso18013-5_annex_d.json")

# What krid says to each; None where it accepts.
EXPECTED: dict[str, Code | None] = {
    "baseline": None,
    "es384-sha384": None,
    "no-disclosed-items": None,
    "value-changed": Code.MDOC_DIGEST,
    "digestID-unknown": Code.MDOC_DIGEST_MISSING,
    "item-repeated": Code.MDOC_ELEMENT_REPEATED,
    "doctype-mismatch": Code.MDOC_DOCTYPE,
    "issuer-signature-bit": Code.MDOC_ISSUER_SIGNATURE,
    "issuer-signature-zero": Code.MDOC_ISSUER_SIGNATURE,
    "ds-from-rogue-iaca": Code.X509_KEY_IDENTIFIER,  # the same name, and another key
    "ds-no-eku": Code.X509_EXTENDED_KEY_USAGE,
    "ds-expired": Code.X509_EXPIRED,
    "self-signed-ds": Code.X509_LEAF,
    "x5chain-with-root": None,
    "mso-expired": Code.MDOC_EXPIRED,
    "mso-signed-before-ds": Code.MDOC_SIGNED_OUTSIDE,
    "digest-alg-md5": Code.MDOC_DIGEST_ALG,
    "digest-alg-lowercase": Code.MDOC_DIGEST_ALG,
    "alg-missing": Code.COSE_HEADER,
    "payload-not-tag24": Code.MDOC_MSO_SYNTAX,
    "items-not-tag24": Code.MDOC_SYNTAX,
    "trailing-bytes": Code.CBOR_TRAILING,
    "truncated": Code.CBOR_SYNTAX,
    "nesting-bomb": Code.CBOR_DEPTH,
    "huge-length": Code.CBOR_SYNTAX,
    "tag18-issuerAuth": None,
    "device-wrong-key": Code.MDOC_DEVICE_SIGNATURE,
    "device-wrong-transcript": Code.MDOC_DEVICE_SIGNATURE,
    "device-auth-empty": Code.MDOC_DEVICE_AUTH,
    "device-mac-wrong": Code.MDOC_DEVICE_MAC,
    "device-payload-attached": Code.COSE_PAYLOAD,
    "device-elements-unauthorised": Code.MDOC_KEY_AUTHORIZATION,
    "device-elements-authorised": None,
    "mso-version-2": Code.MDOC_VERSION,
    "mso-missing-deviceKeyInfo": Code.MDOC_MSO_SYNTAX,
    "mso-missing-validityInfo": Code.MDOC_MSO_SYNTAX,
    "mso-missing-docType": Code.MDOC_MSO_SYNTAX,
    "device-key-off-curve": Code.MDOC_DEVICE_KEY,
    "status-10-no-documents": Code.MDOC_STATUS,
    "version-not-string": Code.MDOC_SYNTAX,
}


def test_every_vector_has_an_expectation(vectors: Path) -> None:
    assert vectors.is_dir()
    assert len(RESPONSES) == 40
    assert set(RESPONSES) == set(EXPECTED)
    for name, each in RESPONSES.items():
        if each["expect"] != "either":
            assert (EXPECTED[name] is None) == (each["expect"] == "accept")


def _challenge() -> Challenge:
    request = DERIVED["openid4vp"]
    return Challenge(
        audience=request["client_id"], nonce=request["nonce"], response_uri=request["response_uri"]
    )


def _verify_derived(vector: dict[str, Any]) -> VerifiedCredential:
    anchor = Certificate.parse(_der_of_pem(DERIVED[f"{vector['trusted_iaca']}_pem"]))
    return FORMAT.verify(
        bytes.fromhex(vector["device_response_hex"]),
        issuers=CertificateTrust((anchor,), revocation=NO_REVOCATION),
        challenge=_challenge(),
        now=datetime.fromisoformat(DERIVED["test_clock"]),
        skew=timedelta(0),
        max_age=timedelta(minutes=5),
    )


def _der_of_pem(pem: str) -> bytes:
    return base64.b64decode("".join(pem.strip().splitlines()[1:-1]))


@pytest.mark.parametrize("name", RESPONSES)
def test_derived_device_response(name: str) -> None:
    vector, expected = RESPONSES[name], EXPECTED[name]
    if expected is not None:
        with pytest.raises(KridError) as error:
            _verify_derived(vector)
        assert error.value.code is expected
        return
    verified = _verify_derived(vector)
    if "elements" in vector:
        elements = verified.claims.get(DERIVED["namespace"], {})
        assert elements == vector["elements"]
    assert verified.type == DERIVED["doctype"]


def test_derived_session_transcript(vectors: Path) -> None:
    assert vectors.is_dir()
    made = mdoc.SessionTranscript.of_challenge(_challenge())
    assert made.raw.hex() == DERIVED["session_transcript_hex"]


@pytest.mark.parametrize("kind", ["openid4vp_redirect", "openid4vp_dc_api"])
def test_openid4vp_session_transcript(vectors: Path, kind: str) -> None:
    """OpenID4VP 1.0, appendix B.2.6, byte for byte."""
    path = vectors / "openid4vp" / "session_transcripts_B2.json"
    vector = json.loads(path.read_text())[kind]
    members = {name: vector["jwk"][name] for name in ("kty", "crv", "x", "y")}
    thumbprint = jwk.parse_public(members).thumbprint()
    assert thumbprint.hex() == vector["jwk_thumbprint_hex"]
    audience, nonce, _, *rest = vector["info"]
    challenge = Challenge(
        audience=audience if rest else f"origin:{audience}",
        nonce=nonce,
        response_uri="".join(rest),
        encryption_thumbprint=thumbprint,
    )
    made = mdoc.SessionTranscript.of_challenge(challenge)
    assert made.raw.hex() == vector["session_transcript_hex"]


@dataclass
class OwnCertificate:
    """Trusts the one certificate it is made with; only for vectors whose root is not public."""

    der: bytes

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if hint.certificates != (self.der,):
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        certificate = Certificate.parse(self.der)
        return IssuerKey(
            key=certificate.public_key,
            issuer=certificate.subject,
            path="the certificate itself",
            not_before=certificate.not_before,
            not_after=certificate.not_after,
        )


def _reader_key(known: dict[str, str]) -> LocalKey:
    parts = {
        part: base64url.encode(bytes.fromhex(known[f"EPHEMERAL_READER_KEY_{part.upper()}"]))
        for part in "xyd"
    }
    return jwk.parse_private({"kty": "EC", "crv": "P-256", **parts})


def _annex_d_transcript() -> mdoc.SessionTranscript:
    embedded = cbor.decode(bytes.fromhex(ANNEX_D["hex"]["SESSION_TRANSCRIPT_BYTES"]))
    assert isinstance(embedded, Embedded)
    return mdoc.SessionTranscript.parse(embedded.content)


def _verify_annex_d(
    raw: bytes, *, now: datetime, reader_key: mdoc.ReaderKey
) -> tuple[mdoc.VerifiedDocument, ...]:
    return mdoc.verify(
        mdoc.parse_device_response(raw),
        issuers=OwnCertificate(bytes.fromhex(ANNEX_D["hex"]["DS_CERT"])),
        transcript=_annex_d_transcript(),
        reader_key=reader_key,
        now=now,
        skew=timedelta(0),
    )


INSIDE = datetime(2021, 3, 1, tzinfo=UTC)


def test_annex_d_with_its_mac(vectors: Path) -> None:
    """ISO 18013-5 annex D: issuer data authentication and mdoc MAC authentication."""
    assert vectors.is_dir()
    known = ANNEX_D["hex"]
    raw = bytes.fromhex(known["DEVICE_RESPONSE"])
    (verified,) = _verify_annex_d(raw, now=INSIDE, reader_key=_reader_key(known))
    elements: Any = verified.credential.claims["org.iso.18013.5.1"]
    assert elements["family_name"] == "Doe"
    assert elements["issue_date"] == "2019-10-20"
    assert elements["portrait"].hex() == known["DEVICE_RESPONSE_PORTRAIT_DATA"]
    assert elements["driving_privileges"][0] == {
        "vehicle_category_code": "A",
        "issue_date": "2018-08-09",
        "expiry_date": "2024-10-20",
    }
    assert verified.credential.holder is not None
    assert verified.credential.holder.raw.hex() == (
        known["STATIC_DEVICE_KEY_X"] + known["STATIC_DEVICE_KEY_Y"]
    )


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2020, 10, 1, 13, 30, 1, tzinfo=UTC), Code.MDOC_NOT_YET_VALID),
        (datetime(2021, 10, 1, 13, 30, 3, tzinfo=UTC), Code.MDOC_EXPIRED),
        (datetime(2026, 6, 1, tzinfo=UTC), Code.MDOC_EXPIRED),
    ],
)
def test_annex_d_outside_its_validity(vectors: Path, now: datetime, code: Code) -> None:
    assert vectors.is_dir()
    known = ANNEX_D["hex"]
    raw = bytes.fromhex(known["DEVICE_RESPONSE"])
    with pytest.raises(KridError) as error:
        _verify_annex_d(raw, now=now, reader_key=_reader_key(known))
    assert error.value.code is code


def test_annex_d_device_authentication_bytes(vectors: Path) -> None:
    assert vectors.is_dir()
    raw = bytes.fromhex(ANNEX_D["hex"]["DEVICE_RESPONSE"])
    (document,) = mdoc.parse_device_response(raw).documents
    signed = document.device_signed
    assert isinstance(signed.auth, Mac0)
    made = device_authentication(_annex_d_transcript(), document.doctype, signed.namespaces)
    assert made.hex() == ANNEX_D["derived"]["DeviceAuthenticationBytes"]
    assert _annex_d_transcript().embedded().hex() == ANNEX_D["hex"]["SESSION_TRANSCRIPT_BYTES"]


def test_annex_d_with_a_changed_mac_or_another_reader(vectors: Path) -> None:
    assert vectors.is_dir()
    known = ANNEX_D["hex"]
    raw = bytes.fromhex(known["DEVICE_RESPONSE"])
    (document,) = mdoc.parse_device_response(raw).documents
    assert isinstance(document.device_signed.auth, Mac0)
    tag = document.device_signed.auth.tag
    changed = raw.replace(tag, tag[:-1] + bytes([tag[-1] ^ 1]))
    assert changed != raw
    reader_key = _reader_key(known)
    for given, key in ((changed, reader_key), (raw, mdoc.NO_READER_KEY)):
        with pytest.raises(SignatureError) as error:
            _verify_annex_d(given, now=INSIDE, reader_key=key)
        assert error.value.code is Code.MDOC_DEVICE_MAC


def _accept(raw: bytes, *, der: bytes, now: datetime) -> AcceptedCredential:
    credential = mdoc.parse_issuer_signed(raw)
    return mdoc.accept(credential, issuers=OwnCertificate(der), now=now, skew=timedelta(0))


def _issuer_signed_of(response: bytes) -> bytes:
    """Take the issued part out of a response that has no device signature."""
    value: Any = cbor.decode(response)
    return cbor.encode(value["documents"][0]["issuerSigned"])


def test_isomdl_issuer_signed(vectors: Path) -> None:
    known = json.loads((vectors / "mdoc" / "isomdl_definitions.json").read_text())["hex"]
    der = bytes.fromhex(ANNEX_D["hex"]["DS_CERT"])
    accepted = _accept(bytes.fromhex(known["issuer_signed.cbor"]), der=der, now=INSIDE)
    assert len(accepted.withholdable) == 6
    with pytest.raises(SignatureError) as error:
        _accept(bytes.fromhex(known["issuer_signed_dehydrated.cbor"]), der=der, now=INSIDE)
    assert error.value.code is Code.MDOC_DIGEST


def test_isomdl_structures(vectors: Path) -> None:
    known = json.loads((vectors / "mdoc" / "isomdl_definitions.json").read_text())["hex"]
    with pytest.raises(KridError) as error:
        mdoc.parse_device_response(bytes.fromhex(known["device_response.cbor"]))
    assert error.value.code is Code.CBOR_SYNTAX  # its payload is a sentence and no signed object
    with pytest.raises(KridError) as error:
        mdoc.parse_any(bytes.fromhex(known["namespaced_data.cbor"]))
    assert error.value.code is Code.MDOC_SYNTAX


def test_auth0_issuer_signed(vectors: Path) -> None:
    vector = json.loads((vectors / "mdoc" / "auth0_issuerSigned.json").read_text())
    response = bytes.fromhex(vector["device_response_hex"])
    raw = _issuer_signed_of(response)
    (der,) = mdoc.parse_issuer_signed(raw).issuer_auth.x5chain()
    accepted = _accept(raw, der=der, now=datetime(2024, 1, 1, tzinfo=UTC))
    assert len(accepted.withholdable) == vector["recheck"][0]["items"]
    assert accepted.claims["org.custom.test"] == {"cool": True}
    with pytest.raises(KridError) as error:
        mdoc.parse_device_response(response)
    assert error.value.code is Code.MDOC_DEVICE_AUTH  # there is no deviceSigned at all


def test_auth0_without_a_certificate(vectors: Path) -> None:
    vector = json.loads((vectors / "mdoc" / "auth0_deviceResponse2.json").read_text())
    with pytest.raises(KridError) as error:
        mdoc.parse_device_response(bytes.fromhex(vector["device_response_hex"]))
    assert error.value.code is Code.CBOR_SIMPLE  # its device key is the simple value undefined


def test_pymdoc_cbor(vectors: Path) -> None:
    vector = json.loads((vectors / "mdoc" / "pymdoc_cbor.json").read_text())
    raw = _issuer_signed_of(bytes.fromhex(vector["device_response_hex"]))
    credential = mdoc.parse_issuer_signed(raw)
    (der,) = credential.issuer_auth.x5chain()
    assert len(_accept(raw, der=der, now=INSIDE).withholdable) == vector["recheck"][0]["items"]
    signature = credential.issuer_auth.signature
    for position in range(len(signature)):
        changed = bytearray(signature)
        changed[position] ^= 0x01
        with pytest.raises(SignatureError) as error:
            _accept(raw.replace(signature, bytes(changed)), der=der, now=INSIDE)
        assert error.value.code is Code.MDOC_ISSUER_SIGNATURE


def _annex_d_device_request() -> bytes:
    """Decrypt what the reader sent; krid has no session encryption yet, so it is done here."""
    established: Any = cbor.decode(bytes.fromhex(ANNEX_D["hex"]["SESSION_ESTABLISHMENT"]))
    key, first_of_the_reader = bytes.fromhex(ANNEX_D["derived"]["SKReader"]), bytes(11) + b"\x01"
    raw = AESGCM(key).decrypt(first_of_the_reader, established["data"], b"")
    assert hashlib.sha256(raw).hexdigest() == ANNEX_D["sha256_of_device_request_plaintext"]
    return raw


def test_annex_d_device_request(vectors: Path) -> None:
    """Annex D: the request is read, its reader's signature verified, and written byte for byte."""
    assert vectors.is_dir()
    raw = _annex_d_device_request()
    request = mdoc.parse_device_request(raw)
    (asked,) = request.doc_requests
    assert asked.items.doctype == "org.iso.18013.5.1.mDL"
    assert asked.items.elements == {
        "org.iso.18013.5.1": {
            "family_name": True,
            "document_number": True,
            "driving_privileges": True,
            "issue_date": True,
            "expiry_date": True,
            "portrait": False,
        }
    }
    assert asked.reader_auth is not None
    (der,) = asked.reader_auth.x5chain()
    (verified,) = mdoc.verify_request(
        request, readers=OwnCertificate(der), transcript=_annex_d_transcript(), now=INSIDE
    )
    assert verified.reader == "CN=reader"
    assert verified.items == asked.items
    _check_same_cbor(mdoc.encode_device_request(request), raw)


def _check_same_cbor(made: bytes, given: bytes) -> None:
    """Nothing is lost; the standard's example orders its map keys otherwise than krid."""
    assert len(made) == len(given)
    assert cbor.decode(made) == cbor.decode(given)


def test_annex_d_device_request_changed(vectors: Path) -> None:
    assert vectors.is_dir()
    raw = _annex_d_device_request()
    for changed in (
        raw.replace(b"portrait\xf4", b"portrait\xf5"),
        raw[:-1] + bytes((raw[-1] ^ 1,)),
    ):
        assert changed != raw
        request = mdoc.parse_device_request(changed)
        auth = request.doc_requests[0].reader_auth
        assert auth is not None
        with pytest.raises(SignatureError) as error:
            mdoc.verify_request(
                request,
                readers=OwnCertificate(auth.x5chain()[0]),
                transcript=_annex_d_transcript(),
                now=INSIDE,
            )
        assert error.value.code is Code.MDOC_READER_SIGNATURE


def test_annex_d_session_transcript(vectors: Path) -> None:
    """Annex D: engagement, reader key and NFC handover give the transcript byte for byte."""
    assert vectors.is_dir()
    expected = _annex_d_transcript()
    engagement, reader_key, handover = _parts(expected)
    made = mdoc.SessionTranscript.of_proximity(
        device_engagement=engagement.content,
        reader_key=reader_key.content,
        handover=mdoc.NfcHandover(*handover),
    )
    assert made == expected
    known = ANNEX_D["hex"]
    assert made.embedded().hex() == known["SESSION_TRANSCRIPT_BYTES"]
    assert reader_key.content == mdoc.encode_reader_key(_reader_key(known).public_key)
    assert mdoc.parse_reader_key(reader_key.content) == _reader_key(known).public_key
    established: Any = cbor.decode(bytes.fromhex(known["SESSION_ESTABLISHMENT"]))
    assert established["eReaderKey"] == reader_key


def _parts(transcript: mdoc.SessionTranscript) -> tuple[Embedded, Embedded, Any]:
    value: Any = cbor.decode(transcript.raw)
    engagement, reader_key, handover = value
    assert isinstance(engagement, Embedded)
    assert isinstance(reader_key, Embedded)
    return engagement, reader_key, handover


def test_annex_d_qr_engagement(vectors: Path) -> None:
    """The engagement that annex D shows as a QR code has null for its handover."""
    assert vectors.is_dir()
    known = ANNEX_D["hex"]
    made = mdoc.SessionTranscript.of_proximity(
        device_engagement=bytes.fromhex(known["DEVICE_ENGAGEMENT"]),
        reader_key=mdoc.encode_reader_key(_reader_key(known).public_key),
        handover=mdoc.QR_HANDOVER,
    )
    assert _parts(made)[2] is None
    assert bytes.fromhex(known["E_DEVICE_KEY_BYTES"]) in made.raw


def _device_key(known: dict[str, str]) -> LocalKey:
    parts = {
        part: base64url.encode(bytes.fromhex(known[f"STATIC_DEVICE_KEY_{part.upper()}"]))
        for part in "xyd"
    }
    return jwk.parse_private({"kty": "EC", "crv": "P-256", **parts})


def test_annex_d_mac_is_made_byte_for_byte(vectors: Path) -> None:
    """The device's static key and the reader's session key give annex D's document again."""
    assert vectors.is_dir()
    known = ANNEX_D["hex"]
    raw = bytes.fromhex(known["DEVICE_RESPONSE"])
    response = mdoc.parse_device_response(raw)
    (document,) = response.documents
    device_key, reader_key = _device_key(known), _reader_key(known)
    transcript = _annex_d_transcript()
    for ours, theirs in ((device_key, reader_key), (reader_key, device_key)):
        made_key = derive_mac_key(ours, theirs.public_key, transcript)
        assert made_key.reveal().hex() == ANNEX_D["derived"]["EMacKey"]
    made = mdoc.mac_document(
        document.issuer_signed,
        disclose=[(name, item.identifier) for name, item in document.issuer_signed.items()],
        transcript=transcript,
        device_key=device_key,
        reader_key=reader_key.public_key,
    )
    assert made == document
    _check_same_cbor(mdoc.encode_device_response(mdoc.respond([made])), raw)


def test_annex_d_request_is_answered_as_annex_d_does(vectors: Path) -> None:
    assert vectors.is_dir()
    (document,) = mdoc.parse_device_response(
        bytes.fromhex(ANNEX_D["hex"]["DEVICE_RESPONSE"])
    ).documents
    request = mdoc.parse_device_request(_annex_d_device_request())
    (answer,) = mdoc.answer_request(request, [document.issuer_signed]).documents
    assert answer.missing == frozenset()
    assert answer.disclose == {
        (name, item.identifier) for name, item in document.issuer_signed.items()
    }
    assert len(answer.retained) == 5


def test_how_many_ran(vectors: Path, record_property: Callable[[str, object], None]) -> None:
    """Say it: `pytest -rP` shows the line."""
    files = sorted((vectors / "mdoc").glob("*.json"))
    accepted = sum(code is None for code in EXPECTED.values())
    record_property("mdoc_vector_files", len(files))
    record_property("mdoc_derived_responses", len(RESPONSES))
    print(  # noqa: T201  the reader of a test report asked for it
        f"mdoc vectors: {len(files)} files; {len(RESPONSES)} derived responses, "
        f"{accepted} accepted and {len(RESPONSES) - accepted} refused; "
        f"{len(ANNEX_D['hex'])} values of annex D"
    )
    assert len(files) == 7
