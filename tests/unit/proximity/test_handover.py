"""NDEF messages and handovers, written and read."""

import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.keys import Curve, PublicKey
from krid.proximity import (
    SERVICE_ACCEPTED,
    SERVICE_PARAMETER,
    SERVICE_SELECT,
    BleCarrier,
    BleOptions,
    DeviceEngagement,
    HandoverRequest,
    HandoverSelect,
    NameFormat,
    NdefRecord,
    NfcCarrier,
    NfcOptions,
    encode_ndef,
    parse_ndef,
)

NFC = NfcOptions(65_535, 65_536)
RECORDS = st.lists(
    st.builds(
        NdefRecord,
        st.sampled_from(NameFormat),
        st.binary(max_size=40),
        st.binary(max_size=300),
        st.binary(max_size=10),
    ),
    min_size=1,
    max_size=8,
)


@given(RECORDS)
def test_records_that_are_written_are_read(records: list[NdefRecord]) -> None:
    assert parse_ndef(encode_ndef(records)) == tuple(records)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_refused(raw: bytes) -> None:
    for reader in (parse_ndef, HandoverSelect.parse, HandoverRequest.parse):
        try:
            reader(raw)
        except KridError as refusal:
            assert isinstance(refusal, MalformedError)


@given(st.uuids(), st.sampled_from([(True, False), (False, True), (True, True)]), st.booleans())
def test_carriers_that_are_written_are_read(
    uuid: UUID, modes: tuple[bool, bool], nfc: bool
) -> None:
    server, client = modes
    ble = BleCarrier(server_mode=server, client_mode=client, uuid=uuid, address=bytes(7))
    carriers = (ble, NfcCarrier(NFC)) if nfc else (ble,)
    made = HandoverSelect.of(b"\xa0", carriers)
    assert HandoverSelect.parse(made.raw).carriers == carriers
    options = ble.options(None)
    request = HandoverRequest.of([options, NFC] if nfc else [options])
    assert request.uuid == uuid
    assert [type(each) for each in request.carriers] == [type(each) for each in carriers]
    assert made.methods(request)


def test_bytes_as_others_write_them() -> None:
    """Compared with what multipaz's own test expects of the same key and UUID, by its hash."""
    key = PublicKey.from_raw(
        Curve.P256,
        bytes.fromhex(
            "7104f7e2c2e95ca76482c0c963d454b7e5d053c5b59ce89d00ff7c7d7ab6ff7d"
            "f442821292c2453ec67c75233ea56e1734c211ae26b259fdf232b5b3d82b1ba2"
        ),
    )
    uuid = UUID("b3d52ac4-a1b6-4b51-a22e-78ee55ef6eb6")
    ble = BleCarrier(server_mode=True, client_mode=True, uuid=uuid)
    engagement = DeviceEngagement.of(key, methods=[])
    select = HandoverSelect.of(engagement.raw, [ble, NfcCarrier(NFC)])
    request = HandoverRequest.of([ble.options(None), NFC])
    assert (
        hashlib.sha256(select.raw).hexdigest()
        == "f3aed686c42b75690a08ae7da39d43d7c80b45dcff5b58eb2ef77c0a662f7b87"
    )
    assert (
        hashlib.sha256(request.raw).hexdigest()
        == "3a3e0d5864053a612d633288f969deffd3713904045e7c3cc8462f0407c7736f"
    )


def test_the_messages_of_the_service() -> None:
    (parameter,) = parse_ndef(SERVICE_PARAMETER)
    assert parameter.payload == b"\x10\x13urn:nfc:sn:handover\x00\x00\x0f\xff\xff"
    (select,) = parse_ndef(SERVICE_SELECT)
    assert (select.type, select.payload) == (b"Ts", b"\x13urn:nfc:sn:handover")
    assert parse_ndef(SERVICE_ACCEPTED) == (NdefRecord(NameFormat.WELL_KNOWN, b"Te", b"\x00"),)


def test_a_reader_that_names_no_lengths() -> None:
    with pytest.raises(MalformedError) as caught:
        NfcCarrier(None).options()
    assert caught.value.code is Code.PROXIMITY_HANDOVER
    request = HandoverSelect.of(b"\xa0", [NfcCarrier(None)])
    assert request.carriers == (NfcCarrier(None),)


def test_records_that_are_not_needed_are_passed_over() -> None:
    made = HandoverRequest.of([NFC])
    records = list(parse_ndef(made.raw))
    handover = records[0]
    inner = list(parse_ndef(handover.payload[1:]))
    inner.insert(0, NdefRecord(NameFormat.WELL_KNOWN, b"cr", b"\x01\x02"))
    inner.append(NdefRecord(NameFormat.WELL_KNOWN, b"ac", b"\x01\x01W\x00"))
    records[0] = NdefRecord(handover.format, handover.type, b"\x15" + encode_ndef(inner))
    records.append(NdefRecord(NameFormat.MEDIA, b"application/vnd.wfa.nan", b"x", b"W"))
    del records[1]  # a reader may say nothing of itself
    again = HandoverRequest.parse(encode_ndef(records))
    assert again.carriers == made.carriers
    assert again.uuid is None


def test_what_can_not_be_a_handover() -> None:
    one, other = UUID(int=1), UUID(int=2)
    record = NdefRecord(NameFormat.WELL_KNOWN, bytes(256), b"")
    for call in (
        lambda: HandoverSelect.of(b"\xa0", []),
        lambda: HandoverRequest.of([NFC, NFC]),
        lambda: HandoverRequest.of([BleOptions(server_uuid=one, client_uuid=other)]),
        lambda: encode_ndef([]),
        lambda: encode_ndef([record]),
    ):
        with pytest.raises(MisuseError) as caught:
            call()
        assert caught.value.code is Code.MISUSE_OPTION


def test_an_engagement_or_a_carrier_twice() -> None:
    made = HandoverSelect.of(b"\xa0", [NfcCarrier(NFC)])
    first, engagement, carrier = parse_ndef(made.raw)
    for records in (
        [first, engagement, engagement, carrier],
        [first, engagement, carrier, carrier],
    ):
        with pytest.raises(MalformedError) as caught:
            HandoverSelect.parse(encode_ndef(records))
        assert caught.value.code is Code.PROXIMITY_HANDOVER
