"""Certificates of both registers as credentials: exactly the lines that were asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, final

from krid._core import shape, strict_json
from krid.errors import Code, KridError
from krid.openid.oauth import IssuanceStore
from krid.openid.oauth.store import Kind, fingerprint
from krid.openid.vci.server import CredentialOrder, Denied, News, Ready
from krid.openid.vci.server.ports import Decision
from krid.sdjwt import sd
from krid.web.office import Office
from krid.web.residents import family
from krid.web.verifier.records import KEPT_FOR

if TYPE_CHECKING:
    from krid._core.strict_json import Json
    from krid.registrar import Person, Residence

COPY: Final = "resident-copy"
EXTRACT: Final = "resident-extract"
CERTIFICATES: Final[Mapping[str, str]] = {
    COPY: "urn:krid:kr:certificate:resident-copy:1",
    EXTRACT: "urn:krid:kr:certificate:resident-extract:1",
    **family.CERTIFICATES,
}
"""The certificates and their types, which are krid's own: no government has published any."""

LINES: Final[Mapping[str, tuple[str, ...]]] = {
    COPY: ("members", "birth", "number"),
    EXTRACT: ("birth", "history", "number"),
    **family.LINES,
}
"""The lines that may be added to each."""

LIFETIME: Final = timedelta(days=90)
"""Offices take certificates of the last three months."""

_CODE: Final = Code.PRESENTATION_RECORD


@final
@dataclass(frozen=True, slots=True)
class CertificateOrders:
    """What was ordered, by the secret of the offer, in a store that forgets."""

    store: IssuanceStore
    office: Office

    def put(self, secret: str, person_id: str, kind: str, lines: Sequence[str]) -> None:
        """Write down an order."""
        now = self.office.clock.now()
        record = strict_json.dumps({"person": person_id, "kind": kind, "lines": list(lines)})
        self.store.put(
            Kind.VISIT, fingerprint(f"order {secret}"), record, expires=now + KEPT_FOR, now=now
        )

    def find(self, secret: str) -> tuple[str, str, frozenset[str]] | None:
        """Return for whom what with which lines was ordered."""
        now = self.office.clock.now()
        raw = self.store.get(Kind.VISIT, fingerprint(f"order {secret}"), now=now)
        if raw is None:
            return None
        members = strict_json.loads_object(raw)
        found = shape.sequence(members.get("lines"), _CODE)
        return (
            shape.text(members.get("person"), _CODE),
            shape.text(members.get("kind"), _CODE),
            frozenset(str(each) for each in found),
        )


@final
@dataclass(frozen=True, slots=True)
class CertificateSource:
    """The port `CredentialSource` for certificates: what the register says in this moment."""

    office: Office
    orders: CertificateOrders = field(repr=False)

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:
        """Name what was ordered and nothing else."""
        found = self.orders.find(subject)
        return (configuration,) if found is not None and found[1] == configuration else ()

    def decide(self, order: CredentialOrder) -> Decision:
        """Say what to sign."""
        found = self.orders.find(order.subject)
        if found is None or found[1] != order.configuration:
            return Denied()
        try:
            return Ready(self._claims(*found), LIFETIME)
        except KridError:
            return Denied()

    def told(self, news: News) -> None:
        """Do nothing: a certificate that got lost is ordered again."""

    def _claims(self, person_id: str, kind: str, lines: frozenset[str]) -> dict[str, object]:
        claims = (
            family.family_claims(self.office, person_id, kind, lines)
            if kind in family.CERTIFICATES
            else self._register_claims(person_id, lines)
        )
        day = self.office.registrar.country.day(self.office.clock.now())
        claims["date_of_issuance"] = day.isoformat()
        return {name: sd(value) for name, value in claims.items()}

    def _register_claims(self, person_id: str, lines: frozenset[str]) -> dict[str, object]:
        residents = self.office.registrar.residents
        person, homes = residents.person(person_id), residents.residences(person_id)
        home = homes[-1]
        claims = _of(person, lines)
        claims["address"] = home.address
        if "members" in lines:
            claims["members"] = self._members(home, lines)
        if "history" in lines:
            claims["address_history"] = [_lived(each) for each in homes]
        return claims

    def _members(self, home: "Residence", lines: frozenset[str]) -> "list[Json]":
        office = self.office
        day = office.registrar.country.day(office.clock.now())
        found = office.registrar.residents.household(home.household_id, day=day)
        return [self._member(each, lines) for each in found]

    def _member(self, home: "Residence", lines: frozenset[str]) -> "Json":
        person = self.office.registrar.residents.person(home.person_id)
        member: dict[str, Json] = {
            "name": person.facts["name"],
            "relation": home.relation.value,
        }
        if "birth" in lines:
            member["birthdate"] = person.birth_date.isoformat()
        return member


def _of(person: "Person", lines: frozenset[str]) -> dict[str, object]:
    claims: dict[str, object] = {"name": person.facts["name"]}
    if "birth" in lines:
        claims["birthdate"] = person.birth_date.isoformat()
    if "number" in lines:
        claims["resident_registration_number"] = person.number
    return claims


def _lived(home: "Residence") -> "Json":
    return {"address": home.address, "since": home.since.isoformat()}
