"""Keeps what fuzzing found: `python fuzz/keep.py NAME...`, or `--all`; see fuzz/README.md.

Of a target's corpus in `out/fuzz/` those inputs become seeds that together reach the most lines of
krid which the seeds made by hand do not reach: at most 20, each below 4 kB, by a name made of
their content. Those kept before are weighed anew with the others.
"""

import argparse
import hashlib
import sys
from types import FrameType
from typing import Any

import run

MAX_KEPT = 20
MAX_SIZE = 4_095
PREFIX = "found-"

Line = tuple[str, int]


def lines_of(target: run.Target, raw: bytes) -> set[Line]:
    """Return the lines of krid that a target reaches with an input."""
    reached: set[Line] = set()

    def local(frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    def enter(frame: FrameType, _event: str, _argument: object) -> Any:
        return local if "/krid/" in frame.f_code.co_filename else None

    before = sys.gettrace()  # such as that of a test run that measures coverage
    sys.settrace(enter)
    try:
        target(raw)
    finally:
        sys.settrace(before)
    return reached


def candidates(name: str) -> list[bytes]:
    """Return the inputs of a corpus and the seeds kept before, the smallest first."""
    folders = (run.FOUND / f"{name}.corpus", run.HERE / "seeds" / name)
    paths = [*folders[0].glob("*"), *folders[1].glob(f"{PREFIX}*")]
    found = {path.read_bytes() for path in paths if path.stat().st_size <= MAX_SIZE}
    return sorted(found, key=lambda raw: (len(raw), raw))


def cover(reached: dict[bytes, set[Line]], known: set[Line]) -> list[bytes]:
    """Choose inputs, each the one that reaches the most lines not reached yet."""
    kept: list[bytes] = []
    left = {raw: lines - known for raw, lines in reached.items()}
    while len(kept) < MAX_KEPT and any(left.values()):
        best = max(left, key=lambda raw: len(left[raw]))
        kept.append(best)
        gained = left.pop(best)
        left = {raw: lines - gained for raw, lines in left.items()}
    return kept


def keep(name: str) -> int:
    """Write the found seeds of a target anew; return how many."""
    target = run.load(name)
    inputs = candidates(name)
    folder = run.HERE / "seeds" / name
    for path in folder.glob(f"{PREFIX}*"):
        path.unlink()
    known = set().union(*(lines_of(target, raw) for raw in run.seeds(name)))
    kept = cover({raw: lines_of(target, raw) for raw in inputs}, known)
    for raw in kept:
        (folder / f"{PREFIX}{hashlib.sha256(raw).hexdigest()[:12]}").write_bytes(raw)
    return len(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description="Turn new inputs into seeds.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--all", action="store_true", help="every target")
    options = parser.parse_args()
    for name in run.names() if options.all else options.names:
        print(f"{name}: {keep(name)} new seeds", flush=True)


if __name__ == "__main__":
    main()
