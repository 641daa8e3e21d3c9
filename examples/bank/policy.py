"""For whom the bank opens an account: rules for cards, an age, and a liveness check."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import krid
from bank.cards import ProvenPerson, accepted_types
from bank.liveness import Liveness
from krid.model import Assurance
from krid.profiles import kr

IDENTITY: Final = krid.Policy(
    types=accepted_types(),
    assurance=Assurance.HIGH,
    holder_required=True,
    status_age=timedelta(days=1),
)
"""Which cards: these types, by issuers found to know people surely, held by whoever answers, and
with a status not older than a day. krid keeps these rules when it verifies."""


@dataclass(frozen=True)
class AccountPolicy:
    """What must hold beyond the card's being genuine."""

    minimum_age: int = 19

    def rules(self) -> tuple[str, ...]:
        """Say all rules in a few words each, for the auditor."""
        return (*IDENTITY.rules(), f"age at least {self.minimum_age}", "liveness")

    def objection(self, person: ProvenPerson, liveness: Liveness, *, at: datetime) -> str | None:
        """Say what speaks against an account, None for nothing.

        The age is counted today and from the date of birth, which the law makes the bank keep
        anyway: what a card says of ages held on the day on which it was issued.
        """
        held = {
            "age": kr.age_on(person.birth_date, kr.korean_day(at)) >= self.minimum_age,
            "liveness": liveness.passed,
        }
        return next((name for name, holds in held.items() if not holds), None)
