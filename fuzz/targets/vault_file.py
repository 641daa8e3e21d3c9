"""Any bytes, opened as a wallet file."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from krid._core.clock import FixedClock
from krid.errors import KridError
from krid.store import Pin, Vault

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
PIN = Pin("493817")


def target(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "wallet.db"
        path.write_bytes(data)
        try:
            with Vault.open(path, pin=PIN, clock=CLOCK) as vault:
                list(vault.records("card"))
        except KridError:
            return
