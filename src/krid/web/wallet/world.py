"""Whom the wallet talks to, and how: issuers by OpenID4VCI, verifiers by OpenID4VP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, final

from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, UnsupportedError
from krid.exchange import AuthenticatedRequest, PresentationResponse
from krid.model import IssuerKeys
from krid.net import Flow, HttpsUrl, Transport, run
from krid.openid import vp
from krid.openid.vci import wallet as issuance
from krid.openid.vp import wallet as presentation
from krid.profiles import HAIP_PRESENTATION
from krid.wallet import (
    AT_OPENING,
    Card,
    GuardSet,
    KeyGuard,
    Matched,
    NoMatch,
    Selection,
    Use,
    Wallet,
)
from krid.wallet.consent import Consent
from krid.web.wallet.issuers import Away, Granted, Issuers, Offered, WalletClient
from krid.web.wallet.later import ask_later

T = TypeVar("T")


class NearWay(Protocol):
    """The way back to a terminal close by, good for one answer."""

    def bring(self, response: PresentationResponse) -> None:
        """Bring what a person agreed to."""
        ...

    def decline(self) -> None:
        """Say that nothing is returned."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose sender is known, and what the wallet could answer.

    `chosen` is what the person picked, None for what discloses the least. `near` is the way back
    to a terminal close by, None where the answer goes over the network.
    """

    request: AuthenticatedRequest
    found: Matched | NoMatch
    chosen: Selection | None = field(default=None, repr=False)
    near: NearWay | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """The host that the answer goes to, and nothing that stands behind it.

        In proximity it goes to whoever proved this name.
        """
        if self.near is not None:
            return self.request.verifier
        return HttpsUrl.parse(self.request.request.response_uri).authority

    @property
    def selection(self) -> Selection:
        """What leaves when the person agrees; nothing where no card answers."""
        if not isinstance(self.found, Matched):
            return Selection({})
        return self.chosen or self.found.minimum

    @property
    def consent(self) -> Consent:
        """The person's agreement, once they have given it.

        Raises:
            UnsupportedError: `query.unanswered` where no card answers.
        """
        if not isinstance(self.found, Matched):
            raise UnsupportedError(Code.QUERY_UNANSWERED)
        return self.found.consent(to=self.selection)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The network, and who may ask. `for_browser` says where a browser finds an address.

    `cards` says whose word counts about cards that have ended; without it none is thrown away.
    `transaction_types` are what a person may be asked to authorise, such as `PAYMENT`: the page
    of a request shows all of it. A request with any other type is refused (`transaction.type`).
    `guards` says by the type of a card what a new key for it needs; the person may change it.
    `client` is what issuers know the wallet as whose own pages ask the person; without it, offers
    that need those are refused.
    """

    transport: Transport = field(repr=False)
    verifiers: IssuerKeys = field(repr=False)
    for_browser: Callable[[str], str] = field(repr=False)
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    cards: IssuerKeys | None = field(default=None, repr=False)
    transaction_types: tuple[vp.TransactionType, ...] = ()
    guards: Mapping[str, KeyGuard] = field(default_factory=dict)
    client: WalletClient | None = None

    @property
    def issuers(self) -> Issuers:
        """The issuers, whom cards come from."""
        return Issuers(
            transport=self.transport,
            clock=self.clock,
            entropy=self.entropy,
            cards=self.cards,
            guards=self.guards,
            client=self.client,
        )

    def entered(self, wallet: Wallet) -> None:
        """Do what the wallet does by itself each time that its person has opened it.

        It asks for new cards in the place of old ones, and then for those that were to come later,
        which need no others yet.

        Raises:
            StoreError: the wallet's file can't be written.
        """
        self.renewed(wallet)
        self.came(wallet)

    def offered(self, link: str) -> Offered:
        """Read an offer and ask its issuer who it is.

        Raises:
            KridError: as `krid.openid.vci.wallet.fetch_offer` and `discover`; `offer.grant` for
                an offer that needs a browser at the issuer's, without `client`.
        """
        return self.issuers.offered(link)

    def redeemed(self, offered: Offered, tx_code: str | None) -> issuance.Session:
        """Redeem an offer by its own code.

        Raises:
            KridError: as `krid.openid.vci.wallet.redeem_offer`.
        """
        return self.issuers.redeemed(offered, tx_code)

    def left(self, offered: Offered) -> tuple[Away, str]:
        """Begin at the issuer's pages; return what to know the answer by, and their address.

        Raises:
            KridError: as `krid.openid.vci.wallet.begin_authorization`.
        """
        away, address = self.issuers.left(offered)
        is_https = address.startswith("https://")
        return away, self.for_browser(address) if is_https else address

    def returned(self, away: Away, query: str) -> Granted:
        """Take the answer that a browser came back with, as it stands behind the question mark.

        Raises:
            KridError: as `krid.openid.vci.wallet.finish_authorization`.
        """
        return self.issuers.returned(away, query)

    def received(
        self, offered: Offered, session: issuance.Session, wallet: Wallet
    ) -> tuple[Card, ...]:
        """Fetch all credentials of an offer, verify and keep them, and tell the issuer.

        All of them are bound to one key, and what the same issuer gave before is: this key is
        what an issuer knows the phone by, so that it can replace a card. Cards that the issuer
        has revoked by then are thrown away. What the issuer will have later is written down in
        the wallet: see `came`.

        Its guard must be met, for `Offered.use`; that of a new key is set before a card is bound.

        Raises:
            KridError: as `krid.openid.vci.wallet.request_credentials`, `Wallet.add` and
                `Wallet.guards.signing`.
        """
        return self.issuers.received(offered, session, wallet)

    def came(self, wallet: Wallet) -> tuple[Card, ...]:
        """Ask again for cards that were to come later, and return those that came.

        Nobody is asked before the interval has passed that they said. That an issuer refuses is
        written down with what is waited for, and it is asked no more.

        Raises:
            StoreError: the wallet's file can't be written.
        """
        return ask_later(self.issuers, wallet)

    def renewed(self, wallet: Wallet, use: Use = AT_OPENING) -> tuple[Card, ...]:
        """Ask every issuer that renews cards whether there are new ones; return those that came.

        Cards whose keys need more than the person was verified by for the use are left out.
        An issuer that can't be asked now is asked the next time; one that renews no more is
        forgotten. The cards that came take the place of those that they renew.

        Raises:
            StoreError: the wallet's file can't be written.
        """
        return self.issuers.renewed(wallet, use)

    def needed_to_renew(self, wallet: Wallet) -> GuardSet:
        """Return all that the keys of cards that may be renewed need."""
        return self.issuers.needed_to_renew(wallet)

    def asked(self, link: str, wallet: Wallet) -> Asked:
        """Read a request, prove who sent it, and find what answers it.

        Raises:
            KridError: as `krid.openid.vp.wallet.read_request` and `Wallet.match`.
        """
        setup = presentation.WalletSetup(
            policy=HAIP_PRESENTATION,
            trust=self.verifiers,
            clients=None,
            clock=self.clock,
            entropy=self.entropy,
            transaction_types=self.transaction_types,
        )
        try:
            request = self._run(presentation.read_request(setup, link))
        except vp.RequestRefusedError as refusal:
            self._run(presentation.refuse(refusal))
            raise
        return Asked(request, wallet.match(request))

    def answered(self, asked: Asked, wallet: Wallet) -> str | None:
        """Send what the person agreed to, and return where the browser goes, None for nowhere.

        Raises:
            KridError: as `Wallet.present` and `krid.openid.vp.wallet.send`.
        """
        response = wallet.present(asked.consent)
        if asked.near is not None:
            asked.near.bring(response)
            return None
        return self._way_on(self._run(presentation.send(asked.request, response)))

    def declined(self, asked: Asked) -> str | None:
        """Tell the verifier that it gets nothing, and return where the browser goes."""
        if asked.near is not None:
            asked.near.decline()
            return None
        return self._way_on(self._run(presentation.refuse(asked.request)))

    def _way_on(self, sent: presentation.Sent) -> str | None:
        if sent.open is None or not sent.open.startswith("https://"):
            return sent.open
        return self.for_browser(sent.open)

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self.transport)
