"""Credential offers, as links and as JSON: what is read is written and read again."""

from krid.errors import KridError
from krid.openid.vci import CredentialOffer, OfferReference, read_offer_uri


def target(data: bytes) -> None:
    """Read an offer in both forms; nothing but KridError may come out."""
    try:
        offer = CredentialOffer.parse(data)
    except KridError:
        pass
    else:
        if read_offer_uri(offer.to_uri()) != offer:
            raise AssertionError("an offer changed in its link")
    try:
        found = read_offer_uri(data.decode("latin-1"))
    except KridError:
        return
    if isinstance(found, OfferReference) and read_offer_uri(found.to_uri()) != found:
        raise AssertionError("a reference changed in its link")
