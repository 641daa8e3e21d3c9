"""The wallet's screen for a terminal close by: an engagement as a QR code, and who answered it.

The session is ISO 18013-5's; the air is the software model of `krid.proximity.loopback`.
"""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, final

from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import KridError
from krid.exchange import PresentationResponse
from krid.model import IssuerKeys
from krid.proximity import Asked as AskedNearby
from krid.proximity import DeviceSession, LoopbackLink, LoopbackPhone, Then
from krid.wallet import Wallet
from krid.web.platform import Fragment, Page, Route, Turn, Visit
from krid.web.platform.words import qr_svg
from krid.web.wallet.door import Door
from krid.web.wallet.world import Asked

_AT_ONCE: Final = timedelta(0)
_SHORTLY: Final = timedelta(milliseconds=300)
"""How long one look at the page waits for the rest of a message that has begun to arrive."""


@final
@dataclass(frozen=True, slots=True)
class NearAnswer:
    """The way back to one terminal, good for one answer."""

    device: DeviceSession = field(repr=False)
    link: LoopbackLink = field(repr=False)

    def bring(self, response: PresentationResponse) -> None:
        """Bring what a person agreed to.

        Raises:
            KridError: as `DeviceSession.answer` and `LoopbackLink.send`.
        """
        self._bring(self.device.answer(response, then=Then.END))

    def decline(self) -> None:
        """Say that nothing is returned.

        Raises:
            KridError: as `DeviceSession.decline` and `LoopbackLink.send`.
        """
        self._bring(self.device.decline(then=Then.END))

    def close(self) -> None:
        """Let go, whatever was said."""
        self.device.close()
        self.link.close()

    def _bring(self, message: bytes) -> None:
        try:
            self.link.send(message)
        finally:
            self.close()


@final
class NearDesk:
    """One engagement at a time, and the terminal that took it up. Threads may share it."""

    def __init__(self, readers: IssuerKeys, clock: Clock, entropy: Entropy) -> None:
        self._readers: Final = readers
        self._clock: Final = clock
        self._entropy: Final = entropy
        self._turn: Final = threading.Lock()
        self._device: DeviceSession | None = None
        self._phone: LoopbackPhone | None = None
        self._link: LoopbackLink | None = None

    def begin(self) -> str:
        """Forget the engagement before, and return the text of a new one.

        Raises:
            TransportError: `proximity.link`.
        """
        with self._turn:
            self._forget()
            phone = LoopbackPhone.advertise(self._entropy)
            device = DeviceSession.by_qr(
                methods=[phone.method], readers=self._readers, clock=self._clock
            )
            self._phone, self._device = phone, device
            return device.engagement.to_uri()

    @property
    def text(self) -> str | None:
        """The text to show, None when none is good any more."""
        device = self._device
        if device is None or device.has_ended or self._clock.now() >= device.until:
            return None
        return device.engagement.to_uri()

    def arrived(self, wallet: Wallet) -> Asked | None:
        """Return what a terminal asks, once; None while none has come.

        Raises:
            KridError: the terminal was refused, and told so; the engagement is used up.
        """
        with self._turn:
            if self._device is None or self._phone is None:
                return None
            if self._clock.now() >= self._device.until:
                self._forget()
                return None
            try:
                return self._asked(self._device, self._phone, wallet)
            except KridError:
                self._say_farewell(self._device)
                self._forget()
                raise

    def _asked(self, device: DeviceSession, phone: LoopbackPhone, wallet: Wallet) -> Asked | None:
        if self._link is None:
            self._link = phone.accept(wait=_AT_ONCE)
        message = None if self._link is None else self._link.receive(wait=_SHORTLY)
        if self._link is None or message is None:
            return None
        if not isinstance(device.receive(message), AskedNearby):
            self._forget()
            return None
        request = device.question(wallet.cards())
        found = wallet.match(request)
        answer = NearAnswer(device, self._link)
        self._device = self._phone = self._link = None
        return Asked(request, found, near=answer)

    def _say_farewell(self, device: DeviceSession) -> None:
        if self._link is not None and device.farewell is not None:
            with suppress(KridError):
                self._link.send(device.farewell)

    def _forget(self) -> None:
        for each in (self._device, self._phone, self._link):
            if each is not None:
                each.close()
        self._device = self._phone = self._link = None


@final
class NearPages:
    """The page with the engagement, and its moving part."""

    def __init__(self, door: Door, desk: NearDesk) -> None:
        self._door: Final = door
        self._desk: Final = desk

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        behind = self._door.behind
        return (
            Route(
                path="/near",
                view=behind(self.shown),
                name="wallet-near",
                summary="An engagement for a terminal close by.",
            ),
            Route(
                path="/near/code",
                view=behind(self.code),
                name="wallet-near-code",
                summary="Whether a terminal has answered, as a part of its page.",
            ),
        )

    def shown(self, _visit: Visit) -> Turn:
        """Begin a new engagement, and show it."""
        text = self._desk.begin()
        return Page("near.html", {"text": text, "qr": qr_svg(text), "state": "waiting"})

    def code(self, visit: Visit) -> Turn:
        """Show the way to the request of the terminal that has come, or why there is none."""
        try:
            with self._door.open(visit) as wallet:
                asked = self._desk.arrived(wallet)
        except KridError as error:
            return _state("failed", words=visit.say_error(error.code))
        if asked is not None:
            return _state("arrived", way=f"/requests/{self._door.wallet.wait(asked)}")
        text = self._desk.text
        if text is None:
            return _state("ended")
        return _state("waiting", text=text, qr=qr_svg(text))


def _state(state: str, **values: str) -> Fragment:
    done = "" if state == "waiting" else "yes"
    shown = {"state": state, "words": "", **values}
    return Fragment("near_code.html", shown, state=state, done=done)
