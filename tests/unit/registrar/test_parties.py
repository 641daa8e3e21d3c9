"""The register of relying parties: in a database and in memory, as a list and as certificates."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import parties
import presentation as p
import pytest
from parties import ACCOUNT, BANK, NOTE, refusal, report, use
from registers import Authority, note

from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.exchange import AuthenticatedRequest
from krid.model import NO_STATUS, Asker, Attestation, Permission
from krid.net import run
from krid.openid.vp import wallet
from krid.registrar import (
    NewParty,
    PartyList,
    PartyRegister,
    PartyState,
    PartyStep,
    Registrar,
    RegistrationSigner,
    RelyingParty,
)
from krid.registrar.book.book import Book
from krid.registrar.book.migrate import newest, version_of
from krid.registrar.parties import check_party
from krid.trust import NO_REVOCATION, CertificateTrust, RegistrationCertificates

BY_NAME = Asker(client_id=p.BY_HASH.client_id, names=frozenset({p.BY_HASH.client_id}))
BY_NUMBER = Asker(client_id="x509_hash:other", names=frozenset({parties.NUMBER}))
HOUR = timedelta(hours=1)
LOG_IN = use(id="log_in", names=frozenset({"x509_hash:log-in"}), permissions=())


def in_memory() -> tuple[PartyList, str]:
    made = PartyList(entropy=system_entropy)
    return made, made.enter(BANK)


@pytest.fixture(params=["memory", "database"])
def register(request: pytest.FixtureRequest) -> tuple[PartyRegister, str]:
    if request.param == "memory":
        return in_memory()
    small: Registrar = request.getfixturevalue("small")
    return small.parties, small.parties.enter(BANK, **NOTE)


def test_what_holds_is_found_by_name_and_by_number(register: tuple[PartyRegister, str]) -> None:
    found, _ = register
    for asker in (BY_NAME, BY_NUMBER):
        registration = found.find(asker, now=p.NOW)
        assert (registration.id, registration.name) == (parties.NUMBER, "견본은행 Sample Bank")
        assert registration.permissions == ACCOUNT.permissions
    stranger = Asker(client_id="x509_hash:nobody", names=frozenset())
    assert refusal(lambda: found.find(stranger, now=p.NOW)) is Code.REGISTRATION_UNKNOWN
    early = p.NOW - 2 * p.DAY
    assert refusal(lambda: found.find(BY_NAME, now=early)) is Code.REGISTRATION_NOT_YET_VALID


def test_a_report_counts_once(register: tuple[PartyRegister, str]) -> None:
    found, party = register
    bank = p.Bank()
    request = parties.asked("name", "address", bank=bank)
    told = report(found, request)
    assert (told.party_id, told.use, told.claims) == (party, "open_account", (("address",),))
    assert refusal(lambda: report(found, request)) is Code.REPORT_REPEATED
    assert found.confirmed(party) == 1
    report(found, parties.asked("address", bank=bank))
    assert found.confirmed(party) == 2
    assert found.every()[0].state is PartyState.IN_FORCE


def test_a_type_that_was_never_permitted_and_a_purpose_that_is_over(tmp_path: Path) -> None:
    made = PartyList(entropy=system_entropy)
    made.enter(replace(BANK, uses=(use(until=p.NOW - timedelta(hours=1)),)))
    told = report(made, parties.asked("name"))
    assert (told.types, told.claims) == ((p.VCT,), (("name",),))


def test_purposes_are_not_added_up() -> None:
    """What one purpose may ask and what another may is not what both may at once."""
    address = Permission("dc+sd-jwt", frozenset({p.VCT}), frozenset({("address",)}))
    uses = (use(names=frozenset()), use(id="post", names=frozenset(), permissions=(address,)))
    party = RelyingParty(
        id="a-1", number=parties.NUMBER, name=BANK.name, state=PartyState.IN_FORCE, uses=uses
    )
    assert len(party.uses_of(BY_NUMBER)) == 2
    made = PartyList(entropy=system_entropy)
    made.enter(replace(BANK, uses=uses))
    assert refusal(lambda: made.find(BY_NUMBER, now=p.NOW)) is Code.REGISTRATION_UNKNOWN
    asked = parties.asked("name", "address")
    numbered = replace(asked, names=frozenset({parties.NUMBER}))
    told = made.report(numbered, digest=b"", asked_at=p.NOW, actor="x", now=p.NOW)
    assert len(told.claims) == 1


def test_every_step_of_a_registration() -> None:
    made, party = in_memory()
    made.take_step(party, PartyStep.SUSPEND)
    assert refusal(lambda: made.find(BY_NAME, now=p.NOW)) is Code.REGISTRATION_SUSPENDED
    made.take_step(party, PartyStep.RESTORE)
    made.find(BY_NAME, now=p.NOW)
    assert refusal(lambda: made.take_step(party, PartyStep.RESTORE)) is Code.REGISTRATION_STATE
    made.take_step(party, PartyStep.WITHDRAW)
    assert refusal(lambda: made.find(BY_NAME, now=p.NOW)) is Code.REGISTRATION_WITHDRAWN
    for step in PartyStep:
        assert refusal(lambda step=step: made.take_step(party, step)) is Code.REGISTRATION_STATE
    assert refusal(lambda: made.take_step("a-x", PartyStep.SUSPEND)) is Code.REGISTRATION_UNKNOWN
    assert refusal(lambda: made.enter(BANK)) is Code.REGISTRATION_REPEATED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": " "}, Code.REGISTRATION_PARTY),
        ({"name": {}}, Code.REGISTRATION_PARTY),
        ({"name": {"en": "two\nlines"}}, Code.REGISTRATION_PARTY),
        ({"name": {"en": "n" * 1_025}}, Code.REGISTRATION_PARTY),
        ({"uses": (ACCOUNT, use(names=frozenset()))}, Code.REGISTRATION_PARTY),
        ({"uses": (ACCOUNT, use(id="again"))}, Code.REGISTRATION_REPEATED),
        ({"uses": (use(id="two words"),)}, Code.MISUSE_OPTION),
        ({"uses": (use(purposes={}),)}, Code.REGISTRATION_PARTY),
        ({"uses": (use(purposes={"en": ""}),)}, Code.REGISTRATION_PARTY),
        ({"uses": (use(names=frozenset({""})),)}, Code.REGISTRATION_PARTY),
        ({"uses": (use(names=frozenset(map(str, range(257)))),)}, Code.REGISTRATION_PARTY),
        ({"uses": (use(permissions=ACCOUNT.permissions * 65),)}, Code.REGISTRATION_PARTY),
        ({"uses": (use(until=ACCOUNT.since),)}, Code.REGISTRATION_PARTY),
    ],
)
def test_a_party_that_can_not_be(change: dict[str, object], code: Code) -> None:
    assert refusal(lambda: check_party(replace(BANK, **change))) is code  # type: ignore[arg-type]


def test_the_register_in_every_form(registrar: Registrar) -> None:
    """What is changed in the one source is seen in the list, in certificates and in the log."""
    book = registrar.parties
    party = book.enter(BANK, **NOTE)
    book.add_use(party, LOG_IN, **NOTE)
    assert book.party(party).uses == (LOG_IN, ACCOUNT)
    assert book.listed(now=p.NOW).entries.keys() == ACCOUNT.names | LOG_IN.names
    book.set_names(party, "log_in", frozenset({"x509_hash:renewed"}), **NOTE)
    assert set(book.listed(now=p.NOW).entries) == ACCOUNT.names | {"x509_hash:renewed"}
    book.end_use(party, "log_in", at=p.NOW, **NOTE)
    assert book.listed(now=p.NOW).entries.keys() == ACCOUNT.names
    told = report(book, parties.asked("name", "address"))
    line = registrar.log.newest(limit=1)[0]
    assert (line.action, line.subject, line.reason) == ("overask", party, "open_account")
    assert line.refusal == "registration.beyond"
    assert book.at_lines([line.seq - 1, line.seq]) == {line.seq: told}
    actions = [each.action for each in registrar.log.of(party)]
    assert actions == ["register", "register", "rename_use", "end_use", "overask"]
    registrar.audit(expected=None)


def test_two_who_report_one_request_at_once(registrar: Registrar) -> None:
    book = registrar.parties
    party = book.enter(BANK, **NOTE)
    bank = p.Bank()
    begun = bank.begin(p.card("name", "address"))
    phones = [run(wallet.read_request(p.phone(), begun.link), p.Wire(bank)) for _ in range(2)]
    assert phones[0].signed != phones[1].signed
    start, outcomes = Barrier(4), list[str]()

    def tell(request: AuthenticatedRequest) -> None:
        start.wait()
        try:
            report(book, request)
            outcomes.append("counted")
        except KridError as error:
            outcomes.append(str(error.code))

    threads = [Thread(target=tell, args=(request,)) for request in phones * 2]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["counted", *["report.repeated"] * 3]
    assert book.confirmed(party) == 1
    registrar.audit(expected=None)


def test_what_the_register_refuses_stands_in_the_log(small: Registrar) -> None:
    book = small.parties
    party = book.enter(BANK, **NOTE)
    other = NewParty(number="2", name=BANK.name, uses=(LOG_IN,))
    second = book.enter(other, **NOTE)
    taken = frozenset(ACCOUNT.names)
    tries: list[tuple[Any, Code]] = [
        (lambda: book.enter(replace(BANK, uses=()), **NOTE), Code.REGISTRATION_REPEATED),
        (lambda: book.enter(replace(BANK, number="3"), **NOTE), Code.REGISTRATION_REPEATED),
        (lambda: book.add_use(party, ACCOUNT, **NOTE), Code.REGISTRATION_REPEATED),
        (lambda: book.set_names(second, "log_in", taken, **NOTE), Code.REGISTRATION_REPEATED),
        (lambda: book.set_names(second, "none", taken, **NOTE), Code.REGISTER_UNKNOWN_PARTY),
        (lambda: book.end_use(party, "open_account", at=ACCOUNT.since, **NOTE),
         Code.REGISTRATION_PARTY),
        (lambda: book.take_step(party, PartyStep.RESTORE, **NOTE), Code.REGISTRATION_STATE),
    ]  # fmt: skip
    for action, code in tries:
        assert refusal(action) is code
        assert small.log.newest(limit=1)[0].refusal == str(code)
    assert refusal(lambda: book.party("a-x")) is Code.REGISTER_UNKNOWN_PARTY
    book.take_step(second, PartyStep.WITHDRAW, **NOTE)
    assert refusal(lambda: book.add_use(second, ACCOUNT, **NOTE)) is Code.REGISTRATION_STATE
    small.audit(expected=None)


def test_reports_that_are_refused_leave_no_line(small: Registrar) -> None:
    book = small.parties
    before = small.book.head()
    assert refusal(lambda: report(book, parties.asked("address"))) is Code.REGISTRATION_UNKNOWN
    assert small.book.head() == before
    book.enter(BANK, **NOTE)
    before = small.book.head()
    assert refusal(lambda: report(book, parties.asked("name"))) is Code.REGISTRATION_WITHIN
    assert small.book.head() == before


def test_certificates_follow_the_register(small: Registrar, authority: Authority) -> None:
    book, key = small.parties, authority.signers["dc+sd-jwt"]
    party = book.enter(BANK, **NOTE)
    by = RegistrationSigner(
        signer=key.signer,
        certificates=key.certificates,
        country="KR",
        registry_uri="https://mois.example/verifiers",
        entitlements=("https://uri.etsi.org/19475/Entitlement/Service_Provider",),
    )

    def certify(lifetime: timedelta = 30 * p.DAY) -> str:
        return book.certify(party, "open_account", by=by, lifetime=lifetime, **NOTE)

    text = certify()
    source = RegistrationCertificates(
        registrars=CertificateTrust((authority.ca,), revocation=NO_REVOCATION), status=NO_STATUS
    )
    asker = replace(BY_NUMBER, attestations=(Attestation("registration_cert", text),))
    found = source.find(asker, now=p.NOW)
    assert found.permissions == ACCOUNT.permissions
    assert found.name == "견본은행 Sample Bank"

    def statuses() -> list[int]:
        from sqlalchemy import select

        from krid.registrar.book.schema import REGISTRATION
        from krid.registrar.book.values import reference_of

        with small.book.reading() as connection:
            rows = connection.execute(select(REGISTRATION)).mappings().all()
        return sorted(small.status.entry(reference_of(row)).status for row in rows)

    for step, expected in (
        (PartyStep.SUSPEND, 2),
        (PartyStep.RESTORE, 0),
    ):
        book.take_step(party, step, **NOTE)
        assert statuses() == [expected]
    certify(timedelta(hours=1))
    book.end_use(party, "open_account", at=p.NOW + p.DAY, **NOTE)
    assert statuses() == [0, 1]
    book.take_step(party, PartyStep.WITHDRAW, **NOTE)
    assert statuses() == [1, 1]
    assert refusal(certify) is Code.REGISTRATION_WITHDRAWN
    small.audit(expected=None)


def test_a_register_of_the_first_version_is_brought_to_this_one(database: str) -> None:
    from krid._core.database import Database
    from krid.registrar.book import migrate

    begun = Database.connect(database, code=Code.REGISTER_DATABASE)
    with begun.creating() as connection:
        scripts, context = migrate._scripts(), migrate._context(connection)
        from alembic.operations import Operations

        with Operations.context(context):
            first = scripts.get_revision("0001")
            assert first is not None
            first.module.upgrade()
            context.stamp(scripts, "0001")
    begun.close()
    assert refusal(lambda: Book.open(database)) is Code.REGISTER_VERSION
    with Book.upgrade(database) as book, book.reading() as connection:
        assert version_of(connection) == newest()


def test_a_request_is_judged_by_what_its_name_stood_for_when_it_was_signed(
    registrar: Registrar,
) -> None:
    """Moving a name to another purpose, or another party, makes no earlier request wrong."""
    book, name = registrar.parties, ACCOUNT.names
    other = NewParty(number="2", name=BANK.name, uses=(LOG_IN,))
    party, second = book.enter(BANK, **NOTE), book.enter(other, **NOTE)

    def judged(after: int, *names: str) -> str:
        request = parties.asked(*names)
        told = book.report(request, digest=b"", asked_at=p.NOW + after * HOUR, actor="x", now=p.NOW)
        return f"{told.party_id} {told.use}"

    def moved(after: int, whose: str, use_id: str, names: frozenset[str]) -> None:
        at = note(p.NOW + after * HOUR)
        book.set_names(whose, use_id, names, **at)

    moved(1, party, "open_account", frozenset())
    moved(1, second, "log_in", name)
    moved(2, second, "log_in", frozenset())
    moved(2, party, "open_account", name)
    moved(3, party, "open_account", frozenset())
    assert [each.until for each in book.party(party).former] == [p.NOW + HOUR, p.NOW + 3 * HOUR]
    for after in (0, 2):
        assert refusal(lambda after=after: judged(after, "name")) is Code.REGISTRATION_WITHIN
        assert judged(after, "address") == f"{party} open_account"
    assert judged(1, "name") == f"{second} log_in"
    assert refusal(lambda: judged(3, "name")) is Code.REGISTRATION_UNKNOWN
    registrar.audit(expected=None)
