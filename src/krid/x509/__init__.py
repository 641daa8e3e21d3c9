"""X.509 certificates: parsing, path validation, the profiles of ISO 18013-5, and issuing.

`verify_chain` is the one way from bytes to trust; a parsed `Certificate` proves nothing.
"""

from krid.x509.certificate import Certificate, parse_pem_bundle
from krid.x509.chain import CertificationPath, verify_chain
from krid.x509.extensions import AlternativeNames, Extensions, KeyUsage
from krid.x509.issue import self_signed_ca, sign_certificate
from krid.x509.leaf import (
    DOCUMENT_SIGNER,
    MDOC_READER,
    MDOC_SIGNER,
    VERIFIER,
    LeafProfile,
)
from krid.x509.profile import Rule, check_profile, deviations

__all__ = [
    "DOCUMENT_SIGNER",
    "MDOC_READER",
    "MDOC_SIGNER",
    "VERIFIER",
    "AlternativeNames",
    "Certificate",
    "CertificationPath",
    "Extensions",
    "KeyUsage",
    "LeafProfile",
    "Rule",
    "check_profile",
    "deviations",
    "parse_pem_bundle",
    "self_signed_ca",
    "sign_certificate",
    "verify_chain",
]
