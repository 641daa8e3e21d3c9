"""The licence office online: log in with the resident card, agree, perhaps wait for a clerk."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self, final

from krid import query
from krid.cli.demo.cast import card_trust
from krid.cli.town_verifiers import Asker, make_verifier
from krid.errors import ContentError
from krid.profiles import kr
from krid.web.applications import (
    ApplicationBook,
    ApplicationDesk,
    ApplicationSource,
    OfficeGranting,
    application_pages,
)
from krid.web.asking import Asking, answers
from krid.web.issuer import LOOPBACK_ONLY
from krid.web.login import AtLogin, CardLogin, LoggedIn, LoginDesk, login_pages
from krid.web.office import Office, OfficeRegister, OfficeTickets
from krid.web.platform.routes import Endpoints
from krid.web.platform.texts import Text
from krid.web.verifier.protocol import operations
from krid.web.verifier.records import VisitRecord

if TYPE_CHECKING:
    from krid.cli.demo.cast import Root
    from krid.cli.town_ground import Ground
    from krid.openid.vci.server import CredentialIssuer, CredentialSource
    from krid.web.issuer.records import DeskRecords
    from krid.web.platform import PageGroup

PURPOSE: Final = "온라인 면허증 신청 본인 확인 · Log in for your driving licence"
INTERVAL: Final = timedelta(seconds=2)
"""Wallets of the town are let ask again soon; an office would say hours."""

_AT: Final = "/login/card"
_NUMBER: Final = ("resident_registration_number",)
_CLERK: Final = "licence-online"


@final
@dataclass(frozen=True, slots=True)
class Online:
    """The office's log-in, and its applications."""

    office: Office
    records: "DeskRecords"
    people: AtLogin
    login: CardLogin
    asker: Asker
    book: ApplicationBook
    tickets: OfficeTickets = field(repr=False)

    @classmethod
    def open(
        cls,
        ground: "Ground",
        office: Office,
        records: "DeskRecords",
        *,
        cards: "Root",
        verifiers: "Root",
    ) -> Self:
        """Open the office's pages for people at home."""
        asker = _asker(ground, cards, verifiers)
        asking = Asking(
            verifier=asker.verifier,
            query=asker.queries[0],
            purpose=PURPOSE,
            records=asker.records(ground),
            name="applicant",
            title="login.title",
            after="/login",
            path=_AT,
            wallets=ground.wallets,
        )
        return cls(
            office=office,
            records=records,
            people=AtLogin(ground.platform("licence"), ground.store),
            login=CardLogin(asking, _Known(office).whom),
            asker=asker,
            book=ApplicationBook(ground.store, ground.clock, "licence"),
            tickets=OfficeTickets(office, _CLERK),
        )

    @property
    def endpoints(self) -> Endpoints:
        """The endpoints of the log-in."""
        verifier = self.asker.verifier
        return Endpoints(
            answering=verifier, name="openid4vp", operations=operations(verifier.paths)
        )

    def source(self, source: "CredentialSource") -> "CredentialSource":
        """Put the applications in front of the office's own source."""
        return ApplicationSource(
            source=source,
            book=self.book,
            tickets=self.tickets,
            records=self.records,
            interval=INTERVAL,
        )

    def groups(self, ground: "Ground", issuer: "CredentialIssuer") -> "tuple[PageGroup, ...]":
        """Make the pages of the log-in, and the clerk's."""
        desk = LoginDesk(
            issuer=issuer,
            people=self.people,
            login=self.login,
            granting=OfficeGranting(
                tickets=self.tickets,
                book=self.book,
                entropy=ground.entropy,
                needs_clerk=_Known(self.office).has_conditions,
            ),
            clients={
                ground.wallet_client.id: Text("이 컴퓨터의 지갑", "The wallet on this computer")
            },
            offered=tuple(self.office.formats),
            wallets=ground.wallets,
        )
        applications = ApplicationDesk(
            book=self.book, register=OfficeRegister(self.office), access=LOOPBACK_ONLY
        )
        return (*login_pages(desk), application_pages(applications))


@final
@dataclass(frozen=True, slots=True)
class _Known:
    """What the register says of whoever logs in."""

    office: Office

    def whom(self, record: VisitRecord) -> LoggedIn | None:
        """Find who it is by the number that the card proved."""
        numbers = answers(record, _NUMBER)
        if not numbers:
            return None
        try:
            person = self.office.registrar.residents.by_number(str(numbers[0]))
        except ContentError:
            return None
        return LoggedIn(person.id, person.facts["name"])

    def has_conditions(self, person_id: str) -> bool:
        """Tell whether a licence has conditions: then a clerk looks at the plastic one's first."""
        kind = self.office.registrar.country.type(self.office.card_type).eligibility.document
        held = self.office.registrar.residents.documents(person_id)
        return any(each.kind == kind and each.facts.get("conditions") for each in held)


def _asker(ground: "Ground", cards: "Root", verifiers: "Root") -> Asker:
    verifier = make_verifier(
        ground,
        ground.licence,
        "Sample City Police Licence Office",
        root=verifiers,
        trust=card_trust(cards),
        path=_AT,
    )
    asked = query.of(query.sdjwt("id", vct=kr.VCT, claims=["resident_registration_number"]))
    return Asker(
        "KR-SAMPLE-LICENCES",
        "log_in",
        {"ko": "견본시 경찰청 면허 창구", "en": "Sample City Licence Office"},
        {"ko": "면허증 신청 본인 확인", "en": "Log in for a driving licence"},
        verifier,
        (asked,),
    )
