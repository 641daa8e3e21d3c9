"""The ledger as its page tells it, and what a crash leaves."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledgers import ADDED, KEY, LOG, NOW, anchor, new_ledger, terms
from programs import running

from krid._core import strict_json
from krid.cli.app import app
from krid.cli.ledger_statements import to_json
from krid.ledger import Checkpoint, verify_history, verify_standing, watch
from krid.ledger.embedded import Ledger

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")


def test_the_commands_of_the_page_run_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("issuer.json").write_bytes(strict_json.dumps(to_json(ADDED)))  # type: ignore[arg-type]
    shell, *_ = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    commands = [line for line in shell.splitlines() if line.startswith("krid ")]
    assert len(commands) == 6
    for line in commands:
        words, _, file = line.partition(" > ")
        result = CliRunner().invoke(app, shlex.split(words, comments=True)[1:])
        assert result.exit_code == 0, (line, result.output, result.exception)
        if file:
            Path(file).write_bytes(result.stdout_bytes)
    code, *_ = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "ledger.md", "exec"), {})  # noqa: S102  the project's own page


WRITER = """
import sys
sys.path.insert(0, {support!r})
from ledgers import KEY, NOW, anchor
from krid.ledger.embedded import Ledger
with Ledger.open(sys.argv[1]) as ledger:
    for number in range(10**6):
        ledger.append([anchor(number)] * 300)
        if number % 3 == 0:
            from krid.keys import Alg, LocalKey
            ledger.seal(LocalKey.generate(Alg.EDDSA), now=NOW)
        print(ledger.size, flush=True)
"""


def test_a_writer_that_is_killed_leaves_a_whole_ledger(tmp_path: Path) -> None:
    """At whatever moment: what was appended is there, what was not finished is not."""
    with new_ledger(tmp_path) as ledger:
        told = _killed(tmp_path / "ledger.db", after=0.4)
        assert ledger.size >= told
        checkpoint = ledger.seal(KEY, now=NOW)
        assert checkpoint.size == ledger.size
        assert len(list(ledger.entries(0, ledger.size))) == ledger.size
        for index in (0, told - 1, ledger.size - 1):
            verify_history(ledger.history(index), terms=terms(), now=NOW)
        subject = anchor(0).subject
        receipt = ledger.standing(subject)
        shown = verify_standing(receipt, subject=subject, terms=terms(), now=NOW)
        assert shown.statement == anchor(0)
        # The writer sealed by keys of its own; whoever watches by the last one sees them all.
        own = _Own(ledger)
        assert watch(own, log=LOG, seen=()).entries == ledger.size


class _Own:
    """A ledger that shows the checkpoints of one key alone."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.size = ledger.size
        self.entries = ledger.entries
        self.consistency = ledger.consistency

    def checkpoints(self) -> list[Checkpoint]:
        return [self._ledger.checkpoint()]


def _killed(path: Path, *, after: float) -> int:
    """Let another process write, kill it in the middle, and return what it had told."""
    words = [sys.executable, "-c", WRITER.format(support=str(ROOT / "tests" / "support"))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(  # noqa: S603  this test's own words
        [*words, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        lines = [told, *process.stdout.read().splitlines()]
    whole = [line for line in lines if line.strip().isdigit()]
    return int(whole[-2] if len(whole) > 1 else whole[-1])


def test_two_processes_write_to_one_file(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, {support!r})\n"
        "from ledgers import anchor\n"
        "from krid.ledger.embedded import Ledger\n"
        "with Ledger.open(sys.argv[1]) as ledger:\n"
        "    for number in range(40): ledger.append([anchor(number)] * 9)\n"
    ).format(support=str(ROOT / "tests" / "support"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with new_ledger(tmp_path) as ledger:
        words = [sys.executable, "-c", script, str(tmp_path / "ledger.db")]
        with running(words, env=environment) as one, running(words, env=environment) as other:
            assert [writer.wait(timeout=300) for writer in (one, other)] == [0, 0]
        assert ledger.size == 720
        ledger.seal(KEY, now=datetime(2026, 6, 1, tzinfo=UTC))
        assert watch(ledger, log=LOG, seen=()).entries == 721
