"""The issuing desk: a clerk picks a resident, the phone scans, and the card arrives.

`desk_app` is a whole issuer: the pages of the desk, the endpoints of OpenID4VCI, and what an
issuer publishes. `CardSource` and `RegistryStatuses` answer its protocol side from a register of
residents and a registry of statuses.
"""

from krid.web.desk.access import LOOPBACK_ONLY, Access, LoopbackOnly
from krid.web.desk.app import Desk, Tickets, desk_app
from krid.web.desk.source import CONFIGURATIONS, CardSource, PeopleRegister, Registry
from krid.web.desk.statuses import RegistryStatuses

__all__ = [
    "CONFIGURATIONS",
    "LOOPBACK_ONLY",
    "Access",
    "CardSource",
    "Desk",
    "LoopbackOnly",
    "PeopleRegister",
    "Registry",
    "RegistryStatuses",
    "Tickets",
    "desk_app",
]
