"""Web applications over the roles, as ASGI: what an issuer publishes for everybody.

They need Starlette (`pip install 'krid[web]'`), and a server such as uvicorn in front of them.
They hold no secrets and know nobody: every answer is public, and what is logged names nobody.
"""

from krid.web.documents import Document
from krid.web.issuer import issuer_app
from krid.web.lists import PublishedList, PublishedLists, RegistryLists, SignedLists

__all__ = [
    "Document",
    "PublishedList",
    "PublishedLists",
    "RegistryLists",
    "SignedLists",
    "issuer_app",
]
