"""Every fuzz target runs over its seeds, over changed seeds, and over any bytes."""

import argparse
import importlib.util
import inspect
import random
import re
import sys
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FUZZ = Path(__file__).parents[2] / "fuzz"
_SPEC = importlib.util.spec_from_file_location("fuzz_run", FUZZ / "run.py")
assert _SPEC is not None
assert _SPEC.loader is not None
run = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(run)

with pytest.MonkeyPatch.context() as patch:
    patch.setitem(sys.modules, "run", run)  # keep.py runs beside run.py and imports it by this name
    _SPEC = importlib.util.spec_from_file_location("fuzz_keep", FUZZ / "keep.py")
    assert _SPEC is not None
    assert _SPEC.loader is not None
    keep = importlib.util.module_from_spec(_SPEC)
    _SPEC.loader.exec_module(keep)

NAMES = run.names()


def test_the_foundation_has_its_targets() -> None:
    foundation = {"json", "cbor", "base64url", "jwk", "cose_key", "multikey", "pem"}
    assert foundation <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_target_takes_bytes_and_returns_nothing(name: str) -> None:
    signature = inspect.signature(run.load(name))
    assert [str(one) for one in signature.parameters.values()] == ["data: bytes"]
    assert signature.return_annotation is None


@pytest.mark.parametrize("name", NAMES)
def test_a_target_has_seeds(name: str) -> None:
    files = [path for path in (FUZZ / "seeds" / name).iterdir() if path.is_file()]
    assert files
    assert all(path.stat().st_size <= 64 * 1024 for path in files)


def test_no_seed_is_without_a_target() -> None:
    assert {path.name for path in (FUZZ / "seeds").iterdir()} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_target_holds_over_seeds_and_changed_seeds(name: str) -> None:
    target = run.load(name)
    start = run.seeds(name)
    for raw in islice(run.mutations(start, random.Random(name)), len(start) + 100):  # noqa: S311  repeatable on purpose
        target(raw)


@pytest.mark.parametrize("name", NAMES)
def test_a_target_holds_over_any_bytes(name: str) -> None:
    target, start = run.load(name), run.seeds(name)

    @settings(max_examples=100)
    @given(st.sampled_from(start), st.binary(max_size=40), st.integers(0), st.integers(0, 40))
    def holds(seed: bytes, inserted: bytes, at: int, cut: int) -> None:
        at %= len(seed) + 1
        target(seed[:at] + inserted + seed[at + cut :])

    holds()


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_found_by_fuzzing_is_small(name: str) -> None:
    found = list((FUZZ / "seeds" / name).glob(f"{keep.PREFIX}*"))
    assert len(found) <= keep.MAX_KEPT
    assert all(path.stat().st_size <= keep.MAX_SIZE for path in found)


_TOKEN = re.compile(r'"(?:[^"\\]|\\["\\]|\\x[0-9A-Fa-f]{2})+"')


@pytest.mark.parametrize("name", NAMES)
def test_a_dictionary_holds_tokens(name: str) -> None:
    lines = run.dictionary(name).read_text(encoding="ascii").splitlines()
    tokens = [line for line in lines if line and not line.startswith("#")]
    assert tokens
    assert all(_TOKEN.fullmatch(token) for token in tokens)
    assert len(set(tokens)) == len(tokens)


def test_what_ran_is_summed_up() -> None:
    runs = [
        run.Slice("json", "simple", 10, 1.5, run.NOTHING),
        run.Slice("json", "simple", 5, 1.0, run.FINDING),
        run.Slice("cbor", "atheris", 1, 0.5, run.OUTCOMES[run.DID_NOT_LOAD]),
    ]
    assert run.totals(runs) == "total: 2 targets, 16 inputs, 3 s of processor time, 1 findings"


def test_the_fewest_inputs_that_reach_the_most_are_kept() -> None:
    a, b, c, d = (("krid", number) for number in range(4))
    reached = {b"1": {a}, b"22": {a, b}, b"333": {c, d}, b"4444": {b, c}}
    assert keep.cover(reached, {d}) == [b"22", b"333"]


def test_lines_of_krid_are_told_apart_by_input() -> None:
    target = run.load("base64url")
    refused, taken = keep.lines_of(target, b"="), keep.lines_of(target, b"AA")
    assert refused
    assert refused != taken


def test_a_slice_runs_in_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "FOUND", tmp_path)
    options = argparse.Namespace(engine="simple", seconds=0.01)
    done = run.run_apart("base64url", options, seed=1)
    assert done.outcome == run.NOTHING
    assert done.executions > 0
    assert list(run.recorded()) == [done]
    assert "nothing found" in capsys.readouterr().out


def test_the_simple_engine_finds_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def target(data: bytes) -> None:
        if b"~" in data:
            raise ValueError("found")

    monkeypatch.setattr(run, "HERE", tmp_path / "fuzz")
    monkeypatch.setattr(run, "FOUND", tmp_path / "out")
    monkeypatch.setattr(run, "load", lambda _name: target)
    with pytest.raises(ValueError, match="found"):
        run.run_simply("any", seconds=20, seed=1)
    assert b"~" in (tmp_path / "out" / "any.input").read_bytes()


def test_a_value_of_another_type_is_put_in() -> None:
    chance = random.Random(1)  # noqa: S311  repeatable on purpose
    seen = {run.reshaped(b'{"a": {"b": 5}}', chance) for _ in range(200)}
    assert {b'{"a": null}', b'{"a": {"b": []}}'} <= seen
    text = b"eyJhIjo1fQ.eyJhIjo1fQ.c2ln"
    joined = [run.reshaped(text, chance) for _ in range(50)]
    assert all(each is None or (each.count(b".") == 2 and each != text) for each in joined)
    assert any(each is not None for each in joined)
    assert run.reshaped(b"[]", chance) in {shape.encode() for shape in run.SHAPES}
    assert run.reshaped(b"\x00", chance) is None


def test_the_simple_engine_repeats_itself() -> None:
    first, second = (list(islice(run.mutations([b"abc"], random.Random(1)), 50)) for _ in "12")  # noqa: S311  repeatable on purpose
    assert first == second
