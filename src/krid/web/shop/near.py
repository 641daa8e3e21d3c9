"""The terminal close by: it reads a phone's engagement, connects, asks, and verifies.

The session is ISO 18013-5's; the air is the software model of `krid.proximity.loopback`.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, TypeAlias, assert_never, final

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


Look: TypeAlias = Callable[[], Verified | State]
"""Looks once what a phone answered; see `NearTerminal.looking`."""


@final
@dataclass(slots=True)
class _Talk:
    """One open session. Who looks at it holds its `turn`, and nobody waits for that."""

    session: ReaderSession = field(repr=False)
    link: LoopbackLink = field(repr=False)
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False)
    is_over: bool = False

    def outcome(self) -> Verified | State:
        """Return what the phone answered; the session ends with whatever is an answer."""
        try:
            message = self.link.receive(wait=_SHORTLY)
            if message is None:
                return State.WAITING
            self.is_over = True
            return _verified(self, message)
        except KridError:
            self.is_over = True
            raise
        finally:
            if self.is_over:
                self.close()

    def close(self) -> None:
        self.session.close()
        self.link.close()


@final
class NearTerminal:
    """What the terminal asks phones close by, and the sessions that wait for a person.

    The sessions are in this process's memory, the oldest of too many is dropped. Threads may
    share it: a phone that is slow, or silent, keeps nobody waiting but who looks at it.
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
            # A link that is dropped closes by itself, when nobody looks at it any more.
            while len(self._talks) > limits.MAX_WEB_PENDING:
                self._talks.popitem(last=False)
        return secret

    @contextmanager
    def looking(self, secret: str) -> Iterator[Look | None]:
        """Let one thread look at a session, None while another does: come again.

        A session that is over is forgotten when the thread is done, so that what it wrote down is
        there before anybody finds no session. To look raises `session.unknown` where there is
        none, and the code of an answer that was refused, which the phone was told.
        """
        key = fingerprint(secret)
        with self._turn:
            talk = self._talks.get(key)
        if talk is None:
            yield _nothing
        elif not talk.turn.acquire(blocking=False):
            yield None
        else:
            try:
                yield talk.outcome
            finally:
                if talk.is_over:
                    self._forget(key)
                talk.turn.release()

    def _forget(self, key: str) -> None:
        with self._turn:
            self._talks.pop(key, None)


def _nothing() -> Verified | State:
    raise BindingError(Code.SESSION_UNKNOWN)


def _verified(talk: _Talk, message: bytes) -> Verified | State:
    try:
        found = talk.session.receive(message)
    except KridError:
        with suppress(TransportError):
            if talk.session.farewell is not None:
                talk.link.send(talk.session.farewell)
        raise
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
        with self.terminal.looking(secret) as look:
            record = self.records.find(secret)
            if look is None or record.state is not State.WAITING:
                return record
            moved = _moved(record, look)
            if moved is not record:
                self.records.put(secret, moved)
            return moved


def _moved(record: VisitRecord, look: Look) -> VisitRecord:
    try:
        outcome = look()
    except KridError as error:
        return replace(record, state=State.REFUSED, code=str(error.code))
    if isinstance(outcome, Verified):
        return record.verified(outcome)
    return record if outcome is State.WAITING else replace(record, state=outcome)


def _values(record: VisitRecord, visit: Visit) -> dict[str, object]:
    return {
        "state": record.state.value,
        "is_open": False,  # a session has one answer
        "code": record.code,
        "why": visit.say_code(record.code),
        "after": "/verdict",
        "start": "/",
    }
