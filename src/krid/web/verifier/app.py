"""The application of a verifier, with pages or without."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from krid.model import ClaimPath, Query
from krid.openid.vp.server import (
    Journey,
    PresentationVerifier,
)
from krid.web.platform import (
    Check,
    Fragment,
    Page,
    PageGroup,
    Platform,
    Redirect,
    Route,
    Turn,
    Visit,
    make_app,
)
from krid.web.platform.page import Cookie
from krid.web.platform.routes import Endpoints
from krid.web.platform.texts import Text
from krid.web.platform.wallets import WalletAddress, with_wallet
from krid.web.platform.words import TECHNICAL, labels, qr_svg, rows, unasked
from krid.web.verifier.protocol import operations
from krid.web.verifier.records import KEPT_FOR, Decide, Proved, VisitRecord, VisitRecords
from krid.web.verifier.texts import TEXTS

if TYPE_CHECKING:
    from starlette.applications import Starlette

_BROWSER: Final = "visit"
_CODE: Final = "response_code"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What the bank asks for, and why. `page` of the verifier's setup is `/done` of this app.

    `wallets` are those that open by an address, beside the app that the link opens. `beyond` is a
    query that goes too far, to try what wallets say to it. `decide` judges what was proved by the
    bank's own rules. `card_path` is the page on which a new customer gets a card. `texts` stand in
    the place of the bank's own, such as those of `said_by`.
    """

    verifier: PresentationVerifier
    query: Query
    purpose: str
    records: VisitRecords
    wallets: tuple[WalletAddress, ...] = ()
    beyond: Query | None = None
    decide: Decide | None = None
    card_path: str = ""
    texts: Mapping[str, Text] = field(default_factory=dict)


def verifier_app(
    counter: Counter,
    platform: Platform,
    *,
    checks: tuple[Check, ...] = (),
    groups: tuple[PageGroup, ...] = (),
    endpoints: tuple[Endpoints, ...] = (),
) -> "Starlette":
    """Make the application of a verifier with its pages, and further groups and endpoints.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    return make_app(
        platform,
        pages=(*_Pages(counter).routes, *(route for each in groups for route in each.routes)),
        endpoints=(_endpoints(counter.verifier), *endpoints),
        texts=(TEXTS, counter.texts, *(each.texts for each in groups)),
        templates=("krid.web.verifier", *(each.package for each in groups)),
        checks=checks,
    )


def presentation_app(
    verifier: PresentationVerifier, platform: Platform, *, checks: tuple[Check, ...] = ()
) -> "Starlette":
    """Make an application of the endpoints alone, to mount where the verifier's `url` says.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    return make_app(platform, endpoints=(_endpoints(verifier),), checks=checks)


def _endpoints(verifier: PresentationVerifier) -> Endpoints:
    return Endpoints(answering=verifier, name="openid4vp", operations=operations(verifier.paths))


@final
class _Pages:
    """The pages of the bank."""

    def __init__(self, counter: Counter) -> None:
        self._counter: Final = counter

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(path="/", view=self.start, name="start", summary="What the bank asks for."),
            Route(
                path="/begin",
                view=self.begin,
                name="begin",
                summary="Begin, on this device or with a phone.",
                method="POST",
                fields=("journey",),
            ),
            Route(path="/visit", view=self.shown, name="visit", summary="The request."),
            Route(
                path="/visit/state",
                view=self.state,
                name="visit-state",
                summary="What became of the request, as a part of its page.",
            ),
            Route(
                path="/done",
                view=self.done,
                name="done",
                summary="Where the wallet on this device sends the browser back to.",
            ),
        )

    def start(self, visit: Visit) -> Turn:
        """Say what is asked for."""
        return Page(
            "start.html",
            {
                "asked": labels(self._asked, visit.language),
                "has_beyond": self._counter.beyond is not None,
                "has_branch": bool(self._counter.card_path),
            },
        )

    def begin(self, visit: Visit) -> Turn:
        """Begin a request for this browser."""
        here = visit.form.get("journey") == "here"
        journey = Journey.SAME_DEVICE if here else Journey.CROSS_DEVICE
        asked = self._counter.query
        if visit.form.get("journey") == "beyond" and self._counter.beyond is not None:
            asked = self._counter.beyond
        begun = self._counter.verifier.begin_query(
            asked, purpose=self._counter.purpose, journey=journey
        )
        expires = visit.platform.clock.now() + KEPT_FOR
        self._counter.records.put(begun.secret, VisitRecord(begun.link, journey, expires))
        return Redirect("/visit", (Cookie(_BROWSER, begun.secret),))

    def shown(self, visit: Visit) -> Turn:
        """Show the QR code or the link, and what became of the request."""
        record = self._settled(visit, code=None)
        here = record.journey is Journey.SAME_DEVICE
        values = {
            **self._result(record, visit),
            "here": here,
            "link": record.link,
            "qr": "" if here else qr_svg(record.link),
            "wallets": [
                with_wallet(each, "present", record.link) for each in self._counter.wallets
            ],
        }
        return Page("visit.html", values)

    def state(self, visit: Visit) -> Turn:
        """Show what became of the request, as a part of its page."""
        record = self._settled(visit, code=None)
        done = "" if record.may_change else "yes"
        values = self._result(record, visit)
        return Fragment("visit_state.html", values, state=record.state.value, done=done)

    def done(self, visit: Visit) -> Turn:
        """Take the browser back from the wallet: only now does it get the answer."""
        self._settled(visit, code=visit.query.get(_CODE))
        return Redirect("/visit")

    @property
    def _asked(self) -> list[ClaimPath]:
        return [claim.path for each in self._counter.query.credentials for claim in each.claims]

    def _settled(self, visit: Visit, *, code: str | None) -> VisitRecord:
        """Return the record of this browser, with what has become of its request by now.

        Raises:
            BindingError: `session.unknown`, `response.code`.
        """
        counter = self._counter
        record, _ = counter.records.settle(
            counter.verifier, visit.cookie(_BROWSER), code=code, decide=counter.decide
        )
        return record

    def _result(self, record: VisitRecord, visit: Visit) -> dict[str, object]:
        proved = [_shown(each, visit) for each in record.proved]
        given = {path: value for each in record.proved for path, value in each.claims}
        return {
            "state": record.state.value,
            "is_open": record.is_open,
            "code": record.code,
            "why": visit.say_code(record.code),
            "card_path": self._counter.card_path,
            "proved": proved,
            "unasked": unasked(given, visit.language),
        }


def _shown(proved: Proved, visit: Visit) -> dict[str, object]:
    named = {path: value for path, value in proved.claims if path[0] not in TECHNICAL}
    return {
        "issuer": proved.issuer,
        "rows": rows(named, visit.language),
        "evidence": proved.evidence,
    }
