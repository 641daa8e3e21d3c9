"""What an operator brings: who a person is, and what they may have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, final

from krid.web.platform import PageGroup, Visit
from krid.web.platform.page import Cookie


@final
@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Somebody who has proved who they are: the register's handle, and the name that pages say."""

    id: str = field(repr=False)
    name: str = field(repr=False)


class Login(Protocol):
    """Proves who sits at a browser.

    `template` is the part of a page by which somebody begins, and `values` is what it needs.
    `groups` are pages of its own, which lead back to `/login` once the person is known.
    """

    @property
    def template(self) -> str:
        """The name of the part of a page that begins the log-in."""
        ...

    @property
    def groups(self) -> tuple[PageGroup, ...]:
        """Pages of its own, none where somebody else has them."""
        ...

    def values(self, visit: Visit) -> Mapping[str, object]:
        """Return what the part of the page needs."""
        ...

    def who(self, visit: Visit) -> LoggedIn | None:
        """Return who this browser's person has proved to be, None for nobody yet.

        Never believe a name that the browser sent. May raise a `ContentError` for a person who
        is known to be nobody here; the page says its code in words.
        """
        ...

    @property
    def may_switch(self) -> bool:
        """Whether somebody else may log in here, once it is forgotten who it was."""
        ...

    def forget(self, visit: Visit) -> tuple[Cookie, ...]:
        """Forget who this browser's person was, before a question and after it.

        What is kept of it ends here, also for whoever has a copy of its cookies. Returns what
        takes these back.
        """
        ...


class Granting(Protocol):
    """Says what somebody may have, and by what the `CredentialSource` will know them."""

    def check(self, person: LoggedIn, configurations: Sequence[str]) -> None:
        """Look whether somebody may have credentials, or raise a `ContentError`."""
        ...

    def subject(self, person: LoggedIn, configurations: Sequence[str]) -> str:
        """Return the subject of the order that comes of a consent, or raise a `ContentError`."""
        ...


@final
class Anybody:
    """Grants everything to whoever is known, as the subject of the log-in's own handle."""

    def check(self, person: LoggedIn, configurations: Sequence[str]) -> None:
        """Refuse nobody: the `CredentialSource` decides."""

    def subject(self, person: LoggedIn, configurations: Sequence[str]) -> str:  # noqa: ARG002  the port's words
        """Return the handle."""
        return person.id


ANYBODY: Final = Anybody()
