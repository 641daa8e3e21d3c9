"""Any bytes as a revocation list, and any entries in one that its CA signed."""

from datetime import UTC, datetime

from krid.errors import KridError
from krid.x509 import RevocationList
from krid.x509.crl_entries import index, parse_tail, serial_bytes


def target(data: bytes) -> None:
    try:
        listed = RevocationList.parse(data)
    except KridError:
        listed = None
    if listed is not None and listed.entry(1) is not None and not len(listed):
        raise AssertionError("an entry of an empty list")
    try:
        entries = index(data)
    except KridError:
        return
    for serial, tail in entries.items():
        number = int.from_bytes(serial, "big", signed=True)
        if serial_bytes(number) != serial:
            raise AssertionError("a serial number with two spellings")
        try:
            revoked = parse_tail(tail)
        except KridError:
            continue
        if revoked.revoked_at > datetime.max.replace(tzinfo=UTC):
            raise AssertionError("a time beyond all times")
