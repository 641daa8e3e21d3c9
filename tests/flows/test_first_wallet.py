"""The page "A first wallet" does what it says: its wallet takes a card and shows it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("sqlalchemy", reason="needs krid[registrar]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from browsers import Visitor
from towns import Served, person_id, served

from krid.cli.serve_demo import write_trust
from krid.errors import StoreError
from krid.net import NoNetwork, PlainLoopback

PAGE = (Path(__file__).parents[2] / "docs" / "first-wallet.md").read_text(encoding="utf-8")
HONG = "sample-hong-gildong"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    with served(tmp_path) as found:
        yield found


def wallet(town: Served, answers: list[str]) -> dict[str, Any]:
    """Load the wallet of the page, for the ports of this town, and answer what it asks."""
    found = re.search(r"```python\n(# wallet\.py\n.*?)```", PAGE, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {"__name__": "wallet", "input": lambda _: answers.pop(0)}
    exec(compile(found[1], "wallet.py", "exec"), names)  # noqa: S102  the project's own page
    hosts = [each.removeprefix("http://") for each in (town.issuer, town.bank)]
    return names | {"transport": PlainLoopback(hosts, beyond=NoNetwork())}


def test_it_takes_a_card_and_shows_it(town: Served, capsys: pytest.CaptureFixture[str]) -> None:
    write_trust(town.town, Path())
    desk = Visitor.over_http(town.issuer)
    desk.get("/desk")
    offered = desk.post("/desk/offer", resident=person_id(town.town, HONG)).text
    link = copied(offered)
    code = re.search(r'id="tx-code"[^>]*>\s*([\d ]+)', offered)
    assert code is not None
    answers = ["y", code[1].strip()]
    mine = wallet(town, answers)
    run(mine, "take", link)
    assert answers == []
    assert "urn:krid:kr:resident-card:1" in capsys.readouterr().out

    bank = Visitor.over_http(town.bank)
    bank.get("/")
    link = copied(bank.post("/begin", journey="phone").text)
    answers[:] = ["n"]
    mine = wallet(town, answers)
    run(mine, "show", link)
    answers[:] = ["y"]
    run(mine, "show", link)
    assert "('name',)" in capsys.readouterr().out
    assert "홍길동" in bank.get("/visit/state").text


def run(names: dict[str, Any], name: str, link: str) -> None:
    """Call one of its functions, with the transport of this town in the place of its own."""
    function = names[name]
    function.__globals__["transport"] = names["transport"]
    function(link)


def copied(page: str) -> str:
    from html import unescape

    found = re.search(r'data-copy="([^"]+)"', page)
    assert found is not None
    return unescape(found[1])


def test_trust_goes_to_no_place_that_is_a_file(tmp_path: Path) -> None:
    place: Any = tmp_path / "file"
    place.write_text("", encoding="utf-8")
    nobody: Any = None
    with pytest.raises(StoreError):
        write_trust(nobody, place)
