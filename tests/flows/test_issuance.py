"""Whole issuances in memory: both grants, both formats, with and without a profile."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from issuance import (
    CARD_CERTIFICATE,
    CARD_KEY,
    CARDS,
    HAIP_WITH_NONCES,
    ISSUER,
    NOW,
    SUBJECT,
    Town,
    new_keys,
)

import krid
from krid._core import strict_json
from krid.errors import Code, KridError, MalformedError
from krid.keys import Curve, LocalKey
from krid.mdoc.format import MdocFormat
from krid.net import Response, run
from krid.openid.vci import CredentialOffer, Event, GrantType, IssuancePolicy, TxCode, wallet
from krid.openid.vci.server import Lifetimes, MetadataSigner, RequiredTxCode, Sealing, TypedCode
from krid.profiles import HAIP_ISSUANCE, OPENID4VCI
from krid.sdjwt.format import SdJwtVcFormat

POLICIES = [OPENID4VCI, HAIP_ISSUANCE, HAIP_WITH_NONCES]
FORMATS: dict[str, Any] = {"card": SdJwtVcFormat(), "licence": MdocFormat()}


def received(outcome: Any) -> wallet.Received:
    assert isinstance(outcome, wallet.Received)
    return outcome


def holders(town: Town, outcome: wallet.Received) -> list[Any]:
    found = FORMATS[outcome.configuration]
    return [
        found.accept(each.raw, issuers=CARDS, now=town.clock.now()).holder
        for each in outcome.credentials
    ]


@pytest.mark.parametrize("policy", POLICIES, ids=["plain", "haip", "nonces"])
@pytest.mark.parametrize("name", ["card", "licence"])
@pytest.mark.parametrize("grant", ["offer", "browser"])
def test_a_batch_is_issued(policy: IssuancePolicy, name: str, grant: str) -> None:
    town, keys = Town(policy), new_keys(3)
    session = town.session(name) if grant == "offer" else town.by_browser(name)
    flow = wallet.request_credentials(town.wallet, session, name, keys=keys)
    outcome = received(town.run(flow))
    assert holders(town, outcome) == [key.public_key for key in keys]
    assert outcome.notification_id is not None
    town.run(wallet.notify(town.wallet, session, outcome.notification_id, Event.ACCEPTED))
    town.run(wallet.notify(town.wallet, session, outcome.notification_id, Event.ACCEPTED))
    assert [(news.subject, news.event) for news in town.register.news] == [
        (SUBJECT, Event.ACCEPTED)
    ]
    assert town.statuses.given == ([1, 2, 3] if name == "card" else [])
    assert town.left() == {"access", "refresh", "notification"}


@pytest.mark.parametrize("policy", POLICIES, ids=["plain", "haip", "nonces"])
def test_both_sides_are_sealed(policy: IssuancePolicy) -> None:
    key = LocalKey.generate_on(Curve.P256)
    sealing = Sealing(key=key, requests_required=True, responses_required=True)
    town = Town(policy, sealing=sealing)
    session = town.session("card")
    flow = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(2))
    assert len(received(town.run(flow)).credentials) == 2
    assert town.wire.requests[-1].headers["Content-Type"] == "application/jwt"
    assert town.wire.responses[-1].media_type == "application/jwt"


def test_an_offer_goes_by_link_and_by_reference() -> None:
    town = Town()
    offer = town.offer("card", "licence")
    assert run(wallet.fetch_offer(offer.to_uri()), town.wire) == offer
    reference = town.issuer.publish(offer)
    assert run(wallet.fetch_offer(reference.to_uri(scheme="haip-vci://")), town.wire) == offer


def test_a_transaction_code_is_typed() -> None:
    town = Town()
    required = RequiredTxCode(TypedCode(b"4935"), TxCode(length=4, description="By letter"))
    offer = town.offer(tx_code=required)
    assert offer.pre_authorized is not None
    assert offer.pre_authorized.tx_code == required.description
    found = town.discovered()
    with pytest.raises(KridError) as error:
        town.run(wallet.redeem_offer(town.wallet, found, offer, tx_code="0000"))
    assert (error.value.code, error.value.detail) == (Code.OAUTH_REFUSED, "invalid_grant")
    session = town.run(wallet.redeem_offer(town.wallet, found, offer, tx_code="4935"))
    flow = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1))
    received(town.run(flow))


def test_a_transaction_code_can_not_be_guessed() -> None:
    town = Town()
    offer = town.offer(tx_code=RequiredTxCode(TypedCode(b"4935")))
    found = town.discovered()
    for _ in range(5):
        with pytest.raises(KridError):
            town.run(wallet.redeem_offer(town.wallet, found, offer, tx_code="0000"))
    with pytest.raises(KridError) as error:
        town.run(wallet.redeem_offer(town.wallet, found, offer, tx_code="4935"))
    assert error.value.detail == "invalid_grant"
    assert town.left() == set()


def test_an_offer_binds_the_browser_to_its_person() -> None:
    town = Town()
    offer = town.issuer.offer_authorization(subject=SUBJECT, configurations=["card"])
    assert offer.authorization_code is not None
    session = town.by_browser(issuer_state=offer.authorization_code.issuer_state)
    assert town.people.asked[-1].subject == SUBJECT
    flow = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1))
    received(town.run(flow))


@pytest.mark.parametrize("subject", ["somebody else", None])
def test_an_offer_is_for_nobody_else(subject: str | None) -> None:
    town = Town()
    offer = town.issuer.offer_authorization(subject=SUBJECT, configurations=["card"])
    assert offer.authorization_code is not None
    found = town.discovered(GrantType.AUTHORIZATION_CODE)
    state = offer.authorization_code.issuer_state
    step = town.run(wallet.begin_authorization(town.wallet, found, ["card"], issuer_state=state))
    back = town.browse(step.url, subject=subject)
    with pytest.raises(KridError) as error:
        town.run(wallet.finish_authorization(town.wallet, step.pending, back))
    assert error.value.code is Code.OAUTH_DENIED
    assert town.left() == {"issuer_state"}


def test_without_scopes_the_wallet_asks_by_details() -> None:
    town = Town()
    card = town.setup.offerings["card"]
    bare = replace(card, configuration=replace(card.configuration, scope=None))
    town.remade(offerings={"card": bare})
    town.register.sets = ("new", "old")
    session = town.by_browser("card")
    assert session.tokens.details[0].identifiers == ("card-new", "card-old")
    for dataset, expected in ((None, "card-new"), ("card-old", "card-old")):
        flow = wallet.request_credentials(
            town.wallet, session, "card", keys=new_keys(1), dataset=dataset
        )
        received(town.run(flow))
        assert town.register.orders[-1].dataset == expected


def test_part_of_an_offer_is_redeemed() -> None:
    town = Town()
    offer = town.offer("card", "licence")
    flow = wallet.redeem_offer(
        town.wallet, town.discovered(), offer, tx_code=None, configurations=["licence"]
    )
    session = town.run(flow)
    assert [each.configuration for each in session.tokens.details] == ["licence"]
    asked = wallet.request_credentials(town.wallet, session, "licence", keys=new_keys(1))
    received(town.run(asked))
    refused = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1))
    with pytest.raises(KridError) as error:
        town.run(refused)
    assert error.value.detail == "insufficient_scope"


def test_each_of_two_kinds_has_its_dataset() -> None:
    town, names = Town(), ["card", "licence"]
    flow = wallet.redeem_offer(
        town.wallet, town.discovered(), town.offer(*names), tx_code=None, configurations=names
    )
    session = town.run(flow)
    for name in names:
        asked = wallet.request_credentials(town.wallet, session, name, keys=new_keys(1))
        received(town.run(asked))
        assert town.register.orders[-1].dataset == f"{name}-resident"


@pytest.mark.parametrize("policy", POLICIES, ids=["plain", "haip", "nonces"])
@pytest.mark.parametrize("sealed", [False, True])
def test_an_issuance_is_deferred(policy: IssuancePolicy, sealed: bool) -> None:
    key = LocalKey.generate_on(Curve.P256)
    sealing = Sealing(key=key, requests_required=False, responses_required=False)
    town, keys = Town(policy, sealing=sealing if sealed else None), new_keys(2)
    town.register.waiting = 2
    session = town.session("card")
    outcome = town.run(wallet.request_credentials(town.wallet, session, "card", keys=keys))
    assert isinstance(outcome, wallet.Deferred)
    assert outcome.interval == timedelta(hours=1)
    town.clock.moment += timedelta(hours=1)
    session = town.run(wallet.refresh(town.wallet, session))
    again = town.run(wallet.ask_again(town.wallet, session, outcome))
    assert again == outcome
    done = received(town.run(wallet.ask_again(town.wallet, session, again)))
    assert holders(town, done) == [key.public_key for key in keys]
    with pytest.raises(KridError) as error:
        town.run(wallet.ask_again(town.wallet, session, again))
    assert error.value.detail == "invalid_transaction_id"
    assert "transaction" not in town.left()


def test_a_deferred_issuance_may_end_in_no() -> None:
    from krid.openid.vci.server import Denied

    town = Town()
    town.register.waiting = 1
    session = town.session("card")
    outcome = town.run(wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1)))
    town.register.decision = Denied()
    with pytest.raises(KridError) as error:
        town.run(wallet.ask_again(town.wallet, session, outcome))
    assert error.value.detail == "credential_request_denied"
    assert "transaction" not in town.left()


@pytest.mark.parametrize("policy", POLICIES, ids=["plain", "haip", "nonces"])
def test_cards_are_issued_anew_by_a_refresh_token(policy: IssuancePolicy) -> None:
    town = Town(policy)
    session = town.session("card")
    for _ in range(2):
        town.clock.moment += timedelta(minutes=30)
        session = town.run(wallet.refresh(town.wallet, session))
        flow = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1))
        received(town.run(flow))


@pytest.mark.parametrize("policy", POLICIES, ids=["plain", "haip", "nonces"])
def test_a_session_goes_on_after_the_process_has_ended(policy: IssuancePolicy) -> None:
    town = Town(policy)
    grant, begun = (
        (GrantType.PRE_AUTHORIZED_CODE, town.session("card"))
        if GrantType.PRE_AUTHORIZED_CODE in policy.grants
        else (GrantType.AUTHORIZATION_CODE, town.by_browser("card"))
    )
    kept = wallet.KeptSession.of(begun, grant)
    assert begun.tokens.access_token not in repr(kept)
    raw = kept.encode()
    assert wallet.KeptSession.decode(raw) == kept
    town.clock.moment += timedelta(hours=1)
    session = town.run(wallet.go_on(town.wallet, wallet.KeptSession.decode(raw)))
    session = town.run(wallet.refresh(town.wallet, session))
    flow = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1))
    assert len(received(town.run(flow)).credentials) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"grant": "password"},
        {"grant": ["password"]},
        {"grant": {}},
        {"issuer": 1},
        {"tokens": None},
    ],
)
def test_what_was_kept_is_read_with_care(change: dict[str, object]) -> None:
    town = Town()
    kept = wallet.KeptSession.of(town.session("card"), GrantType.PRE_AUTHORIZED_CODE)
    raw = strict_json.dumps({**strict_json.loads_object(kept.encode()), **change})  # type: ignore[dict-item]
    with pytest.raises(MalformedError) as caught:
        wallet.KeptSession.decode(raw)
    assert caught.value.code is Code.OAUTH_RESPONSE


def test_no_refresh_tokens_where_none_are_wanted() -> None:
    town = Town(lifetimes=Lifetimes(refresh=timedelta(0)))
    session = town.session("card")
    assert session.tokens.refresh_token is None
    with pytest.raises(KridError) as error:
        town.run(wallet.refresh(town.wallet, session))
    assert error.value.code is Code.OAUTH_GRANT


def test_metadata_are_signed() -> None:
    signing = MetadataSigner(signer=CARD_KEY, certificates=(CARD_CERTIFICATE.der,))
    town = Town(HAIP_ISSUANCE, metadata_signer=signing)
    town.wallet = replace(
        town.wallet,
        metadata_trust=CARDS,
        policy=replace(HAIP_ISSUANCE, signed_metadata_required=True),
    )
    found = town.discovered()
    assert found.vouched is not None
    assert "Invented root" in found.vouched
    assert found.metadata == town.issuer.metadata


def test_keys_are_vouched_for_without_signing() -> None:
    town = Town(HAIP_ISSUANCE)
    card = town.setup.offerings["card"]
    only = {"attestation": card.configuration.proofs["attestation"]}
    town.remade(
        offerings={"card": replace(card, configuration=replace(card.configuration, proofs=only))}
    )
    keys = new_keys(4)
    session = town.session("card")
    flow = wallet.request_credentials(town.wallet, session, "card", keys=keys)
    assert holders(town, received(town.run(flow))) == [key.public_key for key in keys]


def test_a_card_for_whoever_has_it() -> None:
    town = Town()
    card = town.setup.offerings["card"]
    unbound = replace(card.configuration, proofs={}, binding_methods=())
    town.remade(offerings={"card": replace(card, configuration=unbound)})
    session = town.session("card")
    outcome = received(town.run(wallet.request_credentials(town.wallet, session, "card", keys=())))
    assert holders(town, outcome) == [None]


def test_the_wallet_keeps_what_it_verified(tmp_path: Path) -> None:
    town = Town()
    with krid.Wallet.create(
        tmp_path / "wallet.db", unlock=krid.Pin("246813"), trust=CARDS, clock=town.clock
    ) as kept:
        keys = [kept.signer(kept.new_key()) for _ in range(2)]
        session = town.by_browser("card")
        flow = wallet.request_credentials(town.wallet, session, "card", keys=keys)
        for each in received(town.run(flow)).credentials:
            kept.add(each)
        assert len(kept.cards()) == 2


def test_a_used_nonce_is_fetched_anew() -> None:
    """The first nonce is spoilt on its way, so that the issuer asks for another one."""
    town = Town()
    session = town.session("card")
    spoilt: list[str] = []

    def change(url: str, response: Response) -> Response:
        if url == f"{ISSUER}/nonce" and not spoilt:
            spoilt.append("once")
            return replace(response, body=response.body.replace(b'":"', b'":"A'))
        return response

    town.wire.change = change
    flow = wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1))
    received(town.run(flow))
    assert [r.url for r in town.wire.requests].count(f"{ISSUER}/nonce") == 2


def test_nothing_secret_is_shown() -> None:
    town = Town(HAIP_ISSUANCE)
    session = town.session("card")
    outcome = received(
        town.run(wallet.request_credentials(town.wallet, session, "card", keys=new_keys(1)))
    )
    shown = repr((session, outcome, town.setup, town.wallet, town.issuer, town.store))
    shown += repr((town.register.orders, town.wire.requests, town.wire.responses))
    for secret in (session.tokens.access_token, session.tokens.refresh_token, SUBJECT):
        assert str(secret) not in shown
    assert outcome.credentials[0].text[:40] not in shown


def test_offers_read_as_they_were_written() -> None:
    town = Town()
    offer = town.offer("card", tx_code=RequiredTxCode(TypedCode(b"1"), TxCode(length=1)))
    assert CredentialOffer.parse(offer.encode()) == offer
    assert town.clock.now() == NOW


def test_an_issuer_in_a_database(tmp_path: Path) -> None:
    """Two processes are one issuer when they share the store and the key of the nonces."""
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")
    from krid.openid.oauth.sql_store import SqlIssuanceStore

    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/issuance.db")
    store = SqlIssuanceStore(engine)
    store.create_tables()
    town = Town(HAIP_WITH_NONCES, store=store)
    town.register.waiting = 1
    session, keys = town.by_browser("card"), new_keys(3)
    later = town.run(wallet.request_credentials(town.wallet, session, "card", keys=keys))
    town.remade(store=SqlIssuanceStore(engine))
    session = town.run(wallet.refresh(town.wallet, session))
    done = received(town.run(wallet.ask_again(town.wallet, session, later)))
    assert holders(town, done) == [key.public_key for key in keys]
    engine.dispose()
