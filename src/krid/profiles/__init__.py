"""What deployments agree on, as values: algorithms, lifetimes, identifiers and claim tables.

A profile is handed to issuer, wallet and verifier; no code asks for its name. To change one
value, use `dataclasses.replace`.
"""

from krid.profiles import kr
from krid.profiles.haip import HAIP, HAIP_ISSUANCE
from krid.profiles.vci import OPENID4VCI

__all__ = ["HAIP", "HAIP_ISSUANCE", "OPENID4VCI", "kr"]
