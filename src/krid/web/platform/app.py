"""From pages and endpoints to an application that can be served or mounted."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, final

from krid._core import strict_json
from krid.errors import Code, KridError, MisuseError
from krid.web.platform.calls import call_of, response_of
from krid.web.platform.operations import openapi
from krid.web.platform.page import Page
from krid.web.platform.pages import Pages
from krid.web.platform.rates import RateLimit
from krid.web.platform.routes import Check, Endpoints, Route
from krid.web.platform.settings import Platform
from krid.web.platform.shared_texts import SHARED
from krid.web.platform.shell import Shell, note_of
from krid.web.platform.templates import Templates, media_type
from krid.web.platform.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from krid.web.platform.texts import Text

_HERE: Final = "krid.web.platform"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PLAIN: Final = {404: "not found", 405: "not by this method"}
_STATIC_KEPT: Final = "public, max-age=31536000, immutable"


def make_app(
    platform: Platform,
    *,
    pages: Sequence[Route] = (),
    endpoints: Sequence[Endpoints] = (),
    texts: "Iterable[Mapping[str, Text]]" = (),
    templates: Iterable[str] = (),
    checks: Sequence[Check] = (),
    others: "Mapping[str, ASGIApp] | None" = None,
) -> "Starlette":
    """Make an application.

    `texts` and `templates` are the tables and the packages of the groups of pages. `checks` say
    whether the application is ready. `others` are applications without pages, by a path below
    which they answer. Beside them there are `/health/live`, `/health/ready`, `/metrics`,
    `/openapi.json` and `/static/`.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`; `misuse.option` for pages that no
            text names (`NAME.brand`).
    """
    try:
        from starlette.applications import Starlette
        from starlette.middleware import Middleware
        from starlette.routing import Mount
        from starlette.routing import Route as StarletteRoute
    except ImportError as cause:
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[web]'") from cause
    looks = Templates((_HERE, *templates))
    shown = Pages(platform, _named(Texts(SHARED, *texts), pages), looks)
    house = _House(platform, shown if pages else None, tuple(endpoints), tuple(checks), looks)
    document = strict_json.dumps(openapi(f"krid {platform.name}", pages, endpoints))
    routes = [
        StarletteRoute("/health/live", house.live, methods=["GET"]),
        StarletteRoute("/health/ready", house.ready, methods=["GET"]),
        StarletteRoute("/metrics", house.metrics, methods=["GET"]),
        StarletteRoute("/openapi.json", partial(house.document, document), methods=["GET"]),
        StarletteRoute("/static/{name}", house.static, methods=["GET"]),
        *(
            StarletteRoute(each.path, partial(shown.serve, each), methods=[each.method])
            for each in pages
        ),
        *(Mount(path, app=app) for path, app in (others or {}).items()),
        StarletteRoute("/{path:path}", house.other, methods=list(_METHODS)),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Shell, platform=platform)],
    )


def _named(texts: Texts, pages: Sequence[Route]) -> Texts:
    if pages:
        texts.check_named()
    return texts


@final
class _House:
    """What every application answers beside its own pages."""

    def __init__(
        self,
        platform: Platform,
        pages: Pages | None,
        endpoints: tuple[Endpoints, ...],
        checks: tuple[Check, ...],
        looks: Templates,
    ) -> None:
        self._platform: Final = platform
        self._pages: Final = pages
        self._endpoints: Final = endpoints
        self._checks: Final = checks
        self._looks: Final = looks
        self._protocol: Final = RateLimit(platform.rates.protocol)
        self._own: Final = {
            each.name: RateLimit(each.rate) for each in endpoints if each.rate is not None
        }

    async def live(self, request: "Request") -> "Response":
        note_of(request.scope).route = "live"
        return _plain("alive\n", 200)

    async def ready(self, request: "Request") -> "Response":
        """Answer whether all that the application needs is there."""
        from starlette.concurrency import run_in_threadpool

        note_of(request.scope).route = "ready"
        try:
            for check in self._checks:
                await run_in_threadpool(check)
        except KridError as error:
            note_of(request.scope).code = str(error.code)
            return _plain("not ready\n", 503)
        return _plain("ready\n", 200)

    async def metrics(self, request: "Request") -> "Response":
        note_of(request.scope).route = "metrics"
        return _plain(self._platform.metrics.render(self._platform.name), 200)

    async def document(self, written: bytes, request: "Request") -> "Response":
        from starlette.responses import Response

        note_of(request.scope).route = "openapi"
        return Response(written, media_type="application/json")

    async def static(self, request: "Request") -> "Response":
        """Serve a static file; its address changes with it."""
        from starlette.responses import Response

        note_of(request.scope).route = "static"
        name = str(request.path_params["name"])
        found = self._looks.static.get(name)
        if found is None:
            return self._missing(request)
        kept = {"Cache-Control": _STATIC_KEPT, "Content-Type": media_type(name)}
        return Response(found, headers=kept)

    async def other(self, request: "Request") -> "Response":
        """Hand a request to the protocol that knows its path, or say that nobody does."""
        from starlette.concurrency import run_in_threadpool

        path = str(request.scope["path"])
        found = next((each for each in self._endpoints if each.covers(path)), None)
        if found is None:
            return self._nowhere(request)
        note = note_of(request.scope)
        note.route = found.name
        client = "unknown" if request.client is None else request.client.host
        rate = self._own.get(found.name, self._protocol)
        wait = rate.wait(client, self._platform.timer())
        if wait:
            return _plain("too often\n", 429, {"Retry-After": str(int(wait) + 1)})
        call = await call_of(request)
        if call is None:
            return _plain("too long\n", 413)
        reply = await run_in_threadpool(found.answering.answer, call)
        note.code = None if reply.refusal is None else str(reply.refusal.code)
        return response_of(reply)

    def _nowhere(self, request: "Request") -> "Response":
        """Say that there is no such page, or that it can't be asked so."""
        from starlette.routing import Match

        routes = request.app.router.routes
        if any(each.matches(request.scope)[0] is Match.PARTIAL for each in routes):
            return self._shown(request, "error.method", 405)
        return self._missing(request)

    def _missing(self, request: "Request") -> "Response":
        return self._shown(request, "error.missing", 404)

    def _shown(self, request: "Request", key: str, status: int) -> "Response":
        if self._pages is None:
            return _plain(f"{_PLAIN[status]}\n", status)
        visit = self._pages.visit(request, {})
        return self._pages.finish(Page("error.html", {"key": key}, status, code=key), visit)


def _plain(text: str, status: int, headers: "dict[str, str] | None" = None) -> "Response":
    from starlette.responses import PlainTextResponse

    return PlainTextResponse(text, status, headers)
