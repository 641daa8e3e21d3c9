"""An invented country's registrar, which issues resident cards and licences to phones."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import krid
from krid.cardtypes import Sex, bundled_text
from krid.model import Assurance, IssuerKeys
from krid.profiles import HAIP
from krid.registrar import NewDocument, NewPerson, Noted, Registrar, Role, SampleAuthority
from krid.status import Fetching, Publisher, StatusLists
from krid.trust import NO_REVOCATION, CertificateTrust, WithAssurance

RESIDENT_CARD: Final = "kr-resident"
LICENCE: Final = "kr-licence"
_ISSUER: Final = "https://mois.example"
_JPEG: Final = b"\xff\xd8\xff\xe0 an invented portrait"
_PROFILE: Final = replace(HAIP, name="registrar", max_lifetime=timedelta(days=5 * 366))
_DRIVES: Final[dict[str, Any]] = {
    "office": "서울특별시경찰청장",
    "dlno": "00-90-000001-00",
    "asort": "2종보통",
    "conditions": "A",
    "inspctbegend": "2026-01-01 ~ 2036-01-01",
    "passwordsn": "000001",
    "inorgdonnyn": "N",
    "driving_privileges": [
        {"vehicle_category_code": "B", "issue_date": "2020-01-01", "expiry_date": "2030-01-01"}
    ],
}


def invented(name: str, birth_date: date, *, serial: int) -> NewPerson:
    """Invent a resident who has both papers; no number has a month of 13."""
    mark = 2 if birth_date.year < 2000 else 4
    return NewPerson(
        number=f"{birth_date.year % 100:02d}1301-{mark}{serial:06d}",
        birth_date=birth_date,
        sex=Sex.FEMALE,
        facts={"name": name, "family_name_latin": "Gyeon", "given_name_latin": "Bon"},
        address="서울특별시 견본구 견본로 13",
        since=date(2020, 1, 1),
        portrait=_JPEG,
        invented=True,
        documents=(
            NewDocument(
                kind="resident-card",
                issued_on=date(2025, 12, 1),
                facts={"office": "서울특별시 견본구청장"},
            ),
            NewDocument(kind="driving-licence", issued_on=date(2025, 12, 1), facts=_DRIVES),
        ),
    )


class State:
    """The registrar, its authority, and its status lists as everybody fetches them."""

    def __init__(self, folder: Path, clock: krid.Clock) -> None:
        self._clock = clock
        now = clock.now()
        self._authority = SampleAuthority.make(
            _ISSUER, country="KR", now=now, entropy=krid.system_entropy
        )
        place = folder / "register.db"
        files = [bundled_text(name).encode() for name in (RESIDENT_CARD, LICENCE)]
        Registrar.begin(place, files, actor="installer", now=now)
        self._registrar = Registrar.open(
            place, signers=self._authority.signers(_PROFILE), shard_size=4096
        )

    def close(self) -> None:
        """Close the register."""
        self._registrar.close()

    @property
    def trust(self) -> IssuerKeys:
        """Trust in the state's cards, which somebody found to be of the highest assurance."""
        root = CertificateTrust((self._authority.root.certificate,), revocation=NO_REVOCATION)
        return WithAssurance(root, Assurance.HIGH)

    @property
    def status(self) -> StatusLists:
        """Where verifiers learn whether a card still holds."""
        return StatusLists(Fetching(self._list), issuers=self.trust)

    def enter(self, person: NewPerson) -> str:
        """Enter a person, and return the register's handle."""
        return self._registrar.residents.enter(person, **self._note("clerk-3", "born"))

    def issue(self, person: str, card_type: str, wallet: krid.Wallet, formats: set[str]) -> None:
        """Recognise a person at the office, and put the card onto their phone."""
        key, note = wallet.new_key(), self._note("wallet-1", "first_card")
        cards = self._registrar.cards
        card = cards.apply(person, card_type, key, replaces=False, **note)
        recognised = self._note("clerk-3", "recognised")
        desk = self._registrar.desk
        ticket = desk.hand_out(person, card_type, replaces=False, **recognised)
        cards.enrol_by_ticket(card, ticket.qr_text, **note)
        for name, issued in cards.issue(card, **note).items():
            if name in formats:
                wallet.add(issued)
        cards.activate(card, **note)

    def lose_phone(self, person: str) -> None:
        """Hear that a phone was lost: all cards on it are suspended."""
        note = self._note("call-centre", "phone_lost")
        self._registrar.cards.lose_phone(person, role=Role.HOLDER, **note)

    def _note(self, actor: str, reason: str) -> Noted:
        return {"actor": actor, "reason": reason, "now": self._clock.now()}

    def _list(self, uri: str) -> bytes:
        """Publish what is due, and return one list."""
        signer, status = self._authority.sdjwt, self._registrar.status
        publisher = Publisher(
            registry=status,
            signer=signer.key,
            lifetime=timedelta(days=1),
            ttl=timedelta(minutes=1),
            issuer=_ISSUER,
            certificates=(signer.certificate.der,),
        )
        publisher.run(now=self._clock.now())
        published = {status.uri_of(each): status.published(each).token for each in status.shards()}
        return published[uri]
