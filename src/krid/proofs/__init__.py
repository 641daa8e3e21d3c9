"""Data Integrity proofs (W3C VC Data Integrity 1.0): what they say, sets and chains of them.

The suites over canonical JSON are here whole; those over RDF bring their canonical form along
(`krid.vcdi`). Which keys may sign is for whoever reads the proof to decide.
"""

from krid.proofs.chain import input_document, parse_proofs, prepared_input, with_proof
from krid.proofs.checks import (
    check_age,
    check_challenge,
    check_domain,
    check_period,
    check_purpose,
)
from krid.proofs.eddsa_jcs import prepare, verify
from krid.proofs.jcs_suites import ECDSA_JCS, EDDSA_JCS
from krid.proofs.model import Proof
from krid.proofs.options import ProofOptions
from krid.proofs.plain import ContextRule, PlainSuite, Suite, Transform, in_context_of

__all__ = [
    "ECDSA_JCS",
    "EDDSA_JCS",
    "ContextRule",
    "PlainSuite",
    "Proof",
    "ProofOptions",
    "Suite",
    "Transform",
    "check_age",
    "check_challenge",
    "check_domain",
    "check_period",
    "check_purpose",
    "in_context_of",
    "input_document",
    "parse_proofs",
    "prepare",
    "prepared_input",
    "verify",
    "with_proof",
]
