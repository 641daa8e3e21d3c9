"""Opening an account: ask for an ID card, verify, decide, and keep the decision."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

import krid
from bank.audit import AuditTrail, Decision
from bank.cards import any_id_card, person_of
from bank.customers import Customer, Customers
from bank.liveness import Liveness, LivenessCheck
from bank.policy import AccountPolicy
from krid.openid.vp.server import (
    Begun,
    Completed,
    Declined,
    Journey,
    PresentationVerifier,
    Refused,
    Waiting,
)
from krid.verifier import Verified


@dataclass(frozen=True)
class Opened:
    """There is an account."""

    customer: Customer


@dataclass(frozen=True)
class NotOpened:
    """There is none; `reason` is krid's code, OpenID4VP's error, or a rule of the bank."""

    reason: str


Result: TypeAlias = Opened | NotOpened | Waiting


@dataclass(frozen=True, kw_only=True)
class AccountDesk:
    """Opens accounts; every decision is in the trail before anybody hears of it."""

    verifier: PresentationVerifier
    policy: AccountPolicy
    liveness: LivenessCheck
    customers: Customers
    trail: AuditTrail
    clock: krid.Clock

    def begin(self, journey: Journey = Journey.SAME_DEVICE) -> Begun:
        """Ask for an ID card; the secret belongs into this browser's session."""
        return self.verifier.begin_query(any_id_card(), purpose="Open an account", journey=journey)

    def finish(self, secret: str, *, response_code: str | None, capture: bytes) -> Result:
        """Decide about what was shown; `capture` is what the camera took of the person.

        Raises:
            BindingError: `session.unknown`, also for an answer that was decided about before.
        """
        match self.verifier.outcome(secret, response_code=response_code):
            case Completed(verified):
                return self._decide(verified, capture)
            case Refused(is_final=False) | Declined(is_final=False):
                return Waiting()  # across devices that may have been anybody who saw the code
            case Refused(code, report):
                return self._refuse(str(code), report)
            case Declined(error):
                return NotOpened(error)  # the person said no: there was nothing to decide
            case Waiting() as waiting:
                return waiting
            case _ as never:
                assert_never(never)

    def _decide(self, verified: Verified, capture: bytes) -> Opened | NotOpened:
        person = person_of(verified)
        liveness = self.liveness.check(portrait=person.portrait, capture=capture)
        objection = self.policy.objection(person, liveness, at=verified.at)
        if objection is not None:
            return self._refuse(objection, verified.report(), liveness)
        handle, salt = krid.system_entropy(8).hex(), krid.system_entropy(16).hex()
        customer = self.customers.enter(person, handle=handle, salt=salt)
        self._keep(verified.report(), liveness, reason=None, customer=customer)
        return Opened(customer)

    def _refuse(
        self, reason: str, report: krid.Report, liveness: Liveness | None = None
    ) -> NotOpened:
        self._keep(report, liveness, reason=reason, customer=None)
        return NotOpened(reason)

    def _keep(
        self,
        report: krid.Report,
        liveness: Liveness | None,
        *,
        reason: str | None,
        customer: Customer | None,
    ) -> None:
        decision = Decision(
            at=self.clock.now(),
            opened=customer is not None,
            reason=reason,
            rules=self.policy.rules(),
            report=report,
            liveness=liveness,
            customer=None if customer is None else customer.id,
            file=None if customer is None else customer.digest(),
        )
        self.trail.record(decision)
