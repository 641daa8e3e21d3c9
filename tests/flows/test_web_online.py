"""A driving licence without a way to the office: log in with the resident card, and wait or not."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("alembic", reason="needs krid[registrar]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from browsers import Visitor
from errands import Errands
from towns import Served, served

from krid._core import limits
from krid._core.clock import FixedClock
from krid.errors import StoreError
from krid.openid.oauth import MemoryIssuanceStore
from krid.registrar import Stage
from krid.web.applications import ApplicationBook, Stand

HONG = "sample-hong-gildong"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LEAVES = re.compile(r'id="leave" href="([^"]+)"')
HIDDEN = re.compile(r'name="(question|application)" value="([^"]+)"')


@pytest.fixture
def streets(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as found:
        yield found


def target(page: Any) -> str:
    found = LEAVES.search(page.text)
    assert found is not None, page.text
    address = urlsplit(html.unescape(found[1]))
    return f"{address.path}?{address.query}"


def hidden(page: Any) -> str:
    found = HIDDEN.search(page.text)
    assert found is not None, page.text
    return html.unescape(found[2])


def shown_to(person: Errands) -> Visitor:
    """Take the office's offer, and show the office who one is."""
    office = person.visitor(person.town.licence)
    page = person.paste(person.link(office.get("/online")))
    away = target(person.phone.post(str(page.url.path)))
    assert "Show first who you are" in office.follow(office.client.get(away)).text
    asked = person.paste(person.link(office.post("/login/card/begin", journey="phone")))
    assert "Sample City Licence Office" in asked.text
    person.phone.post(str(asked.url.path), decision="agree")
    assert office.client.get("/login/card/visit/state").headers["x-krid-state"] == "verified"
    return office


def applied(person: Errands) -> Any:
    """Show the office who one is, agree, and come back to the wallet."""
    office = shown_to(person)
    page = office.get("/login")
    assert "The wallet on this computer" in page.text
    page = office.post("/login/decide", decision="agree", question=hidden(page))
    back = person.phone.client.get(target(page))
    assert "Show first who you are" not in office.client.get("/login").text
    return person.phone.follow(back)


def test_a_clerk_looks_at_conditions_first(streets: Served) -> None:
    hong = Errands(streets, HONG)
    hong.take(streets.issuer)
    home = applied(hong).text
    assert "is-awaited" in home
    assert "Mobile Driving Licence" in home
    again = applied(hong)  # which takes the place of the one before
    assert again.text.count("is-awaited") == 2
    clerk = hong.visitor(streets.licence)
    assert "홍길동" in clerk.get("/applications").text
    page = _decided(clerk, "refused")
    assert "Nobody waits" in page.text
    home = _pressed(hong)
    assert home.count("decided not to issue") == 2
    for name in re.findall(r"/awaited/([\w-]+)/forget", home):
        hong.phone.post(f"/awaited/{name}/forget", sure="yes")
    assert "is-awaited" in applied(hong).text
    assert "Approved" in _decided(clerk, "approved").text
    home = _pressed(hong)
    assert "in your wallet" in home
    assert home.count("kind-licence") == 2
    assert "no new card" in hong.phone.post("/renew").text
    assert [each.stage for each in _licences(hong)] == [Stage.ACTIVE]
    log = streets.town.state.office.registrar.log.newest(limit=40)
    assert "licence-online" in {each.actor for each in log}
    # The same again is refused before anybody agrees.
    page = shown_to(hong).get("/login")
    assert "another phone holds the card" in page.text
    assert 'value="agree"' not in page.text
    _strangers(streets)


def _licences(person: Errands) -> list[Any]:
    held = person.town.town.licences.office.held(person.who)
    return [each for each in held if each.type == "kr-licence"]


def _strangers(streets: Served) -> None:
    stranger = Visitor(streets.town.licence)
    stranger.get("/desk")
    stranger.client._transport.client = ("192.0.2.1", 1)
    assert stranger.get("/applications").status_code == 403
    assert stranger.post("/applications", application="x", decision="approved").status_code == 403


def _decided(clerk: Visitor, decision: str) -> Any:
    """Let a clerk decide, who is told that it was decided when they do so once more."""
    key = hidden(clerk.get("/applications"))
    assert "홍길동" in clerk.post("/applications", application=key, decision="maybe").text
    page = clerk.post("/applications", application=key, decision=decision)
    late = clerk.post("/applications", application=key, decision="approved")
    assert late.status_code == 400
    return page


def _pressed(person: Errands) -> str:
    person.town.clock.ahead += timedelta(seconds=3)
    return str(person.phone.post("/awaited").text)


def test_a_full_queue_takes_no_more() -> None:
    book = ApplicationBook(MemoryIssuanceStore(), FixedClock(NOW), "an office")
    for number in range(limits.MAX_WEB_APPLICATIONS):
        book.open(f"secret-{number}", f"p-{number}", stand=Stand.WAITING)
    with pytest.raises(StoreError):
        book.open("one more", "p-more", stand=Stand.WAITING)
    assert book.find("one more") is None
    assert len(list(book.waiting())) == limits.MAX_WEB_APPLICATIONS
