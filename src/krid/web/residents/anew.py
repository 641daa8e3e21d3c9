"""Offering a card anew to the phone that has it, after the register has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from krid.openid.oauth.store import new_secret
from krid.openid.vci.server import CredentialIssuer
from krid.web.asking.taking import Taken, make_offer
from krid.web.issuer.records import DeskRecords
from krid.web.office import Office
from krid.web.platform import Visit
from krid.web.platform.wallets import WalletAddress


@final
@dataclass(frozen=True, slots=True)
class Anew:
    """Who issues one type of card anew: the office, its endpoints, and its records of offers."""

    office: Office
    issuer: CredentialIssuer
    records: DeskRecords

    def offer(self, person_id: str, visit: Visit, wallets: Iterable[WalletAddress]) -> Taken | None:
        """Offer the card that was enrolled for the same phone, None where there is none."""
        waiting = self.office.waiting_card(person_id)
        if waiting is None:
            return None
        secret = new_secret(visit.platform.entropy)
        self.records.begin(secret, person_id, card=waiting.id)
        name = self.office.registrar.country.type(waiting.type).names[visit.language.value]
        return make_offer(self.issuer, secret, tuple(self.office.formats), wallets, name=name)
