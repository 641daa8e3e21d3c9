"""An issuer's process for a test: gives out indexes and writes down each that it was given.

Run: python status_worker.py DATABASE URI FILE COUNT BATCH

It goes on where its file ends, as work does that was killed: each batch is an order of its own,
so a batch that was given out but not written down is given again.
"""

import sys
from pathlib import Path

from krid.status import StatusRegistry


def done(path: Path, batch: int) -> int:
    """Return how many batches are written down whole, and cut off what is not."""
    lines = path.read_text(encoding="ascii").splitlines(keepends=True) if path.exists() else []
    whole = [line for line in lines if line.endswith("\n")]
    batches = len(whole) // batch
    path.write_text("".join(whole[: batches * batch]), encoding="ascii")
    return batches


def work(database: str, uri: str, path: Path, count: int, batch: int) -> None:
    with StatusRegistry.open(database, uri) as registry:
        for number in range(done(path, batch), count // batch):
            given = registry.allocate_many(batch, order=f"{path.stem}-{number}")
            with path.open("a", encoding="ascii") as file:
                file.writelines(f"{one.uri} {one.index}\n" for one in given)


if __name__ == "__main__":
    _, place, address, name, total, size = sys.argv
    work(place, address, Path(name), int(total), int(size))
