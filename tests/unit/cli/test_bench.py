"""`krid bench`: measured for a moment, shown and drawn."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from krid.cli.app import run
from krid.cli.bench import report, timing
from krid.cli.bench.operations import operations
from krid.cli.bench.report import Row


def test_every_operation_runs_beside_its_limit() -> None:
    found = operations()
    assert len({operation.name for operation in found}) == len(found) == 7
    for operation in found:
        for line in operation.lines():
            line.run()


def test_the_command_prints_one_object_and_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "ROUND_MICROSECONDS", 1.0)
    plot = tmp_path / "bench.svg"
    assert run(["bench", "--json", "--rounds", "1", "--plot", str(plot)]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["subject"] for row in rows} == {"krid"}
    assert all(row["of_limit"] > 0 for row in rows)
    goals = {row["operation"]: row["goal"] for row in rows}
    assert goals["SD-JWT verify + KB"] == 0.75
    assert ET.fromstring(plot.read_text()).tag.endswith("svg")  # noqa: S314  our own


def test_the_command_prints_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "ROUND_MICROSECONDS", 1.0)
    assert run(["bench", "--rounds", "2"]) == 0
    out = capsys.readouterr().out
    assert "of limit" in out
    assert "mdoc verify + chain" in out


def test_ratios_are_taken_within_each_round() -> None:
    found = timing.result("slow", [1.0, 10.0, 1.0], [4.0, 40.0, 4.0])
    assert found.of_limit == 0.25
    assert found.microseconds == 4.0


def test_text_in_a_plot_is_escaped() -> None:
    drawn = report.svg([Row("a<b", "krid", 1.0, 0.5, 0.75), Row("a", "a & b", 1.0, 2.0)])
    assert "a&lt;b" in drawn
    assert "a &amp; b" in drawn
