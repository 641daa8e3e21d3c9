"""A request on some pages: begun, shown, watched, and come back from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, final

from krid.errors import BindingError
from krid.model import ClaimPath, Query
from krid.openid.vp.server import (
    Journey,
    PresentationVerifier,
    Result,
)
from krid.web.asking.texts import TEXTS
from krid.web.platform import Fragment, Page, PageGroup, Redirect, Route, Turn, Visit
from krid.web.platform.page import Cookie
from krid.web.platform.wallets import WalletAddress, with_wallet
from krid.web.platform.words import Row, qr_svg, rows
from krid.web.verifier.records import KEPT_FOR, State, VisitRecord, VisitRecords

_CODE: Final = "response_code"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked for, why, and where a browser goes on once it was proved.

    `path` is where the pages are, and `name` that of the cookie. `title` is the key of the title.
    `page` of the verifier's setup is `{path}/done`. `told` is called once with each result.
    """

    verifier: PresentationVerifier
    query: Query
    purpose: str
    records: VisitRecords
    name: str
    title: str
    after: str
    path: str = ""
    wallets: tuple[WalletAddress, ...] = ()
    told: Callable[[Result], None] | None = field(default=None, repr=False)

    @property
    def own(self) -> VisitRecords:
        """The records of this request, apart from others with the same asker."""
        return self.records.of(self.name)

    @property
    def group(self) -> PageGroup:
        """The pages of the request."""
        at = self.path
        routes = (
            Route(
                path=f"{at}/begin",
                view=self.begin,
                name=f"{self.name}-begin",
                summary="Begin, on this device or with a phone.",
                method="POST",
                fields=("journey",),
            ),
            Route(
                path=f"{at}/visit",
                view=self.shown,
                name=f"{self.name}-visit",
                summary="The request.",
            ),
            Route(
                path=f"{at}/visit/state",
                view=self.state,
                name=f"{self.name}-state",
                summary="What became of the request, as a part of its page.",
            ),
            Route(
                path=f"{at}/done",
                view=self.done,
                name=f"{self.name}-done",
                summary="Where the wallet on this device sends the browser back to.",
            ),
        )
        return PageGroup(routes=routes, texts=TEXTS, package="krid.web.asking")

    def begin(self, visit: Visit) -> Turn:
        """Begin a request for this browser."""
        here = visit.form.get("journey") == "here"
        return self.begun(visit, Journey.SAME_DEVICE if here else Journey.CROSS_DEVICE)[1]

    def begun(self, visit: Visit, journey: Journey) -> tuple[str, Redirect]:
        """Begin a request, and return its link and the way to its page."""
        begun = self.verifier.begin_query(self.query, purpose=self.purpose, journey=journey)
        expires = visit.platform.clock.now() + KEPT_FOR
        self.own.put(begun.secret, VisitRecord(begun.link, journey, expires))
        return begun.link, Redirect(f"{self.path}/visit", (Cookie(self.name, begun.secret),))

    def shown(self, visit: Visit) -> Turn:
        """Show the QR code or the link, and what became of the request."""
        record = self.settled(visit)
        here = record.journey is Journey.SAME_DEVICE
        values = {
            **self._values(record, visit),
            "title": self.title,
            "here": here,
            "link": record.link,
            "qr": "" if here else qr_svg(record.link),
            "watched": f"{self.path}/visit/state",
            "wallets": [with_wallet(each, "present", record.link) for each in self.wallets],
        }
        return Page("ask.html", values)

    def state(self, visit: Visit) -> Turn:
        """Show what became of the request, as a part of its page."""
        record = self.settled(visit)
        done = "" if record.may_change else "yes"
        values = self._values(record, visit)
        return Fragment("ask_state.html", values, state=record.state.value, done=done)

    def done(self, visit: Visit) -> Turn:
        """Take the browser back from the wallet: only now does it get the answer."""
        record = self.settled(visit, code=visit.query.get(_CODE))
        return Redirect(self.after if record.state is State.VERIFIED else f"{self.path}/visit")

    def verified(self, visit: Visit) -> VisitRecord | None:
        """Return what this browser's person has proved, None for nothing or no longer."""
        try:
            record = self.settled(visit)
        except BindingError:
            return None
        return record if record.state is State.VERIFIED else None

    def left(self, visit: Visit) -> tuple[Cookie, ...]:
        """Forget what this browser's person has proved; return what takes its cookie back."""
        secret = visit.cookie(self.name)
        if secret is not None and secret.isascii():
            self.own.forget(secret)
        return (Cookie(self.name, "", 0),)

    def settled(self, visit: Visit, *, code: str | None = None) -> VisitRecord:
        """Return the record of this browser, with what has become of its request by now.

        Raises:
            BindingError: `session.unknown`, `response.code`.
        """
        record, news = self.own.settle(self.verifier, visit.cookie(self.name), code=code)
        if self.told is not None and news is not None:
            self.told(news)
        return record

    def _values(self, record: VisitRecord, visit: Visit) -> dict[str, object]:
        return {
            "state": record.state.value,
            "is_open": record.is_open,
            "code": record.code,
            "why": visit.say_code(record.code),
            "after": self.after,
            "start": f"{self.path}/",
        }


def lines(record: VisitRecord, visit: Visit, *, only: frozenset[ClaimPath]) -> list[Row]:
    """Show those of the claims that were proved which are named."""
    named = {path: value for each in record.proved for path, value in each.claims if path in only}
    return rows(named, visit.language)
