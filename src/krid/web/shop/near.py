"""The terminal close by: it reads a phone's engagement, connects, asks, and verifies.

The session is ISO 18013-5's; the air is the software model of `krid.proximity.loopback`.
"""

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, assert_never, final

from krid._core import limits
from krid.errors import BindingError, Code, KridError, TransportError
from krid.model import Query
from krid.openid.oauth.store import fingerprint, new_secret
from krid.openid.vp.server import Journey
from krid.proximity import (
    Declined,
    Ended,
    LoopbackLink,
    ReaderIdentity,
    ReaderSession,
    service_of,
)
from krid.verifier import Verified, Verifier
from krid.web.platform import Fragment, Page, Redirect, Route, Turn, Visit
from krid.web.platform.page import Cookie
from krid.web.verifier.records import KEPT_FOR, State, VisitRecord, VisitRecords

SCHEME: Final = "mdoc:"
_SHORTLY: Final = timedelta(milliseconds=300)
"""How long one look at the page waits for the rest of an answer that has begun to arrive."""


@final
@dataclass(frozen=True, slots=True)
class _Talk:
    """One open session."""

    session: ReaderSession = field(repr=False)
    link: LoopbackLink = field(repr=False)

    def close(self) -> None:
        self.session.close()
        self.link.close()


@final
class NearTerminal:
    """What the terminal asks phones close by, and the sessions that wait for a person.

    The sessions are in this process's memory, the oldest of too many is dropped. Threads may
    share it.
    """

    def __init__(
        self, verifier: Verifier, identity: ReaderIdentity, *, query: Query, purpose: str
    ) -> None:
        self._verifier: Final = verifier
        self._identity: Final = identity
        self._query: Final = query
        self._purpose: Final = purpose
        self._turn: Final = threading.Lock()
        self._talks: Final[OrderedDict[str, _Talk]] = OrderedDict()

    def begin(self, text: str, visit: Visit) -> str:
        """Connect to the phone that shows a code, ask it, and return the name of the session.

        Raises:
            KridError: as `ReaderSession.by_qr` and `LoopbackLink.connect`.
        """
        session = ReaderSession.by_qr(
            text,
            verifier=self._verifier,
            identity=self._identity,
            clock=visit.platform.clock,
        )
        link = LoopbackLink.connect(service_of(session.methods))
        link.send(session.ask(self._query, purpose=self._purpose))
        secret = new_secret(visit.platform.entropy)
        with self._turn:
            self._talks[fingerprint(secret)] = _Talk(session, link)
            while len(self._talks) > limits.MAX_WEB_PENDING:
                self._talks.popitem(last=False)[1].close()
        return secret

    def outcome(self, secret: str) -> Verified | State:
        """Return what became of a session: what was verified, that it was declined, or neither.

        Raises:
            BindingError: `session.unknown`.
            KridError: the answer was refused, and the phone was told.
        """
        with self._turn:
            talk = self._talks.get(fingerprint(secret))
            if talk is None:
                raise BindingError(Code.SESSION_UNKNOWN)
            message = self._received(secret, talk)
            if message is None:
                return State.WAITING
            del self._talks[fingerprint(secret)]
            return _verified(talk, message)

    def _received(self, secret: str, talk: _Talk) -> bytes | None:
        try:
            return talk.link.receive(wait=_SHORTLY)
        except KridError:
            del self._talks[fingerprint(secret)]
            talk.close()
            raise


def _verified(talk: _Talk, message: bytes) -> Verified | State:
    try:
        found = talk.session.receive(message)
    except KridError:
        with suppress(TransportError):
            if talk.session.farewell is not None:
                talk.link.send(talk.session.farewell)
        raise
    finally:
        talk.close()
    match found:
        case Verified():
            return found
        case Declined():
            return State.DECLINED
        case Ended():
            raise BindingError(Code.PROXIMITY_ENDED)
        case _ as never:
            assert_never(never)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NearPages:
    """The pages while a phone close by is asked. `name` is that of the cookie."""

    terminal: NearTerminal = field(repr=False)
    records: VisitRecords
    name: str

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(path="/near", view=self.shown, name="shop-near", summary="A phone is asked."),
            Route(
                path="/near/state",
                view=self.state,
                name="shop-near-state",
                summary="What the phone answered, as a part of its page.",
            ),
        )

    def begun(self, text: str, visit: Visit) -> Redirect:
        """Ask the phone that shows a code.

        Raises:
            KridError: as `NearTerminal.begin`.
        """
        secret = self.terminal.begin(text, visit)
        expires = visit.platform.clock.now() + KEPT_FOR
        self.records.put(secret, VisitRecord("", Journey.CROSS_DEVICE, expires))
        return Redirect("/near", (Cookie(self.name, secret),))

    def shown(self, visit: Visit) -> Turn:
        """Show that the phone is asked, and what became of it."""
        return Page("near.html", _values(self._settled(visit), visit))

    def state(self, visit: Visit) -> Turn:
        """Show what became of it, as a part of the page."""
        record = self._settled(visit)
        done = "" if record.state is State.WAITING else "yes"
        values = _values(record, visit)
        return Fragment("ask_state.html", values, state=record.state.value, done=done)

    def _settled(self, visit: Visit) -> VisitRecord:
        secret = visit.cookie(self.name)
        record = self.records.find(secret)
        if secret is None or record.state is not State.WAITING:
            return record
        moved = self._moved(record, secret)
        if moved is not record:
            self.records.put(secret, moved)
        return moved

    def _moved(self, record: VisitRecord, secret: str) -> VisitRecord:
        try:
            outcome = self.terminal.outcome(secret)
        except KridError as error:
            return replace(record, state=State.REFUSED, code=str(error.code))
        if isinstance(outcome, Verified):
            return record.verified(outcome)
        return record if outcome is State.WAITING else replace(record, state=outcome)


def _values(record: VisitRecord, visit: Visit) -> dict[str, object]:
    why = f"code.{record.code}"
    return {
        "state": record.state.value,
        "is_open": False,  # a session has one answer
        "code": record.code,
        "why": visit.say(why) if why in visit.texts else "",
        "after": "/verdict",
        "start": "/",
    }
