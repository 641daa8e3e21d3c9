"""Applications in front of an office's own source of credentials."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, assert_never, final

from krid.errors import ContentError
from krid.openid.vci.server import CredentialOrder, CredentialSource, Denied, Later, News
from krid.openid.vci.server.ports import Decision
from krid.web.applications.book import Application, ApplicationBook, Stand
from krid.web.issuer import Tickets
from krid.web.issuer.records import DeskRecords

APPLICATION: Final = "application:"
"""What the subject of an order starts with where an application stands behind it."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSource:
    """The port `CredentialSource`: applications by their stand, everything else as `source` says.

    An approved application becomes a ticket of the office when the wallet asks, so that a ticket's
    short life begins then; of two requests at once, one is told to ask again. `interval` is how
    long wallets wait before they ask again.
    """

    source: CredentialSource
    book: ApplicationBook
    tickets: Tickets
    records: DeskRecords
    interval: timedelta

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:
        """Name the credentials of one kind."""
        return self.source.datasets(subject, configuration)

    def decide(self, order: CredentialOrder) -> Decision:
        """Say what to sign, or that a clerk has not looked yet, or has refused."""
        if not order.subject.startswith(APPLICATION):
            return self.source.decide(order)
        found = self.book.find(order.subject)
        if found is None:
            return Denied()
        match found.stand:
            case Stand.WAITING:
                return Later(self.interval)
            case Stand.REFUSED:
                return Denied()
            case Stand.APPROVED:
                return self._approved(order, found)
            case _ as never:
                assert_never(never)

    def told(self, news: News) -> None:
        """Tell the office's source, by the ticket that an application became."""
        if not news.subject.startswith(APPLICATION):
            self.source.told(news)
            return
        found = self.book.find(news.subject)
        if found is not None and found.ticket:
            self.source.told(replace(news, subject=found.ticket))

    def _approved(self, order: CredentialOrder, found: Application) -> Decision:
        ticket = found.ticket
        if not ticket:
            if not self.book.may_settle(order.subject):
                return Later(self.interval)
            try:
                ticket = self._ticket(found)
            except ContentError:
                return Denied()
        decision = self.source.decide(replace(order, subject=ticket))
        # Not before: a ticket that an outage kept from use is too old when the wallet asks again.
        self.book.settle(order.subject, found, ticket)
        return decision

    def _ticket(self, found: Application) -> str:
        """Hand a ticket out, or raise `register.*` for who may have none any more."""
        ticket = self.tickets.hand_out(found.person_id, replaces=False)
        self.records.begin(ticket, found.person_id)
        return ticket
