"""The issuer's side of OpenID4VCI: every endpoint as a function from a `Call` to a `Reply`.

`CredentialIssuer` has them all. What an issuer must bring are the ports of `ports`.
"""

from krid.openid.oauth.loopback import EndpointTransport as IssuerTransport
from krid.openid.vci.server.issuer import CredentialIssuer
from krid.openid.vci.server.offers import NO_TX_CODE, NoTxCode, RequiredTxCode, TypedCode
from krid.openid.vci.server.ports import (
    CredentialOrder,
    CredentialSource,
    Denied,
    Interaction,
    Later,
    Made,
    News,
    NoStatuses,
    People,
    Ready,
    StatusAllotment,
)
from krid.openid.vci.server.setup import (
    Client,
    IssuerSetup,
    Lifetimes,
    MetadataSigner,
    Offering,
    Sealing,
)

__all__ = [
    "NO_TX_CODE",
    "Client",
    "CredentialIssuer",
    "CredentialOrder",
    "CredentialSource",
    "Denied",
    "Interaction",
    "IssuerSetup",
    "IssuerTransport",
    "Later",
    "Lifetimes",
    "Made",
    "MetadataSigner",
    "News",
    "NoStatuses",
    "NoTxCode",
    "Offering",
    "People",
    "Ready",
    "RequiredTxCode",
    "Sealing",
    "StatusAllotment",
    "TypedCode",
]
