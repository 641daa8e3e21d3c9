"""Any bytes given to a command end in a value or in a code, never in another exception."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krid.cli.app import run
from krid.cli.content import Kind, recognise
from krid.cli.exits import Exit
from krid.errors import KridError

SEEDS = [
    path.read_bytes()
    for path in sorted((Path(__file__).parents[3] / "fuzz" / "seeds").glob("*/*"))
    if path.stat().st_size < 20_000
]
CHANGED = st.builds(
    lambda seed, where, byte: bytes((*seed[:where], byte, *seed[where + 1 :])),
    st.sampled_from(SEEDS),
    st.integers(0, 19_999),
    st.integers(0, 255),
)
ONCE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(st.binary() | CHANGED)
@ONCE
def test_any_file_is_inspected_or_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "file").write_bytes(raw)
    assert run(["inspect", str(tmp_path / "file"), "--json"]) in {Exit.DONE, Exit.REJECTED}


@given(st.binary() | CHANGED)
@ONCE
def test_any_file_is_verified_or_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "file").write_bytes(raw)
    (tmp_path / "trust").write_bytes(b"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    words = ["verify", str(tmp_path / "file"), "--trust", str(tmp_path / "trust"), "--no-status"]
    assert run([*words, "--bearer"]) == Exit.REJECTED


@given(st.binary() | CHANGED)
@ONCE
def test_any_trust_file_is_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "trust").write_bytes(raw)
    (tmp_path / "file").write_bytes(b"eyJhbGciOiJFUzI1NiJ9.e30.AAAA~")
    words = ["verify", str(tmp_path / "file"), "--trust", str(tmp_path / "trust"), "--no-status"]
    assert run([*words, "--bearer"]) == Exit.REJECTED


@given(st.binary() | CHANGED)
@ONCE
def test_any_key_file_is_shown_or_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "key").write_bytes(raw)
    assert run(["key", "show", str(tmp_path / "key")]) in {Exit.DONE, Exit.REJECTED}


@given(st.text())
@ONCE
def test_any_text_is_resolved_or_refused(did: str) -> None:
    if did.startswith("-"):
        return
    assert run(["resolve", "--", did]) in {Exit.REJECTED, Exit.MISSING}


@pytest.mark.parametrize("kind", list(Kind))
@given(raw=st.binary() | CHANGED)
@ONCE
def test_any_forced_kind_is_decoded_or_refused(kind: Kind, raw: bytes) -> None:
    from krid.cli.inspect_command import decode

    try:
        decode(recognise(raw, forced=kind))
    except KridError as error:
        assert str(error.code)
