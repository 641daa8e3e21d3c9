"""The wallet's screen with a live code, for a counter that reads it."""

from typing import Final, final

from krid.web.platform import Fragment, Page, Route, Turn, Visit
from krid.web.platform.words import qr_svg
from krid.web.wallet.door import Door
from krid.web.wallet.live import LiveCodes


@final
class ShowingPages:
    """The page with the code, and its moving part."""

    def __init__(self, door: Door, codes: LiveCodes) -> None:
        self._door: Final = door
        self._codes: Final = codes

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        behind = self._door.behind
        return (
            Route(
                path="/show",
                view=behind(self.shown),
                name="wallet-show",
                summary="A live code for a counter.",
            ),
            Route(
                path="/show/code",
                view=behind(self.code),
                name="wallet-show-code",
                summary="The code of this moment, as a part of its page.",
            ),
        )

    def shown(self, _visit: Visit) -> Turn:
        """Show the code of this moment."""
        return Page("show.html", self._values(None))

    def code(self, _visit: Visit) -> Turn:
        """Show the code of this moment, or the way to the request of who has read it."""
        link = self._codes.arrived()
        values = self._values(link)
        done = "" if link is None else "yes"
        return Fragment("show_code.html", values, state=str(values["text"])[-22:], done=done)

    def _values(self, link: str | None) -> dict[str, object]:
        text = "arrived" if link is not None else self._codes.shown()
        return {
            "text": text,
            "state": text[-22:],
            "qr": "" if link is not None else qr_svg(text),
            "way": None if link is None else f"/present?{link.partition('?')[2]}",
        }
