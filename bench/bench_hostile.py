"""How long krid takes to refuse hostile inputs, and how much memory: see tests/forgeries/bombs.py.

Milliseconds are the best of three rounds, on whatever machine this is; memory is the highest
that Python held beyond the input, in a round of its own.
"""

import importlib.util
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from krid import mdoc
from krid.errors import KridError
from krid.model import BEARER
from krid.net import NoNetwork, run
from krid.sdjwt import SdJwtVcFormat
from krid.sdjwt.type_metadata import TypeDocuments, resolve_type
from krid.status import StatusListToken
from krid.status import verify as verify_status
from krid.trust import KeyTrust

CATALOGUE = Path(__file__).parents[1] / "tests" / "forgeries" / "bombs.py"
NOW = datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)
ROUNDS: Final = 3
ONLY_ONE_MILLISECOND: Final = 1e-3


def load() -> Any:
    spec = importlib.util.spec_from_file_location("bombs", CATALOGUE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def readers(bombs: Any) -> dict[str, Callable[[bytes], object]]:
    trust = KeyTrust.of(bombs.KEY.public_key)
    zero = timedelta(0)

    def sdjwt(raw: bytes) -> object:
        return SdJwtVcFormat().verify(
            raw, issuers=trust, challenge=BEARER, now=NOW, skew=zero, max_age=zero
        )

    def mdoc_(raw: bytes) -> object:
        parsed = mdoc.parse_any(raw)
        if isinstance(parsed, mdoc.IssuerSigned):
            return parsed.issuer_auth.x5chain()
        return parsed

    def type_(raw: bytes) -> object:
        known = TypeDocuments.of(raw)
        return run(resolve_type("urn:example:card", integrity=None, known=known), NoNetwork())

    def status(raw: bytes) -> object:
        token = StatusListToken.parse(raw.decode("ascii"))
        return verify_status(token, uri="x", issuers=trust, now=NOW, skew=zero)

    return {
        bombs.SDJWT: sdjwt,
        bombs.MDOC: mdoc_,
        bombs.REQUEST: mdoc.parse_device_request,
        bombs.TYPE: type_,
        bombs.STATUS: status,
    }


def refusal(read: Callable[[bytes], object], raw: bytes) -> str:
    try:
        read(raw)
    except KridError as error:
        return str(error.code)
    return "accepted"


def seconds(read: Callable[[bytes], object], raw: bytes) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        refusal(read, raw)
        best = min(best, time.perf_counter() - start)
    return best


def peak(read: Callable[[bytes], object], raw: bytes) -> int:
    tracemalloc.start()
    refusal(read, raw)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def main() -> None:
    bombs = load()
    by_format = readers(bombs)
    print(f"{'ms':>8} {'peak MB':>8} {'input MB':>9}  {'refused with':26} input")
    for (kind, name), bomb in bombs.BOMBS.items():
        raw, read = bomb.make(), by_format[kind]
        code = refusal(read, raw)
        assert code == str(bomb.code), (kind, name, code)
        print(
            f"{seconds(read, raw) / ONLY_ONE_MILLISECOND:8.1f} {peak(read, raw) / 1e6:8.1f}"
            f" {len(raw) / 1e6:9.2f}  {code:26} {kind}: {name}",
            flush=True,
        )


if __name__ == "__main__":
    main()
