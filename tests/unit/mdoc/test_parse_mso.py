"""Reading the mobile security object."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from krid._core import cbor
from krid._core.cbor import DateTime, Embedded
from krid.errors import KridError
from krid.keys import Alg, LocalKey, cose_key
from krid.mdoc.encode import encode_mso
from krid.mdoc.parse_mso import parse_mso

DEVICE = LocalKey.generate(Alg.ES256)


def wire(**changes: Any) -> bytes:
    members = {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": {"ns": {0: bytes(32)}},
        "deviceKeyInfo": {"deviceKey": cose_key.encode(DEVICE.public_key)},
        "docType": "org.example.card",
        "validityInfo": {
            "signed": DateTime("2026-06-01T00:00:00Z"),
            "validFrom": DateTime("2026-06-01T00:00:00Z"),
            "validUntil": DateTime("2026-07-01T00:00:00Z"),
        },
    }
    return Embedded.of(members | changes).raw


def test_what_is_read_is_written_the_same() -> None:
    assert encode_mso(parse_mso(wire())) == wire()


def test_members_of_later_editions_are_passed_over() -> None:
    assert parse_mso(wire(new=[1, 2])) == parse_mso(wire())


def test_further_members_of_a_status_are_passed_over() -> None:
    status = {"status_list": {"idx": 0, "uri": "https://status.example/1", "new": 1}, "new": 2}
    read = parse_mso(wire(status=status)).status
    assert read is not None
    assert (read.index, read.uri) == (0, "https://status.example/1")


def test_times_with_fractions_and_zones_are_understood() -> None:
    validity = {
        "signed": DateTime("2026-06-01T09:00:00.5+09:00"),
        "validFrom": DateTime("2026-06-01T00:00:01Z"),
        "validUntil": DateTime("2026-07-01T00:00:00Z"),
    }
    read = parse_mso(wire(validityInfo=validity)).validity
    assert read.signed == datetime(
        2026, 6, 1, 9, 0, 0, 500_000, tzinfo=timezone(timedelta(hours=9))
    )
    assert read.signed.tzinfo is UTC


def test_an_empty_authorization_allows_nothing() -> None:
    info = {"deviceKey": cose_key.encode(DEVICE.public_key), "keyAuthorizations": {}}
    read = parse_mso(wire(deviceKeyInfo=info)).device_key_info.authorizations
    assert (read.namespaces, read.elements) == (frozenset(), {})


@given(st.binary(max_size=60) | st.none())
def test_any_bytes_are_read_or_refused(raw: bytes | None) -> None:
    try:
        parse_mso(raw)
    except KridError:
        return
    raise AssertionError


@given(st.data())
def test_any_changed_bit_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(wire())
    position = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[position // 8] ^= 1 << position % 8
    try:
        mso = parse_mso(bytes(raw))
    except KridError:
        return
    assert cbor.decode(encode_mso(mso))
