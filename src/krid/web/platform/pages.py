"""From a request of Starlette to a page function, and back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, assert_never, final
from urllib.parse import quote, urlencode

from krid._core import limits
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    ResolutionError,
    StoreError,
    TransportError,
)
from krid.openid.oauth.http import FORM, parse_form
from krid.openid.oauth.store import new_secret
from krid.web.platform.calls import read_body
from krid.web.platform.page import Cookie, Fragment, Page, Redirect, Turn
from krid.web.platform.rates import RateLimit
from krid.web.platform.routes import Route
from krid.web.platform.settings import Platform
from krid.web.platform.shell import note_of
from krid.web.platform.templates import Templates
from krid.web.platform.texts import Language, Texts
from krid.web.platform.visit import LANGUAGE, SESSION, Visit, is_own_form

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_HTML: Final = "text/html; charset=utf-8"
_LANG: Final = "lang"
_YEAR_SECONDS: Final = 31_536_000
_SESSION_CHARS: Final = 64


@final
class Pages:
    """Serves pages: reads what was sent, lets the page function work in a thread, renders."""

    def __init__(self, platform: Platform, texts: Texts, templates: Templates) -> None:
        self._platform: Final = platform
        self._texts: Final = texts
        self._templates: Final = templates
        self._reads: Final = RateLimit(platform.rates.reads)
        self._forms: Final = RateLimit(platform.rates.forms)

    async def serve(self, route: Route, request: "Request") -> "Response":
        """Answer a request for one page."""
        from starlette.concurrency import run_in_threadpool

        note_of(request.scope).route = route.name
        limit = self._forms if route.method == "POST" else self._reads
        wait = limit.wait(_client(request), self._platform.timer())
        visit = self.visit(request, {})
        if wait:
            return self.finish(_error(429, "error.rate"), visit, retry_after=wait)
        if route.method == "GET" and _LANG in visit.query:
            return self.finish(_switched(visit), visit)
        if route.method == "POST":
            sent = await self._read_form(request, visit)
            if isinstance(sent, Page):
                return self.finish(sent, visit)
            visit = self.visit(request, sent)
        return await run_in_threadpool(self._turned, route, visit, request)

    def visit(self, request: "Request", form: Mapping[str, str]) -> Visit:
        """Read a request."""
        scope, cookies = request.scope, request.cookies
        root = str(scope.get("root_path", ""))
        raw_query = scope["query_string"].decode("latin-1")
        chosen = Language.named(cookies.get(self._platform.cookie(LANGUAGE)))
        session = cookies.get(self._platform.cookie(SESSION), "")
        return Visit(
            platform=self._platform,
            texts=self._texts,
            language=chosen or Language.accepted(request.headers.get("accept-language")),
            method=request.method,
            root=root,
            path=str(scope["path"]).removeprefix(root) or "/",
            client=_client(request),
            query=_query(raw_query),
            raw_query=raw_query,
            form=form,
            params={name: str(value) for name, value in request.path_params.items()},
            cookies=cookies,
            session=_known(session) or new_secret(self._platform.entropy),
            headers={
                name: tuple(request.headers.getlist(name)) for name in self._platform.proxy_headers
            },
        )

    def refused(self, error: KridError, visit: Visit) -> Page:
        """Show a refusal: its code, and the words for it."""
        return Page(
            "refused.html",
            {"code": str(error.code), "words": visit.say_error(error.code)},
            status_of(error),
            code=str(error.code),
        )

    def finish(self, turn: Turn, visit: Visit, *, retry_after: float = 0) -> "Response":
        """Make an answer of what a page function returned."""
        from starlette.responses import Response

        response: Response
        match turn:
            case Redirect(path):
                response = Response(status_code=303, headers={"Location": _quoted(visit.at(path))})
            case Page():
                body = self._templates.render(turn, visit)
                response = Response(body, turn.status, media_type=_HTML)
            case Fragment():
                body = self._templates.render(turn, visit)
                response = Response(body, media_type=_HTML)
                response.headers["X-Krid-State"] = turn.state
                response.headers["X-Krid-Done"] = turn.done
            case _ as never:
                assert_never(never)
        response.headers["Vary"] = "Accept-Language, Cookie"
        response.headers["Content-Language"] = visit.language.value
        if retry_after:
            response.headers["Retry-After"] = str(int(retry_after) + 1)
        self._set_cookies(response, turn, visit)
        return response

    def _set_cookies(self, response: "Response", turn: Turn, visit: Visit) -> None:
        own = () if isinstance(turn, Fragment) else turn.cookies
        fresh = visit.session != visit.cookie(SESSION)
        session = (Cookie(SESSION, visit.session),) if fresh else ()
        for each in (*own, *session):
            response.set_cookie(
                self._platform.cookie(each.name),
                each.value,
                max_age=each.seconds,
                secure=self._platform.is_secure,
                httponly=True,
                samesite="lax",
                path="/",
            )

    def _turned(self, route: Route, visit: Visit, request: "Request") -> "Response":
        """Let a page function work; runs in a thread."""
        try:
            turn = route.view(visit)
        except KridError as error:
            turn = self.refused(error, visit)
        if isinstance(turn, Page):
            note_of(request.scope).code = turn.code
        return self.finish(turn, visit)

    async def _read_form(self, request: "Request", visit: Visit) -> Mapping[str, str] | Page:
        body = await read_body(request, max_bytes=limits.MAX_OAUTH_BYTES)
        if body is None:
            return _error(413, "error.size")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            if kind != FORM:
                raise MalformedError(Code.OAUTH_REQUEST, "content-type")
            form = parse_form(body)
        except KridError as error:
            return self.refused(error, visit)
        known = visit.cookie(SESSION) or ""
        if not is_own_form(self._platform, known, form, request.headers):
            return _error(403, "error.form")
        return form


def status_of(error: KridError) -> int:
    """Return the status for an error that a page function raised."""
    match error:
        case StoreError():
            return 503
        case TransportError() | ResolutionError():
            return 502
        case _:
            return 400


def _error(status: int, key: str) -> Page:
    return Page("error.html", {"key": key}, status, code=key)


def _switched(visit: Visit) -> Redirect:
    """Remember the language that was chosen, and show the same page in it."""
    wanted = Language.named(visit.query[_LANG]) or visit.language
    rest = {name: value for name, value in visit.query.items() if name != _LANG}
    path = f"{visit.path}?{urlencode(rest)}" if rest else visit.path
    return Redirect(path, (Cookie(LANGUAGE, wanted.value, _YEAR_SECONDS),))


def _quoted(path: str) -> str:
    """Write a path so that it may stand in a header, whatever a person put into it."""
    return quote(path, safe="/%?=&:;,+@!$'()*~-._")


def _query(raw: str) -> Mapping[str, str]:
    """Read a query as pages use it: what is malformed is not there."""
    try:
        return parse_form(raw.encode("latin-1"))
    except (KridError, UnicodeEncodeError):
        return {}


def _known(session: str) -> str:
    """Take a cookie for a session if it has the form of one."""
    return session if session.isascii() and 0 < len(session) <= _SESSION_CHARS else ""


def _client(request: "Request") -> str:
    return "unknown" if request.client is None else request.client.host
