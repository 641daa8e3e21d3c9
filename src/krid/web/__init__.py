"""Web applications (ASGI): issuers, verifiers, a wallet, and DIDs resolved for others.

They need Starlette and Jinja (`pip install 'krid[web]'`), and a server such as uvicorn in front of
them. The VC API beside them (`vc_api_app`) is for test suites and signs what it is given.
Each name is loaded when it is first used, so that one service does not bring in the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krid.web.documents import Document
    from krid.web.issuer import Desk, desk_app, issuance_app
    from krid.web.lists import PublishedList, PublishedLists, RegistryLists, SignedLists
    from krid.web.platform import CookieRule, Platform
    from krid.web.platform.settings import CookieKey
    from krid.web.publishing import publishing_app
    from krid.web.resolver import resolver_app
    from krid.web.vc_api import VcService, vc_api_app
    from krid.web.verifier import Counter, presentation_app, verifier_app
    from krid.web.wallet import OneWallet, World, wallet_app

__all__ = [
    "CookieKey",
    "CookieRule",
    "Counter",
    "Desk",
    "Document",
    "OneWallet",
    "Platform",
    "PublishedList",
    "PublishedLists",
    "RegistryLists",
    "SignedLists",
    "VcService",
    "World",
    "desk_app",
    "issuance_app",
    "presentation_app",
    "publishing_app",
    "resolver_app",
    "vc_api_app",
    "verifier_app",
    "wallet_app",
]

_HOMES = {
    "CookieKey": "krid.web.platform.settings",
    "CookieRule": "krid.web.platform",
    "Counter": "krid.web.verifier",
    "Desk": "krid.web.issuer",
    "Document": "krid.web.documents",
    "OneWallet": "krid.web.wallet",
    "Platform": "krid.web.platform",
    "PublishedList": "krid.web.lists",
    "PublishedLists": "krid.web.lists",
    "RegistryLists": "krid.web.lists",
    "SignedLists": "krid.web.lists",
    "VcService": "krid.web.vc_api",
    "World": "krid.web.wallet",
    "desk_app": "krid.web.issuer",
    "issuance_app": "krid.web.issuer",
    "publishing_app": "krid.web.publishing",
    "presentation_app": "krid.web.verifier",
    "resolver_app": "krid.web.resolver",
    "vc_api_app": "krid.web.vc_api",
    "verifier_app": "krid.web.verifier",
    "wallet_app": "krid.web.wallet",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'krid.web' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
