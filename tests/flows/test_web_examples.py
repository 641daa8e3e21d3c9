"""A bank in FastAPI and one in Django, each with a wallet that answers them."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from presentation import NAME, PAGE, URL, Bank, agree, make_wallet, phone

from krid.net import run
from krid.openid.vp import wallet


def test_a_bank_in_fastapi(tmp_path: Path) -> None:
    pytest.importorskip("fastapi", reason="fastapi is not installed")
    pytest.importorskip("starlette.testclient", reason="needs a client for tests")
    from bank_fastapi import make_bank
    from starlette.testclient import TestClient

    bank = Bank(url=URL, page=PAGE.replace("/done", "/account"))
    app = make_bank(bank.verifier, b"k" * 32)
    customer = TestClient(app, base_url="https://bank.example")
    page = customer.post("/account?journey=same_device").text
    found = re.search(r'<a href="([^"]+)"', page)
    assert found is not None
    link = unescape(found[1])
    assert "Waiting" in customer.get("/account").text
    back, asked = _answered(tmp_path, link, _through(customer)), customer.cookies["asked"]
    customer.cookies.clear()
    assert customer.get("/account").status_code == 403
    customer.cookies.set("asked", asked, domain="bank.example")
    back = back.removeprefix("https://bank.example")
    assert f"Welcome, {NAME}" in customer.get(back).text
    assert customer.get(back).status_code == 403


def test_a_view_in_django(tmp_path: Path) -> None:
    pytest.importorskip("django", reason="django is not installed")
    import django
    from django.conf import settings

    bank = Bank(url=URL, page=PAGE.replace("/done", "/account"))
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="for tests",
            ROOT_URLCONF=__name__,
            CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            SESSION_ENGINE="django.contrib.sessions.backends.cache",
            MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
        )
        django.setup()
    from bank_django import bank_urls
    from django.test import Client
    from django.urls import set_urlconf

    urls = type("urls", (), {"urlpatterns": bank_urls(bank.verifier)})
    with _settings(ROOT_URLCONF=urls):
        set_urlconf(urls)
        customer = Client()
        link = customer.post("/account")["Location"]
        assert "Waiting" in customer.get("/account").content.decode()

        def send(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
            meta = {
                f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()
            }
            kind = headers.get("Content-Type", "")
            answer = customer.generic(method, path, body, content_type=kind, **meta)
            return answer.status_code, dict(answer.headers), answer.content

        back = _answered(tmp_path, link, send).removeprefix("https://bank.example")
        assert customer.get(back).content.decode() == f"Welcome, {NAME}"
        assert customer.get(back).status_code == 403


Send = Callable[[str, str, dict[str, str], bytes], Any]


def _through(client: Any) -> Send:
    def send(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        answer = client.request(method, path, headers=headers, content=body)
        return answer.status_code, dict(answer.headers), answer.content

    return send


def _settings(**words: Any) -> Any:
    from django.test import override_settings

    return override_settings(**words)


class Over:
    """A transport over a client of a framework."""

    def __init__(self, send: Send) -> None:
        self.by = send

    def send(self, request: Any) -> Any:
        from krid.net import HttpsUrl, Response

        return Response(
            *self.by(
                request.method,
                HttpsUrl.parse(request.url).target,
                dict(request.headers),
                request.body,
            )
        )


def _answered(folder: Path, link: str, send: Send) -> str:
    wire = Over(send)
    asked = run(wallet.read_request(phone(), link), wire)
    kept = make_wallet(folder)
    sent = run(wallet.send(asked, agree(kept, asked)), wire)
    kept.close()
    assert sent.open is not None
    return sent.open
