"""Reporting a request that asks too much: on a press, the request as it came, and nothing else."""

from typing import Final, final

from krid.errors import Code, KridError
from krid.net import run
from krid.openid.vp import wallet as presentation
from krid.web.platform import Redirect, Route, Turn, Visit
from krid.web.wallet.bounds import beyond
from krid.web.wallet.door import Door
from krid.web.wallet.world import Asked, World

_WORDS: Final = frozenset({"counted", "known", "refused", "unsent"})


def report_values(address: str | None, asked: Asked, visit: Visit) -> dict[str, object]:
    """Return what the page of a request needs to offer a report, and to say what came of it."""
    word = visit.query.get("reported", "")
    return {
        "may_report": address is not None and bool(asked.request.signed),
        "reported": f"report.{word}" if word in _WORDS else None,
    }


@final
class ReportPages:
    """The act of reporting. `address` is the authority's, None where there is none."""

    def __init__(self, door: Door, world: World, address: str | None) -> None:
        self._door: Final = door
        self._world: Final = world
        self._address: Final = address

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(
                path="/requests/{request}/report",
                view=self._door.behind(self.report),
                name="wallet-report",
                summary="Report a request that asks beyond its registration.",
                method="POST",
            ),
        )

    def report(self, visit: Visit) -> Turn:
        """Send the request to the authority, and show the request again with what came of it."""
        name = visit.params["request"]
        asked = self._door.wallet.waiting(name, Asked)
        if self._address is None or not beyond(asked, visit):
            return Redirect(f"/requests/{name}")
        return Redirect(f"/requests/{name}?reported={self._sent(asked, self._address)}")

    def _sent(self, asked: Asked, address: str) -> str:
        try:
            found = run(presentation.report(asked.request, address), self._world.transport)
        except KridError as error:
            return "refused" if error.code is Code.REPORT_REFUSED else "unsent"
        return "counted" if found.counted else "known"
