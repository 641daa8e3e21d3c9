"""The licence office of the town's police: the same register, with keys and a host of its own."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self, final

from krid.cli.town_online import Online
from krid.cli.town_people import LICENCE_TYPE
from krid.cli.town_state import Issued, make_issuer, make_signers
from krid.profiles import kr
from krid.registrar import Registrar
from krid.web.issuer import LOOPBACK_ONLY, Desk, desk_app
from krid.web.issuer.records import DeskRecords
from krid.web.journal import journal_pages
from krid.web.login import ForBrowsers
from krid.web.office import (
    Office,
    OfficeRegister,
    OfficeTickets,
    RegistrarSource,
    Watched,
)
from krid.web.police import LICENCE_DESK

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid.cli.demo.cast import Root
    from krid.cli.town_ground import Ground
    from krid.cli.town_state import State
    from krid.openid.vci.server import CredentialIssuer

LICENCE: Final = Issued(
    names=(("ko", "모바일 운전면허증"), ("en", "Mobile Driving Licence")),
    issuer_names=(("ko", "견본시 경찰청 면허 창구"), ("en", "Sample City Police Licence Office")),
    sdjwt="driving-licence",
    vct=kr.LICENCE_VCT,
    mdoc="driving-licence-mdoc",
    doctype=kr.LICENCE_DOCTYPE,
)


@final
@dataclass(frozen=True, slots=True)
class LicenceOffice:
    """The licence office: it signs by its own keys what the one register says."""

    issuer: "CredentialIssuer"
    office: Office
    records: DeskRecords
    online: Online

    @classmethod
    def found(cls, ground: "Ground", root: "Root", state: "State", verifiers: "Root") -> Self:
        """Found the office over the registrar of the state, below a root."""
        signers = make_signers(ground, root, f"https://{ground.licence}")
        one = state.office.registrar
        registrar = Registrar(one.book, one.country, one.status, signers=signers, chip_anchors=())
        office = replace(
            state.office,
            registrar=registrar,
            card_type=LICENCE_TYPE,
            formats={LICENCE.sdjwt: "dc+sd-jwt", LICENCE.mdoc: "mso_mdoc"},
        )
        records = DeskRecords(ground.store, ground.clock)
        # No plastic licence has a chip, so the register refuses whatever is tapped for one.
        source = RegistrarSource(office, records, state.reader)
        online = Online.open(ground, office, records, cards=root, verifiers=verifiers)
        issuer = make_issuer(
            ground,
            ground.licence,
            signers,
            online.source(source),
            LICENCE,
            people=online.people,
            clients=(ground.wallet_client,),
        )
        return cls(issuer, office, records, online)

    def app(self, ground: "Ground") -> "Starlette":
        """Make the application: desk, log-in, log, endpoints. The lists are the state's."""
        desk = Desk(
            issuer=self.issuer,
            register=OfficeRegister(self.office),
            records=self.records,
            access=LOOPBACK_ONLY,
            wallets=ground.wallets,
            tickets=OfficeTickets(self.office, "licence-clerk-1"),
            answering=ForBrowsers(Watched(self.issuer, self.office, self.records)),
            links=(
                ("/online", "nav.online"),
                ("/applications", "nav.applications"),
                ("/journal", "nav.journal"),
            ),
            configurations=tuple(self.office.formats),
            texts=LICENCE_DESK,
        )
        return desk_app(
            desk,
            self.online.people.platform,
            checks=ground.checks,
            groups=(
                journal_pages(self.office.registrar.log, LOOPBACK_ONLY),
                *self.online.groups(ground, self.issuer),
            ),
            endpoints=(self.online.endpoints,),
        )
