"""did:web (W3C CCG): the document lies on a web server, under the server's own name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, final

from krid._core import limits
from krid.did.document import DidDocument
from krid.did.methods.web_address import WebAddress
from krid.did.resolution import ResolutionOptions, Resolved
from krid.did.syntax import Did
from krid.did.verification_method import Purpose
from krid.errors import Code, MalformedError, ResolutionError
from krid.net import Flow, Request, Response

_ACCEPT: Final = "application/did, application/did+json, application/did+ld+json, application/json"
_GONE: Final = frozenset({404, 410})


@final
@dataclass(frozen=True, slots=True)
class DidWeb:
    """The did:web method; what it proves is who holds the server, at the moment of asking."""

    @property
    def name(self) -> str:
        """`web`."""
        return "web"

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Fetch the document of a DID.

        Raises:
            ResolutionError: `did.syntax`, `did.not_found` for status 404 and 410, `did.option`
                when a version of the document is asked for, or `net.status`.
            MalformedError: `did.document`, or `did.document_id`.
            TransportError: whatever the transport raises.
        """
        options.check_no_version()
        response = yield Request(
            document_url(did),
            headers={"Accept": _ACCEPT},
            max_bytes=limits.MAX_DID_DOCUMENT_BYTES,
        )
        _check_status(response)
        document = DidDocument.parse(response.body, did=did)
        _check_absolute(document)
        return Resolved(document)

    @staticmethod
    def create(host: str, *path: str) -> Did:
        """Return the DID whose document will lie on a host, which may have a port.

        Raises:
            ResolutionError: `did.syntax`.

        >>> str(DidWeb.create("issuer.example:8443", "cards"))
        'did:web:issuer.example%3A8443:cards'
        """
        identifier = ":".join((host.replace(":", "%3A"), *path))
        WebAddress.parse(identifier.split(":"))
        return Did("web", identifier)


def document_url(did: Did) -> str:
    """Return the address of the document of a did:web DID (did:web, "Read").

    Raises:
        ResolutionError: `did.syntax`.

    >>> document_url(Did.parse("did:web:example.com%3A3000:user:alice"))
    'https://example.com:3000/user/alice/did.json'
    """
    return WebAddress.parse(did.identifier.split(":")).file("did.json")


def _check_status(response: Response) -> None:
    if response.status in _GONE:
        raise ResolutionError(Code.DID_NOT_FOUND)
    if response.status != 200:
        raise ResolutionError(Code.NET_STATUS, str(response.status))


def _check_absolute(document: DidDocument) -> None:
    """Check that every DID URL in the document is absolute (did:web, "Key Material")."""
    if any(reference[:1] in {"#", "/", "?"} for reference in _references(document.members)):
        raise MalformedError(Code.DID_DOCUMENT, "a relative DID URL")


def _references(members: Mapping[str, object]) -> Iterator[str]:
    """Return the ids of all methods and services, and the references to methods."""
    for name in ("verificationMethod", "service", *(purpose.value for purpose in Purpose)):
        items = members.get(name)
        for item in items if isinstance(items, tuple) else ():
            yield str(item["id"] if isinstance(item, Mapping) else item)
