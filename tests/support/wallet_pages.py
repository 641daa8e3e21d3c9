"""A wallet in the browser with one card, a bank that asks it, and the person's authenticator."""

import html
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import presentation as p
from browsers import Visitor
from roles import MovableClock
from soft_authenticator import SoftAuthenticator

import krid
from krid._core.entropy import system_entropy
from krid.fido import RelyingParty, Synced
from krid.model import NO_STATUS
from krid.openid.vp import server
from krid.sdjwt import sd
from krid.store import Pin, PinCost, Vault
from krid.wallet import Guard, KeyGuard
from krid.web import CookieKey, CookieRule, OneWallet, Platform, World, wallet_app
from krid.web.platform import Rate, Rates

PIN, WRONG = "246813", "111111"
HOST = "wallet.localhost"
CHEAP = PinCost(memory_kib=7 * 1024, iterations=1, lanes=1)
PARTY = RelyingParty(HOST, name="A wallet", origins=(f"http://{HOST}",), synced=Synced.REFUSED)
FREE = Rate(1_000_000, 1_000_000)
_FORM = re.compile(r'<form [^>]*data-passkey="([a-z]+)" data-options="([^"]+)"')


@dataclass
class WalletPages:
    """The wallet's pages as a person with a browser meets them."""

    bank: p.Bank
    clock: MovableClock
    wallet: OneWallet
    phone: Visitor
    path: Path
    lines: list[Mapping[str, Any]]
    device: SoftAuthenticator = field(
        default_factory=lambda: SoftAuthenticator(origin=f"http://{HOST}")
    )

    def unlock(self, pin: str = PIN) -> Any:
        self.phone.get("/")
        return self.phone.post("/unlock", pin=pin, next="/")

    def touch(self, page: Any, kind: str = "get") -> str:
        """Let the authenticator answer what a page asks of it."""
        options = options_of(page, kind)
        return (self.device.create if kind == "create" else self.device.get)(options).decode()

    def add_device(self) -> Any:
        """Register the authenticator on the Security page."""
        page = self.phone.get("/security")
        page = self.phone.post("/security/passkeys", answer=self.touch(page, "create"))
        return self.phone.post(page.url.path, answer=self.touch(page), pin=PIN)

    def guard(self, name: str) -> Any:
        """Let the card ask for something else, where that asks for nothing."""
        (card,) = set(re.findall(r"/cards/([0-9a-f]+)", self.phone.get("/").text))
        self.phone.get(f"/cards/{card}")
        return self.phone.post(f"/cards/{card}/guard", guard=name)

    def asked(self) -> Any:
        """Let the bank ask, and open its request."""
        self.begun = self.bank.begin()
        self.phone.get("/add")
        return self.phone.post("/add", link=self.begun.link)

    def agree(self, page: Any, **form: str) -> Any:
        return self.phone.post(page.url.path, decision="agree", **form)

    @property
    def has_answer(self) -> bool:
        """Whether anything came to the bank."""
        return not isinstance(self.bank.outcome(self.begun), server.Waiting)

    @property
    def code(self) -> Any:
        """The code that the last answer was logged with."""
        return self.lines[-1].get("code")


def options_of(page: Any, kind: str = "get") -> Any:
    found = {name: json.loads(html.unescape(text)) for name, text in _FORM.findall(page.text)}
    return found[kind]


def wallet_pages(
    folder: Path, language: str = "en", guard: KeyGuard = Guard.FREE, **changes: Any
) -> WalletPages:
    """Make a wallet with one card; it is closed."""
    clock, path, lines = MovableClock(p.NOW), folder / "wallet.db", []  # type: ignore[var-annotated]
    Vault.create(path, pin=Pin(PIN), clock=clock, cost=CHEAP).close()
    with krid.Wallet.open(path, unlock=Pin(PIN), trust=p.CARDS, clock=clock) as kept:
        key, claims = kept.new_key(guard=guard), {"name": sd("Im Kkeokjeong")}
        issued = p.issuer().issue_sdjwt(
            vct=p.VCT, claims=claims, holder=key, lifetime=p.DAY, status=NO_STATUS
        )
        kept.add(issued)
    bank = p.Bank()
    words: dict[str, Any] = {"trust": p.CARDS, "clock": clock, "entropy": system_entropy}
    wallet = OneWallet(path, **(words | {"party": PARTY} | changes))
    world = World(
        transport=p.Wire(bank),
        verifiers=p.VERIFIERS,
        for_browser=str,
        clock=clock,
        entropy=system_entropy,
    )
    platform = Platform(
        name="wallet",
        key=CookieKey(bytes(32)),
        cookies=CookieRule.PLAIN_LOOPBACK,
        clock=clock,
        entropy=system_entropy,
        timer=time.perf_counter,
        log=lines.append,
        rates=Rates(reads=FREE, protocol=FREE, forms=FREE),
    )
    phone = Visitor(wallet_app(wallet, world, platform), language, HOST)
    return WalletPages(bank, clock, wallet, phone, path, lines)
