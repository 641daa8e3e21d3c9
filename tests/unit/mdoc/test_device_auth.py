"""The device's MAC: verified as another device makes it, step by step, and made by krid."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from krid import mdoc
from krid._core.entropy import system_entropy
from krid.cose import MacAlg, MacKey, Placement
from krid.cose.mac0 import create
from krid.errors import Code, ContentError, KridError, MisuseError, SignatureError, UnsupportedError
from krid.keys import Alg, Curve, LocalKey, PublicKey
from krid.mdoc.encode import device_authentication
from krid.model import NO_STATUS

READER = LocalKey.generate(Alg.ES256)


def _maced(world: Any, *, alg: MacAlg = MacAlg.HMAC_256) -> mdoc.DeviceResponse:
    response: mdoc.DeviceResponse = world.respond("family_name")
    (document,) = response.documents
    signed = document.device_signed
    secret = world.device.exchange(READER.public_key)
    salt = mdoc.DigestAlg.SHA256.digest(world.transcript.embedded())
    mac = create(
        {},
        {},
        device_authentication(world.transcript, document.doctype, signed.namespaces),
        key=MacKey(HKDF(SHA256(), 32, salt, b"EMacKey").derive(secret)),
        alg=alg,
        placement=Placement.DETACHED,
    )
    document = replace(document, device_signed=replace(signed, auth=mac))
    return replace(response, documents=(document,))


def _verify(
    world: Any, response: mdoc.DeviceResponse, reader_key: mdoc.ReaderKey, **changes: Any
) -> mdoc.VerifiedDocument:
    arguments = {
        "issuers": world.issuers,
        "transcript": world.transcript,
        "reader_key": reader_key,
        "now": world.credential.mso.validity.valid_from,
        "skew": timedelta(0),
    }
    (verified,) = mdoc.verify(response, **arguments | changes)
    return verified


def test_a_mac_is_verified_with_the_readers_key(world: Any) -> None:
    response = _maced(world)
    assert mdoc.parse_device_response(mdoc.encode_device_response(response)) == response
    verified = _verify(world, response, READER)
    assert [each.check for each in verified.credential.evidence][-2] == "holder"


@pytest.mark.parametrize(
    "reader_key",
    [
        mdoc.NO_READER_KEY,
        LocalKey.generate(Alg.ES256),
        LocalKey.generate(Alg.ES384),
        LocalKey.generate_on(Curve.X25519),
    ],
    ids=["none", "another", "other curve", "X25519"],
)
def test_a_mac_needs_the_key_of_this_session(world: Any, reader_key: mdoc.ReaderKey) -> None:
    with pytest.raises(SignatureError) as error:
        _verify(world, _maced(world), reader_key)
    assert error.value.code is Code.MDOC_DEVICE_MAC


def test_a_mac_is_for_one_transcript(world: Any) -> None:
    other = mdoc.SessionTranscript.parse(b"\x83\xf6\xf6\x00")
    with pytest.raises(SignatureError) as error:
        _verify(world, _maced(world), READER, transcript=other)
    assert error.value.code is Code.MDOC_DEVICE_MAC


@pytest.mark.parametrize("alg", [MacAlg.HMAC_256_64, MacAlg.HMAC_384, MacAlg.HMAC_512])
def test_a_mac_of_another_algorithm_is_refused(world: Any, alg: MacAlg) -> None:
    with pytest.raises(UnsupportedError) as error:
        _verify(world, _maced(world, alg=alg), READER)
    assert error.value.code is Code.ALG_NOT_ALLOWED


def test_a_key_that_fails_to_agree_is_refused_as_a_mac(world: Any) -> None:
    class Broken:
        public_key = READER.public_key

        def exchange(self, peer: object) -> bytes:
            raise KridError(Code.KEY_POINT)

    with pytest.raises(SignatureError) as error:
        _verify(world, _maced(world), Broken())
    assert error.value.code is Code.MDOC_DEVICE_MAC


MAC_CURVES = [Curve.P256, Curve.P384, Curve.P521, Curve.X25519]


def _credential(world: Any, device: LocalKey) -> mdoc.IssuerSigned:
    return mdoc.prepare(
        doctype="org.example.card",
        claims={"ns": {"name": "Invented", "adult": True}},
        holder=device.public_key,
        alg=world.signer.alg,
        certificates=(b"certificate",),
        validity=world.credential.mso.validity,
        status=NO_STATUS,
        entropy=system_entropy,
        authorizations=mdoc.KeyAuthorizations(frozenset({"own"})),
    ).sign_with(world.signer)


def _document(world: Any, device: LocalKey, reader: LocalKey, **changes: Any) -> mdoc.Document:
    arguments: dict[str, Any] = {
        "disclose": [("ns", "name")],
        "transcript": world.transcript,
        "device_key": device,
        "reader_key": reader.public_key,
    }
    return mdoc.mac_document(_credential(world, device), **arguments | changes)


@pytest.mark.parametrize("curve", MAC_CURVES)
def test_krid_makes_a_mac_that_only_the_reader_verifies(world: Any, curve: Curve) -> None:
    device, reader = LocalKey.generate_on(curve), LocalKey.generate_on(curve)
    document = _document(world, device, reader, device_elements={"own": {"note": "hello"}})
    raw = mdoc.encode_device_response(mdoc.respond([document]))
    response = mdoc.parse_device_response(raw)
    assert response.documents == (document,)
    verified = _verify(world, response, reader)
    assert verified.credential.claims == {"ns": {"name": "Invented"}}
    assert verified.credential.holder == device.public_key
    assert verified.device_elements == {"own": {"note": "hello"}}
    for other in (LocalKey.generate_on(curve), mdoc.NO_READER_KEY):
        with pytest.raises(SignatureError) as error:
            _verify(world, response, other)
        assert error.value.code is Code.MDOC_DEVICE_MAC


def test_a_mac_of_krid_is_that_of_the_text(world: Any) -> None:
    """The same keys, session and elements give the same bytes as the steps above."""
    (by_hand,) = _maced(world).documents
    made = mdoc.mac_document(
        world.credential,
        disclose=[("org.iso.18013.5.1", "family_name")],
        transcript=world.transcript,
        device_key=world.device,
        reader_key=READER.public_key,
    )
    assert made == by_hand


@pytest.mark.parametrize("curve", [Curve.ED25519, Curve.SECP256K1])
def test_a_key_that_only_signs_makes_no_mac(world: Any, curve: Curve) -> None:
    device = LocalKey.generate_on(curve)
    info = replace(world.credential.mso.device_key_info, key=device.public_key)
    credential = replace(world.credential, mso=replace(world.credential.mso, device_key_info=info))
    with pytest.raises(MisuseError) as error:
        mdoc.mac_document(
            credential,
            disclose=[],
            transcript=world.transcript,
            device_key=device,
            reader_key=LocalKey.generate_on(curve).public_key,
        )
    assert error.value.code is Code.ALG_KEY


@pytest.mark.parametrize("curve", [Curve.ED25519, Curve.SECP256K1])
def test_a_mac_by_a_key_that_only_signs_is_not_taken(world: Any, curve: Curve) -> None:
    response = _maced(world)
    (document,) = response.documents
    mso = document.issuer_signed.mso
    info = replace(mso.device_key_info, key=LocalKey.generate_on(curve).public_key)
    # The object that was signed and its decoded form differ here, as they never do when parsed.
    issuer_signed = replace(document.issuer_signed, mso=replace(mso, device_key_info=info))
    changed = replace(response, documents=(replace(document, issuer_signed=issuer_signed),))
    with pytest.raises(UnsupportedError) as error:
        _verify(world, changed, LocalKey.generate_on(curve))
    assert error.value.code is Code.ALG_KEY


def test_an_x25519_key_signs_nothing(world: Any) -> None:
    device = LocalKey.generate_on(Curve.X25519)
    with pytest.raises(MisuseError) as error:
        mdoc.prepare_document(
            _credential(world, device),
            disclose=[],
            transcript=world.transcript,
            alg=Alg.EDDSA,
        )
    assert error.value.code is Code.ALG_KEY


def test_a_mac_is_made_with_the_key_that_the_credential_is_bound_to(world: Any) -> None:
    device, other = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    for changes in ({"device_key": other}, {"reader_key": LocalKey.generate(Alg.ES384).public_key}):
        with pytest.raises(MisuseError) as error:
            _document(world, device, READER, **changes)
        assert error.value.code is Code.ALG_KEY


def test_a_reader_key_of_small_order_is_refused(world: Any) -> None:
    device = LocalKey.generate_on(Curve.X25519)
    small = PublicKey.from_raw(Curve.X25519, bytes(32))
    with pytest.raises(MisuseError) as error:
        _document(world, device, READER, reader_key=small)
    assert error.value.code is Code.KEY_POINT


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"disclose": [("ns", "unknown")]}, Code.MDOC_NO_ELEMENT),
        ({"device_elements": {"ns": {"note": 1}}}, Code.MDOC_KEY_AUTHORIZATION),
    ],
)
def test_what_is_presented_is_what_the_issuer_allows(
    world: Any, changes: dict[str, Any], code: Code
) -> None:
    with pytest.raises(ContentError) as error:
        _document(world, LocalKey.generate(Alg.ES256), READER, **changes)
    assert error.value.code is code
