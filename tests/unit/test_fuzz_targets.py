"""Every fuzz target runs over its seeds, over changed seeds, and over any bytes."""

import importlib.util
import inspect
import random
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


def test_the_simple_engine_repeats_itself() -> None:
    first, second = (list(islice(run.mutations([b"abc"], random.Random(1)), 50)) for _ in "12")  # noqa: S311  repeatable on purpose
    assert first == second
