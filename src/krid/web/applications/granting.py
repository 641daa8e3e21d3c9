"""What an office grants to people who logged in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import final

from krid._core.entropy import Entropy
from krid.openid.oauth.store import new_secret
from krid.web.applications.book import ApplicationBook, Stand
from krid.web.applications.source import APPLICATION
from krid.web.issuer import Tickets
from krid.web.login import LoggedIn


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeGranting:
    """The port `Granting` of an office: whoever agreed has an application.

    `tickets` say who may have a card at all. `needs_clerk` says by the register's handle whether
    somebody looks at it first.
    """

    tickets: Tickets
    book: ApplicationBook
    entropy: Entropy = field(repr=False)
    needs_clerk: Callable[[str], bool] = field(repr=False)

    def check(self, person: LoggedIn, configurations: Sequence[str]) -> None:  # noqa: ARG002  the port's words
        """Look whether the person could have the card, or raise `register.*`."""
        self.tickets.check(person.id)

    def subject(self, person: LoggedIn, configurations: Sequence[str]) -> str:  # noqa: ARG002  the port's words
        """Open an application, and return its secret."""
        self.tickets.check(person.id)
        secret = f"{APPLICATION}{new_secret(self.entropy)}"
        stand = Stand.WAITING if self.needs_clerk(person.id) else Stand.APPROVED
        self.book.open(secret, person.id, stand=stand)
        return secret
