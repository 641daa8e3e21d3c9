"""The police and the call centre: a lost phone suspends every card of a person, at once."""

from krid.web.police.app import Station, police_app

__all__ = ["Station", "police_app"]
