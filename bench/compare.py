"""krid beside its peers: interleaved rounds over processes, medians, ratios.

Run: python bench/compare.py [--rounds N] [--plot FILE]
The peers' environment is made by `make bench-peers`; what is not there is left out with a word.
"""

import argparse
import json
import shutil
import subprocess
from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from krid._core.entropy import system_entropy
from krid.cli.bench import report, workload
from krid.cli.bench.operations import Cast, operations, response_for
from krid.cli.bench.report import Row
from krid.cli.bench.timing import once, result
from krid.keys import pem
from krid.mdoc import SessionTranscript

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / "out" / "peers" / "bin" / "python"
COMMANDS = {
    "Python peers": [str(PYTHON), str(ROOT / "bench" / "peers" / "python_peers.py")],
    "npm peers": ["node", str(ROOT / "bench" / "peers" / "node_peers.mjs")],
}
REPEATS = 40

Times = dict[tuple[str, str], list[tuple[float, float]]]


class Peers:
    """One process with peers in it."""

    def __init__(self, command: list[str], material: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  the commands stand above
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.greeting: dict[str, Any] = self._ask(material)

    def round(self) -> list[tuple[str, str, float, float]]:
        """Measure one round: operation, peer, microseconds of the limit and of the peer."""
        times: list[tuple[str, str, float, float]] = self._ask("round")
        return times

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def _ask(self, question: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        return json.loads(self._process.stdout.readline())


def material() -> dict[str, str]:
    """Return what the peers verify and sign with."""
    cast = Cast()
    root, leaf = workload.authority(cast.issuer, system_entropy)
    transcript = SessionTranscript.of_challenge(workload.CHALLENGE).raw
    return {
        "response": b64encode(response_for(cast, leaf)).decode(),
        "transcript": b64encode(transcript).decode(),
        "root": root.to_pem().decode(),
        "signer": leaf.to_pem().decode(),
        "key": pem.encode_private(cast.issuer).decode(),
        "now": workload.NOW.isoformat(),
    }


def start() -> list[Peers]:
    """Start the processes that can be started, and say what is left out."""
    started = []
    given = material()
    for name, command in COMMANDS.items():
        if shutil.which(command[0]) is None:
            print(f"{name}: not installed, left out (make bench-peers)")
            continue
        peers = Peers(command, given)
        for peer, reason in peers.greeting["missing"].items():
            print(f"{peer}: left out: {reason}")
        started.append(peers)
    return started


def run(rounds: int) -> list[Row]:
    """Measure all in turn, round after round."""
    processes, ours = start(), operations()
    times: Times = defaultdict(list)
    for _ in range(rounds):
        for operation in ours:
            pair = once(operation.limit, REPEATS), once(operation.run, REPEATS)
            times[operation.name, "krid"].append(pair)
        for peers in processes:
            for name, peer, limit, taken in peers.round():
                times[name, peer].append((limit, taken))
    for peers in processes:
        peers.close()
    order = [operation.name for operation in ours]
    goals = {operation.name: operation.goal for operation in ours}
    rows = [_row(name, subject, pairs, goals[name]) for (name, subject), pairs in times.items()]
    return sorted(rows, key=lambda row: (order.index(row.operation), row.microseconds))


def _row(name: str, subject: str, pairs: list[tuple[float, float]], goal: float | None) -> Row:
    found = result(subject, [limit for limit, _ in pairs], [taken for _, taken in pairs])
    own = goal if subject == "krid" else None
    return Row(name, subject, found.microseconds, found.of_limit, own)


def times_faster(rows: list[Row]) -> str:
    """Say by how much krid is ahead of each peer, by the parts of the limit."""
    krid = {row.operation: row.of_limit for row in rows if row.subject == "krid"}
    return "\n".join(
        f"{row.operation}: krid is {krid[row.operation] / row.of_limit:.1f} times as fast"
        f" as {row.subject}"
        for row in rows
        if row.subject != "krid"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--plot", type=Path)
    words = parser.parse_args()
    rows = run(words.rounds)
    print(report.table(rows), "", times_faster(rows), "", report.machine(), sep="\n")
    if words.plot is not None:
        words.plot.write_text(report.svg(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
