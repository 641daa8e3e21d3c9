"""The page of relying parties: who may ask for what, what was reported, and an official's acts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from krid._core.clock import Clock
from krid.model import Permission
from krid.registrar.parties import PartyState, PartyStep, RelyingParty, Use
from krid.web.issuer.access import Access
from krid.web.parties.texts import TEXTS
from krid.web.platform import Page, PageGroup, Redirect, Route, Turn, Visit
from krid.web.platform.words import labels

if TYPE_CHECKING:
    from krid.registrar import PartyBook

_STEPS: Final = {
    PartyState.IN_FORCE: (PartyStep.SUSPEND,),
    PartyState.SUSPENDED: (PartyStep.RESTORE, PartyStep.WITHDRAW),
    PartyState.WITHDRAWN: (),
}
"""What the page offers; to withdraw for good is offered of what is suspended alone."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDesk:
    """What the page works with. `publish` is called after each act, for the status lists."""

    parties: "PartyBook" = field(repr=False)
    access: Access
    clerk: str
    clock: Clock = field(repr=False)
    publish: Callable[[], None] = field(repr=False)


def party_pages(desk: PartyDesk) -> PageGroup:
    """Make the pages of a register of relying parties, for clerks."""
    pages = _Pages(desk)
    routes = (
        Route(
            path="/verifiers",
            view=pages.shown,
            name="verifiers",
            summary="Who may ask for what, and what was reported.",
        ),
        Route(
            path="/verifiers",
            view=pages.done,
            name="verifiers-step",
            summary="Suspend, restore or withdraw a registration.",
            method="POST",
            fields=("party", "step"),
        ),
    )
    return PageGroup(routes=routes, texts=TEXTS, package="krid.web.parties")


@final
class _Pages:
    def __init__(self, desk: PartyDesk) -> None:
        self._desk: Final = desk

    def shown(self, visit: Visit) -> Turn:
        """Show all parties."""
        if not self._desk.access.is_clerk(visit):
            return _denied()
        parties = self._desk.parties
        shown = [_party(each, parties.confirmed(each.id), visit) for each in parties.every()]
        return Page("verifiers.html", {"parties": shown})

    def done(self, visit: Visit) -> Turn:
        """Take one step with one party, as an official's act."""
        if not self._desk.access.is_clerk(visit):
            return _denied()
        step = visit.form.get("step", "")
        if step in set(PartyStep):
            self._desk.parties.take_step(
                visit.form.get("party", ""),
                PartyStep(step),
                actor=self._desk.clerk,
                reason="official_act",
                now=self._desk.clock.now(),
            )
            self._desk.publish()
        return Redirect("/verifiers")


def _party(party: RelyingParty, reports: int, visit: Visit) -> dict[str, object]:
    return {
        "id": party.id,
        "name": party.name.get(visit.language.value, party.title),
        "number": party.number,
        "state": party.state.value,
        "reports": reports,
        "steps": [step.value for step in _STEPS[party.state]],
        "uses": [_use(each, visit) for each in party.uses],
    }


def _use(use: Use, visit: Visit) -> dict[str, object]:
    return {
        "id": use.id,
        "purpose": use.purposes.get(visit.language.value, next(iter(use.purposes.values()))),
        "since": use.since,
        "until": use.until,
        "asks": [_asks(each, visit) for each in use.permissions],
    }


def _asks(permission: Permission, visit: Visit) -> dict[str, object]:
    claims = permission.claims
    return {
        "types": sorted(permission.types),
        "claims": None if claims is None else labels(sorted(claims, key=repr), visit.language),
    }


def _denied() -> Page:
    return Page("error.html", {"key": "verifiers.denied"}, 403, code="verifiers.denied")
