"""The residents' service: certificates of both registers, each with the lines that were asked for."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("alembic", reason="needs krid[registrar]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

import registers
from browsers import Visitor
from towns import in_memory, person_id

from krid._core.clock import SystemClock
from krid.keys import Alg, LocalKey
from krid.openid.oauth import MemoryIssuanceStore
from krid.openid.vci.server import CredentialOrder, Denied, Ready
from krid.openid.vp.server import Journey
from krid.sdjwt.model import Sd
from krid.web.residents import CertificateOrders, CertificateSource
from krid.web.verifier.records import Proved, State, VisitRecord, VisitRecords

HONG, PARK = "sample-hong-gildong", "sample-park-cheomji"
NUMBER = "resident_registration_number"
CITY = "KR-SAMPLE-CITY"


def logged_in(folder: Path, slug: str) -> tuple[Any, VisitRecords, str]:
    """Log a person in at the residents' service, as if the wallet had answered."""
    store = MemoryIssuanceStore()
    # An empty store counts as none.
    VisitRecords(store, SystemClock(), asker="x").put("somebody else", record())
    town, _ = in_memory(folder, store=store)
    every = town.state.office.registrar.parties.every()
    (city,) = [use.names for each in every if each.number == CITY for use in each.uses]
    records = VisitRecords(store, SystemClock(), asker=min(city)).of("resident")
    person = person_id(town, slug)
    log_in(records, town.state.office.registrar.residents.person(person).number)
    return town, records, person


def record() -> VisitRecord:
    return VisitRecord(
        link="openid4vp://x",
        journey=Journey.CROSS_DEVICE,
        expires=SystemClock().now() + timedelta(minutes=5),
    )


def log_in(records: VisitRecords, number: str) -> None:
    proved = (Proved("https://issuer.example", (((NUMBER,), number),), ()),)
    records.put("secret", replace(record(), state=State.VERIFIED, proved=proved))


def browser(town: Any, language: str) -> Visitor:
    visitor = Visitor(town.residents, language)
    visitor.client.cookies.set("krid-resident", "secret")
    return visitor


def certificate(town: Any, person: str, kind: str, *lines: str) -> Any:
    """Order a certificate and say what would be signed."""
    office = town.state.office
    orders = CertificateOrders(MemoryIssuanceStore(), office)
    orders.put("offer", person, kind, lines)
    return CertificateSource(office, orders).decide(
        CredentialOrder(
            subject="offer",
            configuration=kind,
            dataset=kind,
            claims=(),
            count=1,
            transaction_id=None,
            keys=(LocalKey.generate(Alg.ES256).public_key,),
        )
    )


def plain(value: Any) -> Any:
    """Take the marks of what may be withheld away."""
    match value:
        case Sd():
            return plain(value.value)
        case dict():
            return {name: plain(each) for name, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case _:
            return value


def test_what_another_asker_was_proved_logs_nobody_in(tmp_path: Path) -> None:
    """A store may be shared: a cookie of one application opens nothing at another."""
    town, records, _ = logged_in(tmp_path, HONG)
    assert browser(town, "en").get("/me").status_code == 200
    held = records.find("secret")
    records.forget("secret")
    assert browser(town, "en").get("/me").headers["location"] == "/"
    for other in (replace(records, asker="bank"), records.of("another")):
        other.put("secret", held)
        assert browser(town, "en").get("/me").headers["location"] == "/"


def test_families_are_certified_by_the_family_register(tmp_path: Path) -> None:
    town, records, person = logged_in(tmp_path, HONG)
    visitor = browser(town, "en")
    for each, words in {
        visitor: ("Family register", "Spouse", "Registered base", "Detailed"),
        browser(town, "ko"): ("가족관계등록부", "배우자", "등록기준지", "상세"),
    }.items():
        page = each.get("/me").text
        assert [word for word in words if word.lower() not in page.lower()] == []
    offer = visitor.post("/certificate", kind="family-specific", spouse="yes", birth="yes")
    assert "credential_offer" in offer.text
    made = certificate(town, person, "family-specific", "spouse", "birth")
    assert isinstance(made, Ready)
    claims = plain(made.claims)
    assert set(claims) == {"name", "birthdate", "relations", "date_of_issuance"}
    (spouse,) = claims["relations"]
    assert (spouse["relation"], spouse["name"]) == ("spouse", "이영희")
    assert NUMBER not in spouse
    hidden = plain(certificate(town, person, "marriage-general", "numbers").claims)
    assert hidden["marriages"][0][NUMBER].endswith("******")
    _who_lives_in_the_same_home_is_no_family(town)
    _who_has_no_entry_gets_no_certificate(town, records)
    town.state.office.registrar.close()


def _who_lives_in_the_same_home_is_no_family(town: Any) -> None:
    person = person_id(town, PARK)
    assert plain(certificate(town, person, "family-detailed").claims)["relations"] == []
    copy = plain(certificate(town, person, "resident-copy", "members").claims)
    assert len(copy["members"]) == 3
    assert isinstance(certificate(town, person, "family-general", "spouse"), Denied)


def _who_has_no_entry_gets_no_certificate(town: Any, records: VisitRecords) -> None:
    new = registers.person(77)
    stranger = town.state.office.registrar.residents.enter(new, **registers.note())
    assert isinstance(certificate(town, stranger, "family-general"), Denied)
    log_in(records, new.number)
    page = browser(town, "en").get("/me").text
    assert "has no entry of yours" in page
    assert 'value="family-general"' not in page
