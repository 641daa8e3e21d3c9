"""Pieces of OAuth 2.0 that issuance needs and that no package krid uses has.

PKCE (RFC 7636), DPoP (RFC 9449), attestation-based client authentication, server metadata
(RFC 8414), and the requests and answers of endpoints as values without a web framework.
"""

from krid.openid.oauth import client_attestation, dpop, pkce
from krid.openid.oauth.client_attestation import AttestationPop, ClientAttestation
from krid.openid.oauth.dpop import DpopProof
from krid.openid.oauth.http import Call, Reply
from krid.openid.oauth.loopback import EndpointTransport
from krid.openid.oauth.nonces import NonceKey, Nonces
from krid.openid.oauth.refusal import ErrorResponse, OauthError, RefusalError
from krid.openid.oauth.server_metadata import ServerMetadata
from krid.openid.oauth.store import IssuanceStore, Kind, MemoryIssuanceStore

__all__ = [
    "AttestationPop",
    "Call",
    "ClientAttestation",
    "DpopProof",
    "EndpointTransport",
    "ErrorResponse",
    "IssuanceStore",
    "Kind",
    "MemoryIssuanceStore",
    "NonceKey",
    "Nonces",
    "OauthError",
    "RefusalError",
    "Reply",
    "ServerMetadata",
    "client_attestation",
    "dpop",
    "pkce",
]
