"""bbs-2023 through the roles alone: issuer, wallet and verifier, with DCQL and a status."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import presentation as p
import pytest
from bbs_roles import DID, FORM, KEY, METHOD
from embedded_lists import URI
from roles import Cast, MovableClock, authenticated
from vcdi_cards import CLAIMS, DAY, KEYS, NOW, TYPE

import krid
from krid import query
from krid.did import Did, DidDocument
from krid.did.compose import ListedKey, compose
from krid.errors import Code, KridError
from krid.exchange import IssuedCredential, PresentationResponse
from krid.issuer import Issuer
from krid.keys import Alg, PublicKey
from krid.model import (
    BEARER,
    NO_STATUS,
    Bearer,
    BitstringEntry,
    Check,
    CredentialQuery,
    HolderBinding,
    OrderedStatus,
)
from krid.net import Request
from krid.openid.vp.server import Completed
from krid.profiles import W3C
from krid.status import Bitstring, StatusLists
from krid.status.bitstring_credential import prepare_bitstring
from krid.status.fetch import Fetching
from krid.trust import DidTrust, KeyTrust, PinnedKey
from krid.vcdi import installed

PIN = krid.Pin("482915")
LIST_KEY = KEYS[Alg.EDDSA]
TRUST = KeyTrust(
    (
        PinnedKey(key=KEY.public_key, issuer=DID),
        PinnedKey(key=LIST_KEY.public_key, issuer=DID),
    )
)
SUBJECT = "credentialSubject"
ENTRY = BitstringEntry(uri=URI, index=7, purpose="revocation")


def issue(holder: PublicKey | Bearer, status: OrderedStatus = NO_STATUS) -> IssuedCredential:
    issuer = Issuer(
        DID,
        signer=KEY,
        profile=W3C,
        key_id=METHOD,
        formats=(FORM,),
        clock=MovableClock(NOW),
    )
    return issuer.issue(
        "ldp_vc", type=TYPE, claims=CLAIMS, holder=holder, lifetime=365 * DAY, status=status
    )


def wanted(binding: HolderBinding = HolderBinding.REQUIRED) -> CredentialQuery:
    return query.ldp_vc(
        "card",
        types=[(f"https://w3id.org/citizenship#{TYPE}",)],
        claims=[(SUBJECT, "givenName")],
        holder=binding,
    )


def make_wallet(path: Path) -> krid.Wallet:
    return krid.Wallet.create(path / "w.db", unlock=PIN, trust=TRUST, clock=MovableClock(NOW))


def make_verifier(**changes: Any) -> krid.Verifier:
    words = {"trust": TRUST, "profile": W3C, "formats": None, "clock": MovableClock(NOW)}
    return Cast().make_verifier(**(words | changes))


def answer(kept: krid.Wallet, verifier: krid.Verifier, asked: CredentialQuery) -> Any:
    request = verifier.request(asked, purpose="Open an account")
    found = kept.match(authenticated(request))
    assert isinstance(found, krid.Matched)
    return found.minimum.choices["card"][0], kept.present(found.consent(to=found.minimum))


@pytest.mark.parametrize("binding", HolderBinding)
def test_issuer_wallet_verifier(binding: HolderBinding, tmp_path: Path) -> None:
    verifier = make_verifier()
    with make_wallet(tmp_path) as kept:
        bound = binding is HolderBinding.REQUIRED
        kept.add(issue(kept.new_key() if bound else BEARER))
        choice, response = answer(kept, verifier, wanted(binding))
    assert (SUBJECT, "familyName") in choice.withheld
    assert (SUBJECT, "birthCountry") in choice.always
    assert isinstance(response, PresentationResponse)
    (raw,) = response.presentations["card"]
    assert b"familyName" not in raw
    verified = verifier.verify(response)["card"]
    subject: Any = verified.claims[SUBJECT]
    told = {name: each for name, each in subject.items() if name not in {"id", "type"}}
    assert told == {"givenName": "Gildong", "birthCountry": "Arcadia"}
    assert (verified.holder is not None) is bound
    assert verified.signer.bbs_key == KEY.public_key
    assert Check.HOLDER in {each.check for each in verified.evidence}


def test_two_answers_have_nothing_in_common_but_what_they_show(tmp_path: Path) -> None:
    verifier = make_verifier()
    with make_wallet(tmp_path) as kept:
        kept.add(issue(BEARER))
        raws = [
            answer(kept, verifier, wanted(HolderBinding.NOT_REQUIRED))[1].presentations["card"][0]
            for _ in range(2)
        ]
    first, second = (json.loads(raw)["proof"] for raw in raws)
    assert first.pop("proofValue") != second.pop("proofValue")
    assert first == second
    assert "created" not in first
    assert all(json.loads(raw)["validFrom"] == "2026-06-01T00:00:00Z" for raw in raws)


def test_an_answer_for_one_session_serves_in_no_other(tmp_path: Path) -> None:
    verifier = make_verifier()
    asked = wanted(HolderBinding.NOT_REQUIRED)
    with make_wallet(tmp_path) as kept:
        kept.add(issue(BEARER))
        _, response = answer(kept, verifier, asked)
    later = verifier.request(asked, purpose="Open an account")
    replayed = PresentationResponse(later.state, response.presentations)
    with pytest.raises(KridError) as refused:
        verifier.verify(replayed)
    assert refused.value.code is Code.DI_PRESENTATION_HEADER


def test_a_card_of_nobody_does_not_answer_who_wants_a_holder(tmp_path: Path) -> None:
    with make_wallet(tmp_path) as kept:
        kept.add(issue(BEARER))
        request = make_verifier().request(wanted(), purpose="Open an account")
        assert isinstance(kept.match(authenticated(request)), krid.NoMatch)


@pytest.mark.parametrize("revoked", [False, True])
def test_a_status_is_always_shown_and_looked_up(revoked: bool, tmp_path: Path) -> None:
    statuses = Bitstring.zeros(1)
    token = prepare_bitstring(
        statuses.with_value(7, 1, size=1) if revoked else statuses,
        uri=URI,
        purposes=["revocation"],
        issuer=DID,
        alg=LIST_KEY.alg,
        now=NOW,
        lifetime=timedelta(days=1),
    ).sign_with(LIST_KEY)
    lists = StatusLists(Fetching({URI: token.encode()}.__getitem__), issuers=TRUST)
    verifier = make_verifier(status=lists)
    with make_wallet(tmp_path) as kept:
        kept.add(issue(BEARER, ENTRY))
        _, response = answer(kept, verifier, wanted(HolderBinding.NOT_REQUIRED))
    if revoked:
        with pytest.raises(KridError) as refused:
            verifier.verify(response)
        assert refused.value.code is Code.STATUS_REVOKED
    else:
        assert verifier.verify(response)["card"].status == (ENTRY,)


def test_over_openid4vp(tmp_path: Path) -> None:
    bank = p.Bank(trust=TRUST, profile=W3C)
    with make_wallet(tmp_path) as kept:
        kept.add(issue(kept.new_key()))
        begun = bank.begin(wanted())
        sent = p.Visit(bank, kept, p.phone(formats=frozenset({"ldp_vc"}))).answer(begun)
    result = bank.outcome(begun, sent)
    assert isinstance(result, Completed)
    assert result.verified["card"].format == "ldp_vc"


def test_over_openid4vp_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank that lacks it refuses the answer, and its own log says what to install."""
    bank = p.Bank(trust=TRUST, profile=W3C)

    def arriving(request: Request) -> Request:
        if b"response=" in (request.body or b""):
            monkeypatch.setattr(installed, "find_spec", {"pyld": object()}.get)
        return request

    wire = p.Wire(bank, arriving)
    with make_wallet(tmp_path) as kept:
        kept.add(issue(kept.new_key()))
        begun = bank.begin(wanted())
        with pytest.raises(KridError):
            p.Visit(bank, kept, p.phone(formats=frozenset({"ldp_vc"}))).answer(begun, wire)
    reply = wire.replies[-1]
    assert reply.status == 400
    assert reply.refusal is not None
    assert (reply.refusal.code, reply.refusal.detail) == (Code.DI_EXTRA, "pip install 'krid[bbs]'")
    assert p.refused_for(bank.outcome(begun)) is Code.DI_EXTRA


def test_a_key_in_the_document_of_a_did(tmp_path: Path) -> None:
    """An issuer's did:web lists its key of BBS beside another, each under its own name."""
    did = "did:web:mois.example"
    listed = [ListedKey("bbs", KEY.public_key), ListedKey("lists", LIST_KEY.public_key)]
    document = DidDocument.from_members(compose(did, listed), did=Did.parse(did))

    class Resolver:
        def resolve(self, asked: str) -> SimpleNamespace:
            assert asked == did
            return SimpleNamespace(document=document)

    trust = DidTrust(frozenset({did}), Resolver())
    words: dict[str, Any] = {"profile": W3C, "formats": (FORM,), "clock": MovableClock(NOW)}
    card: dict[str, Any] = {
        "type": TYPE,
        "claims": CLAIMS,
        "holder": BEARER,
        "lifetime": DAY,
        "status": NO_STATUS,
    }
    verifier = make_verifier(trust=trust)
    with krid.Wallet.create(
        tmp_path / "w.db", unlock=PIN, trust=trust, clock=MovableClock(NOW)
    ) as kept:
        kept.add(Issuer(did, signer=KEY, key_id="#bbs", **words).issue("ldp_vc", **card))
        _, response = answer(kept, verifier, wanted(HolderBinding.NOT_REQUIRED))
        verified = verifier.verify(response)["card"]
        assert verified.signer.path == f"assertion key #bbs of {did}"
        with pytest.raises(KridError) as refused:
            kept.add(Issuer(did, signer=KEY, key_id="#lists", **words).issue("ldp_vc", **card))
        assert refused.value.code is Code.DID_KEY_TYPE
