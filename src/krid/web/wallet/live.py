"""A code that moves with the clock: whoever reads it off the screen may ask this wallet, once.

The text is `krid-live:`, the host of the wallet, a slash, and 22 characters that are good for as
long as the code is shown and a little more. A picture of the screen is worth nothing soon after.
This form is krid's own; what the Korean system shows (QR-CPM) is not public.
"""

import re
import threading
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import base64url, shape, strict_json
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, KridError, MalformedError
from krid.openid.oauth import Call, Reply

PREFIX: Final = "krid-live:"
PERIOD: Final = timedelta(seconds=10)
"""How long one code is shown: time to scan it, too short to send a picture of it around."""

_BYTES: Final = 16
_FORM: Final = re.compile(PREFIX + r"([a-z0-9.-]{1,253}(?::[0-9]{1,5})?)/([A-Za-z0-9_-]{22})")
_LINK_CHARS: Final = 8_192
PATH: Final = "/knock"


def read_live(text: str) -> tuple[str, str]:
    """Read a code: the host of the wallet, and the value.

    Raises:
        MalformedError: `live.syntax`.

    >>> read_live("krid-live:wallet.example/AAAAAAAAAAAAAAAAAAAAAA")
    ('wallet.example', 'AAAAAAAAAAAAAAAAAAAAAA')
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise MalformedError(Code.LIVE_SYNTAX)
    return found[1], found[2]


@final
class LiveCodes:
    """The codes of one wallet, and who came with one. Threads may share it.

    A code is made when the screen asks for it, at most once in a period. It and the one before
    are good until the period after has ended; the first who comes uses both up.
    """

    def __init__(self, host: str, clock: Clock, entropy: Entropy) -> None:
        self._host: Final = host
        self._clock: Final = clock
        self._entropy: Final = entropy
        self._turn: Final = threading.Lock()
        self._codes: list[tuple[str, datetime]] = []
        self._link: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Where others come with a code."""
        return (PATH,)

    def shown(self) -> str:
        """Return the code to show now."""
        now = self._clock.now()
        with self._turn:
            if not self._codes or now - self._codes[-1][1] >= PERIOD:
                value = base64url.encode(self._entropy(_BYTES))
                self._codes = [*self._codes[-1:], (value, now)]
            return f"{PREFIX}{self._host}/{self._codes[-1][0]}"

    def arrived(self) -> str | None:
        """Return the link that somebody brought, once."""
        with self._turn:
            link, self._link = self._link, None
            return link

    def forget(self) -> None:
        """Show no code any more."""
        with self._turn:
            self._codes, self._link = [], None

    def answer(self, call: Call, /) -> Reply:
        """Take the link of a request from whoever has a code: 204, or 403 for no good code."""
        try:
            members = strict_json.loads_object(call.body)
            code = shape.text(members.get("code"), Code.LIVE_SYNTAX)
            link = shape.text(members.get("link"), Code.LIVE_SYNTAX)
        except KridError:
            return Reply(400)
        if call.method != "POST" or len(link) > _LINK_CHARS or "request_uri=" not in link:
            return Reply(400)
        return Reply(204 if self._take(code, link) else 403)

    def _take(self, code: str, link: str) -> bool:
        now = self._clock.now()
        with self._turn:
            good = any(code == value and now - at < 2 * PERIOD for value, at in self._codes)
            if good:
                self._codes, self._link = [], link
            return good
