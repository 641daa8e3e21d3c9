"""The desk of a registrar: its people, its tickets and its cards behind OpenID4VCI.

`OfficeRegister` shows a `krid.registrar.Registrar` to the pages of the desk, `OfficeTickets` hands
out its office QR, `RegistrarSource` brings cards from the application to the phone, and `Watched`
writes down in the log what the protocol refused.
"""

from krid.web.office.office import Office
from krid.web.office.register import OfficeRegister
from krid.web.office.source import RegistrarSource
from krid.web.office.tickets import IC_CARD, IcCardReader, OfficeTickets
from krid.web.office.watched import Watched

__all__ = [
    "IC_CARD",
    "IcCardReader",
    "Office",
    "OfficeRegister",
    "OfficeTickets",
    "RegistrarSource",
    "Watched",
]
