"""What a deployment of the Korean card takes: HAIP, with a status list always."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from krid.profiles.haip import HAIP

PROFILE: Final = replace(
    HAIP, name="kr", max_lifetime=timedelta(days=3 * 365 + 2), status_required=True
)
"""HAIP for cards of three years that can be suspended.

The lifetime is three years with a leap day, and the rest of the last day. A status is demanded,
for a lost phone must take the card out of use at once.
"""
