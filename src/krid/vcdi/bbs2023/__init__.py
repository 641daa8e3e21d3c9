"""bbs-2023: credentials of which a holder shows a part, and nobody can link what is shown.

Data Integrity with BBS (vc-di-bbs), the issuer's base proofs and the holder's derived ones, with
anonymous holder binding and pseudonyms. Needs the extras `krid[bbs]` and `krid[ld]`.
"""

from krid.vcdi.bbs2023.base import accept, prepare
from krid.vcdi.bbs2023.credential import VerifiedBbsCredential, verify_credential
from krid.vcdi.bbs2023.derive import derive
from krid.vcdi.bbs2023.hashing import CRYPTOSUITE
from krid.vcdi.bbs2023.holder_secrets import (
    NO_SECRETS,
    HolderPseudonymSecrets,
    HolderSecret,
    HolderSecrets,
    PseudonymSecrets,
    Secrets,
)
from krid.vcdi.bbs2023.issuer_bindings import (
    SUITE,
    UNBOUND,
    BoundToHolder,
    BoundToHolderAndPseudonym,
    BoundToPseudonym,
    IssuerBinding,
)
from krid.vcdi.bbs2023.values import BaseProofValue, DerivedProofValue, Nym
from krid.vcdi.bbs2023.verify import ANY_PRESENTATION_HEADER, VerifiedDerived, verify
from krid.vcdi.bbs_feature import Feature

__all__ = [
    "ANY_PRESENTATION_HEADER",
    "CRYPTOSUITE",
    "NO_SECRETS",
    "SUITE",
    "UNBOUND",
    "BaseProofValue",
    "BoundToHolder",
    "BoundToHolderAndPseudonym",
    "BoundToPseudonym",
    "DerivedProofValue",
    "Feature",
    "HolderPseudonymSecrets",
    "HolderSecret",
    "HolderSecrets",
    "IssuerBinding",
    "Nym",
    "PseudonymSecrets",
    "Secrets",
    "VerifiedBbsCredential",
    "VerifiedDerived",
    "accept",
    "derive",
    "prepare",
    "verify",
    "verify_credential",
]
