"""Several processes on one database, and what is left when one of them is killed."""

import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import status_worker
from programs import running

from krid.model import StatusReference
from krid.status import StatusRegistry

URI = "https://mois.example/processes/{shard}"
SECONDS = 120.0
LINE = len(f"{URI} 123456") + 10
"""Characters of most lines that a process writes; a shard's name is longer than its place."""

Process = subprocess.Popen[bytes]


def start(database: str, path: Path, count: int, batch: int) -> AbstractContextManager[Process]:
    command = [sys.executable, status_worker.__file__, database, URI, str(path)]
    return running([*command, str(count), str(batch)])


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines() if path.exists() else []


def kill_at(process: Process, path: Path, least: int) -> None:
    """Kill a process as soon as it has written down so many indexes."""
    deadline = time.monotonic() + SECONDS
    while not path.exists() or path.stat().st_size < least * LINE:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait(SECONDS) == -signal.SIGKILL


def read(path: Path) -> list[StatusReference]:
    found = [line.split(" ") for line in lines(path)]
    return [StatusReference(uri, int(index)) for uri, index in found]


@pytest.mark.parametrize(("kind", "count"), [("sqlite", 20_000), ("postgresql", 100_000)])
def test_two_processes_give_no_index_twice_and_a_killed_one_loses_none(
    kind: str, count: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    postgresql = kind == "postgresql"
    database = request.getfixturevalue("postgres_url") if postgresql else f"{tmp_path}/status.db"
    share, batch = count // 2, count // 100
    paths = [tmp_path / "one", tmp_path / "two"]
    with start(database, paths[1], share, batch) as other:
        for least in (batch, share // 4, share // 2):
            with start(database, paths[0], share, batch) as one:
                kill_at(one, paths[0], least)
        with start(database, paths[0], share, batch) as one:
            assert one.wait(SECONDS) == 0
        assert other.wait(SECONDS) == 0

    given = [one for path in paths for one in read(path)]
    assert len(given) == count
    assert len(set(given)) == count
    with StatusRegistry.open(database, URI) as registry:
        for shard in registry.shards():
            registry.audit(shard)
        assert registry.given() == count
        for card in given[:: count // 100]:
            assert registry.entry(card).version == 0
