"""Who signs cards, and what a card says: from rows of the register to a credential."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import final

from krid._core.clock import FixedClock
from krid._core.entropy import Entropy
from krid.cardtypes import CardType, Holder, Sex, claims_in
from krid.cardtypes.values import MDOC
from krid.exchange import IssuedCredential
from krid.issuer import Issuer
from krid.keys import PublicKey, Signer
from krid.model import Profile, StatusReference
from krid.registrar.book.act import Row
from krid.registrar.book.values import read_json
from krid.x509 import Certificate


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CardSigner:
    """Who signs the credentials of one format: name, key, certificates, and under which profile."""

    issuer: str
    signer: Signer = field(repr=False)
    profile: Profile
    certificates: Sequence[bytes] = field(default=(), repr=False)
    key_id: str | None = None

    def at(self, now: datetime, *, entropy: Entropy) -> Issuer:
        """Return the issuer that signs at a moment."""
        return Issuer(
            self.issuer,
            signer=self.signer,
            profile=self.profile,
            certificates=self.certificates,
            key_id=self.key_id,
            clock=FixedClock(now),
            entropy=entropy,
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """All that goes into one credential, read from the register before anything is signed."""

    entry_id: str
    card_type: CardType
    format: str
    holder: Holder
    key: PublicKey
    status: StatusReference
    now: datetime

    def sign(self, signer: CardSigner, *, entropy: Entropy) -> IssuedCredential:
        """Make the credential.

        Raises:
            MisuseError: `misuse.claims` for what the register lacks, `misuse.lifetime`,
                `misuse.format`.
        """
        lifetime = self.card_type.validity.lifetime(
            self.format, self.holder.issued_on, self.card_type.zone, self.now
        )
        if self.format == MDOC and signer.certificates:
            rest = _end_of(signer.certificates[0]) - self.now.replace(microsecond=0)
            lifetime = min(lifetime, rest)
        return signer.at(self.now, entropy=entropy).issue(
            self.format,
            type=self.card_type.type_in(self.format),
            claims=claims_in(self.card_type, self.format, self.holder),
            holder=self.key,
            lifetime=lifetime,
            status=self.status,
        )


@cache
def _end_of(certificate: bytes) -> datetime:
    """Tell when a signer's certificate ends, which its mdocs must not outlive."""
    return Certificate.parse(certificate).not_after


def holder_of(
    person: Row, *, address: str, portrait: bytes, document: Row | None, days: tuple[date, date]
) -> Holder:
    """Take together what the register says of a person for a card of two days."""
    facts = {} if document is None else read_json(document["facts"])
    return Holder(
        birth_date=date.fromisoformat(person["birth_date"]),
        sex=None if person["sex"] is None else Sex(person["sex"]),
        number=person["number"],
        address=address,
        portrait=portrait,
        facts=read_json(person["facts"]),
        document=facts,
        issued_on=days[0],
        expires_on=days[1],
    )
