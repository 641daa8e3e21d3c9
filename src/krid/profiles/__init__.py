"""What deployments agree on, as values: algorithms, lifetimes, identifiers and claim tables.

A profile is handed to issuer, wallet and verifier; no code asks for its name. To change one
value, use `dataclasses.replace`.
"""

from krid.profiles import kr
from krid.profiles.haip import HAIP, HAIP_ISSUANCE, HAIP_PRESENTATION
from krid.profiles.vci import OPENID4VCI
from krid.profiles.vp import OPENID4VP
from krid.profiles.w3c import W3C

__all__ = ["HAIP", "HAIP_ISSUANCE", "HAIP_PRESENTATION", "OPENID4VCI", "OPENID4VP", "W3C", "kr"]
