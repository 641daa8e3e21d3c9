"""What an application with pages needs from outside, in one value."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, TypeAlias, final

from krid._core import limits
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.redact import Secret
from krid._core.strict_json import JsonObject
from krid.errors import Code, MisuseError
from krid.web.platform.metrics import Metrics
from krid.web.platform.rates import Rates

Log: TypeAlias = Callable[[JsonObject], None]
"""Called once for each answer with what may be known of it; see `Platform`."""

_KEY_BYTES: Final = 32
_NAME: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]{1,64}", re.ASCII)
_KEPT_BACK: Final = frozenset({"cookie", "authorization", "proxy-authorization"})
"""What a browser proves itself with is for the platform alone, not for pages."""


@final
class CookieKey(Secret):
    """The key from which the tokens of forms are made; processes of one application share it."""

    __slots__ = ()


@unique
class CookieRule(Enum):
    """Whether cookies travel by TLS alone.

    Under `PLAIN_LOOPBACK` only requests that name this machine are answered.
    """

    TLS_ONLY = "TLS only"
    PLAIN_LOOPBACK = "plain HTTP, for applications on this machine"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What an application gets from outside: time, chance, keys, and where its lines go.

    `timer` counts seconds and never runs back. `log` is called once for each answer, with the
    name of the application and of the route, method, status, bytes, milliseconds, and the code of
    what was refused: never with the path, the query, the client or anything a person wrote.
    `key` has 32 bytes or more. `proxy_headers` names the headers that a proxy in front sets, such
    as who it has let in, and that pages may read (`Visit.header`): no others reach them. The proxy
    must take out what a client sends under these names, and nobody may come past the proxy.

    Raises:
        MisuseError: `misuse.option` for a shorter key, for more than 16 names of headers, and for
            one that holds a secret of the browser or is no name.
    """

    name: str
    key: CookieKey
    cookies: CookieRule
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    timer: Callable[[], float] = field(repr=False)
    log: Log = field(repr=False)
    rates: Rates = field(default=Rates(), repr=False)
    metrics: Metrics = field(default_factory=Metrics, repr=False)
    proxy_headers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if len(self.key.reveal()) < _KEY_BYTES:
            raise MisuseError(Code.MISUSE_OPTION, "key")
        names = frozenset(each.lower() for each in self.proxy_headers)
        wrong = [each for each in names if _NAME.fullmatch(each) is None or each in _KEPT_BACK]
        if wrong or len(names) > limits.MAX_WEB_PROXY_HEADERS:
            raise MisuseError(Code.MISUSE_OPTION, "proxy_headers")
        object.__setattr__(self, "proxy_headers", names)

    @property
    def is_secure(self) -> bool:
        """Tell whether cookies travel by TLS alone."""
        return self.cookies is CookieRule.TLS_ONLY

    def cookie(self, name: str) -> str:
        """Return the full name of a cookie: a prefix makes browsers keep the rule."""
        return f"__Host-krid-{name}" if self.is_secure else f"krid-{name}"
