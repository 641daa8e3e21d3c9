"""The police and the call centre: a lost phone suspends every card of a person, at once.

The police also suspend driving licences, which is another matter and leaves other cards alone.
`LICENCE_DESK` is what a desk of theirs says (`krid.web.issuer.Desk.texts`).
"""

from krid.web.police.app import Station, police_app
from krid.web.police.licence_texts import LICENCE_DESK

__all__ = ["LICENCE_DESK", "Station", "police_app"]
