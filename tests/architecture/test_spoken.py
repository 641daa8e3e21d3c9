"""Names, commands and paths that the pages speak of are there, and a wrong one is found."""

import re
from pathlib import Path

import pytest
from spoken import PAGES, ROOT, faults


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_speaks_of_what_is_there(page: Path) -> None:
    assert faults(page.read_text(encoding="utf-8")) == []


def test_the_menu_has_every_page_once() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    listed = re.findall(r": (\S+\.md)$", menu, re.MULTILINE)
    docs = ROOT / "docs"
    assert sorted(listed) == sorted(str(each.relative_to(docs)) for each in docs.rglob("*.md"))


@pytest.mark.parametrize(
    "text",
    [
        "`krid.trust.KeyTrusts`",
        "`krid.nowhere.Thing`",
        "`vp.no_such_thing`",
        "`krid veryfy card`",
        "`krid wallet unlock-methods list|gone`",
        "`examples/no_such_example.py`",
        "```sh\nkrid verify card --no-such-option\n```",
        "```sh\nkrid verify a \\\n  --gone\n```",
        "```sh\necho x | .venv/bin/krid nothing\n```",
        "```python\nfrom krid.trust import KeyTrusts\n```",
        "```python\nimport krid\n\nkrid.Alg.ES257\n```",
        "```python\nfrom krid import profiles\n\nprofiles.HAIPS\n```",
    ],
)
def test_what_is_not_there_is_found(text: str) -> None:
    assert faults(f"A page\n\n{text}\n") != []


@pytest.mark.parametrize(
    "text",
    [
        "`krid.trust.KeyTrust.of`",
        "`query.claim_missing`",
        "`krid status ... --purpose`",
        "`krid.js`",
        "```sh\nkrid verify card --trust x --bearer  # --why not\n```",
        "```python\nresult = bank.answer(request\n```",
    ],
)
def test_what_is_there_is_not(text: str) -> None:
    assert faults(text) == []
