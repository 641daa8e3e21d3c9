"""Whom to believe: sources of trust, each a value that answers `find` (`model.IssuerKeys`).

Signed lists of authorities are in `krid.trust.vical` and `krid.trust.etsi`, the certificates of
OpenDID in `krid.trust.opendid`.

>>> from krid.keys import Alg, LocalKey
>>> from krid.trust import ForTypes, KeyTrust
>>> key = LocalKey.generate(Alg.ES256).public_key
>>> mois = KeyTrust.of(key, issuer="https://mois.example")
>>> trust = ForTypes(mois, types=frozenset({"urn:example:resident-card"}))
"""

from krid.trust.assurance import WithAssurance
from krid.trust.certificates import CertificateTrust, Conformance
from krid.trust.combine import NOBODY, AllOf, AnyOf, ForFormats, ForTypes, Until
from krid.trust.controllers import ControllerTrust
from krid.trust.dids import DidDocument, DidResolver, DidTrust, HasDocument
from krid.trust.issuer_metadata import IssuerMetadataTrust
from krid.trust.keys import KeyTrust, PinnedKey
from krid.trust.ledger import LedgerTrust
from krid.trust.lists import FIRST_LIST, FirstList, ListMark
from krid.trust.load import load_trust
from krid.trust.registration_certificate import RegistrationCertificate
from krid.trust.registrations import (
    AnyRegistration,
    RegisteredVerifiers,
    RegistrationCertificates,
)
from krid.trust.revocation import NO_REVOCATION, Crls, NoRevocation, Revocation, WhereKnown

__all__ = [
    "FIRST_LIST",
    "NOBODY",
    "NO_REVOCATION",
    "AllOf",
    "AnyOf",
    "AnyRegistration",
    "CertificateTrust",
    "Conformance",
    "ControllerTrust",
    "Crls",
    "DidDocument",
    "DidResolver",
    "DidTrust",
    "FirstList",
    "ForFormats",
    "ForTypes",
    "HasDocument",
    "IssuerMetadataTrust",
    "KeyTrust",
    "LedgerTrust",
    "ListMark",
    "NoRevocation",
    "PinnedKey",
    "RegisteredVerifiers",
    "RegistrationCertificate",
    "RegistrationCertificates",
    "Revocation",
    "Until",
    "WhereKnown",
    "WithAssurance",
    "load_trust",
]
