"""Residents' own pages: log in with the card, see one's entry, move, ask for certificates."""

from krid.web.residents.anew import Anew
from krid.web.residents.app import Service, residents_app
from krid.web.residents.certificates import (
    CERTIFICATES,
    CertificateOrders,
    CertificateSource,
)

__all__ = [
    "CERTIFICATES",
    "Anew",
    "CertificateOrders",
    "CertificateSource",
    "Service",
    "residents_app",
]
