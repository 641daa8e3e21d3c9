"""The verifier's role: ask, and believe only what was proved."""

from krid.verifier.bulk import verify_many
from krid.verifier.check import verify_presentation
from krid.verifier.report import Report
from krid.verifier.steps import Section, Step
from krid.verifier.verifier import Verified, Verifier

__all__ = [
    "Report",
    "Section",
    "Step",
    "Verified",
    "Verifier",
    "verify_many",
    "verify_presentation",
]
