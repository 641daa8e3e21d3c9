"""Values and ports that all credential formats and roles share.

A credential format is a plug: whatever implements `CredentialFormat` works with issuer, wallet,
query, verifier and command line.
"""

from krid.model.credential import (
    AcceptedCredential,
    Evidence,
    Inspection,
    IssueOrder,
    VerifiedCredential,
)
from krid.model.format import CredentialFormat
from krid.model.optout import BEARER, NO_STATUS, Bearer, NoStatus
from krid.model.paths import ClaimPath, select
from krid.model.ports import (
    Challenge,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    StatusReference,
    StatusSource,
)
from krid.model.profile import Profile

__all__ = [
    "BEARER",
    "NO_STATUS",
    "AcceptedCredential",
    "Bearer",
    "Challenge",
    "ClaimPath",
    "CredentialFormat",
    "Evidence",
    "Inspection",
    "IssueOrder",
    "IssuerHint",
    "IssuerKey",
    "IssuerKeys",
    "NoStatus",
    "Profile",
    "StatusReference",
    "StatusSource",
    "VerifiedCredential",
    "select",
]
