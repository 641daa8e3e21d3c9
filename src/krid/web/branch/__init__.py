"""A bank after the identity check: its decision and the evidence, its customer card, its log-in."""

from krid.web.branch.customers import CUSTOMER_VCT, CustomerOrders, CustomerSource
from krid.web.branch.decisions import Decision, DecisionBook
from krid.web.branch.pages import Branch, branch_pages
from krid.web.branch.policy import AccountPolicy, Liveness, LivenessCheck, SampleLiveness

__all__ = [
    "CUSTOMER_VCT",
    "AccountPolicy",
    "Branch",
    "CustomerOrders",
    "CustomerSource",
    "Decision",
    "DecisionBook",
    "Liveness",
    "LivenessCheck",
    "SampleLiveness",
    "branch_pages",
]
