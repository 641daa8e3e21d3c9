"""Alternatives, several cards and cards without a holder's proof, over OpenID4VP."""

from collections.abc import Iterator
from dataclasses import replace

import presentation as p
import pytest
from presentation import Bank, Wire

from krid import query
from krid.errors import Code, KridError
from krid.exchange import AuthenticatedRequest, PresentationResponse, ResponseMode
from krid.model import BEARER, NO_STATUS, CredentialQuery, HolderBinding
from krid.net import run
from krid.openid import vp
from krid.openid.vp import wallet
from krid.openid.vp.server import Begun, Completed
from krid.sdjwt import sd
from krid.wallet import Matched, Selection, Wallet

TICKET = "urn:example:ticket"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallet]:
    with p.make_wallet(tmp_path_factory.mktemp("wallet")) as made:
        made.add(
            p.issuer().issue_sdjwt(
                vct=p.VCT,
                claims={"name": sd("Seong Chunhyang"), "address": sd("Namwon")},
                holder=made.new_key(),
                lifetime=p.DAY,
                status=NO_STATUS,
            )
        )
        made.add(
            p.issuer().issue_sdjwt(
                vct=TICKET,
                claims={"row": sd("7")},
                holder=BEARER,
                lifetime=p.DAY,
                status=NO_STATUS,
            )
        )
        yield made


def every(matched: Matched) -> Selection:
    """Choose each card that answers, once."""
    return Selection(
        {
            query_id: tuple({each.card_id: each for each in offered}.values())
            for query_id, offered in matched.candidates.items()
        }
    )


def read(bank: Bank, begun: Begun, wire: Wire) -> AuthenticatedRequest:
    return run(wallet.read_request(p.phone(policy=bank.setup.policy), begun.link), wire)


def answered(bank: Bank, begun: Begun, kept: Wallet, *, all_cards: bool = False) -> Completed:
    wire = Wire(bank)
    asked = read(bank, begun, wire)
    matched = kept.match(asked)
    assert isinstance(matched, Matched)
    chosen = every(matched) if all_cards else matched.minimum
    sent = run(wallet.send(asked, kept.present(matched.consent(to=chosen))), wire)
    result = bank.outcome(begun, sent)
    assert isinstance(result, Completed), result
    return result


def test_several_cards_answer_one_query(kept: Wallet) -> None:
    bank = Bank()
    begun = bank.begin(replace(p.card(), multiple=True))
    verified = answered(bank, begun, kept, all_cards=True).verified
    names = {each.claims["name"] for each in verified.every("card")}
    assert names == {p.NAME, "Seong Chunhyang"}


def test_one_of_several_cards_authorises(kept: Wallet) -> None:
    bank = Bank()
    pay = vp.encode_transaction(p.PAY, {"amount": "1"}, credential_ids=["card"])
    begun = bank.begin(replace(p.card(), multiple=True), transactions=[pay])
    verified = answered(bank, begun, kept, all_cards=True).verified
    assert [each.transactions for each in verified.every("card")] == [(pay,), ()]


def test_one_of_two_formats_answers(kept: Wallet) -> None:
    bank = Bank()
    asked = query.any_of(p.licence(), p.card("name", "address"))
    begun = bank.verifier.begin(
        asked,
        query.optional(query.sdjwt("other", vct="urn:example:other", claims=["x"])),
        purpose="Open an account",
        journey=vp.server.Journey.SAME_DEVICE,
    )
    assert set(answered(bank, begun, kept).verified) == {"licence"}


def bearer(vct: str = TICKET, claim: str = "row") -> CredentialQuery:
    return query.sdjwt("card", vct=vct, claims=[claim], holder=HolderBinding.NOT_REQUIRED)


def test_a_card_is_shown_without_a_proof_of_its_holder(kept: Wallet) -> None:
    bank = Bank()
    verified = answered(bank, bank.begin(bearer()), kept).verified
    assert verified["card"].holder is None
    assert verified["card"].claims["row"] == "7"


def test_a_card_with_a_holder_proves_it_all_the_same(kept: Wallet) -> None:
    bank = Bank()
    verified = answered(bank, bank.begin(bearer(p.VCT, "name")), kept).verified
    assert verified["card"].holder is not None


def test_nothing_is_authorised_without_a_proof_of_the_holder() -> None:
    bank = Bank()
    pay = vp.encode_transaction(p.PAY, {"amount": "1"}, credential_ids=["card"])
    with pytest.raises(KridError) as error:
        bank.begin(bearer(), transactions=[pay])
    assert error.value.code is Code.TRANSACTION_CREDENTIAL


def test_without_a_proof_of_the_holder_there_must_be_a_state() -> None:
    """Nothing else ties the answer to the request (section 5.3)."""
    bank = Bank(policy=p.plain(), identity=p.BY_ADDRESS, mode=ResponseMode.DIRECT_POST)
    begun = bank.begin(bearer())
    head, _, state = begun.link.rpartition("&state=")
    assert head
    link = head + state[state.index("&") :] if "&" in state else head
    with pytest.raises(KridError) as error:
        run(wallet.read_request(p.phone(policy=p.plain()), link), Wire(bank))
    assert error.value.code is Code.REQUEST_SYNTAX


def test_more_cards_than_asked_for_are_refused(kept: Wallet) -> None:
    bank = Bank(policy=p.plain(), mode=ResponseMode.DIRECT_POST)
    begun, wire = bank.begin(), Wire(bank)
    asked = read(bank, begun, wire)
    answer = p.agree(kept, asked)
    twice = PresentationResponse(answer.state, {"card": answer.presentations["card"] * 2})
    with pytest.raises(KridError):
        run(wallet.send(asked, twice), wire)
    assert wire.replies[-1].refusal is not None
    assert wire.replies[-1].refusal.code is Code.QUERY_MULTIPLE
