"""Every rule for a device's MAC (ISO/IEC 18013-5, section 9.1.3.5), each broken by one forgery."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid import mdoc
from krid._core import cbor
from krid._core.cbor import Embedded
from krid._core.entropy import system_entropy
from krid.cose import MacAlg, MacKey, Placement
from krid.cose.mac0 import create
from krid.errors import Code, KridError, MalformedError, SignatureError, UnsupportedError
from krid.keys import Alg, Curve, LocalKey
from krid.mdoc.device_auth import derive_mac_key
from krid.mdoc.encode import device_authentication
from krid.model import NO_STATUS, IssuerHint, IssuerKey

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIGNER = LocalKey.generate(Alg.ES256)
DEVICE, READER = (LocalKey.generate_on(Curve.P384) for _ in range(2))
OTHER = LocalKey.generate_on(Curve.P384)
TRANSCRIPT = mdoc.SessionTranscript.parse(cbor.encode([None, None, ["test", b"session"]]))
ANOTHER_SESSION = mdoc.SessionTranscript.parse(cbor.encode([None, None, ["test", b"another"]]))
CREDENTIAL = mdoc.prepare(
    doctype="org.example.card",
    claims={"ns": {"name": "Invented"}},
    holder=DEVICE.public_key,
    alg=SIGNER.alg,
    certificates=(b"ds",),
    validity=mdoc.ValidityInfo(NOW, NOW, NOW + timedelta(days=1)),
    status=NO_STATUS,
    entropy=system_entropy,
    authorizations=mdoc.KeyAuthorizations(frozenset({"own"})),
).sign_with(SIGNER)

Change = Callable[[Any], Any]


class Issuers:
    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        return IssuerKey(key=SIGNER.public_key, issuer="CN=Invented", path="a fake")


def respond(
    *,
    device: LocalKey = DEVICE,
    reader: LocalKey = READER,
    transcript: mdoc.SessionTranscript = TRANSCRIPT,
    derived_for: mdoc.SessionTranscript | None = None,
    doctype: str = "org.example.card",
    alg: MacAlg = MacAlg.HMAC_256,
    key: MacKey | None = None,
) -> Any:
    """Make a response as decoded CBOR, MACed step by step."""
    made = mdoc.mac_document(
        CREDENTIAL,
        disclose=[("ns", "name")],
        transcript=TRANSCRIPT,
        device_key=DEVICE,
        reader_key=READER.public_key,
    )
    authentic = device_authentication(transcript, doctype, made.device_signed.namespaces)
    derived = derive_mac_key(device, reader.public_key, derived_for or transcript)
    mac = create({}, {}, authentic, key=key or derived, alg=alg, placement=Placement.DETACHED)
    value: Any = cbor.decode(mdoc.encode_device_response(mdoc.respond([made])))
    value["documents"][0]["deviceSigned"]["deviceAuth"] = {"deviceMac": mac.to_value()}
    return value


def verify(value: Any, reader_key: mdoc.ReaderKey = READER) -> tuple[mdoc.VerifiedDocument, ...]:
    return mdoc.verify(
        mdoc.parse_device_response(cbor.encode(value)),
        issuers=Issuers(),
        transcript=TRANSCRIPT,
        reader_key=reader_key,
        now=NOW,
        skew=timedelta(0),
    )


def changed(change: Change) -> Any:
    value = respond()
    auth = value["documents"][0]["deviceSigned"]["deviceAuth"]
    auth["deviceMac"] = change(list(auth["deviceMac"]))
    return value


def own_elements_added() -> Any:
    value = respond()
    value["documents"][0]["deviceSigned"]["nameSpaces"] = Embedded.of({"own": {"note": 1}})
    return value


def with_a_signature_too() -> Any:
    value = respond()
    auth = value["documents"][0]["deviceSigned"]["deviceAuth"]
    auth["deviceSignature"] = auth["deviceMac"]
    return value


def test_the_response_that_is_forged_is_good() -> None:
    assert verify(respond())[0].credential.claims == {"ns": {"name": "Invented"}}


FORGERIES: dict[str, tuple[Callable[[], Any], type[KridError], Code]] = {
    "another device": (lambda: respond(device=OTHER), SignatureError, Code.MDOC_DEVICE_MAC),
    "another reader": (lambda: respond(reader=OTHER), SignatureError, Code.MDOC_DEVICE_MAC),
    "another session": (
        lambda: respond(transcript=ANOTHER_SESSION),
        SignatureError,
        Code.MDOC_DEVICE_MAC,
    ),
    "a key of another session": (
        lambda: respond(derived_for=ANOTHER_SESSION),
        SignatureError,
        Code.MDOC_DEVICE_MAC,
    ),
    "a key of nobody": (
        lambda: respond(key=MacKey(bytes(32))),
        SignatureError,
        Code.MDOC_DEVICE_MAC,
    ),
    "another type": (
        lambda: respond(doctype="org.example.other"),
        SignatureError,
        Code.MDOC_DEVICE_MAC,
    ),
    "a tag of eight bytes": (
        lambda: respond(alg=MacAlg.HMAC_256_64),
        UnsupportedError,
        Code.ALG_NOT_ALLOWED,
    ),
    "another hash": (lambda: respond(alg=MacAlg.HMAC_384), UnsupportedError, Code.ALG_NOT_ALLOWED),
    "a tag that is cut": (
        lambda: changed(lambda mac: [*mac[:3], mac[3][:16]]),
        SignatureError,
        Code.MDOC_DEVICE_MAC,
    ),
    "an empty tag": (
        lambda: changed(lambda mac: [*mac[:3], b""]),
        SignatureError,
        Code.MDOC_DEVICE_MAC,
    ),
    "a changed tag": (
        lambda: changed(lambda mac: [*mac[:3], bytes((mac[3][0] ^ 1,)) + mac[3][1:]]),
        SignatureError,
        Code.MDOC_DEVICE_MAC,
    ),
    "an attached payload": (
        lambda: changed(lambda mac: [*mac[:2], b"", mac[3]]),
        MalformedError,
        Code.COSE_PAYLOAD,
    ),
    "own elements added later": (own_elements_added, SignatureError, Code.MDOC_DEVICE_MAC),
    "a signature beside it": (with_a_signature_too, MalformedError, Code.MDOC_DEVICE_AUTH),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgery(name: str) -> None:
    make, kind, code = FORGERIES[name]
    with pytest.raises(kind) as error:
        verify(make())
    assert error.value.code is code


@pytest.mark.parametrize(
    "reader_key",
    [mdoc.NO_READER_KEY, OTHER, LocalKey.generate(Alg.ES256), LocalKey.generate_on(Curve.X25519)],
    ids=["none", "another", "another curve", "X25519"],
)
def test_only_the_reader_of_the_session_can_verify_it(reader_key: mdoc.ReaderKey) -> None:
    with pytest.raises(SignatureError) as error:
        verify(respond(), reader_key)
    assert error.value.code is Code.MDOC_DEVICE_MAC
