"""Web applications (ASGI): what an issuer publishes for everybody, and DIDs resolved for others.

They need Starlette (`pip install 'krid[web]'`), and a server such as uvicorn in front of them.
They hold no secrets and know nobody: every answer is public, and what is logged names nobody.
Each name is loaded when it is first used, so that one service does not bring in the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krid.web.documents import Document
    from krid.web.issuer import issuer_app
    from krid.web.lists import PublishedList, PublishedLists, RegistryLists, SignedLists
    from krid.web.resolver import resolver_app

__all__ = [
    "Document",
    "PublishedList",
    "PublishedLists",
    "RegistryLists",
    "SignedLists",
    "issuer_app",
    "resolver_app",
]

_HOMES = {
    "Document": "krid.web.documents",
    "PublishedList": "krid.web.lists",
    "PublishedLists": "krid.web.lists",
    "RegistryLists": "krid.web.lists",
    "SignedLists": "krid.web.lists",
    "issuer_app": "krid.web.issuer",
    "resolver_app": "krid.web.resolver",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'krid.web' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
