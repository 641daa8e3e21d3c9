"""Credentials and presentations of OpenDID, the open-source Korean system: read and verified.

Each claim is signed alone, so that claims can be left out; there are no salts. The format follows
its published documents (VC format and VP format 1.0.0). krid makes none of these credentials.
"""

from krid.opendid.format import OpenDidFormat, inspect, is_presentation, looks_like
from krid.opendid.model import (
    Claim,
    Credential,
    Documents,
    Location,
    Presentation,
    Unlocking,
    VerifiedVc,
    VerifiedVp,
)
from krid.opendid.parse import parse_credential, parse_presentation
from krid.opendid.verify import Verification, verify_credential, verify_presentation

__all__ = [
    "Claim",
    "Credential",
    "Documents",
    "Location",
    "OpenDidFormat",
    "Presentation",
    "Unlocking",
    "Verification",
    "VerifiedVc",
    "VerifiedVp",
    "inspect",
    "is_presentation",
    "looks_like",
    "parse_credential",
    "parse_presentation",
    "verify_credential",
    "verify_presentation",
]
