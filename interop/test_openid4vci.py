"""A wallet made with @openid4vc/openid4vci 0.4 gets cards from krid's issuer over HTTPS."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from openid_town import DAY, DOCTYPE, VCT, Town

from krid._core import base64url
from krid.keys import Alg, LocalKey
from krid.mdoc import MdocFormat
from krid.model import AcceptedCredential
from krid.openid.vci import server
from krid.sdjwt import SdJwtVcFormat

Peer: TypeAlias = Callable[..., Any]
Private: TypeAlias = Callable[[LocalKey], dict[str, Any]]


def obtained(
    vci_peer: Peer, private: Private, town: Town, name: str, keys: list[LocalKey], **words: Any
) -> dict[str, Any]:
    dpop = LocalKey.generate(Alg.ES256) if words.pop("dpop", True) else None
    with town.issuing(dpop=dpop is not None) as issuer:
        offer = issuer.offer_pre_authorized(
            subject="account-1", configurations=(name,), tx_code=words.pop("tx_code", None)
        )
        found: dict[str, Any] = vci_peer(
            "obtain",
            offer=offer.to_uri(),
            keys=[private(key) for key in keys],
            dpop=None if dpop is None else private(dpop),
            **words,
        )
    return found


def accepted(town: Town, name: str, text: str) -> AcceptedCredential:
    if name == "card":
        return SdJwtVcFormat().accept(text.encode(), issuers=town.trust, now=town.now + DAY)
    raw = base64url.decode(text)
    return MdocFormat().accept(raw, issuers=town.trust, now=town.now + timedelta(minutes=1))


@pytest.mark.parametrize("dpop", [True, False])
@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peer_gets_cards_from_krid(
    vci_peer: Peer, private_jwk: Private, town: Town, name: str, *, dpop: bool
) -> None:
    keys = [LocalKey.generate(Alg.ES256) for _ in range(2)]
    found = obtained(vci_peer, private_jwk, town, name, keys, dpop=dpop)
    assert found["token"] == ("DPoP" if dpop else "Bearer")
    cards = [accepted(town, name, each) for each in found["credentials"]]
    assert {each.holder for each in cards} == {key.public_key for key in keys}
    assert {each.type for each in cards} == {VCT if name == "card" else DOCTYPE}
    assert town.register.news
    assert "POST /nonce" in found["seen"]


def test_the_peer_types_a_transaction_code(
    vci_peer: Peer, private_jwk: Private, refused: type[Exception], town: Town
) -> None:
    key = LocalKey.generate(Alg.ES256)
    required = server.RequiredTxCode(server.TypedCode(b"493536"))
    found = obtained(vci_peer, private_jwk, town, "card", [key], tx_code=required, code="493536")
    assert accepted(town, "card", found["credentials"][0]).holder == key.public_key
    with pytest.raises(refused, match="invalid_grant"):
        obtained(vci_peer, private_jwk, town, "card", [key], tx_code=required, code="000000")
