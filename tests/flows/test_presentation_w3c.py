"""W3C credentials over OpenID4VP: text, objects and CBOR travel as their formats have them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import presentation as p
import pytest
import vcdi_cards
from presentation import Bank, Wire
from roles import MovableClock
from w3c_cards import ISSUER, KEY, NOW, TRUST, TYPE

import krid
from krid import query
from krid.exchange import AuthenticatedRequest, IssuedCredential, ResponseMode
from krid.issuer import Issuer
from krid.keys import Alg
from krid.model import NO_STATUS, AnyType, ClaimQuery, CredentialQuery
from krid.net import run
from krid.openid import vp
from krid.openid.vp import wallet
from krid.openid.vp.response import response_members
from krid.openid.vp.server import Completed
from krid.profiles import W3C
from krid.sdjwt import sd
from krid.wallet import Wallet

FORMATS = ("vc+jwt", "vc+cose", "vc+sd-jwt", "jwt_vc_json")
MODES = (ResponseMode.DIRECT_POST, ResponseMode.DIRECT_POST_JWT)


def make_bank(mode: ResponseMode = ResponseMode.DIRECT_POST_JWT) -> Bank:
    bank = Bank(profile=W3C, trust=TRUST, policy=p.plain(), mode=mode)
    bank.clock.moment = NOW
    return bank


def make_phone(name: str) -> wallet.WalletSetup:
    return p.phone(policy=p.plain(), clock=MovableClock(NOW), formats=frozenset({name}))


def asking(name: str, claim: str = "family_name") -> CredentialQuery:
    return CredentialQuery("card", name, AnyType(), (ClaimQuery(("credentialSubject", claim)),))


def opened(path: Path, name: str) -> Wallet:
    clock = MovableClock(NOW)
    hidden: Any = sd if name == "vc+sd-jwt" else lambda value: value
    kept = Wallet.create(path / "w.db", unlock=krid.Pin("482915"), trust=TRUST, clock=clock)
    kept.add(
        Issuer(ISSUER, signer=KEY, profile=W3C, clock=clock).issue(
            name,
            type=TYPE,
            claims={
                "credentialSubject": {
                    "type": "Person",  # as SD-JWT something of a subject must stay
                    "family_name": hidden("Kim"),
                    "city": hidden("Seoul"),
                }
            },
            holder=kept.new_key(),
            lifetime=p.DAY,
            status=NO_STATUS,
        )
    )
    return kept


def check(result: object) -> None:
    assert isinstance(result, Completed), result
    card: Any = result.verified["card"]
    assert card.claims["credentialSubject"]["family_name"] == "Kim"
    assert card.holder is not None


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("mode", MODES)
def test_a_card_of_the_w3c_is_shown(name: str, mode: ResponseMode, tmp_path: Path) -> None:
    bank = make_bank(mode)
    begun, wire = bank.begin(asking(name)), Wire(bank)
    with opened(tmp_path, name) as kept:
        asked: AuthenticatedRequest = run(wallet.read_request(make_phone(name), begun.link), wire)
        sent = run(wallet.send(asked, p.agree(kept, asked)), wire)
    check(bank.outcome(begun, sent))


@pytest.mark.parametrize("name", FORMATS)
def test_a_card_of_the_w3c_is_shown_to_a_page(name: str, tmp_path: Path) -> None:
    bank = make_bank()
    begun = bank.verifier.begin_page(
        query.of(asking(name)),
        purpose="Name",
        origin=p.BANK,
        mode=ResponseMode.DC_API_JWT,
        protocols=[vp.PageProtocol.SIGNED],
    )
    digital: Any = begun.argument["digital"]
    given = digital["requests"][0]
    with opened(tmp_path, name) as kept:
        asked = wallet.read_page_request(
            make_phone(name), protocol=given["protocol"], data=given["data"], origin=p.BANK
        )
        data = wallet.answer_page(asked, p.agree(kept, asked))
    check(bank.verifier.complete_page(begun.secret, data))


@pytest.mark.parametrize("name", FORMATS)
def test_a_card_of_the_w3c_answers_one_session(name: str, tmp_path: Path) -> None:
    """What was signed for one session is refused in another."""
    bank = make_bank(ResponseMode.DIRECT_POST)
    first, second, wire = bank.begin(asking(name)), bank.begin(asking(name)), Wire(bank)
    setup = make_phone(name)
    with opened(tmp_path, name) as kept:
        asked = run(wallet.read_request(setup, first.link), wire)
        other = run(wallet.read_request(setup, second.link), wire)
        answer = p.agree(kept, asked)
    moved = type(answer)(other.request.state, answer.presentations)
    with pytest.raises(krid.KridError):
        run(wallet.send(other, moved), wire)
    refusal = wire.replies[-1].refusal
    assert refusal is not None
    assert refusal.code.value.split(".")[1] in {"nonce", "holder_nonce"}, refusal.code


@pytest.mark.parametrize("suite", [vcdi_cards.JCS, vcdi_cards.SD])
@pytest.mark.parametrize("mode", MODES)
def test_a_card_with_an_embedded_proof_is_an_object(
    suite: str, mode: ResponseMode, tmp_path: Path
) -> None:
    """Its presentation travels as JSON within JSON (appendix B.1.3.2)."""
    trust, formats = vcdi_cards.trust(), (vcdi_cards.format_of(None),)
    profile = replace(W3C, formats=W3C.formats | {"ldp_vc"}, algs=W3C.algs | {Alg.EDDSA})
    bank = Bank(profile=profile, trust=trust, policy=p.plain(), mode=mode, formats=formats)
    begun, wire = bank.begin(asking("ldp_vc", "givenName")), Wire(bank)
    with Wallet.create(
        tmp_path / "w.db",
        unlock=krid.Pin("482915"),
        trust=trust,
        formats=formats,
        clock=MovableClock(NOW),
    ) as kept:
        card = vcdi_cards.issue(suite, holder=kept.new_key())
        kept.add(IssuedCredential("ldp_vc", card))
        asked = run(wallet.read_request(make_phone("ldp_vc"), begun.link), wire)
        answer = p.agree(kept, asked)
        members = response_members(answer, asked.request)
        sent = run(wallet.send(asked, answer), wire)
    token: Any = members["vp_token"]
    assert isinstance(token["card"][0], dict)
    result = bank.outcome(begun, sent)
    assert isinstance(result, Completed), result
    assert result.verified["card"].holder is not None
