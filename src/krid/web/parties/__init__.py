"""The register of relying parties on the web: reports come in, and a clerk sees and decides.

`ReportsEndpoint` is where wallets bring what was asked beyond a registration; `party_pages` shows
who may ask for what, and how many reports about each were confirmed.
"""

from krid.web.parties.endpoint import PATH, ReportsEndpoint, operations
from krid.web.parties.pages import PartyDesk, party_pages

__all__ = ["PATH", "PartyDesk", "ReportsEndpoint", "operations", "party_pages"]
