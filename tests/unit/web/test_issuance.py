"""An issuer's endpoints without pages, mounted in an application of one's own."""

from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
from issuance import HOST, ISSUER, NOW, Town, new_keys
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.net import Flow, Request, Response
from krid.openid.vci import wallet
from krid.web import CookieKey, CookieRule, Platform, issuance_app

PLATFORM = Platform(
    name="issuer",
    key=CookieKey(bytes(32)),
    cookies=CookieRule.TLS_ONLY,
    clock=FixedClock(NOW),
    entropy=system_entropy,
    timer=lambda: 0.0,
    log=lambda _line: None,
)


class OverHttp:
    """A transport that asks a mounted application."""

    def __init__(self, app: Any) -> None:
        self.client = TestClient(app, base_url=f"https://{HOST}", follow_redirects=False)

    def send(self, request: Request) -> Response:
        found = self.client.request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=request.body,
        )
        return Response(found.status_code, dict(found.headers), found.content)


def mounted(town: Town) -> Starlette:
    return Starlette(routes=[Mount("/", issuance_app(town.issuer, PLATFORM))])


def _request(town: Town) -> Flow[wallet.Outcome]:
    return wallet.request_credentials(town.wallet, town.session("card"), "card", keys=new_keys(1))


def test_a_wallet_gets_its_card_from_a_mounted_issuer() -> None:
    town = Town()
    town.wire.inner = OverHttp(mounted(town))
    found = town.run(_request(town))
    assert isinstance(found, wallet.Received)
    assert len(found.credentials) == 1


def test_it_has_no_pages_and_says_what_it_has() -> None:
    client = TestClient(mounted(Town()), base_url=ISSUER)
    assert client.get("/desk").status_code == 404
    assert client.get("/static/none").text == "not found\n"
    assert client.post("/health/live").status_code == 405
    paths = client.get("/openapi.json").json()["paths"]
    assert "/.well-known/openid-credential-issuer" in paths
    assert client.get("/health/live").status_code == 200
