"""What a town is built on: hosts, database, clock, chance, and the way between applications."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, final

from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.net import NoNetwork, PlainLoopback
from krid.openid.oauth import IssuanceStore
from krid.openid.vci.server import Client
from krid.status import StatusLists
from krid.web.platform import Check, CookieRule, Platform, Rates
from krid.web.platform.settings import CookieKey, Log
from krid.web.platform.wallets import WalletAddress

if TYPE_CHECKING:
    from datetime import datetime

    from krid.model import Evidence, IssuerKey, IssuerKeys, StatusEntry
    from krid.wallet import KeyGuard


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a town is built on. The hosts are such as `issuer.localhost:8701`.

    `guard` is what the wallet asks for before a new card of the state is used.
    """

    issuer: str
    bank: str
    wallet: str
    residents: str
    police: str
    shop: str
    licence: str
    database: str
    folder: Path
    store: IssuanceStore = field(repr=False)
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    timer: Callable[[], float] = field(repr=False)
    log: Log = field(repr=False)
    guard: "KeyGuard"
    rates: Rates = field(default=Rates(), repr=False)
    checks: tuple[Check, ...] = field(default=(), repr=False)

    @property
    def loopback(self) -> PlainLoopback:
        """The way from one application to another: by plain HTTP on this machine."""
        hosts = [self.issuer, self.bank, self.residents, self.shop, self.wallet, self.licence]
        return PlainLoopback(hosts, beyond=NoNetwork())

    @property
    def wallets(self) -> tuple[WalletAddress, ...]:
        """The wallets that open by an address."""
        return (WalletAddress("wallet.browser", f"http://{self.wallet}"),)

    @property
    def wallet_client(self) -> Client:
        """The town's wallet as issuers know it; its browser comes back to this machine."""
        return Client(id="krid-wallet", redirect_uris=(f"http://{self.wallet}/authorized",))

    def platform(self, name: str) -> Platform:
        """Make what an application needs from outside."""
        return Platform(
            name=name,
            key=CookieKey(self.entropy(32)),
            cookies=CookieRule.PLAIN_LOOPBACK,
            clock=self.clock,
            entropy=self.entropy,
            timer=self.timer,
            log=self.log,
            rates=self.rates,
        )


@final
@dataclass(frozen=True, slots=True)
class FreshLists:
    """A `StatusSource` that fetches a list for every look, so that a demonstration shows at once
    what has changed. It does not notice a list that is older than one before.
    """  # noqa: D205  one sentence

    ground: Ground
    issuers: "IssuerKeys" = field(repr=False)

    def check(self, entry: "StatusEntry", *, issuer: "IssuerKey", now: "datetime") -> "Evidence":
        """Look a status up in a list that was fetched just now.

        Raises:
            KridError: as `StatusLists.check`.
        """
        lists = StatusLists(self.ground.loopback, issuers=self.issuers)
        return lists.check(entry, issuer=issuer, now=now)
