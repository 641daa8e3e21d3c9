"""A request: who asks, why, exactly what leaves and what stays, and the person's decision."""

from dataclasses import dataclass, field, replace
from typing import Final, final

from krid.errors import BindingError, Code, KridError, RejectedError
from krid.openid.oauth.refusal import OauthError
from krid.wallet import Candidate, Matched, Registered
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.platform.words import Row, labels, rows
from krid.web.wallet.bounds import beyond, stopped
from krid.web.wallet.choosing import alternative, alternatives
from krid.web.wallet.door import Door
from krid.web.wallet.faces import title
from krid.web.wallet.proving import NOTHING, Fields
from krid.web.wallet.reporting import report_values
from krid.web.wallet.transactions import Authorised, authorised
from krid.web.wallet.waits import Waits
from krid.web.wallet.world import Asked, World

_BUSY: Final = "busy"
_INSTEAD: Final = "use:"


@final
@dataclass(frozen=True, slots=True)
class _Leaving:
    """What would leave with one card."""

    title: str
    rows: list[Row] = field(repr=False)
    always: list[str]
    stays: list[str]


@final
@dataclass(frozen=True, slots=True)
class _Done:
    """A decision that was carried out."""

    agreed: bool
    who: str
    leaving: list[_Leaving]
    authorised: list[Authorised]
    open: str | None = field(repr=False)


@final
class RequestPages:
    """The pages from a request to the answer."""

    def __init__(self, door: Door, world: World, reports: str | None = None) -> None:
        self._door: Final = door
        self._world: Final = world
        self._waits: Final = Waits(door.wallet, "/requests", Asked)
        self._answers: Final = Waits(door.wallet, "/sent", _Done)
        self._reports: Final = reports

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        behind = self._door.behind
        return (
            Route(
                path="/present",
                view=behind(self.opened),
                name="wallet-present",
                summary="Take the link of a request that opened the wallet.",
            ),
            Route(
                path=self._waits.page,
                view=behind(self.shown),
                name="wallet-consent",
                summary="Who asks, why, what leaves and what stays.",
            ),
            Route(
                path=self._waits.page,
                view=behind(self.decided),
                name="wallet-decided",
                summary="Agree or decline, or choose another card.",
                method="POST",
                fields=("decision", "pin", "answer"),
            ),
            Route(
                path=self._answers.page,
                view=behind(self.sent),
                name="wallet-sent",
                summary="What was done.",
            ),
        )

    def opened(self, visit: Visit) -> Turn:
        """Read the request that opened the wallet."""
        with self._door.open(visit) as wallet:
            asked = self._world.asked(f"openid4vp://?{visit.raw_query}", wallet)
        return self._waits.put(asked)

    def shown(self, visit: Visit) -> Turn:
        """Show what is asked."""
        busy = visit.say("sent.busy") if _BUSY in visit.query else None
        return self._page(self._waits.found(visit), visit, busy)

    def _page(
        self, asked: Asked, visit: Visit, error: str | None = None, code: str | None = None
    ) -> Page:
        values = {
            "error": error,
            "asks": self._asks(asked, visit),
            "who": _who(asked),
            "proof": asked.request.standing.name.lower(),
            "address": asked.address,
            "purpose": asked.request.request.purpose,
            "leaving": _leaving(asked, visit),
            "authorised": authorised(asked.request.request.transactions, visit),
            "instead": _instead(asked, visit),
            "has_card": isinstance(asked.found, Matched) and not _is_refused(asked, visit),
            "registered": _registered(asked),
            "beyond": beyond(asked, visit),
            "stopped": stopped(asked),
            "report_at": visit.at(f"{visit.path}/report"),
            **report_values(self._reports, asked, visit),
        }
        return Page("consent.html", values, 200 if error is None else 400, code=code)

    def _asks(self, asked: Asked, visit: Visit) -> Fields:
        """Say what must be proved before this leaves."""
        if not isinstance(asked.found, Matched) or _is_refused(asked, visit):
            return NOTHING
        with self._door.open(visit) as wallet:
            needed = wallet.guards.needed(asked.consent)
            return self._door.proving.fields(wallet, needed, asked.consent.use, visit)

    def decided(self, visit: Visit) -> Turn:
        """Send the answer, or the refusal."""
        decision = visit.form.get("decision", "")
        if decision.startswith(_INSTEAD):
            return self._chosen(visit, decision.removeprefix(_INSTEAD))
        asked = self._waits.found(visit)
        if decision == "agree" and not _is_refused(asked, visit):
            return self._agreed(asked, visit)
        way_on = self._declined(self._waits.take(visit))
        return self._answers.put(_Done(False, _who(asked), [], [], way_on))  # noqa: FBT003  a field

    def _agreed(self, asked: Asked, visit: Visit) -> Turn:
        """Have the person verified for this consent, and send the answer."""
        with self._door.open(visit) as wallet:
            try:
                needed = wallet.guards.needed(asked.consent)
                self._door.proving.take(wallet, needed, asked.consent.use, visit)
            except KridError as error:
                words = self._door.proving.words(error, visit)
                return self._page(asked, visit, words, str(error.code))
            self._waits.take(visit)
            try:
                way_on = self._world.answered(asked, wallet)
            except RejectedError as error:
                if error.code is not Code.OAUTH_REFUSED:
                    raise
                if error.detail == OauthError.TEMPORARILY_UNAVAILABLE:
                    return Redirect(f"{self._waits.put(asked).path}?{_BUSY}=yes")
                return Page("error.html", {"key": "sent.refused"}, 400, code=str(error.code))
        with_it = authorised(asked.request.request.transactions, visit)
        done = _Done(True, _who(asked), _leaving(asked, visit), with_it, way_on)  # noqa: FBT003
        return self._answers.put(done)

    def sent(self, visit: Visit) -> Turn:
        """Show what was done, and the way back to who asked."""
        return Page("sent.html", {"done": self._answers.found(visit)})

    def _chosen(self, visit: Visit, place: str) -> Turn:
        """Ask again, with what the person chose instead."""
        asked = self._waits.found(visit)
        if not isinstance(asked.found, Matched):
            raise BindingError(Code.CONSENT_BEYOND)
        chosen = alternative(asked.found, asked.selection, place)
        return self._waits.put(replace(self._waits.take(visit), chosen=chosen))

    def _declined(self, asked: Asked) -> str | None:
        """Say no; a verifier that can't be told has nothing either."""
        try:
            return self._world.declined(asked)
        except KridError:
            return None


def _leaving(asked: Asked, visit: Visit) -> list[_Leaving]:
    return [_of(choice, visit) for choice in asked.selection.leaving]


def _instead(asked: Asked, visit: Visit) -> list[tuple[str, str]]:
    """Return what may be chosen instead: the value of each button and its words."""
    if not isinstance(asked.found, Matched):
        return []
    offered = alternatives(asked.found, asked.selection)
    return [(f"{_INSTEAD}{place}", each.words(visit)) for place, each in enumerate(offered)]


def _of(choice: Candidate, visit: Visit) -> _Leaving:
    shown = [path for path in choice.always if path not in choice.disclose]
    return _Leaving(
        title(choice.type, visit),
        rows(choice.values, visit.language),
        labels(shown, visit.language),
        labels(choice.withheld, visit.language),
    )


def _registered(asked: Asked) -> str | None:
    asking = asked.found.asking if isinstance(asked.found, Matched) else None
    return asking.registration.name if isinstance(asking, Registered) else None


def _who(asked: Asked) -> str:
    """Name who asks: as it is registered, as its certificate says, or by where the answer goes."""
    return _registered(asked) or asked.request.title or asked.address or asked.request.verifier


def _is_refused(asked: Asked, visit: Visit) -> bool:
    return bool(beyond(asked, visit)) or stopped(asked) is not None
