"""Annex D of ISO 18013-5, byte for byte: engagement, handover, keys, both messages of a session.

The response in SessionData is the one that stands beside it in the vectors; of the message itself
the published SHA-256 is compared, as it is not among them.
"""

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from krid import mdoc
from krid._core import cbor
from krid.keys import LocalKey
from krid.proximity import (
    BleOptions,
    DeviceEngagement,
    HandoverRequest,
    HandoverSelect,
    NfcCarrier,
    Role,
    SessionCipher,
    SessionData,
    SessionEstablishment,
    SessionStatus,
    ident_value,
)
from krid.proximity.engagement import parse_session_key

SESSION_DATA_SHA256 = "f4f85f8e519d8893fd4699fbe9915f6f8635729975b36ebdf2503a984b54be89"


@pytest.fixture
def annex(vectors: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((vectors / "mdoc/iso18013-5_annex_d.json").read_text())
    return found


def octets(annex: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(annex["hex"][name])


def key(annex: dict[str, Any], name: str) -> LocalKey:
    number = int(annex["hex"][f"EPHEMERAL_{name}_KEY_D"], 16)
    return LocalKey.from_native(ec.derive_private_key(number, ec.SECP256R1()))


def transcript(annex: dict[str, Any]) -> tuple[mdoc.SessionTranscript, bytes, bytes]:
    embedded: Any = cbor.decode(octets(annex, "SESSION_TRANSCRIPT_BYTES"))
    value: Any = cbor.decode(embedded.content)
    select, request = value[2]
    return mdoc.SessionTranscript.parse(embedded.content), select, request


def test_the_engagement(annex: dict[str, Any]) -> None:
    raw = octets(annex, "DEVICE_ENGAGEMENT")
    found = DeviceEngagement.parse(raw)
    assert found.key_bytes == octets(annex, "E_DEVICE_KEY_BYTES")
    assert found.key == key(annex, "DEVICE").public_key
    (method,) = found.methods
    assert method == BleOptions(client_uuid=UUID("45efef74-2b2c-4837-a9a3-b0e1d05a6917"))
    assert DeviceEngagement.of(found.key, methods=found.methods).raw == raw
    assert DeviceEngagement.from_uri(found.to_uri()) == found
    assert found.to_uri().startswith("mdoc:owBjMS4w")
    assert len(ident_value(found.key_bytes)) == 16


def test_the_handover(annex: dict[str, Any]) -> None:
    _, select_raw, request_raw = transcript(annex)
    select, request = HandoverSelect.parse(select_raw), HandoverRequest.parse(request_raw)
    assert DeviceEngagement.parse(select.engagement).key == key(annex, "DEVICE").public_key
    # The phone is the central, at the UUID of the reader's message; Wi-Fi Aware is passed over.
    assert [type(each) is NfcCarrier for each in request.carriers] == [False, True]
    (method,) = select.methods(request)
    assert isinstance(method, BleOptions)
    assert method.client_uuid == request.uuid
    assert (method.server_uuid, method.address) == (None, bytes.fromhex("28128b372828"))


def test_the_session(annex: dict[str, Any]) -> None:
    whole, select, request = transcript(annex)
    first = SessionEstablishment.parse(octets(annex, "SESSION_ESTABLISHMENT"))
    assert first.encode() == octets(annex, "SESSION_ESTABLISHMENT")
    made = mdoc.SessionTranscript.of_proximity(
        device_engagement=HandoverSelect.parse(select).engagement,
        reader_key=first.reader_key,
        handover=mdoc.NfcHandover(select, request),
    )
    assert made == whole
    theirs = parse_session_key(first.reader_key)
    device = SessionCipher.derive(key(annex, "DEVICE"), theirs, transcript=whole, role=Role.DEVICE)
    plaintext = device.open(first.data)
    assert hashlib.sha256(plaintext).hexdigest() == annex["sha256_of_device_request_plaintext"]
    assert mdoc.parse_device_request(plaintext).doc_requests[0].items.doctype.endswith("mDL")
    response = octets(annex, "DEVICE_RESPONSE")
    sealed = device.seal(response)
    assert hashlib.sha256(SessionData(sealed).encode()).hexdigest() == SESSION_DATA_SHA256
    reader = SessionCipher.derive(
        key(annex, "READER"),
        key(annex, "DEVICE").public_key,
        transcript=whole,
        role=Role.READER,
    )
    assert reader.seal(plaintext) == first.data
    assert reader.open(sealed) == response
    termination = octets(annex, "SESSION_TERMINATION")
    assert SessionData.parse(termination) == SessionData(status=SessionStatus.TERMINATION)
    assert SessionData(status=SessionStatus.TERMINATION).encode() == termination
