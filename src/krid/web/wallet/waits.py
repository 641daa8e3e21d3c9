"""What waits for the person's decision under a name of its own, behind one path."""

from dataclasses import dataclass
from typing import Generic, TypeVar, final

from krid.web.platform import Redirect, Visit
from krid.web.wallet.person import OneWallet

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class Waits(Generic[T]):
    """Things of one kind; the page of each is below `path`, by its name."""

    wallet: OneWallet
    path: str
    kind: type[T]

    @property
    def page(self) -> str:
        """The path of each page, as a route names it."""
        return f"{self.path}/{{name}}"

    def put(self, thing: T) -> Redirect:
        """Keep something until the person has decided, and lead to its page."""
        return Redirect(f"{self.path}/{self.wallet.wait(thing)}")

    def found(self, visit: Visit) -> T:
        """Return what a page is about.

        Raises:
            BindingError: `session.unknown`.
        """
        return self.wallet.waiting(visit.params["name"], self.kind)

    def take(self, visit: Visit) -> T:
        """Return what a page is about, and forget it: two decisions can't be made.

        Raises:
            BindingError: `session.unknown`.
        """
        return self.wallet.take(visit.params["name"], self.kind)
