"""An issuer: the endpoints of OpenID4VCI, alone or behind the pages of an issuing desk.

`issuance_app` has the endpoints alone, beside pages of your own. `desk_app` is a whole issuer: a
clerk picks a resident, the phone scans, and the card arrives. `CardSource` and `RegistryStatuses`
answer its protocol side from a register of residents and a registry of statuses.
"""

from krid.web.issuer.access import LOOPBACK_ONLY, Access, ClerksByHeader, LoopbackOnly
from krid.web.issuer.app import Desk, Tickets, desk_app, issuance_app
from krid.web.issuer.source import CONFIGURATIONS, CardSource, PeopleRegister, Registry
from krid.web.issuer.statuses import RegistryStatuses

__all__ = [
    "CONFIGURATIONS",
    "LOOPBACK_ONLY",
    "Access",
    "CardSource",
    "ClerksByHeader",
    "Desk",
    "LoopbackOnly",
    "PeopleRegister",
    "Registry",
    "RegistryStatuses",
    "Tickets",
    "desk_app",
    "issuance_app",
]
