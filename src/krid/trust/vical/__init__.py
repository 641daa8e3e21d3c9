"""VICAL: a signed list of authorities' roots, each for some doctypes (ISO 18013-5, annex C).

Written after public implementations and descriptions of the annex, since the text of the
standard is not public.
"""

from krid.trust.vical.issue import prepare_vical
from krid.trust.vical.model import LeftOut, Vical, VicalEntry
from krid.trust.vical.parse import SignedVical
from krid.trust.vical.source import VicalTrust
from krid.trust.vical.verify import VerifiedVical, verify_vical

__all__ = [
    "LeftOut",
    "SignedVical",
    "VerifiedVical",
    "Vical",
    "VicalEntry",
    "VicalTrust",
    "prepare_vical",
    "verify_vical",
]
