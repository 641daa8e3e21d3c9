"""Log-in with the bank's own card: the customer's handle alone is asked for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias, assert_never

import krid
from bank.customer_card import VCT
from bank.customers import Customer, Customers
from krid import query
from krid.openid.vp.server import (
    Begun,
    Completed,
    Declined,
    Journey,
    PresentationVerifier,
    Refused,
    Waiting,
)


def own_cards(url: str) -> krid.Policy:
    """Take this bank's own card from its holder alone, with a status of these last minutes."""
    return krid.Policy(
        types={"dc+sd-jwt": frozenset({VCT})},
        issuers=frozenset({url}),
        holder_required=True,
        status_age=timedelta(minutes=5),
    )


@dataclass(frozen=True)
class LoggedIn:
    """This browser session is this customer's."""

    customer: Customer


@dataclass(frozen=True)
class NotLoggedIn:
    """It is nobody's; `reason` is krid's code or OpenID4VP's error."""

    reason: str


Result: TypeAlias = LoggedIn | NotLoggedIn | Waiting


@dataclass(frozen=True, kw_only=True)
class LogIn:
    """The log-in page without its HTML."""

    verifier: PresentationVerifier
    customers: Customers

    def begin(self, journey: Journey = Journey.SAME_DEVICE) -> Begun:
        """Ask for the customer card."""
        card = query.sdjwt("customer", vct=VCT, claims=["customer_id"])
        return self.verifier.begin(card, purpose="Log in", journey=journey)

    def finish(self, secret: str, *, response_code: str | None) -> Result:
        """Say who logged in.

        Raises:
            BindingError: `session.unknown`, also for an answer that was used before.
        """
        match self.verifier.outcome(secret, response_code=response_code):
            case Completed(verified):
                customer = self.customers.find(str(verified["customer"].claims["customer_id"]))
                return LoggedIn(customer) if customer else NotLoggedIn("no customer any more")
            case Refused(is_final=False) | Declined(is_final=False):
                return Waiting()  # across devices that may have been anybody who saw the code
            case Refused(reason) | Declined(reason):
                return NotLoggedIn(str(reason))
            case Waiting() as waiting:
                return waiting
            case _ as never:
                assert_never(never)
