"""What the pages of an offer share: who offers what, and what the key needs."""

from krid.wallet import GuardSet, Wallet, needs
from krid.web.platform import Visit
from krid.web.platform.words import display_name
from krid.web.wallet.faces import format_words, title
from krid.web.wallet.issuers import Offered, phone_key


def offer_values(offered: Offered, visit: Visit) -> dict[str, object]:
    """Return who offers what, as pages show it."""
    metadata, address = offered.counterpart.metadata, offered.offer.issuer
    return {
        "issuer": display_name(metadata.display, visit.language) or address,
        "address": address.removeprefix("https://"),
        "kinds": [_kind(offered, name, visit) for name in offered.offer.configurations],
    }


def needed_for(offered: Offered, wallet: Wallet) -> GuardSet:
    """Return what the key that the issuer knows needs; a new key needs nothing yet."""
    known = phone_key(wallet, offered.offer.issuer)
    return frozenset() if known is None else needs(wallet.guard_of(known))


def _kind(offered: Offered, name: str, visit: Visit) -> dict[str, str]:
    found = offered.counterpart.metadata.configurations.get(name)
    if found is None:
        return {"name": name, "format": ""}
    shown = None
    if found.metadata is not None:
        shown = display_name(found.metadata.display, visit.language)
    return {
        "name": shown or title(found.type or name, visit),
        "format": format_words(found.format),
    }
