"""Writing: deterministic, and signed bytes stay as they came."""

from typing import Any

from krid import mdoc
from krid._core import cbor
from krid._core.cbor import Embedded
from krid.mdoc.encode import device_authentication


def test_the_transcript_enters_byte_for_byte() -> None:
    """What the device signs holds the transcript as it came, longer spellings included."""
    raw = b"\x83\xf6\xf6\x18\x00"
    namespaces = Embedded(b"\xd8\x18\x58\x01\xa0", b"\xa0")
    written = device_authentication(mdoc.SessionTranscript.parse(raw), "doctype", namespaces)
    embedded = cbor.decode(written)
    assert isinstance(embedded, Embedded)
    assert embedded.content == (
        b"\x84" + b"\x74DeviceAuthentication" + raw + b"\x67doctype" + namespaces.raw
    )


def test_what_is_written_twice_is_the_same(world: Any) -> None:
    raw = mdoc.encode_device_response(world.respond("family_name", "portrait"))
    assert mdoc.encode_device_response(mdoc.parse_device_response(raw)) == raw
    raw = mdoc.encode_issuer_signed(world.credential)
    assert mdoc.encode_issuer_signed(mdoc.parse_issuer_signed(raw)) == raw


def test_what_is_absent_is_not_written(world: Any) -> None:
    value: Any = cbor.decode(mdoc.encode_device_response(world.respond()))
    (document,) = value["documents"]
    assert set(value) == {"version", "documents", "status"}
    assert set(document) == {"docType", "issuerSigned", "deviceSigned"}
    assert set(document["issuerSigned"]) == {"issuerAuth"}
    empty: Any = cbor.decode(mdoc.encode_device_response(mdoc.DeviceResponse("1.0", (), (), 10)))
    assert empty == {"version": "1.0", "status": 10}
