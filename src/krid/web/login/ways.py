"""Ways to log in: by a card in the wallet, and by whatever a proxy in front has checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from krid.web.asking import Asking
from krid.web.login.ports import LoggedIn
from krid.web.platform import PageGroup, Visit
from krid.web.platform.page import Cookie
from krid.web.verifier.records import VisitRecord

_NAME_CHARS: Final = 128
"""A handle of an account; longer ones are no handle."""


@final
@dataclass(frozen=True, slots=True)
class CardLogin:
    """Asks for a card by OpenID4VP, on this device or with a phone.

    `asking.after` is `/login`. `whom` finds the person by what was proved, None for nobody known.
    What was proved holds for this browser, for ten minutes, and for this question alone.
    """

    asking: Asking
    whom: Callable[[VisitRecord], LoggedIn | None] = field(repr=False)

    @property
    def template(self) -> str:
        """The two buttons."""
        return "ask_buttons.html"

    @property
    def groups(self) -> tuple[PageGroup, ...]:
        """The pages of the request."""
        return (self.asking.group,)

    def values(self, visit: Visit) -> Mapping[str, object]:  # noqa: ARG002  the port's words
        """Say where the buttons lead."""
        return {"begin": f"{self.asking.path}/begin"}

    def who(self, visit: Visit) -> LoggedIn | None:
        """Return whose card was verified for this browser."""
        record = self.asking.verified(visit)
        return None if record is None else self.whom(record)

    @property
    def may_switch(self) -> bool:
        """Somebody else may show a card."""
        return True

    def forget(self, visit: Visit) -> tuple[Cookie, ...]:
        """Forget what the card proved."""
        return self.asking.left(visit)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class LoginByHeader:
    """Believes an authenticating proxy, which puts the handle of an account into a header.

    `header` is one of `Platform.proxy_headers`; what is said of these holds. `name` finds the name
    that pages say by the handle.
    """

    header: str
    name: Callable[[str], str] = field(default=str, repr=False)

    @property
    def template(self) -> str:
        """A word on where the log-in is."""
        return "login_elsewhere.html"

    @property
    def groups(self) -> tuple[PageGroup, ...]:
        """None: the proxy has the pages."""
        return ()

    def values(self, visit: Visit) -> Mapping[str, object]:  # noqa: ARG002  the port's words
        """Need nothing."""
        return {}

    def who(self, visit: Visit) -> LoggedIn | None:
        """Return whom the proxy names."""
        handle = visit.header(self.header)
        if not handle or len(handle) > _NAME_CHARS:
            return None
        return LoggedIn(handle, self.name(handle))

    @property
    def may_switch(self) -> bool:
        """The proxy remembers who it is."""
        return False

    def forget(self, visit: Visit) -> tuple[Cookie, ...]:  # noqa: ARG002  the port's words
        """Forget nothing: the proxy remembers."""
        return ()
