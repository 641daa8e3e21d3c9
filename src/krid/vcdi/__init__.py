"""W3C credentials with the proof in them: VC Data Integrity 1.0.

The suites are eddsa-rdfc-2022, eddsa-jcs-2022, ecdsa-rdfc-2019, ecdsa-jcs-2019 (P-256 and P-384),
and ecdsa-sd-2023, with which a holder shows single claims. Those over RDF need the extra
`krid[ld]`.
"""

from krid.vcdi.ecdsa_sd import EcdsaSd, ProofSecrets
from krid.vcdi.model import (
    InlineContexts,
    OtherSigners,
    SecuredCredential,
    SecuredPresentation,
    VerifiedVc,
)
from krid.vcdi.parse import parse_credential, parse_presentation, the_credential
from krid.vcdi.present import derive
from krid.vcdi.suites import Suites, rdf_transform
from krid.vcdi.verify import Verification

__all__ = [
    "EcdsaSd",
    "InlineContexts",
    "OtherSigners",
    "ProofSecrets",
    "SecuredCredential",
    "SecuredPresentation",
    "Suites",
    "Verification",
    "VerifiedVc",
    "derive",
    "parse_credential",
    "parse_presentation",
    "rdf_transform",
    "the_credential",
]
