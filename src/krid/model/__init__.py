"""Values and ports that all credential formats and roles share.

A credential format is a plug: whatever implements `CredentialFormat` works with issuer, wallet,
query, verifier and command line.
"""

from krid.model.assurance import Assurance
from krid.model.authorities import AKI, ETSI_TL, OPENID_FEDERATION, TrustedAuthority
from krid.model.bitstring_entry import (
    encode_bitstring_entries,
    encode_bitstring_entry,
    encode_messages,
    parse_bitstring_entries,
)
from krid.model.credential import (
    AcceptedCredential,
    BbsOrder,
    Check,
    Evidence,
    Freshness,
    Inspection,
    IssueOrder,
    Order,
    State,
    VerifiedCredential,
)
from krid.model.findings import Finding, Findings, LintingFormat, Rule, Severity
from krid.model.format import BbsFormat, BearerFormat, CredentialFormat
from krid.model.holders import NO_HOLDER_KEYS, HolderKey, HolderKeys
from krid.model.keys import (
    VerificationAlg,
    VerificationKey,
    fits,
    name_of_alg,
    name_of_key,
)
from krid.model.optout import BEARER, NO_STATUS, Bearer, NoStatus
from krid.model.paths import ClaimPath, select, value_at
from krid.model.policy import NO_POLICY, ONLINE, OfflineRule, OfflineWithin, Online, Policy
from krid.model.ports import (
    Challenge,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    StatusSource,
)
from krid.model.profile import Profile
from krid.model.query import (
    ANY_TYPE,
    AnyType,
    ClaimQuery,
    ClaimValue,
    CredentialQuery,
    CredentialSet,
    DoctypeValue,
    HolderBinding,
    Query,
    TypeValues,
    VctValues,
    WantedType,
    is_of_type,
)
from krid.model.registration import (
    Asker,
    Attestation,
    OverAsked,
    Permission,
    Registration,
    Registrations,
)
from krid.model.status import (
    as_entries,
    bitstring_entries,
    encode_status,
    one_reference,
    parse_status,
)
from krid.model.status_entry import (
    BitstringEntry,
    OrderedStatus,
    RecordEntry,
    StatusEntry,
    StatusReference,
)
from krid.model.trail import Trail
from krid.model.transaction import (
    DEFAULT_HASH,
    HASH_NAMES,
    TransactionData,
    allot,
    common_hash,
)
from krid.model.trusted_issuers import TrustedIssuer, TrustedIssuers

__all__ = [
    "AKI",
    "ANY_TYPE",
    "BEARER",
    "DEFAULT_HASH",
    "ETSI_TL",
    "HASH_NAMES",
    "NO_HOLDER_KEYS",
    "NO_POLICY",
    "NO_STATUS",
    "ONLINE",
    "OPENID_FEDERATION",
    "AcceptedCredential",
    "AnyType",
    "Asker",
    "Assurance",
    "Attestation",
    "BbsFormat",
    "BbsOrder",
    "Bearer",
    "BearerFormat",
    "BitstringEntry",
    "Challenge",
    "Check",
    "ClaimPath",
    "ClaimQuery",
    "ClaimValue",
    "CredentialFormat",
    "CredentialQuery",
    "CredentialSet",
    "DoctypeValue",
    "Evidence",
    "Finding",
    "Findings",
    "Freshness",
    "HolderBinding",
    "HolderKey",
    "HolderKeys",
    "Inspection",
    "IssueOrder",
    "IssuerHint",
    "IssuerKey",
    "IssuerKeys",
    "LintingFormat",
    "NoStatus",
    "OfflineRule",
    "OfflineWithin",
    "Online",
    "Order",
    "OrderedStatus",
    "OverAsked",
    "Permission",
    "Policy",
    "Profile",
    "Query",
    "RecordEntry",
    "Registration",
    "Registrations",
    "Rule",
    "Severity",
    "State",
    "StatusEntry",
    "StatusReference",
    "StatusSource",
    "Trail",
    "TransactionData",
    "TrustedAuthority",
    "TrustedIssuer",
    "TrustedIssuers",
    "TypeValues",
    "VctValues",
    "VerificationAlg",
    "VerificationKey",
    "VerifiedCredential",
    "WantedType",
    "allot",
    "as_entries",
    "bitstring_entries",
    "common_hash",
    "encode_bitstring_entries",
    "encode_bitstring_entry",
    "encode_messages",
    "encode_status",
    "fits",
    "is_of_type",
    "name_of_alg",
    "name_of_key",
    "one_reference",
    "parse_bitstring_entries",
    "parse_status",
    "select",
    "value_at",
]
