"""Data Integrity proofs over canonical JSON: W3C VC Data Integrity 1.0 with its JCS suites.

What DID logs and credentials share. Which keys may sign, and when a proof has expired, is for
whoever reads the proof to decide.
"""

from krid.proofs.eddsa_jcs import prepare, verify
from krid.proofs.model import Proof

__all__ = ["Proof", "prepare", "verify"]
