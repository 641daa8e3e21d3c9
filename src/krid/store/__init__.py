"""The encrypted vault of a holder: records in one file that opens to a PIN, and in other ways.

>>> from datetime import UTC, datetime
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from krid._core.clock import FixedClock
>>> from krid.store import Pin, Vault
>>> clock = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
>>> with TemporaryDirectory() as folder:
...     path = Path(folder) / "wallet.db"
...     with Vault.create(path, pin=Pin("493817"), clock=clock) as vault:
...         vault.put("card", "residence", b"the card")
...     with Vault.open(path, pin=Pin("493817"), clock=clock) as vault:
...         vault.get("card", "residence")
b'the card'
"""

from krid.store.methods import MethodKind, MethodState, UnlockMethod
from krid.store.pin import STANDARD_COST, Pin, PinCost
from krid.store.pin_state import PinState
from krid.store.recovery import RecoveryCode
from krid.store.unlocking import Unlocking
from krid.store.vault import Vault
from krid.store.wrapping import UnlockKey

__all__ = [
    "STANDARD_COST",
    "MethodKind",
    "MethodState",
    "Pin",
    "PinCost",
    "PinState",
    "RecoveryCode",
    "UnlockKey",
    "UnlockMethod",
    "Unlocking",
    "Vault",
]
