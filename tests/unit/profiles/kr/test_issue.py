"""The claims of the card, issued and presented in both formats."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from krid._core.entropy import system_entropy
from krid.keys import Alg, LocalKey
from krid.mdoc import MdocFormat
from krid.model import (
    NO_STATUS,
    Challenge,
    ClaimPath,
    CredentialFormat,
    IssueOrder,
    IssuerHint,
    IssuerKey,
)
from krid.profiles import kr
from krid.registrar import Resident, sample_register
from krid.sdjwt import SdJwtVcFormat

DAY = date(2026, 6, 1)
NOW = datetime.combine(DAY, time(12), kr.KOREAN_TIME)
ISSUER, PHONE = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
CHALLENGE = Challenge(
    audience="x509_hash:bank", nonce="n" * 22, response_uri="https://bank.example"
)
SDJWT, MDOC = SdJwtVcFormat(), MdocFormat()


class TheIssuer:
    """Believes in the one issuer of this test."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        return IssuerKey(key=ISSUER.public_key, issuer="https://issuer.example", path="test")


def card_of(resident: Resident) -> kr.ResidentCard:
    return kr.ResidentCard(
        name=resident.name,
        name_hanja=resident.name_hanja,
        name_latin=resident.name_latin,
        birth_date=resident.birth_date,
        sex=kr.Sex(resident.sex),
        resident_number=resident.number.encode(),
        address=resident.address,
        portrait=resident.portrait,
        issued_on=DAY,
        issuing_authority="서울특별시 견본구청장",
    )


CARD = card_of(sample_register(day=DAY).resident("sample-sim-cheong"))


def order(card_type: str, claims: Mapping[str, object]) -> IssueOrder:
    return IssueOrder(
        type=card_type,
        claims=claims,
        holder=PHONE.public_key,
        issuer="https://issuer.example",
        alg=ISSUER.alg,
        key_id=None,
        certificates=(b"a certificate that nobody reads here",),
        signed_at=NOW,
        valid_from=NOW,
        valid_until=kr.valid_until(DAY),
        status=NO_STATUS,
    )


def issued(card_format: CredentialFormat, card: kr.ResidentCard = CARD) -> bytes:
    ready = (
        order(kr.VCT, kr.sdjwt_claims(card))
        if card_format is SDJWT
        else order(kr.DOCTYPE, kr.mdoc_claims(card))
    )
    return card_format.prepare_issue(ready, entropy=system_entropy).sign_with(ISSUER)


def shown(card_format: CredentialFormat, *disclose: ClaimPath) -> Mapping[str, object]:
    prepared = card_format.prepare_presentation(
        issued(card_format), disclose=disclose, challenge=CHALLENGE, alg=PHONE.alg, now=NOW
    )
    verified = card_format.verify(
        prepared.sign_with(PHONE),
        issuers=TheIssuer(),
        challenge=CHALLENGE,
        now=NOW,
        skew=kr.PROFILE.skew,
        max_age=kr.PROFILE.max_age,
    )
    technical = {"iss", "vct", "iat", "nbf", "exp", "cnf"}
    return {name: value for name, value in verified.claims.items() if name not in technical}


def test_a_sdjwt_shows_what_was_asked_for_and_its_country() -> None:
    assert shown(SDJWT, ("name",), ("age_equal_or_over", "19")) == {
        "issuing_country": "KR",
        "name": "심청",
        "age_equal_or_over": {"19": False},
    }


def test_a_sdjwt_shows_nothing_personal_unasked() -> None:
    assert shown(SDJWT) == {"issuing_country": "KR"}


@pytest.mark.parametrize("path", [("address",), ("address", "formatted")])
def test_the_address_may_be_asked_for_in_whole_or_in_its_one_part(path: ClaimPath) -> None:
    assert shown(SDJWT, path)["address"] == {"formatted": CARD.address}


def test_an_mdoc_shows_what_was_asked_for() -> None:
    asked = ((kr.NAMESPACE, "birth_date"), (kr.NAMESPACE, "adult_by_calendar_year"))
    assert shown(MDOC, *asked) == {
        kr.NAMESPACE: {"birth_date": "2007-12-31", "adult_by_calendar_year": True}
    }


@pytest.mark.parametrize("claim", kr.CLAIMS, ids=lambda claim: claim.element)
def test_every_claim_of_the_table_can_be_shown_alone(claim: kr.Claim) -> None:
    in_sdjwt = shown(SDJWT, claim.path)
    in_mdoc = shown(MDOC, claim.mdoc_path)
    assert set(in_sdjwt) == {"issuing_country", str(claim.path[0])}
    assert in_mdoc.keys() == {kr.NAMESPACE}
    elements = in_mdoc[kr.NAMESPACE]
    assert isinstance(elements, Mapping)
    assert set(elements) == {claim.element}


def test_the_holder_may_withhold_what_the_table_says() -> None:
    accepted = SDJWT.accept(issued(SDJWT), issuers=TheIssuer(), now=NOW)
    groups = {("age_equal_or_over",)}
    table = {claim.path for claim in kr.CLAIMS if claim.is_withholdable}
    expected = (table - {("address", "formatted")}) | {("address",)} | groups
    assert set(accepted.withholdable) == expected


@pytest.mark.parametrize("card_format", [SDJWT, MDOC], ids=lambda card_format: card_format.name)
def test_the_card_ends_with_the_day_of_expiry_it_names(
    card_format: CredentialFormat,
) -> None:
    accepted = card_format.accept(issued(card_format), issuers=TheIssuer(), now=NOW)
    end = datetime(2029, 6, 1, 23, 59, 59, tzinfo=kr.KOREAN_TIME)
    assert accepted.valid_until == end
    assert kr.korean_day(end) == CARD.expires_on
    assert end - NOW <= kr.PROFILE.max_lifetime


@pytest.mark.parametrize("slug", ["hong-gildong", "park-cheomji", "yi-mongryong"])
def test_other_samples_make_cards_too(slug: str) -> None:
    card = card_of(sample_register(day=DAY).resident(f"sample-{slug}"))
    for card_format in (SDJWT, MDOC):
        credential = issued(card_format, replace(card, name_hanja=None))
        claims = card_format.accept(credential, issuers=TheIssuer(), now=NOW).claims
        names = claims if card_format is SDJWT else claims[kr.NAMESPACE]
        assert isinstance(names, Mapping)
        assert names["name"] == card.name
        assert "name_hanja" not in names
