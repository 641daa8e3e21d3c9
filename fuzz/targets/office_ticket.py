"""Nothing but the one open ticket is taken at an office."""

from datetime import UTC, date, datetime

from krid.errors import KridError
from krid.registrar import Office, sample_register

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
RESIDENT = sample_register(day=date(2026, 6, 1)).resident("sample-hong-gildong")


def target(data: bytes) -> None:
    office = Office(entropy=bytes)
    ticket = office.issue(RESIDENT, now=NOW)
    text = data.decode("utf-8", "surrogateescape")
    try:
        office.redeem(text, now=NOW)
    except KridError:
        return
    if text != ticket.qr_text:
        raise AssertionError("a text that is not the ticket was taken")
