"""The verifier's side of OpenID4VP: begin, answer wallets, and hand the outcome to who began.

`PresentationVerifier` has it all; `VerifierSetup` is what it is made of.
"""

from krid.openid.oauth.loopback import EndpointTransport as VerifierTransport
from krid.openid.vp.server.begin import Begun
from krid.openid.vp.server.outcome import Completed, Declined, Refused, Result, Waiting
from krid.openid.vp.server.page import BegunPage
from krid.openid.vp.server.records import Journey
from krid.openid.vp.server.setup import Identity, Lifetimes, VerifierSetup
from krid.openid.vp.server.verifier import PresentationVerifier

__all__ = [
    "Begun",
    "BegunPage",
    "Completed",
    "Declined",
    "Identity",
    "Journey",
    "Lifetimes",
    "PresentationVerifier",
    "Refused",
    "Result",
    "VerifierSetup",
    "VerifierTransport",
    "Waiting",
]
