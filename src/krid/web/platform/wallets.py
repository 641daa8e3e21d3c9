"""Wallets that open by an address, beside those that a QR code or an app's scheme opens."""

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class WalletAddress:
    """A wallet in a browser: the key of its name among the texts, and where it is."""

    name: str
    address: str


@final
@dataclass(frozen=True, slots=True)
class WalletLink:
    """A link that opens one wallet with an offer or a request."""

    name: str
    href: str


def with_wallet(wallet: WalletAddress, page: str, link: str) -> WalletLink:
    """Point a link at a wallet: what a wallet needs stands behind the question mark.

    >>> there = WalletAddress("wallet.browser", "https://wallet.example/")
    >>> with_wallet(there, "offer", "openid-credential-offer://?credential_offer_uri=x").href
    'https://wallet.example/offer?credential_offer_uri=x'
    """
    return WalletLink(wallet.name, f"{wallet.address.rstrip('/')}/{page}?{link.partition('?')[2]}")
