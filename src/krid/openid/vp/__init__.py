"""OpenID for Verifiable Presentations 1.0: verifiers ask, wallets answer.

`server` answers for a verifier, `wallet` reads and answers for a holder. Here are the messages
that both of them write and read.
"""

from krid.openid.vp import server, wallet
from krid.openid.vp.attestation import VerifierAttestation, prepare_attestation
from krid.openid.vp.client_id import ClientId, Prefix
from krid.openid.vp.dc_api import PageProtocol, page_refusal, read_page_data
from krid.openid.vp.known import FederationClients, ListedClients, VerifierDids
from krid.openid.vp.link import RequestMethod, RequestReference, read_link
from krid.openid.vp.metadata import ClientMetadata
from krid.openid.vp.parameters import KnownClient
from krid.openid.vp.policy import STANDARD, PresentationPolicy
from krid.openid.vp.refusal import RequestRefusedError, WayBack
from krid.openid.vp.reported import ReportedRequest, read_reported
from krid.openid.vp.request_object import (
    KnownClients,
    Terms,
    open_request,
    prepare_request,
    read_request,
)
from krid.openid.vp.response import encode_response, read_response
from krid.openid.vp.senders import REQUEST_TYP
from krid.openid.vp.transaction_data import TransactionType
from krid.openid.vp.transaction_data import encode as encode_transaction

__all__ = [
    "REQUEST_TYP",
    "STANDARD",
    "ClientId",
    "ClientMetadata",
    "FederationClients",
    "KnownClient",
    "KnownClients",
    "ListedClients",
    "PageProtocol",
    "Prefix",
    "PresentationPolicy",
    "ReportedRequest",
    "RequestMethod",
    "RequestReference",
    "RequestRefusedError",
    "Terms",
    "TransactionType",
    "VerifierAttestation",
    "VerifierDids",
    "WayBack",
    "encode_response",
    "encode_transaction",
    "open_request",
    "page_refusal",
    "prepare_attestation",
    "prepare_request",
    "read_link",
    "read_page_data",
    "read_reported",
    "read_request",
    "read_response",
    "server",
    "wallet",
]
