"""Web applications (ASGI): what an issuer publishes for everybody, and DIDs resolved for others.

They need Starlette (`pip install 'krid[web]'`), and a server such as uvicorn in front of them.
The first two hold no secrets and know nobody: every answer is public, and what is logged names
nobody. The VC API beside them (`vc_api_app`) is for test suites and signs what it is given.
Each name is loaded when it is first used, so that one service does not bring in the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krid.web.documents import Document
    from krid.web.issuer import issuer_app
    from krid.web.lists import PublishedList, PublishedLists, RegistryLists, SignedLists
    from krid.web.resolver import resolver_app
    from krid.web.vc_api import VcService, vc_api_app

__all__ = [
    "Document",
    "PublishedList",
    "PublishedLists",
    "RegistryLists",
    "SignedLists",
    "VcService",
    "issuer_app",
    "resolver_app",
    "vc_api_app",
]

_HOMES = {
    "Document": "krid.web.documents",
    "PublishedList": "krid.web.lists",
    "PublishedLists": "krid.web.lists",
    "RegistryLists": "krid.web.lists",
    "SignedLists": "krid.web.lists",
    "VcService": "krid.web.vc_api",
    "issuer_app": "krid.web.issuer",
    "resolver_app": "krid.web.resolver",
    "vc_api_app": "krid.web.vc_api",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'krid.web' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
