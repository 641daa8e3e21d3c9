"""Each application against its own OpenAPI document, by schemathesis: nothing is a status 5xx."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="the extra `web` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `sql` is not installed")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from browsers import Visitor  # noqa: E402
from towns import in_memory  # noqa: E402

from krid.web.platform import CookieRule, Platform  # noqa: E402
from krid.web.platform.visit import TOKEN, form_token  # noqa: E402


@schemathesis.serializer("application/oauth-authz-req+jwt")  # type: ignore[untyped-decorator]
def as_text(_context: Any, value: Any) -> bytes:
    """Send what is reported as the text that it is."""
    return str(value).encode()


SESSION = "a-session"
KEPT: list[Any] = []
COOKIES: dict[str, str] = {}
"""Of a browser that has the wallet open."""


class Here:
    """Lets what schemathesis sends come from this machine, by its name."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            named = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope = {
                **scope,
                "headers": [*named, (b"host", b"localhost")],
                "client": ("127.0.0.1", 1),
            }
        await self.app(scope, receive, send)


def _applications() -> Iterator[tuple[str, Any]]:
    folder = TemporaryDirectory()
    town, _ = in_memory(Path(folder.name))
    yield from town.apps.items()
    person = Visitor(town.wallet)
    person.get("/")
    person.post("/create", pin="246813", again="246813")
    COOKIES.update(dict(person.client.cookies))
    KEPT.append((folder, town))


def _operations() -> list[Any]:
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the packages underneath schemathesis
        for name, app in _applications():
            schema = schemathesis.openapi.from_asgi("/openapi.json", Here(app))
            operations = (result.ok() for result in schema.get_all_operations())
            found += [
                pytest.param(name, app, each, id=f"{name} {each.label}") for each in operations
            ]
    return found


def _platform(app: Any) -> Platform:
    found = app.user_middleware[0].kwargs["platform"]
    assert isinstance(found, Platform)
    return found


@pytest.mark.parametrize(("name", "app", "operation"), _operations())
@pytest.mark.filterwarnings("ignore")
def test_nothing_that_is_sent_breaks_an_application(name: str, app: Any, operation: Any) -> None:
    platform = _platform(app)
    assert platform.cookies is CookieRule.PLAIN_LOOPBACK

    @given(data=st.data())
    @settings(
        max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def try_it(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        case.cookies = {**COOKIES, platform.cookie("form"): SESSION}
        if isinstance(case.body, dict) and TOKEN in case.body:
            case.body[TOKEN] = form_token(platform, SESSION)
        response = case.call()
        assert response.status_code < 500, response.text

    try_it()
