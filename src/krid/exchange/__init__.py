"""What passes between a verifier and a wallet, free of any wire protocol.

Protocols (`krid.openid`, proximity) turn URIs, forms and frames into these values and back; the
roles know these values alone.
"""

from krid.exchange.delivery import DIRECT_POST, Delivery, ResponseKey, ResponseMode
from krid.exchange.issued import IssuedCredential
from krid.exchange.request import AuthenticatedRequest, PresentationRequest, Standing
from krid.exchange.response import PresentationResponse
from krid.exchange.sessions import MemorySessions, Session, Sessions

__all__ = [
    "DIRECT_POST",
    "AuthenticatedRequest",
    "Delivery",
    "IssuedCredential",
    "MemorySessions",
    "PresentationRequest",
    "PresentationResponse",
    "ResponseKey",
    "ResponseMode",
    "Session",
    "Sessions",
    "Standing",
]
