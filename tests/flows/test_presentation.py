"""Whole presentations over OpenID4VP in memory: every kind of name, every way of an answer."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import postgres
import presentation as p
import pytest
from presentation import Bank, Visit, Wire, refused_for

from krid import query
from krid.did import Resolver
from krid.errors import Code, KridError
from krid.exchange import ResponseMode, Standing
from krid.keys import Alg, LocalKey, multikey
from krid.model import Attestation
from krid.net import NoNetwork, run
from krid.openid import vp
from krid.openid.oauth import Kind
from krid.openid.oauth.refusal import OauthError
from krid.openid.vp import wallet
from krid.openid.vp.known import ListedClients, VerifierDids
from krid.openid.vp.parameters import KnownClient
from krid.openid.vp.server import (
    Completed,
    Declined,
    Identity,
    Journey,
    Waiting,
)
from krid.trust import KeyTrust
from krid.wallet import Wallet


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallet]:
    with p.make_wallet(tmp_path_factory.mktemp("wallet")) as made:
        yield made


def name_of(result: object, query_id: str = "card") -> object:
    assert isinstance(result, Completed), result
    claims = result.verified[query_id].claims
    return claims["name"] if query_id == "card" else claims[p.SPACE]["name"]  # type: ignore[index]


def test_on_one_device_the_browser_that_comes_back_gets_the_answer(kept: Wallet) -> None:
    bank = Bank()
    begun = bank.begin(p.card(), p.licence())
    sent = Visit(bank, kept).answer(begun)
    assert sent.open is not None
    assert sent.open.startswith(f"{p.PAGE}?response_code=")
    assert isinstance(bank.outcome(begun), Waiting)
    result = bank.outcome(begun, sent)
    assert name_of(result) == name_of(result, "licence") == p.NAME


def test_with_two_devices_the_session_that_began_gets_the_answer(kept: Wallet) -> None:
    bank = Bank(page=None)
    begun = bank.begin(journey=Journey.CROSS_DEVICE)
    assert isinstance(bank.outcome(begun), Waiting)
    assert Visit(bank, kept).answer(begun).open is None
    assert name_of(bank.outcome(begun)) == p.NAME
    with pytest.raises(KridError) as error:
        bank.outcome(begun)
    assert error.value.code is Code.SESSION_UNKNOWN


def test_who_asks_is_shown(kept: Wallet) -> None:
    bank = Bank()
    asked = run(wallet.read_request(p.phone(), bank.begin().link), Wire(bank))
    assert asked.standing is Standing.CERTIFICATE
    assert asked.standing.is_signed
    assert asked.request.client_id == p.BY_HASH.client_id
    assert asked.request.purpose == "Open an account"
    assert kept.match(asked).request == asked


DID_KEY = LocalKey.generate(Alg.ES256)


def did() -> str:
    return f"did:key:{multikey.encode(DID_KEY.public_key)}"


PLAIN = p.plain()
ATTESTER_KEY = LocalKey.generate(Alg.ES256)
ATTESTER = "https://attester.example"


def attestation(**changes: object) -> str:
    words: dict[str, object] = {
        "issuer": ATTESTER,
        "subject": "bank",
        "key": p.BANK_KEY.public_key,
        "now": p.NOW,
        "lifetime": p.DAY,
        "addresses": (p.ANSWERS,),
    }
    return vp.prepare_attestation(ATTESTER_KEY, **(words | changes)).sign_with(ATTESTER_KEY)  # type: ignore[arg-type]


def test_a_did_asks(kept: Wallet) -> None:
    name = did()
    identity = Identity.by_did(name, DID_KEY, fragment=name.removeprefix("did:key:"))
    bank = Bank(identity=identity, policy=PLAIN)
    with Resolver.standard() as resolver:
        setup = p.phone(policy=PLAIN, trust=VerifierDids(frozenset({name}), resolver))
        begun = bank.begin()
        asked = run(wallet.read_request(setup, begun.link), Wire(bank))
    assert (asked.verifier, asked.standing) == (name, Standing.DID)
    sent = run(wallet.send(asked, p.agree(kept, asked)), Wire(bank))
    assert name_of(bank.outcome(begun, sent)) == p.NAME


def test_an_attested_verifier_asks(kept: Wallet) -> None:
    identity = Identity.by_attestation("bank", p.BANK_KEY, attestation())
    bank = Bank(identity=identity, policy=PLAIN, mode=ResponseMode.DIRECT_POST)
    setup = p.phone(policy=PLAIN, trust=KeyTrust.of(ATTESTER_KEY.public_key, issuer=ATTESTER))
    begun = bank.begin()
    asked = run(wallet.read_request(setup, begun.link), Wire(bank))
    assert (asked.verifier, asked.standing) == ("bank", Standing.ATTESTATION)
    sent = run(wallet.send(asked, p.agree(kept, asked)), Wire(bank))
    assert name_of(bank.outcome(begun, sent)) == p.NAME


def test_a_registered_verifier_asks(kept: Wallet) -> None:
    bank = Bank(identity=Identity.registered("the-bank", p.BANK_KEY), policy=PLAIN)
    known = ListedClients({"the-bank": KnownClient(addresses=frozenset({p.ANSWERS}))})
    trust = KeyTrust.of(p.BANK_KEY.public_key, issuer="the-bank")
    setup = p.phone(policy=PLAIN, trust=trust, clients=known)
    begun = bank.begin()
    asked = run(wallet.read_request(setup, begun.link), Wire(bank))
    assert (asked.verifier, asked.standing) == ("the-bank", Standing.REGISTERED)
    sent = run(wallet.send(asked, p.agree(kept, asked)), Wire(bank))
    assert name_of(bank.outcome(begun, sent)) == p.NAME


@pytest.mark.parametrize("mode", [ResponseMode.DIRECT_POST, ResponseMode.DIRECT_POST_JWT])
def test_a_verifier_asks_that_is_nothing_but_an_address(kept: Wallet, mode: ResponseMode) -> None:
    bank = Bank(identity=p.BY_ADDRESS, policy=PLAIN, mode=mode)
    setup = p.phone(policy=PLAIN)
    begun = bank.begin(p.card(), p.licence())
    asked = run(wallet.read_request(setup, begun.link), Wire(bank))
    assert (asked.verifier, asked.standing) == (p.HOST, Standing.ADDRESS)
    assert not asked.standing.is_signed
    sent = run(wallet.send(asked, p.agree(kept, asked)), Wire(bank))
    assert name_of(bank.outcome(begun, sent), "licence") == p.NAME


def test_a_host_asks_by_get(kept: Wallet) -> None:
    bank = Bank(identity=p.BY_HOST, policy=PLAIN)
    setup = p.phone(policy=PLAIN)
    begun = bank.begin()
    link = begun.link.replace("&request_uri_method=post", "")
    wire = Wire(bank)
    asked = run(wallet.read_request(setup, link), wire)
    assert wire.requests[0].method == "GET"
    assert (asked.verifier, asked.standing) == (p.HOST, Standing.CERTIFICATE)
    sent = run(wallet.send(asked, p.agree(kept, asked)), wire)
    assert name_of(bank.outcome(begun, sent)) == p.NAME


def test_a_wallet_has_its_request_sealed(kept: Wallet) -> None:
    bank = Bank()
    setup, begun, wire = p.phone(seals_requests=True), bank.begin(), Wire(bank)
    asked = run(wallet.read_request(setup, begun.link), wire)
    assert wire.replies[0].body.count(b".") == 4
    sent = run(wallet.send(asked, p.agree(kept, asked)), wire)
    assert name_of(bank.outcome(begun, sent)) == p.NAME


def test_an_answer_comes_in_the_fragment(kept: Wallet) -> None:
    identity = Identity.by_address(p.PAGE)
    bank = Bank(identity=identity, policy=PLAIN, mode=ResponseMode.FRAGMENT)
    begun = bank.begin(p.card(), p.licence())
    wire = Wire(bank)
    asked = run(wallet.read_request(p.phone(policy=PLAIN), begun.link), wire)
    sent = run(wallet.send(asked, p.agree(kept, asked)), wire)
    assert not wire.requests
    assert sent.open is not None
    address, _, fragment = sent.open.partition("#")
    assert address == p.PAGE
    result = bank.verifier.complete_fragment(begun.secret, fragment)
    assert name_of(result) == name_of(result, "licence") == p.NAME


def test_a_person_declines(kept: Wallet) -> None:
    bank = Bank()
    begun, wire = bank.begin(), Wire(bank)
    asked = run(wallet.read_request(p.phone(), begun.link), wire)
    sent = run(wallet.refuse(asked), wire)
    assert sent.open is not None
    assert bank.outcome(begun, sent) == Declined("access_denied")
    assert kept.history() is not None


def test_what_a_verifier_sends_along_arrives() -> None:
    sent = Attestation("registration_cert", "e30", frozenset({"card"}))
    identity = Identity.by_certificate(p.BANK_KEY, [p.LEAF.der], attestations=[sent])
    bank = Bank(identity=identity)
    asked = run(wallet.read_request(p.phone(), bank.begin().link), Wire(bank))
    assert asked.asker.attestations == (sent,)


def pay(*ids: str, hash_algs: tuple[str, ...] | None = None) -> Any:
    return vp.encode_transaction(
        p.PAY, {"amount": "10 EUR"}, credential_ids=ids or ("card",), hash_algs=hash_algs
    )


@pytest.mark.parametrize("hash_algs", [None, ("sha-256",), ("sha-512", "sha3-256"), ("sha-384",)])
def test_a_transaction_is_authorised(kept: Wallet, hash_algs: tuple[str, ...] | None) -> None:
    bank = Bank()
    wanted = pay(hash_algs=hash_algs)
    begun = bank.begin(transactions=[wanted])
    wire = Wire(bank)
    asked = run(wallet.read_request(p.phone(), begun.link), wire)
    assert [each.details["amount"] for each in asked.request.transactions] == ["10 EUR"]
    sent = run(wallet.send(asked, p.agree(kept, asked)), wire)
    result = bank.outcome(begun, sent)
    assert isinstance(result, Completed)
    assert result.verified["card"].transactions == (wanted,)
    assert (wanted.encoded,) in [each.authorised for each in kept.history()]


def test_one_of_two_credentials_authorises_a_transaction(kept: Wallet) -> None:
    bank = Bank()
    first = vp.encode_transaction(p.SIGN, {}, credential_ids=["licence", "card"])
    second = vp.encode_transaction(p.SIGN, {}, credential_ids=["licence"])
    third = vp.encode_transaction(p.PAY, {"amount": "1"}, credential_ids=["card"])
    begun = bank.begin(p.card(), p.licence(), transactions=[first, second, third])
    sent = Visit(bank, kept).answer(begun)
    result = bank.outcome(begun, sent)
    assert isinstance(result, Completed)
    assert result.verified["licence"].transactions == (first, second)
    assert result.verified["card"].transactions == (third,)


PROTOCOLS = list(vp.PageProtocol)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("mode", [ResponseMode.DC_API, ResponseMode.DC_API_JWT])
def test_a_page_asks_through_the_browser(
    kept: Wallet, protocol: vp.PageProtocol, mode: ResponseMode
) -> None:
    other = Identity.by_host(p.HOST, p.BANK_KEY, [p.LEAF.der])
    bank = Bank(policy=PLAIN, others=(other,))
    begun = bank.verifier.begin_page(
        query.of(p.card(), p.licence()),
        purpose="Open an account",
        origin=p.BANK,
        mode=mode,
        protocols=PROTOCOLS,
    )
    digital: Any = begun.argument["digital"]
    requests = {each["protocol"]: each["data"] for each in digital["requests"]}
    setup = p.phone(policy=PLAIN)
    asked = wallet.read_page_request(
        setup, protocol=protocol.value, data=requests[protocol.value], origin=p.BANK
    )
    wanted = Standing.ORIGIN if protocol is vp.PageProtocol.UNSIGNED else Standing.CERTIFICATE
    assert asked.standing is wanted
    assert asked.request.challenge.audience == f"origin:{p.BANK}"
    data = wallet.answer_page(asked, p.agree(kept, asked))
    assert ("response" in data) is mode.is_sealed
    result = bank.verifier.complete_page(begun.secret, data)
    assert name_of(result) == name_of(result, "licence") == p.NAME


def test_each_signature_has_its_own_attestations() -> None:
    sent = Attestation("registration_cert", "e30")
    other = Identity.by_host(p.HOST, p.BANK_KEY, [p.LEAF.der], attestations=[sent])
    bank = Bank(policy=PLAIN, others=(other,))
    begun = bank.verifier.begin_page(
        query.of(p.card()),
        purpose="Open an account",
        origin=p.BANK,
        mode=ResponseMode.DC_API,
        protocols=[vp.PageProtocol.MULTISIGNED],
    )
    digital: Any = begun.argument["digital"]
    data = digital["requests"][0]["data"]
    for prefix, wanted in ((vp.Prefix.X509_HASH, ()), (vp.Prefix.X509_SAN_DNS, (sent,))):
        setup = p.phone(policy=replace(PLAIN, prefixes=frozenset({prefix})))
        asked = wallet.read_page_request(
            setup, protocol="openid4vp-v1-multisigned", data=data, origin=p.BANK
        )
        assert asked.request.attestations == wanted


def test_a_link_may_hold_a_signed_request(kept: Wallet) -> None:
    bank = Bank(policy=PLAIN)
    link, wire = bank.begin().link.replace("&request_uri_method=post", ""), Wire(bank)
    run(wallet.read_request(p.phone(policy=PLAIN), link), wire)
    text = wire.replies[0].body.decode()
    whole = f"openid4vp://?client_id={quote(p.BY_HASH.client_id)}&request={text}"
    asked = run(wallet.read_request(p.phone(policy=PLAIN), whole), NoNetwork())
    assert p.agree(kept, asked).presentations.keys() == {"card"}


def test_an_answer_that_waits_too_long_is_refused_when_it_is_fetched(kept: Wallet) -> None:
    """The card has expired meanwhile: it is judged as of now."""
    bank = Bank(lifetimes=vp.server.Lifetimes(outcome=timedelta(days=3)))
    begun = bank.begin()
    sent = Visit(bank, kept).answer(begun)
    bank.clock.moment += timedelta(days=2)
    assert refused_for(bank.outcome(begun, sent)) is Code.SDJWT_EXPIRED


def test_a_wallet_declines_a_page() -> None:
    bank = Bank()
    begun = bank.verifier.begin_page(
        query.of(p.card()),
        purpose="Open an account",
        origin=p.BANK,
        mode=ResponseMode.DC_API_JWT,
        protocols=[vp.PageProtocol.SIGNED],
    )
    data = vp.page_refusal(OauthError.ACCESS_DENIED)
    assert bank.verifier.complete_page(begun.secret, data) == Declined("access_denied")


def many_at_once(kept: Wallet, banks: list[Bank], count: int) -> list[object]:
    """Let many wallets answer at one moment, each before another process of the one bank."""
    visits = [(banks[number % len(banks)], number) for number in range(count)]
    begun = [bank.begin(journey=Journey.CROSS_DEVICE) for bank, _ in visits]
    asked = [
        run(wallet.read_request(p.phone(), each.link), Wire(bank))
        for each, (bank, _) in zip(begun, visits, strict=True)
    ]
    assert len({each.request.nonce for each in asked}) == count
    answers = [p.agree(kept, each) for each in asked]
    results: dict[int, object] = {}

    def visit(number: int) -> None:
        elsewhere, third = banks[(number + 1) % len(banks)], banks[(number + 2) % len(banks)]
        run(wallet.send(asked[number], answers[number]), Wire(elsewhere))
        results[number] = third.outcome(begun[number])

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results.get(number) for number in range(count)]


def test_many_presentations_at_once_lose_none_and_mix_none(kept: Wallet) -> None:
    bank = Bank()
    results = many_at_once(kept, [bank], 200)
    assert [name_of(each) for each in results] == [p.NAME] * 200
    # Request objects are left till they end, and for seconds that each was answered.
    assert bank.store.kinds(now=bank.clock.now()) == {  # type: ignore[attr-defined]
        Kind.REQUEST_OBJECT: 200,
        Kind.ATTEMPT: 200,
    }


def test_many_presentations_at_once_in_postgresql(kept: Wallet, postgres_url: str) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from krid.openid.oauth.sql_store import SqlIssuanceStore

    place = postgres.fresh(postgres_url)
    engines = [sqlalchemy.create_engine(place) for _ in range(3)]
    stores = [SqlIssuanceStore(each) for each in engines]
    stores[0].create_tables()
    results = many_at_once(kept, [Bank(store=each) for each in stores], 60)
    assert [name_of(each) for each in results] == [p.NAME] * 60
    for engine in engines:
        engine.dispose()


def test_an_answer_across_devices_is_four_statements(kept: Wallet, tmp_path: Path) -> None:
    """It is found, counted, used up, and kept."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from krid.openid.oauth.sql_store import SqlIssuanceStore

    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'vp.db'}")
    store, asked = SqlIssuanceStore(engine), list[str]()
    store.create_tables()
    bank = Bank(store=store)
    begun = bank.begin(journey=Journey.CROSS_DEVICE)
    request = run(wallet.read_request(p.phone(), begun.link), Wire(bank))
    answer = p.agree(kept, request)
    sqlalchemy.event.listen(
        engine, "before_cursor_execute", lambda *given: asked.append(given[2].split()[0])
    )
    run(wallet.send(request, answer), Wire(bank))
    assert asked == ["SELECT", "INSERT", "DELETE", "INSERT"]
    assert name_of(bank.outcome(begun)) == p.NAME
    engine.dispose()


def test_processes_share_a_database(kept: Wallet, tmp_path: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from krid.openid.oauth.sql_store import SqlIssuanceStore

    stores = [
        SqlIssuanceStore(sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'vp.db'}"))
        for _ in range(3)
    ]
    stores[0].create_tables()
    first, second, third = (Bank(store=store) for store in stores)
    begun = first.begin()
    sent = Visit(second, kept).answer(begun)
    assert name_of(third.outcome(begun, sent)) == p.NAME
    with pytest.raises(KridError) as error:
        first.outcome(begun, sent)
    assert error.value.code is Code.SESSION_UNKNOWN


def test_an_answer_that_waits_is_judged_when_it_is_fetched(kept: Wallet) -> None:
    bank = Bank(lifetimes=vp.server.Lifetimes(outcome=timedelta(hours=1)))
    begun = bank.begin()
    sent = Visit(bank, kept).answer(begun)
    bank.clock.moment += timedelta(minutes=50)
    assert name_of(bank.outcome(begun, sent)) == p.NAME
