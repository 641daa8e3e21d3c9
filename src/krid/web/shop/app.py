"""The application of a shop's terminal."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from krid.errors import Code, KridError, MisuseError
from krid.openid.vp.server import Journey
from krid.web.asking import Asking, answers
from krid.web.platform import Check, Page, Platform, Redirect, Route, Turn, Visit, make_app
from krid.web.platform.routes import Endpoints
from krid.web.shop.knocking import Knocking
from krid.web.shop.near import SCHEME, NearPages, NearTerminal
from krid.web.shop.texts import TEXTS
from krid.web.verifier.protocol import operations
from krid.web.verifier.records import VisitRecord

if TYPE_CHECKING:
    from starlette.applications import Starlette

_STALE: Final = frozenset({Code.LIVE_SYNTAX, Code.LIVE_STALE, Code.NET_UNREACHABLE})


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """What the terminal asks for: yes or no; how it reaches wallets whose code it read.

    `near` asks wallets close by, without a network.
    """

    asking: Asking
    knocking: Knocking
    near: NearTerminal


def shop_app(till: Till, platform: Platform, *, checks: tuple[Check, ...] = ()) -> "Starlette":
    """Make the application.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    asking, verifier = till.asking.group, till.asking.verifier
    endpoints = Endpoints(
        answering=verifier, name="openid4vp", operations=operations(verifier.paths)
    )
    return make_app(
        platform,
        pages=(*_Pages(till).routes, *asking.routes),
        endpoints=(endpoints,),
        texts=(asking.texts, TEXTS),
        templates=("krid.web.shop", asking.package),
        checks=checks,
    )


@final
class _Pages:
    """The pages of the terminal."""

    def __init__(self, till: Till) -> None:
        self._till: Final = till
        asking = till.asking
        self._near: Final = NearPages(terminal=till.near, records=asking.own, name=asking.name)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(path="/", view=self.start, name="shop", summary="Two ways to ask."),
            Route(path="/read", view=self.again, name="shop-read", summary="Back."),
            Route(
                path="/read",
                view=self.read,
                name="shop-read",
                summary="Take the code of a customer's wallet.",
                method="POST",
                fields=("code",),
            ),
            Route(path="/verdict", view=self.verdict, name="shop-verdict", summary="Yes or no."),
            Route(
                path="/next",
                view=self.next,
                name="shop-next",
                summary="Forget this customer.",
                method="POST",
            ),
            *self._near.routes,
        )

    def start(self, _visit: Visit) -> Turn:
        """Show both ways."""
        return _start(None)

    def again(self, _visit: Visit) -> Turn:
        """Go back."""
        return Redirect("/")

    def read(self, visit: Visit) -> Turn:
        """Ask the wallet that shows the code: close by, or over the network."""
        code = visit.form.get("code", "").strip()
        if code.lower().startswith(SCHEME):
            return self._read_nearby(code, visit)
        link, way = self._till.asking.begun(visit, Journey.CROSS_DEVICE)
        try:
            self._till.knocking.knock(code, link)
        except KridError as error:
            if error.code not in _STALE:
                raise
            return _start(visit.say(f"code.{error.code}"))
        return way

    def _read_nearby(self, code: str, visit: Visit) -> Turn:
        try:
            return self._near.begun(code, visit)
        except MisuseError:
            raise
        except KridError:
            return _start(visit.say("code.proximity"))

    def verdict(self, visit: Visit) -> Turn:
        """Say yes or no."""
        record = self._till.asking.verified(visit)
        if record is None:
            return Redirect("/")
        return Page("verdict.html", {"adult": _is_adult(record)})

    def next(self, visit: Visit) -> Turn:
        """Forget this customer."""
        return Redirect("/", self._till.asking.left(visit))


def _start(error: str | None) -> Page:
    return Page("till.html", {"begin": "/begin", "error": error}, 200 if error is None else 400)


def _is_adult(record: VisitRecord) -> bool:
    """Tell whether the one answer that was given is yes."""
    return answers(record, ("age_equal_or_over", "19")) == [True]
