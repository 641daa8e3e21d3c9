"""Registers of invented people for the tests: Korean ones unless said otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from krid._core.entropy import system_entropy
from krid.cardtypes import Sex, bundled_text
from krid.keys import Alg, LocalKey
from krid.profiles import HAIP
from krid.registrar.ic_card import IcCard
from krid.registrar.people import NewDocument, NewPerson, Relation
from krid.registrar.registrar import Registrar
from krid.registrar.signing import CardSigner
from krid.registrar.work import Noted
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, Certificate, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
DAY = date(2026, 6, 1)
YEAR = timedelta(days=365)
ISSUER = "https://mois.example"
STATUS_URI = "https://mois.example/status/{shard}"
CARD, LICENCE = "kr-resident", "kr-licence"
JPEG = b"\xff\xd8\xff\xe0 an invented portrait"
ADDRESS = "서울특별시 견본구 견본로 13"
OFFICE = {"office": "서울특별시 견본구청장"}
LICENCE_FACTS: Mapping[str, Any] = {
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


def note(now: datetime = NOW, *, actor: str = "officer-7", reason: str = "test") -> Noted:
    return {"actor": actor, "reason": reason, "now": now}


@dataclass(frozen=True)
class Authority:
    """Who signs cards and certifies chips."""

    ca: Certificate
    ca_key: LocalKey
    signers: Mapping[str, CardSigner]

    @classmethod
    def make(cls, country: str = "KR") -> "Authority":
        key = LocalKey.generate(Alg.ES256)
        ca = self_signed_ca(
            key,
            common_name="Sample Authority",
            country=country,
            valid_from=NOW - timedelta(days=1),
            valid_until=NOW + 12 * YEAR,
            issuer_uri=ISSUER,
            entropy=system_entropy,
        )
        signers = {
            name: cls._signer(ca, key, leaf, lifetime)
            for name, leaf, lifetime in (
                ("dc+sd-jwt", DOCUMENT_SIGNER, 8 * YEAR),
                ("mso_mdoc", MDOC_SIGNER, timedelta(days=456)),
            )
        }
        return cls(ca, key, signers)

    @staticmethod
    def _signer(ca: Certificate, ca_key: LocalKey, leaf: Any, lifetime: timedelta) -> CardSigner:
        key = LocalKey.generate(Alg.ES256)
        certificate = sign_certificate(
            key.public_key,
            ca=ca,
            ca_key=ca_key,
            leaf=leaf,
            common_name="Sample Card Signer",
            valid_from=NOW - timedelta(hours=1),
            valid_until=NOW + lifetime,
            entropy=system_entropy,
            uris=(ISSUER,),
        )
        return CardSigner(issuer=ISSUER, signer=key, profile=HAIP, certificates=(certificate.der,))

    def chip(self, serial: str = "chip-1") -> IcCard:
        return IcCard.make(
            ca=self.ca,
            ca_key=self.ca_key,
            serial=serial,
            valid_from=NOW - timedelta(hours=1),
            valid_until=NOW + 9 * YEAR,
            entropy=system_entropy,
        )


def begin(place: str | Path, *names: str) -> None:
    files = [bundled_text(name).encode() for name in names or (CARD, LICENCE)]
    Registrar.begin(place, files, actor="installer", now=NOW)


def opened(place: str | Path, authority: Authority) -> Registrar:
    return Registrar.open(
        place,
        signers=authority.signers,
        chip_anchors=(authority.ca,),
        status_uri=STATUS_URI,
        shard_size=4096,
    )


def person(serial: int = 1, *, born: date = date(1990, 5, 5), **changes: Any) -> NewPerson:
    """Invent a person with a resident card in force; the number has a month of 13."""
    sex = changes.get("sex", Sex.FEMALE)
    mark = int(sex) + (0 if born.year < 2000 else 2)
    values: dict[str, Any] = {
        "number": f"{born.year % 100:02d}1301-{mark}{serial:06d}",
        "birth_date": born,
        "sex": sex,
        "facts": {
            "name": "견본누람",
            "name_hanja": "見累嵐",
            "name_latin": "Gyeon Nuram",
            "family_name_latin": "Gyeon",
            "given_name_latin": "Nuram",
        },
        "address": ADDRESS,
        "since": date(2020, 1, 1),
        "portrait": JPEG,
        "invented": True,
        "documents": (NewDocument(kind="resident-card", issued_on=date(2010, 5, 5), facts=OFFICE),),
    }
    return NewPerson(**values | changes)


def member(serial: int, head: str, relation: Relation, **changes: Any) -> NewPerson:
    return person(serial, household=head, relation=relation, **changes)


def phone() -> LocalKey:
    return LocalKey.generate(Alg.ES256)


def carded(registrar: Registrar, person_id: str, *, now: datetime = NOW, key: LocalKey | None = None,
           type_id: str = CARD, replaces: bool = False) -> str:  # fmt: skip
    """Take a person to the office and back home with an active card."""
    card_id = enrolled(registrar, person_id, now=now, key=key, type_id=type_id, replaces=replaces)
    registrar.cards.issue(card_id, **note(now))
    registrar.cards.activate(card_id, **note(now))
    return card_id


def enrolled(registrar: Registrar, person_id: str, *, now: datetime = NOW,
             key: LocalKey | None = None, type_id: str = CARD, replaces: bool = False) -> str:  # fmt: skip
    """Take a person to the office with a phone that has applied."""
    public = (key or phone()).public_key
    card_id = registrar.cards.apply(person_id, type_id, public, replaces=replaces, **note(now))
    ticket = registrar.desk.hand_out(person_id, type_id, replaces=replaces, **note(now))
    registrar.cards.enrol_by_ticket(card_id, ticket.qr_text, **note(now))
    return card_id
