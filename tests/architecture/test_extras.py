"""The pages that list krid's extras agree with the package."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
FOR_WORK = frozenset({"test", "docs", "peers", "bench", "fuzz", "dev"})
PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))


def test_the_page_lists_every_extra_and_no_other() -> None:
    assert ROWS.keys() == EXTRAS.keys()


@pytest.mark.parametrize("extra", sorted(EXTRAS.keys() - FOR_WORK))
def test_the_page_lists_the_packages_of_an_extra(extra: str) -> None:
    named = ROWS[extra].rpartition(" | ")[2]
    for requirement in EXTRAS[extra]:
        found = re.match(r"krid\[(\w+)\]|[\w-]+", requirement)
        assert found is not None
        assert (f"those of `{found[1]}`" if found[1] else found[0]) in named
    assert len(named.split(", ")) == len(EXTRAS[extra])


def test_the_readme_lists_those_for_users() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("| extra | for |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`[,| ]", table)) >= EXTRAS.keys() - FOR_WORK


def test_everything_is_in_what_the_tests_install() -> None:
    (whole,) = [each for each in EXTRAS["test"] if each.startswith("krid[")]
    assert set(whole[5:-1].split(",")) == EXTRAS.keys() - FOR_WORK
