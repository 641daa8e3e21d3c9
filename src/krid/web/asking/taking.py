"""A page that offers cards to a wallet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import final

from krid.openid.vci.server import NO_TX_CODE, CredentialIssuer
from krid.web.platform import Page
from krid.web.platform.wallets import WalletAddress, WalletLink, with_wallet
from krid.web.platform.words import qr_svg


@final
@dataclass(frozen=True, slots=True)
class Taken:
    """One offer as a page shows it; `name` says what it brings where there are several."""

    link: str = field(repr=False)
    qr: str = field(repr=False)
    wallets: tuple[WalletLink, ...] = field(repr=False)
    name: str = ""


def make_offer(
    issuer: CredentialIssuer,
    subject: str,
    configurations: tuple[str, ...],
    wallets: Iterable[WalletAddress],
    *,
    name: str = "",
) -> Taken:
    """Offer credentials to whoever has just proved who they are, without a code to type."""
    made = issuer.offer_pre_authorized(
        subject=subject, configurations=configurations, tx_code=NO_TX_CODE
    )
    link = issuer.publish(made).to_uri()
    opened = tuple(with_wallet(each, "offer", link) for each in wallets)
    return Taken(link, qr_svg(link), opened, name)


def taking_page(title: str, lead: str, *offers: Taken, back: str) -> Page:
    """Show offers; `title` and `lead` are keys of texts, `back` is a path."""
    return Page("take_card.html", {"title": title, "lead": lead, "offers": offers, "back": back})
