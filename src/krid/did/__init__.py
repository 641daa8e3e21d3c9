"""DIDs, DID documents, and a resolver for did:key, jwk, peer, web, webvh and omn.

>>> from krid.did import Resolver
>>> did = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
>>> with Resolver.standard() as resolver:
...     document = resolver.resolve(did).document
>>> document.assertion_key("#zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169").alg.jose
'ES256'
"""

from krid.did.cache import CachePolicy
from krid.did.compose import ListedKey, compose
from krid.did.dereference import Dereferenced, DereferencedObject, DereferencedUrls
from krid.did.document import DidDocument, DocumentSource
from krid.did.methods import omn, webvh
from krid.did.methods.jwk import DidJwk
from krid.did.methods.key import DidKey
from krid.did.methods.omn import DidOmn
from krid.did.methods.peer import DidPeer
from krid.did.methods.universal import RemoteMethod
from krid.did.methods.web import DidWeb
from krid.did.methods.webvh import DidWebvh
from krid.did.parts import Service
from krid.did.resolution import (
    Caching,
    DidMethod,
    Problem,
    Resolution,
    ResolutionFailure,
    ResolutionOptions,
    ResolutionResult,
    Resolved,
)
from krid.did.resolver import Resolver
from krid.did.syntax import Did, DidUrl
from krid.did.verification_method import Purpose, VerificationMethod

__all__ = [
    "CachePolicy",
    "Caching",
    "Dereferenced",
    "DereferencedObject",
    "DereferencedUrls",
    "Did",
    "DidDocument",
    "DidJwk",
    "DidKey",
    "DidMethod",
    "DidOmn",
    "DidPeer",
    "DidUrl",
    "DidWeb",
    "DidWebvh",
    "DocumentSource",
    "ListedKey",
    "Problem",
    "Purpose",
    "RemoteMethod",
    "Resolution",
    "ResolutionFailure",
    "ResolutionOptions",
    "ResolutionResult",
    "Resolved",
    "Resolver",
    "Service",
    "VerificationMethod",
    "compose",
    "omn",
    "webvh",
]
