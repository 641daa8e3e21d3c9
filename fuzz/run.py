"""Runs fuzz targets: `python fuzz/run.py NAME --seconds N`, or `--all`; see fuzz/README.md.

With atheris installed the inputs are led by coverage; without it, or with `--engine simple`, they
are seeds changed at random, repeatable by `--seed`. Which engine ran is said in the first line.
Each target runs in a process of its own, which loads krid anew but for `--together`; what ran is
added to `out/fuzz/runs.jsonl`, and `--totals` sums it up.
"""

import argparse
import importlib.util
import io
import json
import os
import random
import re
import resource
import subprocess
import sys
import time
import traceback
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
FOUND = Path(os.environ.get("KRID_FUZZ_FOUND", HERE.parent / "out" / "fuzz"))
MAX_BYTES = 4096
MAX_SECONDS_EACH = 5.0
MAX_MEGABYTES = 1024
DID_NOT_LOAD = 3
NOTHING, FINDING = "nothing found", "a finding, see out/fuzz"
OUTCOMES = {0: NOTHING, 2: "no such target", DID_NOT_LOAD: "did not load"}
CBOR_TARGETS = ("ic_answer", "cbor", "cose", "mdoc")
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

_PART = re.compile(rb"ey[A-Za-z0-9_-]+")
SHAPES = (
    *("null", "true", "-1", "1.5", "1" + "0" * 30, '""', '"x"', "[]", "{}"),
    *("[[]]", "[{}]", "[null]", '["x", "x"]', '{"a": []}', '{"": null}'),
)
"""What may stand where another type belongs; of lists and objects no set can be made."""

Target = Callable[[bytes], None]


def names() -> list[str]:
    """Return the names of all targets."""
    return sorted(path.stem for path in (HERE / "targets").glob("[!_]*.py"))


def load_module(name: str) -> ModuleType:
    """Load a file of fuzz/targets."""
    spec = importlib.util.spec_from_file_location(
        f"fuzz_target_{name}", HERE / "targets" / f"{name}.py"
    )
    if spec is None or spec.loader is None:
        raise SystemExit(f"no such target: {name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(name: str) -> Target:
    """Load the function `target` of a file in fuzz/targets."""
    target: Target = load_module(name).target
    return target


def seeds(name: str) -> list[bytes]:
    """Return the seeds of a target, and the empty input."""
    folder = HERE / "seeds" / name
    paths = sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
    return [b"", *(path.read_bytes() for path in paths)]


def mutations(start: list[bytes], chance: random.Random) -> Iterator[bytes]:
    """Yield the seeds themselves, then changed and joined ones without end.

    Of JSON, and of JSON in a JWT, every fourth has one value of another type and is whole.
    """
    yield from start
    while True:
        shaped = reshaped(chance.choice(start), chance) if chance.randrange(4) == 0 else None
        if shaped is not None:
            yield shaped[:MAX_BYTES]
            continue
        raw = bytearray(chance.choice(start))
        for _ in range(chance.randint(1, 4)):
            _change(raw, start, chance)
        yield bytes(raw[:MAX_BYTES])


def reshaped(raw: bytes, chance: random.Random) -> bytes | None:
    """Put a value of another type in the place of one; None where there is no JSON."""
    value = _json(raw)
    if value is not None:
        return json.dumps(_put(value, json.loads(chance.choice(SHAPES)), chance)).encode()
    parts = raw.split(b".", 2)
    at = chance.randrange(len(parts))
    value = _json(_decoded(parts[at])) if _PART.fullmatch(parts[at]) else None
    if value is None:
        return None
    other = json.dumps(_put(value, json.loads(chance.choice(SHAPES)), chance)).encode()
    parts[at] = urlsafe_b64encode(other).rstrip(b"=")
    return b".".join(parts)


def _decoded(part: bytes) -> bytes:
    try:
        return urlsafe_b64decode(part + b"==")
    except ValueError:
        return b""


def _json(raw: bytes) -> Any:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _put(value: Any, other: Any, chance: random.Random) -> Any:
    """Walk down into a copy for a while, and put the other value in there."""
    names = list(value) if isinstance(value, dict) else range(len(value))
    if not names:
        return other
    name = chance.choice(names)
    deeper = isinstance(value[name], dict | list) and chance.randrange(4) != 0
    value[name] = _put(value[name], other, chance) if deeper else other
    return value


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

    corpus = FOUND / f"{name}.corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["krid"]):
        module = _load_or_leave(name)
    target: Target = module.target
    # libFuzzer leaves the process without Python's own end, so the count is kept as it grows.
    counter = _Counter(FOUND / f"{name}.count")

    def counted(raw: bytes) -> None:
        counter.add()
        target(raw)

    arguments = [
        *(f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}"),
        *(f"-max_len={getattr(module, 'MAX_BYTES', MAX_BYTES)}", f"-dict={dictionary(name)}"),
        *(f"-timeout={round(MAX_SECONDS_EACH)}", f"-rss_limit_mb={MAX_MEGABYTES}"),
        *(f"-artifact_prefix={FOUND}/{name}.", "-verbosity=0", "-print_final_stats=0"),
        *(str(corpus), str(HERE / "seeds" / name)),
    ]
    atheris.Setup([sys.argv[0], *arguments], counted)
    atheris.Fuzz()


def _load_or_leave(name: str) -> ModuleType:
    """Load a target; krid that does not load is no finding, but a word of its own."""
    try:
        return load_module(name)
    except Exception:  # noqa: BLE001  whatever it is, no input caused it
        traceback.print_exc()
        raise SystemExit(DID_NOT_LOAD) from None


def dictionary(name: str) -> Path:
    """Return the file of tokens that fit a target's inputs."""
    kind = "cbor" if name.startswith(CBOR_TARGETS) else "json"
    return HERE / "dictionaries" / f"{kind}.dict"


class _Counter:
    """Counts inputs into a file, every so often and not each time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0
        path.write_text("0", encoding="ascii")

    def add(self) -> None:
        self._count += 1
        if self._count % 64 == 0:
            self._path.write_text(str(self._count), encoding="ascii")


@dataclass(frozen=True)
class Slice:
    """One run of one target."""

    target: str
    engine: str
    executions: int
    cpu_seconds: float
    outcome: str


def run_apart(name: str, options: argparse.Namespace, seed: int) -> Slice:
    """Run one target in a process of its own, and write down what it did."""
    FOUND.mkdir(parents=True, exist_ok=True)
    (FOUND / f"{name}.count").unlink(missing_ok=True)
    command = [sys.executable, __file__, name, "--alone", "--engine", options.engine]
    command += ["--seconds", str(options.seconds), "--seed", str(seed)]
    words = FOUND / f"{name}.log"
    with words.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  this script itself
            command, stdout=log, stderr=log, env=os.environ | {"KRID_FUZZ_FOUND": str(FOUND)}
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return _written_down(name, options.engine, process.returncode, usage)


def run_together(options: argparse.Namespace) -> list[Slice]:
    """Load every target once, and run each in a fork of this process: for short runs of many."""
    import atheris

    FOUND.mkdir(parents=True, exist_ok=True)
    words = io.StringIO()  # a line for each module
    with redirect_stderr(words), atheris.instrument_imports(include=["krid"]):
        for name in options.names:
            load_module(name)
    waiting, running, done = list(options.names), dict[int, str](), list[Slice]()
    while waiting or running:
        while waiting and len(running) < options.jobs:
            name = waiting.pop(0)
            running[_forked(name, options)] = name
        child, status, usage = os.wait4(-1, 0)
        code = os.waitstatus_to_exitcode(status)
        done.append(_written_down(running.pop(child), options.engine, code, usage))
    return done


def _forked(name: str, options: argparse.Namespace) -> int:
    """Begin to run a target in a fork, and return the number of its process."""
    (FOUND / f"{name}.count").unlink(missing_ok=True)
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        log = os.open(FOUND / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        run_atheris(name, seconds=options.seconds, seed=options.seed)
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        os._exit(code)


def _written_down(name: str, engine: str, code: int, usage: resource.struct_rusage) -> Slice:
    """Say and keep what a run did, and the words of one that did not end well."""
    outcome = OUTCOMES.get(code, FINDING)
    cpu = round(usage.ru_utime + usage.ru_stime, 1)
    done = Slice(name, engine, _executions(name), cpu, outcome)
    with (FOUND / "runs.jsonl").open("a", encoding="ascii") as runs:
        runs.write(json.dumps(asdict(done)) + "\n")
    if outcome != NOTHING:
        words = FOUND / f"{name}.log"
        _show(name, words.read_text(encoding="utf-8", errors="replace"))
    print(f"{name}: {done.executions} inputs in {cpu} s, {outcome}", flush=True)
    return done


def _show(name: str, text: str) -> None:
    """Keep the words of a finding beyond the next slice, and show their end."""
    (FOUND / f"{name}.finding-{time.time_ns()}.log").write_text(text, encoding="utf-8")
    print("\n".join(text.splitlines()[-25:]), file=sys.stderr)


def _executions(name: str) -> int:
    path = FOUND / f"{name}.count"
    return int(path.read_text(encoding="ascii") or 0) if path.exists() else 0


def run_all(options: argparse.Namespace) -> list[Slice]:
    """Run the targets round after round, some at the same time."""
    work = [(name, turn) for turn in range(options.rounds) for name in options.names]
    with ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run_apart, name, options, options.seed + turn) for name, turn in work]
        return [run.result() for run in runs]


def totals(runs: Iterable[Slice]) -> str:
    """Put what ran into one line."""
    done = list(runs)
    return (
        f"total: {len({run.target for run in done})} targets, "
        f"{sum(run.executions for run in done)} inputs, "
        f"{sum(run.cpu_seconds for run in done):.0f} s of processor time, "
        f"{sum(run.outcome == FINDING for run in done)} findings"
    )


def recorded() -> Iterator[Slice]:
    """Return all runs that are written down."""
    path = FOUND / "runs.jsonl"
    for line in path.read_text(encoding="ascii").splitlines() if path.exists() else ():
        yield Slice(**json.loads(line))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run fuzz targets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--all", action="store_true", help="every target, one after the other")
    parser.add_argument("--seconds", type=float, default=10, help="for each target (10)")
    parser.add_argument("--rounds", type=int, default=1, help="how often over all targets (1)")
    parser.add_argument("--jobs", type=int, default=1, help="targets at the same time (1)")
    parser.add_argument("--seed", type=int, default=1, help="another number, other inputs (1)")
    parser.add_argument("--engine", choices=["atheris", "simple"], help="atheris if it is there")
    together = "load all targets once, and fork for each (atheris): for short runs of many"
    parser.add_argument("--together", action="store_true", help=together)
    parser.add_argument("--totals", action="store_true", help="sum up all runs so far, run nothing")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.all:
        options.names = names()
    unknown = set(options.names) - set(names())
    if unknown or not (options.names or options.totals):
        parser.error(f"targets are: {', '.join(names())}")
    return options


def _run_alone(name: str, options: argparse.Namespace) -> None:
    if options.engine == "atheris":
        run_atheris(name, seconds=options.seconds, seed=options.seed)
    else:
        count = run_simply(name, seconds=options.seconds, seed=options.seed)
        FOUND.mkdir(parents=True, exist_ok=True)
        (FOUND / f"{name}.count").write_text(str(count), encoding="ascii")


def main() -> None:
    options = _options()
    if options.totals:
        print(totals(recorded()))
        return
    if options.engine is None:
        there = importlib.util.find_spec("atheris") is not None
        options.engine = "atheris" if there else "simple"
    if options.alone:
        _run_alone(options.names[0], options)
        return
    words = {"atheris": "atheris, led by coverage", "simple": "seeds changed at random"}
    print(f"engine: {options.engine} ({words[options.engine]})", flush=True)
    together = options.together and options.engine == "atheris"
    runs = run_together(options) if together else run_all(options)
    print(totals(runs))
    raise SystemExit(any(run.outcome != NOTHING for run in runs))


if __name__ == "__main__":
    main()
