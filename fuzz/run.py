"""Runs fuzz targets: `python fuzz/run.py NAME --seconds N`, or `--all`; see fuzz/README.md.

With atheris installed the inputs are led by coverage; without it, or with `--engine simple`, they
are seeds changed at random, repeatable by `--seed`. Which engine ran is said in the first line.
"""

import argparse
import importlib.util
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
FOUND = HERE.parent / "out" / "fuzz"
MAX_BYTES = 4096
MAX_SECONDS_EACH = 5.0
SPLICES = (
    b"\x00",
    b"\xff",
    b'"',
    b"{",
    b"[",
    b"~",
    b".",
    b"=",
    b"\xd8\x18",
    b"\x9b\x7f",
    b"\\ud800",
)

Target = Callable[[bytes], None]


def names() -> list[str]:
    """Return the names of all targets."""
    return sorted(path.stem for path in (HERE / "targets").glob("[!_]*.py"))


def load(name: str) -> Target:
    """Load the function `target` of a file in fuzz/targets."""
    spec = importlib.util.spec_from_file_location(
        f"fuzz_target_{name}", HERE / "targets" / f"{name}.py"
    )
    if spec is None or spec.loader is None:
        raise SystemExit(f"no such target: {name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    target: Target = module.target
    return target


def seeds(name: str) -> list[bytes]:
    """Return the seeds of a target, and the empty input."""
    folder = HERE / "seeds" / name
    paths = sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
    return [b"", *(path.read_bytes() for path in paths)]


def mutations(start: list[bytes], chance: random.Random) -> Iterator[bytes]:
    """Yield the seeds themselves, then changed and joined ones without end."""
    yield from start
    while True:
        raw = bytearray(chance.choice(start))
        for _ in range(chance.randint(1, 4)):
            _change(raw, start, chance)
        yield bytes(raw[:MAX_BYTES])


def _change(raw: bytearray, start: list[bytes], chance: random.Random) -> None:
    at = chance.randint(0, len(raw))
    match chance.randrange(6):
        case 0:
            raw[at : at + 1] = bytes((chance.randrange(256),))
        case 1 if raw:
            raw[at % len(raw)] ^= 1 << chance.randrange(8)
        case 2:
            del raw[at : at + chance.randint(1, 16)]
        case 3:
            raw[at:at] = chance.choice(SPLICES) * chance.choice((1, 1, 1, 2, 40))
        case 4:
            other = chance.choice(start)
            cut = chance.randint(0, len(other))
            raw[at:] = other[cut:]
        case _:
            raw[at:at] = raw[at : at + chance.randint(1, 32)]


def run_simply(name: str, *, seconds: float, seed: int) -> int:
    """Run a target over changed seeds; return the number of inputs."""
    target = load(name)
    chance = random.Random(f"{seed} {name}")  # noqa: S311  repeatable on purpose
    end = time.monotonic() + seconds
    count = 0
    for raw in mutations(seeds(name), chance):
        began = time.monotonic()
        try:
            target(raw)
        except Exception:
            print(f"{name}: failed; the input is {_keep(name, raw)}", file=sys.stderr)
            raise
        count += 1
        now = time.monotonic()
        if now - began > MAX_SECONDS_EACH:
            raise SystemExit(f"{name}: {now - began:.1f} s for one input: {_keep(name, raw)}")
        if now >= end and count >= len(seeds(name)):
            break
    return count


def _keep(name: str, raw: bytes) -> Path:
    FOUND.mkdir(parents=True, exist_ok=True)
    path = FOUND / f"{name}.input"
    path.write_bytes(raw)
    return path.relative_to(HERE.parent)


def run_atheris(name: str, *, seconds: float, seed: int) -> None:
    """Run a target under atheris; it ends this process itself."""
    import atheris

    FOUND.mkdir(parents=True, exist_ok=True)
    corpus = FOUND / f"{name}.corpus"
    corpus.mkdir(exist_ok=True)
    with atheris.instrument_imports(include=["krid"]):
        target = load(name)
    arguments = [
        *(f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}", f"-max_len={MAX_BYTES}"),
        *(f"-timeout={round(MAX_SECONDS_EACH)}", f"-artifact_prefix={FOUND}/{name}."),
        *("-verbosity=0", "-print_final_stats=0", str(corpus), str(HERE / "seeds" / name)),
    ]
    atheris.Setup([sys.argv[0], *arguments], target)
    atheris.Fuzz()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run fuzz targets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--all", action="store_true", help="every target, one after the other")
    parser.add_argument("--seconds", type=float, default=10, help="for each target (10)")
    parser.add_argument("--seed", type=int, default=1, help="another number, other inputs (1)")
    parser.add_argument("--engine", choices=["atheris", "simple"], help="atheris if it is there")
    options = parser.parse_args()
    if options.all:
        options.names = names()
    unknown = set(options.names) - set(names())
    if unknown or not options.names:
        parser.error(f"targets are: {', '.join(names())}")
    return options


def _run_one(name: str, options: argparse.Namespace) -> None:
    """Run one target; atheris ends its process, so each target has one of its own."""
    if options.engine == "simple":
        count = run_simply(name, seconds=options.seconds, seed=options.seed)
        print(f"{name}: {count} inputs, nothing found", flush=True)
    elif len(options.names) == 1:
        run_atheris(name, seconds=options.seconds, seed=options.seed)
    else:
        command = [sys.executable, __file__, name, "--engine", "atheris"]
        command += ["--seconds", str(options.seconds), "--seed", str(options.seed)]
        subprocess.run(command, check=True)  # noqa: S603  made of this script's own options
        print(f"{name}: nothing found", flush=True)


def main() -> None:
    options = _options()
    if options.engine is None:
        there = importlib.util.find_spec("atheris") is not None
        options.engine = "atheris" if there else "simple"
    words = {"atheris": "atheris, led by coverage", "simple": "seeds changed at random"}
    print(f"engine: {options.engine} ({words[options.engine]})", flush=True)
    for name in options.names:
        _run_one(name, options)


if __name__ == "__main__":
    main()
