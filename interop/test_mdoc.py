"""krid and @auth0/mdl 3.0 issue, present and verify for each other.

What the peer can't do, or does otherwise than ISO/IEC 18013-5, stands at the end, one test each.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeAlias

import pytest

from krid import mdoc
from krid.cose import Sign1
from krid.errors import Code, KridError
from krid.keys import Alg, Curve, LocalKey, jwk
from krid.model import Challenge

Peer: TypeAlias = Callable[..., Any]
Private: TypeAlias = Callable[[LocalKey], dict[str, Any]]
MakeOffice: TypeAlias = Callable[[Alg, Alg], Any]

DOCTYPE = "org.iso.18013.5.1.mDL"
NAMESPACE = "org.iso.18013.5.1"
CLAIMS: mdoc.Elements = {
    NAMESPACE: {
        "family_name": "Hong",
        "birth_date": date(1990, 2, 3),
        "portrait": b"\xff\xd8\xff\xd9",
        "issuing_country": "KR",
        "age_over_19": True,
        "driving_privileges": [{"vehicle_category_code": "B", "issue_date": date(2018, 8, 9)}],
    },
    "org.example.1": {"score": 3, "note": "김"},
}
CHALLENGE = Challenge(
    audience="x509_san_dns:bank.example",
    nonce="n-0S6_WzA2Mj",
    response_uri="https://bank.example/response",
)
TRANSCRIPT = mdoc.SessionTranscript.of_challenge(CHALLENGE)
ALGS = (Alg.ES256, Alg.ES384)


def text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def krid_presents(
    office: Any,
    credential: mdoc.IssuerSigned,
    *names: str,
    transcript: mdoc.SessionTranscript = TRANSCRIPT,
) -> bytes:
    response = mdoc.prepare_response(
        credential,
        disclose=[(NAMESPACE, name) for name in names],
        transcript=transcript,
        alg=office.device.alg,
    ).sign_with(office.device)
    return mdoc.encode_device_response(response)


def peer_verifies(peer: Peer, office: Any, response: bytes, **words: Any) -> Any:
    transcript = words.pop("transcript", TRANSCRIPT)
    (document,) = peer(
        "verify",
        response=text(response),
        roots=[office.root.to_pem().decode()],
        transcript=text(transcript.raw),
        **words,
    )
    return document


def peer_issues(peer: Peer, private: Private, office: Any, **words: Any) -> bytes:
    validity = office.validity
    job = {
        "doctype": DOCTYPE,
        "namespaces": {
            NAMESPACE: {
                "family_name": "Hong",
                "birth_date": "1990-02-03",
                "issuing_country": "KR",
                "age_over_19": True,
            },
            "org.example.1": {"score": 3, "note": "김"},
        },
        "key": private(office.signer),
        "kid": "key-1",
        "alg": office.signer.alg.jose,
        "hash": "SHA-256",
        "certificate": office.certificate.to_pem().decode(),
        "device": jwk.encode_public(office.device.public_key),
        "validity": {
            "signed": validity.signed.isoformat(),
            "validFrom": validity.valid_from.isoformat(),
            "validUntil": validity.valid_until.isoformat(),
        },
    }
    return b64decode(peer("issue", **(job | words)))


def peer_presents(
    peer: Peer, private: Private, office: Any, issuer_signed: bytes, *names: str, **words: Any
) -> bytes:
    job = {
        "doctype": DOCTYPE,
        "issuerSigned": text(issuer_signed),
        "disclose": [(NAMESPACE, name) for name in names],
        "key": {**private(office.device), "kid": "device-1"},
        "alg": office.device.alg.jose,
        "transcript": text(TRANSCRIPT.raw),
        "elements": {},
    }
    return b64decode(peer("present", **(job | words)))


@pytest.mark.parametrize("device", ALGS)
@pytest.mark.parametrize("signing", ALGS)
def test_the_peer_verifies_what_krid_issues_and_presents(
    mdl_peer: Peer, make_office: MakeOffice, signing: Alg, device: Alg
) -> None:
    office = make_office(signing, device)
    response = krid_presents(office, office.issue(CLAIMS), *CLAIMS[NAMESPACE])
    document = peer_verifies(mdl_peer, office, response)
    assert document["doctype"] == DOCTYPE
    shown = document["namespaces"][NAMESPACE]
    assert shown.pop("portrait") is not None
    assert shown == {
        "family_name": "Hong",
        "birth_date": "1990-02-03",
        "issuing_country": "KR",
        "age_over_19": True,
        "driving_privileges": shown["driving_privileges"],
    }


@pytest.mark.parametrize("digest_alg", mdoc.DigestAlg)
def test_the_peer_verifies_each_digest_algorithm(
    mdl_peer: Peer, office: Any, digest_alg: mdoc.DigestAlg
) -> None:
    credential = office.issue(CLAIMS, digest_alg=digest_alg)
    document = peer_verifies(mdl_peer, office, krid_presents(office, credential, "family_name"))
    assert document["namespaces"] == {NAMESPACE: {"family_name": "Hong"}}


def test_the_peer_verifies_a_transcript_of_the_dc_api(mdl_peer: Peer, office: Any) -> None:
    transcript = mdoc.SessionTranscript.of_dc_api(
        origin="https://bank.example", nonce="n", encryption_thumbprint=b"\x07" * 32
    )
    response = krid_presents(office, office.issue(CLAIMS), "family_name", transcript=transcript)
    document = peer_verifies(mdl_peer, office, response, transcript=transcript)
    assert document["namespaces"] == {NAMESPACE: {"family_name": "Hong"}}


@pytest.mark.parametrize("hash_alg", ["SHA-256", "SHA-384", "SHA-512"])
def test_krid_verifies_what_the_peer_issues(
    mdl_peer: Peer, private_jwk: Private, office: Any, hash_alg: str
) -> None:
    raw = peer_issues(mdl_peer, private_jwk, office, hash=hash_alg)
    credential = mdoc.parse_issuer_signed(raw)
    assert credential.mso.digest_alg.value.wire == hash_alg
    accepted = mdoc.accept(
        credential, issuers=office.issuers, now=office.now, skew=timedelta(minutes=1)
    )
    assert accepted.claims == {
        NAMESPACE: {
            "family_name": "Hong",
            "birth_date": "1990-02-03",
            "issuing_country": "KR",
            "age_over_19": True,
        },
        "org.example.1": {"score": 3, "note": "김"},
    }
    shown = office.verify(krid_presents(office, credential, "birth_date"), TRANSCRIPT)
    assert shown.credential.claims == {NAMESPACE: {"birth_date": "1990-02-03"}}


@pytest.mark.parametrize("device", ALGS)
@pytest.mark.parametrize("signing", ALGS)
def test_krid_verifies_what_the_peer_issues_and_presents(
    mdl_peer: Peer, private_jwk: Private, make_office: MakeOffice, signing: Alg, device: Alg
) -> None:
    office = make_office(signing, device)
    for raw in (
        peer_issues(mdl_peer, private_jwk, office),
        mdoc.encode_issuer_signed(office.issue(CLAIMS)),
    ):
        response = peer_presents(mdl_peer, private_jwk, office, raw, "family_name", "age_over_19")
        shown = office.verify(response, TRANSCRIPT)
        assert shown.credential.claims == {NAMESPACE: {"family_name": "Hong", "age_over_19": True}}


@pytest.mark.parametrize("curve", [Curve.P256, Curve.P384])
def test_krid_verifies_a_mac_of_the_peer(
    mdl_peer: Peer, private_jwk: Private, make_office: MakeOffice, curve: Curve
) -> None:
    alg = {Curve.P256: Alg.ES256, Curve.P384: Alg.ES384}[curve]
    office, reader = make_office(Alg.ES256, alg), LocalKey.generate_on(curve)
    raw = mdoc.encode_issuer_signed(office.issue(CLAIMS))
    response = peer_presents(
        mdl_peer,
        private_jwk,
        office,
        raw,
        "family_name",
        reader=jwk.encode_public(reader.public_key),
    )
    shown = office.verify(response, TRANSCRIPT, reader_key=reader)
    assert shown.credential.claims == {NAMESPACE: {"family_name": "Hong"}}
    with pytest.raises(KridError) as error:
        office.verify(response, TRANSCRIPT, reader_key=LocalKey.generate_on(curve))
    assert error.value.code is Code.MDOC_DEVICE_MAC


@pytest.mark.parametrize("curve", [Curve.P256, Curve.P384])
def test_the_peer_verifies_a_mac_of_krid(
    mdl_peer: Peer,
    private_jwk: Private,
    refused: type[Exception],
    make_office: MakeOffice,
    curve: Curve,
) -> None:
    alg = {Curve.P256: Alg.ES256, Curve.P384: Alg.ES384}[curve]
    office, reader = make_office(Alg.ES256, alg), LocalKey.generate_on(curve)
    document = mdoc.mac_document(
        office.issue(CLAIMS),
        disclose=[(NAMESPACE, "family_name")],
        transcript=TRANSCRIPT,
        device_key=office.device,
        reader_key=reader.public_key,
    )
    response = mdoc.encode_device_response(mdoc.respond([document]))
    shown = peer_verifies(mdl_peer, office, response, reader=private_jwk(reader))
    assert shown["namespaces"] == {NAMESPACE: {"family_name": "Hong"}}
    stranger = private_jwk(LocalKey.generate_on(curve))
    with pytest.raises(refused, match="Device MAC"):
        peer_verifies(mdl_peer, office, response, reader=stranger)


def code_of(office: Any, response: bytes, transcript: mdoc.SessionTranscript = TRANSCRIPT) -> Code:
    with pytest.raises(KridError) as error:
        office.verify(response, transcript)
    return error.value.code


def test_krid_refuses_what_was_changed_after_the_peer_made_it(
    mdl_peer: Peer, private_jwk: Private, office: Any, make_office: MakeOffice
) -> None:
    raw = peer_issues(mdl_peer, private_jwk, office)
    response = peer_presents(mdl_peer, private_jwk, office, raw, "family_name")
    another = mdoc.SessionTranscript.of_challenge(replace(CHALLENGE, nonce="another"))
    assert code_of(office, response, another) is Code.MDOC_DEVICE_SIGNATURE
    renamed = response.replace(b"Hong", b"Gong")
    assert renamed != response
    assert code_of(office, renamed) is Code.MDOC_DIGEST
    assert code_of(office, turned(response, "deviceSignature")) is Code.MDOC_DEVICE_SIGNATURE
    assert code_of(office, turned(response, "issuerAuth")) is Code.MDOC_ISSUER_SIGNATURE
    stranger = make_office(Alg.ES256, Alg.ES256)
    assert code_of(stranger, response) is Code.X509_KEY_IDENTIFIER


def turned(response: bytes, which: str) -> bytes:
    """Change the last byte of a signature."""
    signature = bytearray(signatures(response)[which])
    found = response.index(bytes(signature))
    signature[-1] ^= 1
    return response[:found] + bytes(signature) + response[found + len(signature) :]


def signatures(response: bytes) -> dict[str, bytes]:
    (document,) = mdoc.parse_device_response(response).documents
    device = document.device_signed.auth
    assert isinstance(device, Sign1)
    return {
        "issuerAuth": document.issuer_signed.issuer_auth.signature,
        "deviceSignature": device.signature,
    }


def test_the_peer_refuses_what_krid_refuses(
    mdl_peer: Peer, refused: type[Exception], office: Any, make_office: MakeOffice
) -> None:
    response = krid_presents(office, office.issue(CLAIMS), "family_name")
    another = mdoc.SessionTranscript.of_challenge(replace(CHALLENGE, nonce="another"))
    with pytest.raises(refused, match="Device signature"):
        peer_verifies(mdl_peer, office, response, transcript=another)
    with pytest.raises(refused, match="Device signature"):
        peer_verifies(mdl_peer, office, turned(response, "deviceSignature"))
    with pytest.raises(refused, match="Issuer signature"):
        peer_verifies(mdl_peer, office, turned(response, "issuerAuth"))
    with pytest.raises(refused, match="digest"):
        peer_verifies(mdl_peer, office, response.replace(b"Hong", b"Gong"))
    with pytest.raises(refused, match="certificate path"):
        peer_verifies(mdl_peer, make_office(Alg.ES256, Alg.ES256), response)


# What the peer does otherwise.


def test_the_peer_lets_the_device_sign_what_the_issuer_did_not_allow(
    mdl_peer: Peer, private_jwk: Private, office: Any
) -> None:
    """The peer does not look at KeyAuthorizations (ISO 18013-5, section 9.1.2.4)."""
    raw = mdoc.encode_issuer_signed(office.issue(CLAIMS))
    response = peer_presents(
        mdl_peer, private_jwk, office, raw, "family_name", elements={"org.example.1": {"x": 1}}
    )
    document = peer_verifies(mdl_peer, office, response)
    assert document["elements"] == {"org.example.1": {"x": 1}}
    assert code_of(office, response) is Code.MDOC_KEY_AUTHORIZATION


def test_a_key_without_kid_makes_the_peer_write_undefined(
    mdl_peer: Peer, private_jwk: Private, office: Any
) -> None:
    """Without a key identifier the peer's header holds CBOR `undefined`, which no header may."""
    raw = peer_issues(mdl_peer, private_jwk, office, kid=None)
    with pytest.raises(KridError) as error:
        mdoc.parse_issuer_signed(raw)
    assert error.value.code is Code.CBOR_SIMPLE
