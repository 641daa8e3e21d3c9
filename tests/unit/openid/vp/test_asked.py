"""Requests as they are written down: read back whole, and nothing of one is in another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import presentation as p
import pytest

from krid import query
from krid._core import limits, strict_json
from krid.errors import Code, KridError, StatusError
from krid.exchange import PresentationRequest, ResponseMode
from krid.jose import Enc
from krid.keys import Curve, LocalKey, jwk
from krid.model import (
    Attestation,
    Check,
    CredentialQuery,
    Evidence,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    StatusEntry,
    StatusReference,
)
from krid.net import run
from krid.openid.oauth.store import new_secret
from krid.openid.vp import transaction_data, wallet
from krid.openid.vp.server import Journey, VerifierTransport, asked
from krid.openid.vp.server.begin import Wish, fresh_request
from krid.openid.vp.server.records import Pending
from krid.profiles import HAIP_PRESENTATION
from krid.sdjwt import sd
from krid.wallet import Wallet

BANK = p.Bank()
PAY = transaction_data.encode(p.PAY, {"amount": "100"}, credential_ids=["card"])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallet]:
    with p.make_wallet(tmp_path_factory.mktemp("wallet")) as made:
        yield made


def fresh(bank: p.Bank = BANK, *, purpose: str = "Open an account", **changes: Any) -> Any:
    wish = Wish(query=query.of(p.card()), purpose=purpose, **changes)
    return fresh_request(
        bank.setup,
        wish,
        state=new_secret(bank.setup.entropy),
        mode=bank.setup.mode,
        origin=None,
    )


def back(request: PresentationRequest, key: LocalKey | None, bank: p.Bank = BANK) -> Any:
    written = strict_json.loads_object(strict_json.dumps(asked.encode_request(request)))
    return asked.decode_request(written, None if key is None else key.public_key, bank.setup)


def test_it_comes_back_as_it_was() -> None:
    request, key = fresh(transactions=(PAY,))
    told = Attestation("registration_cert", "a.b.c", frozenset({"card"}))
    request = replace(request, attestations=(told,))
    assert back(request, key) == request


def test_of_a_page_too() -> None:
    wish = Wish(query=query.of(p.card()), purpose="Open an account")
    request, key = fresh_request(
        BANK.setup, wish, state="s", mode=ResponseMode.DC_API_JWT, origin=p.BANK
    )
    assert back(request, key) == request


def test_the_same_question_is_read_once_and_lends_nothing() -> None:
    asked._known_asked.cache_clear()
    pairs = [fresh(), fresh(transactions=(PAY,)), fresh()]
    assert [back(*pair) for pair in pairs] == [request for request, _ in pairs]
    assert asked._known_asked.cache_info().misses == 1
    assert len({back(*pair).nonce for pair in pairs}) == 3
    assert len({back(*pair).delivery.key.key for pair in pairs}) == 3


def test_a_long_question_is_not_kept() -> None:
    request, key = fresh(purpose="x" * limits.MAX_CACHED_ASKED_CHARS)
    asked._known_asked.cache_clear()
    assert back(request, key) == request
    assert asked._known_asked.cache_info().currsize == 0


def test_what_is_refused_is_not_kept() -> None:
    asked._known_asked.cache_clear()
    with pytest.raises(KridError):
        asked.decode_request({"asked": "{}", "nonce": "n", "state": "s"}, None, BANK.setup)
    assert asked._known_asked.cache_info().currsize == 0


NARROWER = [
    ({"modes": frozenset({ResponseMode.DC_API_JWT})}, (), Code.REQUEST_MODE),
    ({"encs": ()}, (), Code.REQUEST_ENCRYPTION),
    ({}, (), Code.TRANSACTION_TYPE),
]


@pytest.mark.parametrize(("policy", "types", "code"), NARROWER, ids=["mode", "enc", "type"])
def test_a_known_question_is_held_to_the_setup_of_now(
    policy: dict[str, Any], types: tuple[Any, ...], code: Code
) -> None:
    request, key = fresh(transactions=(PAY,))
    assert back(request, key) == request
    narrower = p.Bank(transaction_types=types)
    object.__setattr__(narrower.setup, "policy", replace(HAIP_PRESENTATION, **policy))
    with pytest.raises(KridError) as error:
        back(request, key, narrower)
    assert error.value.code is code


def test_the_best_encryption_of_now_is_taken() -> None:
    bank = p.Bank()
    request, key = fresh(bank)
    object.__setattr__(bank.setup, "policy", replace(HAIP_PRESENTATION, encs=(Enc.A256GCM,)))
    assert back(request, key, bank).delivery.key.encs == (Enc.A256GCM,)


@pytest.mark.parametrize(
    "change",
    [
        {"response_mode": "dc_api.jwt"},
        {"response_mode": "carrier pigeon"},
        {"response_uri": "http://bank.example"},
        {"dcql_query": {}},
        {"encs": "A128GCM"},
        {"client_id": 1},
    ],
)
def test_what_krid_did_not_write_is_refused(change: dict[str, Any]) -> None:
    request, key = fresh()
    written = asked.encode_request(request)
    inner = strict_json.loads_object(str(written["asked"]).encode()) | change
    written["asked"] = strict_json.dumps(inner).decode()
    with pytest.raises(KridError):
        asked.decode_request(written, key.public_key, BANK.setup)


def test_a_sealed_request_has_a_key_and_no_other_has() -> None:
    request, key = fresh()
    with pytest.raises(KridError) as error:
        back(request, None)
    assert error.value.code is Code.PRESENTATION_RECORD
    open_bank = p.Bank(mode=ResponseMode.DIRECT_POST, policy=p.plain())
    request, _ = fresh(open_bank)
    assert back(request, None, open_bank) == request
    with pytest.raises(KridError) as error:
        back(request, key, open_bank)
    assert error.value.code is Code.PRESENTATION_RECORD


def test_a_record_with_another_private_half_is_refused() -> None:
    request, key = fresh()
    pending = Pending.begun(request, Journey.SAME_DEVICE, "browser", key)
    assert Pending.decode(pending.encode(), BANK.setup) == pending
    record = strict_json.loads_object(pending.encode())
    other = jwk.encode_private(LocalKey.generate_on(Curve.P256))
    record["key"] = {**record["key"], "d": other["d"]}  # type: ignore[dict-item]
    with pytest.raises(KridError) as error:
        Pending.decode(strict_json.dumps(record), BANK.setup)
    assert error.value.code is Code.KEY_POINT


class Fickle:
    """Trust that may be taken back."""

    def __init__(self) -> None:
        self.now: IssuerKeys = p.CARDS

    def find(self, hint: IssuerHint, *, now: Any) -> IssuerKey:
        return self.now.find(hint, now=now)


class Revocable:
    """A status that is taken back."""

    def __init__(self) -> None:
        self.is_revoked = False

    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: Any) -> Evidence:
        if self.is_revoked:
            raise StatusError(Code.STATUS_REVOKED)
        return Evidence(Check.STATUS, "holds")


def refusal(bank: p.Bank, kept: Wallet, *asked: CredentialQuery) -> Code | None:
    """Answer a new request, and tell why it was refused."""
    begun = bank.begin(*asked)
    try:
        p.Visit(bank, kept, p.phone(clock=bank.clock)).answer(begun)
    except KridError:
        return p.refused_for(bank.outcome(begun))
    return None


def test_what_is_kept_believes_nobody_who_is_believed_no_more(kept: Wallet) -> None:
    trust = Fickle()
    bank = p.Bank(trust=trust)
    assert refusal(bank, kept) is None
    trust.now = p.VERIFIERS
    assert refusal(bank, kept) is Code.TRUST_UNKNOWN_ISSUER


def test_what_is_kept_believes_no_card_that_was_revoked(kept: Wallet) -> None:
    vct = "urn:example:revocable"
    kept.add(
        p.issuer().issue_sdjwt(
            vct=vct,
            claims={"name": sd(p.NAME)},
            holder=kept.new_key(),
            lifetime=p.DAY,
            status=StatusReference(f"{p.STATE}/status/1", 7),
        )
    )
    status = Revocable()
    bank, wanted = p.Bank(status=status), query.sdjwt("card", vct=vct, claims=("name",))
    assert refusal(bank, kept, wanted) is None
    status.is_revoked = True
    assert refusal(bank, kept, wanted) is Code.STATUS_REVOKED


def test_what_is_kept_believes_no_card_that_has_expired(kept: Wallet) -> None:
    bank = p.Bank()
    assert refusal(bank, kept) is None
    bank.clock.moment += 2 * p.DAY
    assert refusal(bank, kept) is Code.SDJWT_EXPIRED


def test_what_is_kept_does_not_outlive_a_request(kept: Wallet) -> None:
    bank = p.Bank()
    assert refusal(bank, kept) is None
    begun = bank.begin()
    asking = run(wallet.read_request(p.phone(), begun.link), p.Wire(bank))
    sending = next(wallet.send(asking, p.agree(kept, asking)))
    bank.clock.moment += timedelta(minutes=6)
    reply = VerifierTransport(p.HOST, bank.verifier).send(sending)
    assert reply.status == 400
