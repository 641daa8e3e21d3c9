"""The device's MAC, made here as a device would, for krid makes none yet."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from krid import mdoc
from krid.cose import MacAlg, MacKey, Placement
from krid.cose.mac0 import create
from krid.errors import Code, KridError, SignatureError, UnsupportedError
from krid.keys import Alg, Curve, LocalKey
from krid.mdoc.encode import device_authentication

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
