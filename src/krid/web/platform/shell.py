"""Around every answer: headers, one line of log, metrics, and a plain answer where code failed."""

import re
import traceback
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, final

from krid.web.platform.settings import Platform

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from krid._core.strict_json import JsonObject

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_NAMED: Final = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
_HEADERS: Final = tuple(
    (name.encode("ascii"), value.encode("ascii")) for name, value in _NAMED.items()
)
_SECURE_HEADERS: Final = (*_HEADERS, (b"strict-transport-security", b"max-age=31536000"))
_FAILED: Final = "오류가 발생했습니다. Something went wrong.\n"
_HERE: Final = re.compile(
    r"(([a-z0-9-]{1,63}\.)?localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.ASCII
)
_NOTE: Final = "krid.note"


@dataclass(slots=True)
class Note:
    """What is learnt of a request on the way: the route's name, and the code of a refusal."""

    route: str = "unknown"
    code: str | None = None
    status: int = 500
    size: int = 0
    is_begun: bool = False


def note_of(scope: "Scope") -> Note:
    """Return the note of a request."""
    found = scope.get(_NOTE)
    return found if isinstance(found, Note) else Note()


@final
class Shell:
    """Wraps an application; what it raises becomes status 500 and one line without its words."""

    def __init__(self, app: "ASGIApp", platform: Platform) -> None:
        self._app: Final = app
        self._platform: Final = platform

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        note, begun = Note(), self._platform.timer()
        scope[_NOTE] = note
        failure: str | None = None

        async def sending(message: "Message") -> None:
            _take_note(note, message, is_secure=self._platform.is_secure)
            await send(message)

        try:
            if self._platform.is_secure or _is_here(scope):
                await self._app(scope, receive, sending)
            else:
                note.route = "misdirected"
                await _plain_answer(sending, 421, "This name does not lead here.\n")
        except Exception as error:  # noqa: BLE001  whatever it is, the person gets an answer
            failure = _place(error)
            note.status = 500
            if not note.is_begun:
                await _plain_answer(sending, 500, _FAILED)
        self._write(note, str(scope["method"]), self._platform.timer() - begun, failure)

    def _write(self, note: Note, method: str, seconds: float, failure: str | None) -> None:
        known = method if method in {"GET", "HEAD", "POST"} else "other"
        self._platform.metrics.note(note.route, known, note.status, seconds)
        line: JsonObject = {
            "app": self._platform.name,
            "route": note.route,
            "method": known,
            "status": note.status,
            "bytes": note.size,
            "ms": round(seconds * 1000, 1),
        }
        if note.code is not None:
            line["code"] = note.code
        if failure is not None:
            line["failure"] = failure
        self._platform.log(line)


def _take_note(note: Note, message: "Message", *, is_secure: bool) -> None:
    if message["type"] == "http.response.start":
        note.status, note.is_begun = message["status"], True
        given = {name for name, _ in message["headers"]}
        added = _SECURE_HEADERS if is_secure else _HEADERS
        message["headers"] = [
            *message["headers"],
            *(header for header in added if header[0] not in given),
        ]
    elif message["type"] == "http.response.body":
        note.size += len(message.get("body", b""))


def _place(error: Exception) -> str:
    """Say what failed and where, without its words: those may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    return f"{type(error).__name__} in {PurePath(last.filename).name}:{last.lineno}"


def _is_here(scope: "Scope") -> bool:
    """Tell whether a request names this machine.

    Where loopback alone is trusted, a page of another site could let its own name lead here (DNS
    rebinding) and would then be of the same origin.
    """
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return len(named) == 1 and _HERE.fullmatch(named[0].lower()) is not None


async def _plain_answer(send: "Send", status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})
