"""What an issuer must bring: whom it issues what, where statuses stand, and who asks people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, final

from krid.exchange import IssuedCredential
from krid.keys import PublicKey
from krid.model import NO_STATUS, NoStatus, OrderedStatus
from krid.openid.oauth.http import Call, Reply
from krid.openid.vci.messages import Event
from krid.openid.vci.paths import ClaimRequest


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialOrder:
    """One credential, or several of the same content, for one person.

    `subject` is what the caller named when the person was authenticated or the offer was made:
    the reference of an account, meaningless elsewhere. `claims` are what the wallet wishes for,
    none for all. `count` is how many credentials are asked for, `keys` are those that were proved,
    none where credentials are bound to nobody. `transaction_id` is the same each time that a
    wallet asks again.
    """

    subject: str = field(repr=False)
    configuration: str
    dataset: str = field(repr=False)
    claims: tuple[ClaimRequest, ...]
    count: int
    transaction_id: str | None = field(repr=False)
    keys: tuple[PublicKey, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Ready:
    """The claims to sign, as the format wants them, and for how long."""

    claims: Mapping[str, object] = field(repr=False)
    lifetime: timedelta


@final
@dataclass(frozen=True, slots=True)
class Made:
    """Credentials that the register signed itself, with statuses of its own: one for each key."""

    credentials: tuple[IssuedCredential, ...] = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Later:
    """Not ready: the wallet should ask again, and not before `interval` has passed."""

    interval: timedelta


@final
@dataclass(frozen=True, slots=True)
class Denied:
    """This credential will not be issued."""


Decision: TypeAlias = Ready | Made | Later | Denied


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a wallet says became of the credentials of one response."""

    subject: str = field(repr=False)
    configuration: str
    notification_id: str = field(repr=False)
    event: Event


class CredentialSource(Protocol):
    """The register behind an issuer: what is true, and for whom."""

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:
        """Name the credentials of one kind that a person may have; as a rule there is one."""
        ...

    def decide(self, order: CredentialOrder) -> Decision:
        """Say what to sign, or when, or that it will not be."""
        ...

    def told(self, news: News) -> None:
        """Take note of what became of credentials; called once for each piece of news."""
        ...


class StatusAllotment(Protocol):
    """Where the status of each credential stands."""

    def allot(self, order: CredentialOrder) -> OrderedStatus:
        """Give out a status for one credential that is about to be signed."""
        ...

    def give_back(self, status: OrderedStatus) -> None:
        """Take back a status whose credential was not issued after all; never called for none."""
        ...


@final
@dataclass(frozen=True, slots=True)
class NoStatuses:
    """For credentials that can't be revoked before they expire."""

    def allot(self, order: CredentialOrder) -> NoStatus:  # noqa: ARG002  the port's words
        """Give out none."""
        return NO_STATUS

    def give_back(self, status: OrderedStatus) -> None:
        """Do nothing, for nothing was given out."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A question for a person: may this wallet have these credentials?

    `id` is secret and ends the question, by `CredentialIssuer.approve` or `decline`. `subject` is
    whom the issuer's own offer was made for, None where the wallet began: whoever is then
    authenticated must be this person. `redirect_uri` is where the answer will go.
    """

    id: str = field(repr=False)
    client_id: str
    redirect_uri: str
    configurations: tuple[str, ...]
    subject: str | None = field(repr=False)
    expires: datetime


class People(Protocol):
    """Whatever authenticates people: a login page, an identity card, another server."""

    def ask(self, interaction: Interaction, call: Call) -> Reply:
        """Answer the browser with a page, or send it to one.

        Once the person has decided, `approve` or `decline` makes the answer that sends the
        browser back to the wallet; that may be in another request and another process.
        """
        ...
