"""Credentials with embedded proofs through the roles, with a status, and over OpenID4VP."""

import json
from pathlib import Path

import presentation as p
import pytest
from roles import Cast, MovableClock, authenticated
from vcdi_cards import CLAIMS, DAY, KEYS, NOW, SD, TYPE, format_of, trust

import krid
from krid import query
from krid.exchange import IssuedCredential, PresentationResponse
from krid.issuer import Issuer
from krid.keys import Alg, PublicKey
from krid.model import NO_STATUS, CredentialQuery, OrderedStatus
from krid.openid.vci.credential_response import from_wire, to_wire
from krid.openid.vp.server import Completed
from krid.profiles import W3C
from krid.vcdi.holder import did_of, method_of

PIN = krid.Pin("482915")
SUITES = [("eddsa-rdfc-2022", Alg.EDDSA), ("ecdsa-jcs-2019", Alg.ES384), (SD, Alg.ES256)]
FULL_TYPE = f"https://w3id.org/citizenship#{TYPE}"


def issue(
    suite: str, alg: Alg, holder: PublicKey, status: OrderedStatus = NO_STATUS
) -> IssuedCredential:
    key = KEYS[alg]
    issuer = Issuer(
        did_of(key.public_key),
        signer=key,
        profile=W3C,
        key_id=method_of(key.public_key),
        formats=(format_of(suite),),
        clock=MovableClock(NOW),
    )
    return issuer.issue(
        "ldp_vc", type=TYPE, claims=CLAIMS, holder=holder, lifetime=365 * DAY, status=status
    )


def wanted() -> CredentialQuery:
    return query.ldp_vc("card", types=[(FULL_TYPE,)], claims=[("credentialSubject", "givenName")])


@pytest.mark.parametrize(("suite", "alg"), SUITES)
def test_issuer_wallet_verifier(suite: str, alg: Alg, tmp_path: Path) -> None:
    clock = MovableClock(NOW)
    cast = Cast()
    cast.clock.moment = NOW
    verifier = cast.make_verifier(trust=trust(), profile=W3C, formats=None, clock=clock)
    with krid.Wallet.create(tmp_path / "w.db", unlock=PIN, trust=trust(), clock=clock) as holder:
        holder.add(issue(suite, alg, holder.new_key()))
        request = verifier.request(wanted(), purpose="Open an account")
        match holder.match(authenticated(request)):
            case krid.Matched() as found:
                withheld = found.minimum.choices["card"][0].withheld
                response = holder.present(found.consent(to=found.minimum))
            case _:
                raise AssertionError
    assert isinstance(response, PresentationResponse)
    subject = verifier.verify(response)["card"].claims["credentialSubject"]
    assert subject["givenName"] == "Gildong"  # type: ignore[index]  # an object
    assert ("familyName" in subject) is (suite != SD)  # type: ignore[operator]  # an object
    assert (("credentialSubject", "familyName") in withheld) is (suite == SD)


@pytest.mark.parametrize(("suite", "alg"), SUITES)
def test_over_openid4vp(suite: str, alg: Alg, tmp_path: Path) -> None:
    clock = MovableClock(NOW)
    bank = p.Bank(trust=trust(), profile=W3C)
    with krid.Wallet.create(tmp_path / "w.db", unlock=PIN, trust=trust(), clock=clock) as kept:
        kept.add(issue(suite, alg, kept.new_key()))
        begun = bank.begin(wanted())
        sent = p.Visit(bank, kept, p.phone(formats=frozenset({"ldp_vc"}))).answer(begun)
    result = bank.outcome(begun, sent)
    assert isinstance(result, Completed)
    assert result.verified["card"].format == "ldp_vc"


def test_over_openid4vci() -> None:
    """A credential response holds it as an object (OpenID4VCI 1.0, appendix A.1.2)."""
    card = issue(SD, Alg.ES256, KEYS[Alg.ES256].public_key)
    (written,) = to_wire([card])
    assert isinstance(written, dict)
    assert json.loads(from_wire(written, "ldp_vc").raw) == json.loads(card.raw)
