"""Web applications (ASGI) over what krid does; the extra `web` brings what they need.

Each name is loaded when it is first used, so that one service does not bring in the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krid.web.resolver import resolver_app

__all__ = ["resolver_app"]

_HOMES = {"resolver_app": "krid.web.resolver"}


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'krid.web' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
