"""OpenID for Verifiable Credential Issuance 1.0: what goes over the wire, and both sides of it.

The values here are read and written strictly, without a network. `krid.openid.vci.server` has the
issuer's endpoints, `krid.openid.vci.wallet` the wallet's flows, `krid.openid.oauth` the pieces of
OAuth that both need.
"""

from krid.openid.vci.authorization_details import AuthorizationDetail
from krid.openid.vci.authorization_request import AuthorizationRequest, PushedResponse
from krid.openid.vci.configuration import AttestationDemand, CredentialConfiguration, ProofDemand
from krid.openid.vci.credential_request import (
    ByConfiguration,
    ByIdentifier,
    CredentialRequest,
    DeferredRequest,
    Proofs,
    ProofType,
)
from krid.openid.vci.credential_response import (
    CredentialsLater,
    CredentialsReady,
    encode_credential_response,
    parse_credential_response,
)
from krid.openid.vci.display import ClaimDescription, CredentialMetadata, Display, Image
from krid.openid.vci.encryption import (
    EncryptionKey,
    RequestEncryption,
    ResponseEncryption,
    ResponseEncryptionSupport,
)
from krid.openid.vci.issuer_metadata import IssuerMetadata
from krid.openid.vci.key_attestation import (
    KeyAttestation,
    prepare_key_attestation,
    verify_key_attestation,
)
from krid.openid.vci.key_proof import KeyProof, prepare_key_proof, verify_key_proof
from krid.openid.vci.messages import Event, NonceResponse, Notification
from krid.openid.vci.offer import (
    CodeOffer,
    CredentialOffer,
    GrantType,
    InputMode,
    OfferReference,
    PreAuthorizedOffer,
    TxCode,
    read_offer_uri,
)
from krid.openid.vci.paths import ClaimRequest
from krid.openid.vci.policy import IssuancePolicy
from krid.openid.vci.proofs import ProofRules, ProvedKeys, verify_proofs
from krid.openid.vci.signed_metadata import (
    VouchedMetadata,
    prepare_signed_metadata,
    read_signed_metadata,
)
from krid.openid.vci.token import (
    CodeGrant,
    PreAuthorizedGrant,
    RefreshGrant,
    TokenRequest,
    TokenResponse,
)

__all__ = [
    "AttestationDemand",
    "AuthorizationDetail",
    "AuthorizationRequest",
    "ByConfiguration",
    "ByIdentifier",
    "ClaimDescription",
    "ClaimRequest",
    "CodeGrant",
    "CodeOffer",
    "CredentialConfiguration",
    "CredentialMetadata",
    "CredentialOffer",
    "CredentialRequest",
    "CredentialsLater",
    "CredentialsReady",
    "DeferredRequest",
    "Display",
    "EncryptionKey",
    "Event",
    "GrantType",
    "Image",
    "InputMode",
    "IssuancePolicy",
    "IssuerMetadata",
    "KeyAttestation",
    "KeyProof",
    "NonceResponse",
    "Notification",
    "OfferReference",
    "PreAuthorizedGrant",
    "PreAuthorizedOffer",
    "ProofDemand",
    "ProofRules",
    "ProofType",
    "Proofs",
    "ProvedKeys",
    "PushedResponse",
    "RefreshGrant",
    "RequestEncryption",
    "ResponseEncryption",
    "ResponseEncryptionSupport",
    "TokenRequest",
    "TokenResponse",
    "TxCode",
    "VouchedMetadata",
    "encode_credential_response",
    "parse_credential_response",
    "prepare_key_attestation",
    "prepare_key_proof",
    "prepare_signed_metadata",
    "read_offer_uri",
    "read_signed_metadata",
    "verify_key_attestation",
    "verify_key_proof",
    "verify_proofs",
]
