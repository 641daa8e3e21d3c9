"""krid and @owf/mdoc 0.6 issue, present and verify for each other over OpenID4VP 1.0.

Each makes the session transcript by itself, from what a request says.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from krid import mdoc
from krid._core import base64url
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey, jwk

Peer: TypeAlias = Callable[..., Any]
Private: TypeAlias = Callable[[LocalKey], dict[str, Any]]
MakeOffice: TypeAlias = Callable[[Alg, Alg], Any]

DOCTYPE = "org.iso.18013.5.1.mDL"
NAMESPACE = "org.iso.18013.5.1"
CLAIMS: mdoc.Elements = {
    NAMESPACE: {"family_name": "Hong", "given_name": "Gildong", "age_over_19": True},
    "org.example.1": {"score": 3, "note": "김"},
}
THUMBPRINT = b"\x07" * 32
POSTED = {
    "client_id": "x509_san_dns:bank.example",
    "nonce": "n-0S6_WzA2Mj",
    "response_uri": "https://bank.example/response",
}
SESSIONS: dict[str, tuple[dict[str, str], mdoc.SessionTranscript]] = {
    "direct_post": (
        POSTED,
        mdoc.SessionTranscript.of_redirect(**POSTED, encryption_thumbprint=None),
    ),
    "direct_post.jwt": (
        POSTED | {"thumbprint": b64encode(THUMBPRINT).decode()},
        mdoc.SessionTranscript.of_redirect(**POSTED, encryption_thumbprint=THUMBPRINT),
    ),
    "dc_api": (
        {"origin": "https://bank.example", "nonce": "n"},
        mdoc.SessionTranscript.of_dc_api(
            origin="https://bank.example", nonce="n", encryption_thumbprint=None
        ),
    ),
    "dc_api.jwt": (
        {
            "origin": "https://bank.example",
            "nonce": "n",
            "thumbprint": b64encode(THUMBPRINT).decode(),
        },
        mdoc.SessionTranscript.of_dc_api(
            origin="https://bank.example", nonce="n", encryption_thumbprint=THUMBPRINT
        ),
    ),
}


def krid_presents(office: Any, mode: str, *, alg: Alg = Alg.ES256) -> bytes:
    response = mdoc.prepare_response(
        office.issue(CLAIMS),
        disclose=[(NAMESPACE, "family_name"), ("org.example.1", "note")],
        transcript=SESSIONS[mode][1],
        alg=alg,
    ).sign_with(office.device)
    return mdoc.encode_device_response(response)


def peer_verifies(peer: Peer, office: Any, response: bytes, mode: str) -> Any:
    (document,) = peer(
        "verify",
        response=b64encode(response).decode(),
        roots=[office.root.to_pem().decode()],
        session=SESSIONS[mode][0],
    )
    return document


def peer_issues(peer: Peer, private: Private, office: Any, *, digest: str, **words: Any) -> str:
    validity = office.validity
    credential: str = peer(
        "issue",
        doctype=DOCTYPE,
        namespaces=CLAIMS,
        key=private(office.signer),
        alg=office.signer.alg.jose,
        hash=digest,
        certificate=b64encode(office.certificate.der).decode(),
        device=jwk.encode_public(office.device.public_key),
        validity={
            "signed": validity.signed.isoformat(),
            "validFrom": validity.valid_from.isoformat(),
            "validUntil": validity.valid_until.isoformat(),
        },
        **words,
    )
    return credential


def peer_presents(peer: Peer, private: Private, office: Any, credential: str, mode: str) -> bytes:
    text = peer(
        "present",
        credential=credential,
        elements={NAMESPACE: ["family_name"], "org.example.1": ["score"]},
        key=private(office.device),
        alg=office.device.alg.jose,
        session=SESSIONS[mode][0],
    )
    return base64url.decode(text)


@pytest.mark.parametrize("mode", SESSIONS)
def test_the_same_transcript_byte_for_byte(owf_peer: Peer, mode: str) -> None:
    session, transcript = SESSIONS[mode]
    assert b64decode(owf_peer("transcript", session=session)) == transcript.raw


@pytest.mark.parametrize("alg", [Alg.ES256, Alg.ES384])
def test_the_peer_verifies_what_krid_issues_and_presents(
    owf_peer: Peer, make_office: MakeOffice, alg: Alg
) -> None:
    office = make_office(alg, alg)
    response = krid_presents(office, "direct_post.jwt", alg=alg)
    assert peer_verifies(owf_peer, office, response, "direct_post.jwt") == {
        "doctype": DOCTYPE,
        "namespaces": {NAMESPACE: {"family_name": "Hong"}, "org.example.1": {"note": "김"}},
    }


@pytest.mark.parametrize(
    ("alg", "digest"), [(Alg.ES256, "SHA-256"), (Alg.ES384, "SHA-384"), (Alg.ES256, "SHA-512")]
)
def test_krid_verifies_what_the_peer_issues_and_presents(
    owf_peer: Peer, private_jwk: Private, make_office: MakeOffice, alg: Alg, digest: str
) -> None:
    office = make_office(alg, alg)
    credential = peer_issues(owf_peer, private_jwk, office, digest=digest)
    response = peer_presents(owf_peer, private_jwk, office, credential, "direct_post")
    shown = office.verify(response, SESSIONS["direct_post"][1])
    assert shown.credential.claims == {
        NAMESPACE: {"family_name": "Hong"},
        "org.example.1": {"score": 3},
    }
    with pytest.raises(KridError) as error:
        office.verify(response, SESSIONS["direct_post.jwt"][1])
    assert error.value.code is Code.MDOC_DEVICE_SIGNATURE


def test_the_peer_refuses_what_krid_refuses(
    owf_peer: Peer, refused: type[Exception], office: Any, make_office: MakeOffice
) -> None:
    response = krid_presents(office, "direct_post")
    with pytest.raises(refused):
        peer_verifies(owf_peer, office, response, "direct_post.jwt")
    with pytest.raises(refused):
        peer_verifies(owf_peer, office, response.replace(b"Hong", b"Gong"), "direct_post")
    with pytest.raises(refused):
        peer_verifies(owf_peer, make_office(Alg.ES256, Alg.ES256), response, "direct_post")


# What the peer does otherwise.


def test_the_peer_draws_digest_identifiers_of_32_bits(
    owf_peer: Peer, private_jwk: Private, office: Any
) -> None:
    """They are smaller than 2^31 (ISO/IEC 18013-5, section 9.1.2.4)."""
    credential = peer_issues(owf_peer, private_jwk, office, digest="SHA-256", drawn=0xFF)
    with pytest.raises(KridError) as error:
        mdoc.parse_issuer_signed(base64url.decode(credential))
    assert (error.value.code, error.value.detail) == (Code.MDOC_SYNTAX, "digestID")


def test_the_peer_knows_p_384_by_another_name(
    owf_peer: Peer, private_jwk: Private, refused: type[Exception], make_office: MakeOffice
) -> None:
    """In a JWK the curve is `P-384` (RFC 7518, section 6.2.1.1); the peer takes `p-384` alone."""
    office = make_office(Alg.ES384, Alg.ES384)
    with pytest.raises(refused, match="DeviceKey"):
        peer_issues(owf_peer, private_jwk, office, digest="SHA-256", left=True)
