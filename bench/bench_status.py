"""How fast status lists are made and published, beside numpy and zlib alone.

Run: python bench/bench_status.py [--postgresql URL] [--cards N]

Times are wall-clock: what a database makes of a transaction counts. The base of each table does
the same to the same bytes and nothing else: numpy sets the statuses, zlib compresses them; it
reads no database, keeps no history, and signs nothing. Without numpy its lines are left out.
"""

import argparse
import importlib
import random
import resource
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import insert

from krid.keys import Alg, LocalKey
from krid.status import REVOCATION_FORM, Change, StatusBits, StatusRegistry, message_form
from krid.status.bits import write_value
from krid.status.registry.allot import FOREVER
from krid.status.registry.schema import PAGE, PAGES, SHARD

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = LocalKey.generate(Alg.ES256)
LARGE = 50_000_896  # the multiple of 1,024 after 50 million
MILLION = 2**20
BY = "bench"
ISSUER = "https://mois.example"
MESSAGE_FORM = message_form({0: "fine"}, bits=2)


def best(action: Callable[[], object], rounds: int = 3) -> float:
    """Return the median time in milliseconds."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return median(times) * 1000


def show(title: str, lines: list[tuple[str, float | None]]) -> None:
    base = lines[0][1]
    print(f"\n{title}")
    for name, time in lines:
        if time is None:
            print(f"  {name:<52} {'numpy is not installed':>24}")
        else:
            ratio = "" if base is None else f"{time / base:9.2f}"
            print(f"  {name:<52} {time:11.2f} ms {ratio}")


def revoked(size: int, share: float) -> list[int]:
    return random.Random(size).sample(range(size), int(size * share))  # noqa: S311


def packed(size: int, indexes: list[int]) -> bytes:
    raw = bytearray(size // 4)
    for index in indexes:
        write_value(raw, 2, index, 1)
    return bytes(raw)


def runs(raw: bytes) -> bytes:
    """Compress as krid does: by runs alone."""
    stream = zlib.compressobj(9, strategy=zlib.Z_RLE)
    return stream.compress(raw) + stream.flush()


def by_numpy(size: int, indexes: list[int]) -> float | None:
    try:
        numpy: Any = importlib.import_module("numpy")
    except ModuleNotFoundError:
        return None
    places = numpy.asarray(indexes)

    def make() -> None:
        raw = numpy.zeros(size // 4, dtype=numpy.uint8)
        numpy.bitwise_or.at(raw, places >> 2, (1 << ((places & 3) * 2)).astype(numpy.uint8))
        runs(raw.tobytes())

    return best(make)


def fill(registry: StatusRegistry, name: str, raw: bytes) -> None:
    """Put a list into the database as it would lie there, without its history."""
    shape, database = registry._shape, registry._database  # noqa: SLF001  past the history
    step = PAGE // 4
    values = {"registry_id": shape.registry_id, "name": name, "given": shape.bound}
    rest = {"is_open": False, "needed_until": FOREVER, "version": 1, "changed_at": 0}
    marks = b"\xff" * (PAGE // 8)
    with database.writing() as connection:
        statement = insert(SHARD).values(**values, **rest).returning(SHARD.c.id)
        shard_id = connection.execute(statement).scalar_one()
        rows = [
            {
                "shard_id": shard_id,
                "number": at // step,
                "taken": marks,
                "statuses": raw[at : at + step],
            }
            for at in range(0, len(raw), step)
        ]
        connection.execute(insert(PAGES), rows)


def bitstring(registry: StatusRegistry, shard: str) -> None:
    """Publish a list of the W3C of one purpose."""
    form = REVOCATION_FORM
    registry.publish(shard, KEY, now=NOW, lifetime=DAY, issuer=ISSUER, form=form)


def bench_large(place: str) -> None:
    indexes = revoked(LARGE, 0.01)
    raw = packed(LARGE, indexes)
    statuses = StatusBits(2, raw)
    uri = "https://mois.example/large/{shard}"
    with StatusRegistry.open(place, uri, shard_size=LARGE, open_shards=1) as registry:
        fill(registry, "0" * 16, raw)
        token = len(registry.publish("0" * 16, KEY, now=NOW, lifetime=DAY).token)
        lines = [
            ("numpy and zlib alone", by_numpy(LARGE, indexes)),
            ("zlib alone, runs", best(lambda: runs(raw))),
            ("zlib alone, level 6", best(lambda: zlib.compress(raw, 6))),
            ("StatusBits.encode", best(statuses.encode)),
            ("turn into bits for revocation", best(lambda: REVOCATION_FORM.bitstring(statuses))),
            ("turn into bits for messages", best(lambda: MESSAGE_FORM.bitstring(statuses))),
            (
                "publish: read, compress, sign, store",
                best(lambda: registry.publish("0" * 16, KEY, now=NOW, lifetime=DAY)),
            ),
            ("publish for revocation, as a bitstring", best(lambda: bitstring(registry, "0" * 16))),
        ]
    show(f"One list of 50 million entries, 1 % set, a token of {token // 1024} kB", lines)


def bench_shard(place: str, kind: str) -> None:
    uri = "https://mois.example/shard/{shard}"
    with StatusRegistry.open(place, uri, open_shards=1) as registry:
        cards = registry.allocate_many(10_000)
        changed = cards[:8_000]
        registry.set_many([Change(card, 1) for card in changed], by=BY, reason=BY, now=NOW)
        [shard] = registry.shards()
        token = registry.publish(shard, KEY, now=NOW, lifetime=DAY).token
        raw = registry.statuses_at(shard, NOW).packed
        left = iter(cards[8_000:])

        def change() -> None:
            registry.revoke(next(left), by=BY, reason=BY, now=NOW)

        def change_and_publish() -> None:
            change()
            for name in registry.due(now=NOW):
                registry.publish(name, KEY, now=NOW, lifetime=DAY)

        def change_many() -> None:
            many = [Change(next(left), 2) for _ in range(100)]
            registry.set_many(many, by=BY, reason=BY, now=NOW)

        lines = [
            ("numpy and zlib alone", by_numpy(MILLION, [card.index for card in changed])),
            ("zlib alone, runs", best(lambda: runs(raw), 9)),
            ("zlib alone, level 6", best(lambda: zlib.compress(raw, 6), 9)),
            ("zlib alone, level 9", best(lambda: zlib.compress(raw, 9), 9)),
            ("change one entry", best(change, 50)),
            ("change 100 entries", best(change_many, 10)),
            (
                "publish the shard",
                best(lambda: registry.publish(shard, KEY, now=NOW, lifetime=DAY), 9),
            ),
            ("publish the shard for revocation", best(lambda: bitstring(registry, shard), 9)),
            ("change one entry and publish its shard", best(change_and_publish, 9)),
            ("serve the token", best(lambda: registry.published(shard), 50)),
            ("give out one index", best(registry.allocate, 50)),
            ("give out 1,000 indexes", best(lambda: registry.allocate_many(1000), 9)),
        ]
    show(f"One shard of 2^20 entries on {kind}, a token of {len(token) // 1024} kB", lines)


def bench_country(place: str, cards: int) -> None:
    uri = "https://mois.example/country/{shard}"
    indexes = revoked(MILLION, 0.01)
    raw = packed(MILLION, indexes)
    shards = -(-cards // MILLION)
    with StatusRegistry.open(place, uri, open_shards=4) as registry:
        for number in range(shards):
            fill(registry, f"{number:016x}", raw)

        def publish_all() -> None:
            for name in registry.due(now=NOW):
                registry.publish(name, KEY, now=NOW, lifetime=DAY)

        one = by_numpy(MILLION, indexes)
        lines = [
            ("numpy and zlib alone, for each shard", one and one * shards),
            (f"publish all {shards} shards", best(publish_all, 1)),
            ("give out one index", best(registry.allocate, 50)),
            ("find what is due", best(lambda: registry.due(now=NOW), 9)),
        ]
    show(f"{shards * MILLION:,} entries over {shards} shards, 1 % set", lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", help="the URL of a fresh database, for one more table")
    parser.add_argument("--cards", type=int, default=100_000_000)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        place = str(Path(folder) / "status.db")
        bench_shard(place, "SQLite")
        if options.postgresql:
            bench_shard(options.postgresql, "PostgreSQL")
        bench_country(place, options.cards)
        print(f"  {'the file':<52} {Path(place).stat().st_size / 2**20:11.2f} MB")
        print(f"  {'memory at most, before the large list':<52} {memory():11.2f} MB")
        bench_large(place)
    print(f"  {'memory at most':<52} {memory():11.2f} MB")


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
