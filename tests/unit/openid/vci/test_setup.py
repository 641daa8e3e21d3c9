"""An issuer that contradicts itself is refused when it is made, and describes itself truly."""

from dataclasses import replace
from typing import Any

import pytest
from issuance import CARD_CERTIFICATE, CARD_KEY, HAIP_WITH_NONCES, SUBJECT, Town

from krid.errors import Code, KridError
from krid.openid.oauth import Call, ServerMetadata
from krid.openid.vci import GrantType, IssuerMetadata
from krid.openid.vci.server import (
    CredentialIssuer,
    MetadataSigner,
    NoStatuses,
    RequiredTxCode,
    TypedCode,
)
from krid.profiles import HAIP_ISSUANCE, OPENID4VCI


def misuse(action: Any) -> str:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is Code.MISUSE_OPTION
    return error.value.detail


def test_an_issuer_that_contradicts_itself() -> None:
    town = Town()
    card = town.setup.offerings["card"]
    bare = replace(card, configuration=replace(card.configuration, scope=None))
    cases: list[dict[str, Any]] = [
        {"batch_size": 0},
        {"batch_size": 257},
        {"anonymous_grant": True, "policy": HAIP_ISSUANCE},
        {"offerings": {"card": replace(card, type="x")}},
        {"offerings": {"card": bare}, "policy": replace(OPENID4VCI, scope_required=True)},
        {"policy": replace(OPENID4VCI, key_attestation_required=True)},
    ]
    for changes in cases:
        assert misuse(lambda changes=changes: replace(town.setup, **changes))
    with pytest.raises(KridError) as error:
        replace(town.setup, identifier="http://mois.example")
    assert error.value.code is Code.ISSUANCE_METADATA


def test_offers_that_can_not_be_made() -> None:
    town = Town()
    for names in ([], ["x"], ["card", "card"]):
        misuse(
            lambda names=names: town.issuer.offer_authorization(subject=None, configurations=names)
        )
    town.remade(policy=replace(OPENID4VCI, grants=frozenset({GrantType.PRE_AUTHORIZED_CODE})))
    misuse(lambda: town.issuer.offer_authorization(subject=None, configurations=["card"]))
    with pytest.raises(KridError) as error:
        town.issuer.offer_pre_authorized(
            subject=SUBJECT,
            configurations=["card"],
            tx_code=RequiredTxCode(TypedCode(b"\xff")),
        )
    assert error.value.code is Code.OFFER_TX_CODE
    for nothing in (None, "1234"):
        with pytest.raises(KridError) as error:
            town.issuer.offer_pre_authorized(
                subject=SUBJECT,
                configurations=["card"],
                tx_code=nothing,  # type: ignore[arg-type]
            )
        assert error.value.code is Code.MISUSE_TYPE


def test_an_issuer_below_a_path() -> None:
    town = Town()
    tenant = CredentialIssuer(replace(town.setup, identifier="https://mois.example/tenant"))
    call = Call("GET", "/.well-known/openid-credential-issuer/tenant")
    issuer = "https://mois.example/tenant"
    metadata = IssuerMetadata.parse(tenant.answer(call).body, issuer=issuer)
    assert metadata.nonce_endpoint == f"{issuer}/nonce"
    assert tenant.answer(Call("POST", "/tenant/nonce")).status == 200
    assert tenant.answer(Call("POST", "/nonce")).status == 404
    assert "/tenant/token" in tenant.paths
    assert tenant.paths[-1] == "/tenant/offers/"


def test_metadata_are_signed_for_who_asks() -> None:
    signing = MetadataSigner(signer=CARD_KEY, certificates=(CARD_CERTIFICATE.der,))
    issuer = Town(metadata_signer=signing).issuer
    path = "/.well-known/openid-credential-issuer"
    for fields, kind in (
        ((), "application/json"),
        ((("Accept", "*/*"),), "application/json"),
        ((("Accept", "text/html"), ("accept", "Application/JWT;q=0.9")), "application/jwt"),
    ):
        reply = issuer.answer(Call("GET", path, headers=fields))
        assert reply.headers["Content-Type"] == kind


def described(town: Town) -> ServerMetadata:
    call = Call("GET", "/.well-known/oauth-authorization-server")
    return ServerMetadata.parse(town.issuer.answer(call).body, issuer="https://mois.example")


def test_a_server_says_what_it_does() -> None:
    plain, strict = described(Town()), described(Town(HAIP_WITH_NONCES))
    assert plain.token_auth_methods is not None
    assert "none" in plain.token_auth_methods
    assert strict.token_auth_methods is not None
    assert "none" not in strict.token_auth_methods
    assert strict.push_required
    assert strict.challenge_endpoint == "https://mois.example/challenge"
    without = described(Town().remade(people=None))
    assert (without.authorization_endpoint, without.response_types) == (None, None)


def test_no_status_is_an_allotment_too() -> None:
    from krid.model import NO_STATUS, StatusReference
    from krid.openid.vci.server import CredentialOrder

    order = CredentialOrder(
        subject="a", configuration="b", dataset="c", claims=(), count=1, transaction_id=None
    )
    assert NoStatuses().allot(order) is NO_STATUS
    NoStatuses().give_back(StatusReference("https://a.example", 1))
