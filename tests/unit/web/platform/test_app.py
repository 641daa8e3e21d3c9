from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from browsers import Visitor

from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.errors import Code, ContentError, MisuseError, StoreError, TransportError
from krid.openid.oauth import Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError

pytest.importorskip("starlette", reason="needs krid[web]")

from krid.web.platform import (
    CookieRule,
    Endpoints,
    Page,
    Platform,
    Rate,
    Rates,
    Redirect,
    Route,
    Turn,
    Visit,
    make_app,
)
from krid.web.platform.rates import RateLimit
from krid.web.platform.settings import CookieKey
from krid.web.platform.templates import Templates
from krid.web.platform.texts import Text

KEY = CookieKey(b"k" * 32)
TEXTS = {"issuer.brand": Text("창구", "Desk"), "hello": Text("안녕", "Hello")}


class Steps:
    """A timer that never moves, so that no bucket fills again."""

    def __call__(self) -> float:
        return 0.0


class Echo:
    paths = ("/x/one", "/x/below/")

    def answer(self, call: Call) -> Reply:
        if call.query == "refuse":
            refusal = RefusalError(Code.OAUTH_GRANT, error=OauthError.INVALID_GRANT)
            return Reply(400, {"Content-Type": "text/plain"}, b"no", refusal=refusal)
        return Reply(200, {"Content-Type": "text/plain"}, call.path.encode() + call.body)


def platform(lines: list[Any], **changes: Any) -> Platform:
    words: dict[str, Any] = {
        "name": "issuer",
        "key": KEY,
        "cookies": CookieRule.PLAIN_LOOPBACK,
        "clock": FixedClock(datetime(2026, 6, 1, tzinfo=UTC)),
        "entropy": system_entropy,
        "timer": Steps(),
        "log": lines.append,
    }
    return Platform(**(words | changes))


def shown(_visit: Visit) -> Turn:
    return Page("error.html", {"key": "hello"})


def raising(error: Exception) -> Any:
    def view(_visit: Visit) -> Turn:
        raise error

    return view


def page(path: str, view: Any, method: str = "GET") -> Route:
    return Route(path=path, view=view, name=path.strip("/") or "root", summary=path, method=method)


PAGES = (
    page("/", shown),
    page(
        "/form",
        lambda visit: Page("error.html", {"key": "hello"}, 200 if visit.form.get("a") else 400),
        "POST",
    ),
    page("/away", lambda visit: Redirect("/")),
    page("/content", raising(ContentError(Code.REGISTER_TOO_YOUNG))),
    page("/other", raising(ContentError(Code.OAUTH_GRANT))),
    page("/store", raising(StoreError(Code.STORE_IO))),
    page("/net", raising(TransportError(Code.NET_UNREACHABLE))),
    page("/broken", raising(RuntimeError("홍길동"))),
    page("/named/{name}", lambda visit: Page("error.html", {"key": visit.params["name"]})),
)


def visitor(
    lines: list[Any] | None = None, *, checks: Any = (), language: str = "en", **changes: Any
) -> Visitor:
    made = make_app(
        platform([] if lines is None else lines, **changes),
        pages=PAGES,
        endpoints=(Endpoints(answering=Echo(), name="echo", operations={}),),
        texts=(TEXTS,),
        checks=checks,
    )
    return Visitor(made, language)


def test_an_application_whose_pages_have_no_name_is_not_made() -> None:
    nameless = {"hello": TEXTS["hello"]}
    with pytest.raises(MisuseError) as error:
        make_app(platform([]), pages=PAGES, texts=(nameless,))
    assert error.value.code is Code.MISUSE_OPTION
    assert "brand" in error.value.detail
    make_app(platform([]), texts=(nameless,))  # has no page that would say it
    other = make_app(platform([], name="acme"), pages=PAGES, texts=(TEXTS,))
    assert "Desk" in Visitor(other).get("/").text


def test_pages_have_headers_that_keep_them_safe() -> None:
    answer = visitor().get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "samesite=lax" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("path", ["//evil.example/x", "/%5Cevil.example", "/%09/evil.example"])
def test_a_page_that_is_not_there_leads_nowhere_else(path: str) -> None:
    """Browsers take what follows two slashes, or a slash and a backslash, for a host."""
    answer = visitor().client.get(f"http://app.localhost{path}")
    assert answer.status_code == 404
    assert 'href="/?lang=ko"' in answer.text
    assert "evil.example" not in answer.text


def test_nobody_turns_the_words_of_a_page_around() -> None:
    """A name with such marks would let its host read as another's."""
    looks, words = Templates(("krid.web.platform",)), {"code": "x", "words": "a\u202eb\u2066c"}
    made: list[str] = []

    def view(visit: Visit) -> Turn:
        made.append(looks.render(Page("refused.html", words), visit))
        return Redirect("/")

    app = make_app(platform([]), pages=(page("/", view),), texts=(TEXTS,))
    Visitor(app).get("/")
    assert "<p>a\ufffdb\ufffdc</p>" in made[0]


def test_behind_tls_cookies_are_for_tls_alone() -> None:
    answer = visitor(cookies=CookieRule.TLS_ONLY).get("/")
    assert answer.headers["set-cookie"].startswith("__Host-krid-form=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    ("accept", "words"),
    [
        ("en-GB,en;q=0.9", "Hello"),
        ("ko-KR", "안녕"),
        ("fr", "안녕"),
        ("*", "안녕"),
        ("ko;q=0.1, en", "Hello"),
        (";;q=", "안녕"),
    ],
)
def test_the_language_is_the_readers(accept: str, words: str) -> None:
    assert words in visitor(language=accept).get("/").text


def test_the_switch_is_remembered_and_the_page_kept() -> None:
    person = visitor()
    answer = person.get("/?lang=ko&a=1")
    assert answer.headers["location"] == "/?a=1"
    assert "안녕" in person.get("/").text
    assert person.get("/?lang=xx").headers["location"] == "/"


def test_a_form_of_this_page_in_this_browser_is_taken() -> None:
    person = visitor()
    person.get("/")
    person.token = _token(person)
    assert person.post("/form", a="1").status_code == 200


def _token(person: Visitor) -> str:
    from krid.web.platform.visit import form_token

    session = person.client.cookies["krid-form"]
    return form_token(platform([]), session)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused(headers: dict[str, str]) -> None:
    person = visitor()
    person.get("/")
    sent = {"form_token": _token(person), "a": "1"}
    assert person.client.post("/form", data=sent, headers=headers).status_code == 403


def test_a_form_without_its_token_or_cookie_is_refused() -> None:
    person = visitor()
    person.get("/")
    assert person.client.post("/form", data={"a": "1"}).status_code == 403
    token = _token(person)
    person.client.cookies.clear()
    assert person.client.post("/form", data={"form_token": token, "a": "1"}).status_code == 403


def test_forms_are_forms_and_not_too_long() -> None:
    person = visitor()
    assert person.client.post("/form", json={}).status_code == 400
    long = b"a=" + b"b" * 2_000_000
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert person.client.post("/form", content=long, headers=kind).status_code == 413
    assert person.client.post("/form", content=iter([long]), headers=kind).status_code == 413
    assert person.client.post("/form", content=b"%%%&&", headers=kind).status_code == 400


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/content", 400, "not 17 yet"),
        ("/other", 400, "oauth.grant"),
        ("/store", 503, "store.io"),
        ("/net", 502, "net.unreachable"),
    ],
)
def test_a_refusal_is_shown_and_logged_by_its_code(path: str, status: int, words: str) -> None:
    lines: list[Any] = []
    answer = visitor(lines).get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert lines[-1]["code"]


def test_a_fault_is_status_500_and_logged_without_its_words() -> None:
    lines: list[Any] = []
    answer = visitor(lines).get("/broken")
    assert answer.status_code == 500
    assert lines[-1]["failure"].startswith("RuntimeError in test_app.py:")
    assert "홍길동" not in str(lines) + answer.text


def test_logs_name_routes_and_nothing_that_was_asked() -> None:
    lines: list[Any] = []
    visitor(lines).get("/named/hello?secret=1", Cookie="a=b")
    assert lines == [
        {
            "app": "issuer",
            "route": "named/{name}",
            "method": "GET",
            "status": 200,
            "bytes": lines[0]["bytes"],
            "ms": 0.0,
        }
    ]


@pytest.mark.parametrize(
    ("path", "status"), [("/none", 404), ("/static/none", 404), ("/x/two", 404)]
)
def test_what_is_not_there(path: str, status: int) -> None:
    assert visitor().get(path).status_code == status


def test_another_method() -> None:
    assert visitor().client.put("/").status_code == 405


def test_endpoints_get_the_call_as_it_came() -> None:
    lines: list[Any] = []
    person = visitor(lines)
    answer = person.client.post("/x/below/%41", content=b"body")
    assert answer.text == "/x/below/%41body"
    assert person.client.get("/x/one?refuse").status_code == 400
    assert lines[-1]["code"] == "oauth.grant"


def test_endpoints_take_bodies_up_to_a_cap() -> None:
    person = visitor()
    assert person.client.post("/x/one", content=b"x" * 2_000_001).status_code == 413
    assert (
        person.client.post("/x/one", headers={"Content-Length": "9" * 40}, content=b"").status_code
        == 413
    )


def test_whatever_stands_in_a_path_may_be_redirected_to() -> None:
    answer = visitor().get("/named/%ED%95%9C%0d%0aX?lang=ko")
    assert answer.headers["location"] == "/named/%ED%95%9C%0D%0AX"


def test_each_client_has_its_rate() -> None:
    once = Rate(1, 1)
    person = visitor(rates=Rates(reads=once, protocol=once, forms=once))
    for path in ("/", "/x/one"):
        assert person.client.get(path).status_code == 200
        answer = person.client.get(path)
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "2"


def test_health_and_readiness() -> None:
    def failing() -> None:
        raise StoreError(Code.STORE_IO)

    assert visitor().get("/health/live").text == "alive\n"
    assert visitor(checks=(lambda: None,)).get("/health/ready").status_code == 200
    assert visitor(checks=(failing,)).get("/health/ready").status_code == 503


def test_metrics_count_by_route() -> None:
    person = visitor()
    person.get("/")
    person.client.request("BREW", "/")
    text = person.get("/metrics").text
    assert 'krid_http_answers_total{app="issuer",route="root",method="GET",status="200"} 1' in text
    assert 'method="other"' in text
    assert 'krid_http_answer_seconds_bucket{app="issuer",route="root",le="+Inf"} 1' in text


def test_static_files_are_kept_by_their_version() -> None:
    person = visitor()
    answer = person.get("/static/krid.css?v=1")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")


def test_mounted_below_a_path() -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    inner = make_app(platform([]), pages=PAGES, texts=(TEXTS,))
    person = Visitor(Starlette(routes=[Mount("/desk", app=inner)]))
    text = person.get("/desk/").text
    assert 'href="/desk/static/krid.css' in text
    assert person.get("/desk/away").headers["location"] == "/desk/"
    assert person.get("/desk/?lang=ko").headers["location"] == "/desk/"


def test_the_key_of_cookies_is_long() -> None:
    with pytest.raises(MisuseError):
        platform([], key=CookieKey(b"short"))


def test_other_protocols_go_through() -> None:
    made = make_app(platform([]))
    with Visitor(made).client:
        pass


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example", "[::2]", "", "::1"],
)
def test_plain_http_is_for_names_of_this_machine(host: str) -> None:
    """A page whose own name leads here must not be taken for one of ours (DNS rebinding)."""
    lines: list[Any] = []
    answer = visitor(lines).get("/", Host=host)
    assert (answer.status_code, lines[-1]["route"]) == (421, "misdirected")
    assert visitor(cookies=CookieRule.TLS_ONLY).get("/", Host=host).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "desk.LOCALHOST:8701", "127.0.0.1:1", "[::1]:80"])
def test_this_machine_has_several_names(host: str) -> None:
    assert visitor().get("/", Host=host).status_code == 200


def test_where_a_browser_is_sent_is_one_line_of_plain_letters() -> None:
    person = visitor()
    for name in ("%0d%0aSet-Cookie:%20x=1", "%EA%B9%80", "%22%3E%3Cb"):
        answer = person.client.get(f"/named/{name}?lang=ko&a=%EA%B9%80")
        assert answer.headers["location"].lower() == f"/named/{name}?a=%ea%b9%80".lower()
        assert "x" not in person.client.cookies


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1%eth0", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("unknown", "unknown", True),
    ],
)
def test_addresses_of_one_client_share_its_rate(first: str, second: str, *, is_same: bool) -> None:
    limit = RateLimit(Rate(1, 1))
    assert limit.wait(first, 0.0) == 0.0
    assert (limit.wait(second, 0.0) > 0) is is_same


def test_pages_read_what_a_proxy_says_and_no_other_header() -> None:
    heard: list[Any] = []

    def listen(visit: Visit) -> Turn:
        heard.append((visit.header("X-Clerk"), dict(visit.headers)))
        return shown(visit)

    behind = platform([], proxy_headers=frozenset({"X-Clerk"}))
    app = make_app(behind, pages=(page("/", listen),), texts=(TEXTS,))
    client = Visitor(app).client
    client.get("/", headers={"X-Clerk": "clerk-7", "X-Other": "x"})
    client.get("/", headers=[("X-Clerk", "clerk-7"), ("x-clerk", "mallory")])
    client.get("/", headers={"X-Clerk": "c" * 5_000})
    client.get("/")
    assert [said for said, _ in heard] == ["clerk-7", None, None, None]
    assert all(headers.keys() == {"x-clerk"} for _, headers in heard)


def test_a_header_that_the_platform_does_not_hand_on() -> None:
    def listen(visit: Visit) -> Turn:
        with pytest.raises(MisuseError):
            visit.header("X-Clerk")
        return shown(visit)

    app = make_app(platform([]), pages=(page("/", listen),), texts=(TEXTS,))
    assert Visitor(app).get("/").status_code == 200


def test_clerks_by_what_a_proxy_says() -> None:
    from krid.web.issuer import ClerksByHeader

    access = ClerksByHeader(header="X-Clerk", clerks=frozenset({"clerk-7"}))

    def guarded(visit: Visit) -> Turn:
        return Page("error.html", {"key": "hello"}, 200 if access.is_clerk(visit) else 403)

    behind = platform([], proxy_headers=frozenset({"X-Clerk"}))
    client = Visitor(make_app(behind, pages=(page("/", guarded),), texts=(TEXTS,))).client
    assert client.get("/", headers={"X-Clerk": "clerk-7"}).status_code == 200
    assert client.get("/", headers={"X-Clerk": "clerk-8"}).status_code == 403
    assert client.get("/").status_code == 403


@pytest.mark.parametrize(
    ("cookies", "client", "status"),
    [
        (CookieRule.PLAIN_LOOPBACK, "127.0.0.1", 200),
        (CookieRule.PLAIN_LOOPBACK, "192.0.2.7", 403),
        (CookieRule.TLS_ONLY, "127.0.0.1", 403),  # a proxy of this machine, or whom it brings
    ],
)
def test_who_sits_at_this_machine(cookies: CookieRule, client: str, status: int) -> None:
    from krid.web.issuer import LOOPBACK_ONLY

    def guarded(visit: Visit) -> Turn:
        visit = replace(visit, client=client)
        return Page("error.html", {"key": "hello"}, 200 if LOOPBACK_ONLY.is_clerk(visit) else 403)

    app = make_app(platform([], cookies=cookies), pages=(page("/", guarded),), texts=(TEXTS,))
    assert Visitor(app).get("/").status_code == status


@pytest.mark.parametrize(
    "names", [{"Cookie"}, {"authorization"}, {"two words"}, {""}, {f"x-{n}" for n in range(17)}]
)
def test_headers_that_pages_never_read(names: set[str]) -> None:
    with pytest.raises(MisuseError):
        platform([], proxy_headers=frozenset(names))


def test_some_endpoints_have_a_rate_of_their_own() -> None:
    class Other(Echo):
        paths = ("/y", "/z")

    mine = Endpoints(answering=Other(), name="reports", operations={}, rate=Rate(2, 0.001))
    theirs = Endpoints(answering=Echo(), name="echo", operations={})
    client = Visitor(make_app(platform([]), endpoints=(mine, theirs))).client
    assert [client.post("/y").status_code for _ in range(3)] == [200, 200, 429]
    assert client.post("/x/one").status_code == 200
