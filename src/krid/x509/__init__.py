"""X.509 certificates: parsing, path validation, revocation, profiles of ISO 18013-5, issuing.

`verify_chain` is the one way from bytes to trust; a parsed `Certificate` proves nothing.
"""

from krid.x509.certificate import Certificate, parse_pem_bundle
from krid.x509.chain import CertificationPath, verify_chain, verify_listed
from krid.x509.crl import RevocationList
from krid.x509.crl_entries import Entry, RevocationReason
from krid.x509.crl_scope import Scope
from krid.x509.extensions import AlternativeNames, Extensions, KeyUsage
from krid.x509.issue import self_signed_ca, sign_certificate
from krid.x509.issue_crl import sign_crl
from krid.x509.leaf import (
    DOCUMENT_SIGNER,
    MDOC_READER,
    MDOC_SIGNER,
    VERIFIER,
    VICAL_SIGNER,
    LeafProfile,
)
from krid.x509.profile import Rule, check_profile, deviations
from krid.x509.revocation import VerifiedCrl, check_not_revoked, verify_crl

__all__ = [
    "DOCUMENT_SIGNER",
    "MDOC_READER",
    "MDOC_SIGNER",
    "VERIFIER",
    "VICAL_SIGNER",
    "AlternativeNames",
    "Certificate",
    "CertificationPath",
    "Entry",
    "Extensions",
    "KeyUsage",
    "LeafProfile",
    "RevocationList",
    "RevocationReason",
    "Rule",
    "Scope",
    "VerifiedCrl",
    "check_not_revoked",
    "check_profile",
    "deviations",
    "parse_pem_bundle",
    "self_signed_ca",
    "sign_certificate",
    "sign_crl",
    "verify_chain",
    "verify_crl",
    "verify_listed",
]
