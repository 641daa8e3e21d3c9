"""The commands that README promises are those that CI runs."""

import os
import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def _commands(text: str) -> list[str]:
    """Return the lines that install krid and go on, as they would be typed."""
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if ".venv/bin/pip install" in line and line.count("&&") > 0]


def test_ci_runs_the_two_commands_of_readme_as_they_stand() -> None:
    readme = _commands((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    ci = _commands((REPOSITORY / ".ci" / "run").read_text(encoding="utf-8"))
    assert len(readme) == 2
    assert readme[0].endswith(".venv/bin/krid demo")
    assert readme[1].endswith(".venv/bin/python -m pytest -q -n auto")
    assert ci == readme


def test_ci_is_a_program_that_stops_at_the_first_failure() -> None:
    path = REPOSITORY / ".ci" / "run"
    assert os.access(path, os.X_OK)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines


def test_every_target_of_make_that_is_spoken_of_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    spoken = set()
    for name in ("CONTRIBUTING.md", ".ci/run", "README.md", ".pre-commit-config.yaml"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        spoken |= set(re.findall(r"\bmake ([a-z][a-z-]+)", text))
    assert spoken - targets - {"sure"} == set()
    assert {"dev", "fmt", "lint", "types", "arch", "test", "check"} <= targets
