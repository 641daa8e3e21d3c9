"""The pages of the branch: the customer's card, the log-in with it, decisions for an auditor."""

from dataclasses import dataclass, replace
from typing import Final, final

from krid._core import times
from krid.errors import Code, ContentError
from krid.openid.oauth.store import new_secret
from krid.openid.vci.server import CredentialIssuer
from krid.openid.vp.server import Completed, Refused, Result
from krid.verifier import Report
from krid.web.asking import Asking, answers, lines
from krid.web.asking.taking import make_offer, taking_page
from krid.web.branch.customers import CONFIGURATION, CustomerOrders, customer_number
from krid.web.branch.decisions import Decision, DecisionBook
from krid.web.branch.policy import AccountPolicy, Liveness
from krid.web.branch.texts import TEXTS
from krid.web.issuer.access import Access
from krid.web.platform import Page, PageGroup, Platform, Redirect, Route, Turn, Visit
from krid.web.verifier.records import State, VisitRecord, VisitRecords

_VISIT: Final = "visit"
_SHOWN: Final = frozenset({("name",), ("customer_number",), ("opened_on",)})
_UNTRIED: Final = Liveness(passed=False, by="not asked for")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What the branch works with. `records` are those of the bank's own counter."""

    policy: AccountPolicy
    book: DecisionBook
    records: VisitRecords
    issuer: CredentialIssuer
    orders: CustomerOrders
    login: Asking
    access: Access
    platform: Platform

    def decide(self, secret: str, record: VisitRecord, result: Result) -> VisitRecord:
        """Judge what was proved, and keep the decision before anybody sees it."""
        liveness, code = _UNTRIED, record.code
        if record.state is State.VERIFIED:
            liveness = self.policy.liveness.check(secret)
            code = self.policy.judge(record, liveness)
        is_open = record.state is State.VERIFIED and not code
        self.book.keep(
            Decision(
                id=self.platform.entropy(8).hex(),
                at=times.to_rfc3339(self.platform.clock.now()),
                outcome="opened" if is_open else _outcome(record),
                code=code,
                policy=self.policy.name,
                liveness=liveness.by,
                customer=customer_number(secret) if is_open else "",
                report=_report(result).to_json(),
            )
        )
        return replace(record, state=State.REFUSED, code=code, proved=()) if code else record


def branch_pages(branch: Branch) -> PageGroup:
    """Make the pages, beside those of the log-in (`Branch.login`)."""
    return PageGroup(routes=_Pages(branch).routes, texts=TEXTS, package="krid.web.branch")


@final
class _Pages:
    def __init__(self, branch: Branch) -> None:
        self._branch: Final = branch

    @property
    def routes(self) -> tuple[Route, ...]:
        return (
            Route(path="/card", view=self.card, name="bank-card", summary="The customer's card."),
            Route(path="/login/", view=self.login, name="bank-login", summary="Log in."),
            Route(path="/customer", view=self.customer, name="bank-home", summary="Welcome."),
            Route(
                path="/login/leave",
                view=self.leave,
                name="bank-leave",
                summary="Log out.",
                method="POST",
            ),
            Route(path="/audit", view=self.audit, name="bank-audit", summary="All decisions."),
            Route(
                path="/audit/{decision}",
                view=self.decision,
                name="bank-decision",
                summary="One decision with its evidence.",
            ),
        )

    def card(self, visit: Visit) -> Turn:
        """Offer the customer's card to whoever has just opened an account."""
        secret = visit.cookie(_VISIT)
        record = self._branch.records.find(secret)
        if record.state is not State.VERIFIED or secret is None:
            return Redirect("/")
        (name,) = map(str, answers(record, ("name",)))
        ordered = new_secret(visit.platform.entropy)
        self._branch.orders.put(ordered, customer_number(secret), name)
        wallets = self._branch.login.wallets
        offer = make_offer(self._branch.issuer, ordered, (CONFIGURATION,), wallets)
        return taking_page("customer.card", "customer.card.lead", offer, back="/")

    def login(self, _visit: Visit) -> Turn:
        """Ask for the customer's card."""
        return Page("bank_login.html", {"begin": "/login/begin"})

    def customer(self, visit: Visit) -> Turn:
        """Welcome a customer."""
        record = self._branch.login.verified(visit)
        if record is None:
            return Redirect("/login/")
        return Page("customer.html", {"rows": lines(record, visit, only=_SHOWN)})

    def leave(self, visit: Visit) -> Turn:
        """Forget who it is."""
        return Redirect("/login/", self._branch.login.left(visit))

    def audit(self, visit: Visit) -> Turn:
        """Show all decisions to an auditor."""
        if not self._branch.access.is_clerk(visit):
            return _denied()
        return Page("audit.html", {"decisions": self._branch.book.every()})

    def decision(self, visit: Visit) -> Turn:
        """Show one decision with its evidence."""
        if not self._branch.access.is_clerk(visit):
            return _denied()
        found = self._branch.book.find(visit.params["decision"])
        if found is None:
            raise ContentError(Code.REGISTER_UNKNOWN)
        return Page("decision.html", {"decision": found})


def _outcome(record: VisitRecord) -> str:
    return "declined" if record.state is State.DECLINED else "refused"


def _report(result: Result) -> Report:
    if isinstance(result, Completed):
        return result.verified.report()
    return result.report if isinstance(result, Refused) else Report(())


def _denied() -> Page:
    return Page("error.html", {"key": "audit.denied"}, 403, code="audit.denied")
