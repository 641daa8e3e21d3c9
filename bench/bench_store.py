"""How fast a vault is, beside bare AES-GCM into plain SQLite on the same disk.

Run: python bench/bench_store.py [records]
"""

import hashlib
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from krid._core.clock import SystemClock
from krid.store import STANDARD_COST, Pin, PinCost, Vault

CHEAP = PinCost(7 * 1024, 1, 1)
PIN = Pin("493817")
VALUE = os.urandom(1500)
ONE_BY_ONE = 300


def rate(count: int, action: Callable[[], object]) -> float:
    start = perf_counter()
    action()
    return count / (perf_counter() - start)


def bench_vault(path: Path, count: int) -> dict[str, float]:
    clock = SystemClock()
    found = {}
    with Vault.create(path, pin=PIN, clock=clock, cost=CHEAP) as vault:

        def put_all() -> None:
            with vault.transaction():
                for number in range(count):
                    vault.put("card", str(number), VALUE)

        def put_each() -> None:
            for number in range(ONE_BY_ONE):
                vault.put("card", str(number), VALUE)

        found["puts/s in a transaction"] = rate(count, put_all)
        found["puts/s one by one"] = rate(ONE_BY_ONE, put_each)
        found["gets/s"] = rate(count, lambda: [vault.get("card", str(n)) for n in range(count)])
    start = perf_counter()
    Vault.open(path, pin=PIN, clock=clock).close()
    found["opening in ms"] = (perf_counter() - start) * 1000
    return found


def bench_plain(path: Path, count: int) -> dict[str, float]:
    cipher = AESGCM(os.urandom(32))
    found = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("CREATE TABLE record (id BLOB PRIMARY KEY, sealed BLOB)")

        def put(number: int) -> None:
            nonce = os.urandom(12)
            record_id = hashlib.sha256(str(number).encode()).digest()
            sealed = nonce + cipher.encrypt(nonce, VALUE, record_id)
            connection.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", (record_id, sealed))

        def put_all() -> None:
            connection.execute("BEGIN")
            for number in range(count):
                put(number)
            connection.execute("COMMIT")

        def get(number: int) -> bytes:
            record_id = hashlib.sha256(str(number).encode()).digest()
            statement = "SELECT sealed FROM record WHERE id = ?"
            (sealed,) = connection.execute(statement, (record_id,)).fetchone()
            return cipher.decrypt(sealed[:12], sealed[12:], record_id)

        def put_each() -> None:
            for number in range(ONE_BY_ONE):
                put(number)

        found["puts/s in a transaction"] = rate(count, put_all)
        found["puts/s one by one"] = rate(ONE_BY_ONE, put_each)
        found["gets/s"] = rate(count, lambda: [get(number) for number in range(count)])
    return found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with TemporaryDirectory() as folder:
        plain = bench_plain(Path(folder) / "plain.db", count)
        vault = bench_vault(Path(folder) / "wallet.db", count)
        print(f"{count} records of {len(VALUE)} bytes")
        for name, value in vault.items():
            beside = f"{value / plain[name]:8.2f} of bare" if name in plain else ""
            print(f"{name:26}{value:12,.0f}{beside}")
        path = Path(folder) / "standard.db"
        Vault.create(path, pin=PIN, clock=SystemClock(), cost=STANDARD_COST).close()
        start = perf_counter()
        Vault.open(path, pin=PIN, clock=SystemClock()).close()
        print(f"{'standard cost, empty, ms':26}{(perf_counter() - start) * 1000:12,.0f}")


if __name__ == "__main__":
    main()
