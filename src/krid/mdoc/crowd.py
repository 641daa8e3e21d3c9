"""How much there is inside the embedded items of an mdoc, counted before any of them is read.

Each of them is decoded for itself, so a limit on one alone would let thousands through.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from krid._core import cbor_walk, limits
from krid._core.cbor import Embedded, Tagged
from krid.errors import MalformedError

_EMBEDDED_HEAD: Final = b"\xd8\x18"


def check_documents(documents: Sequence[object]) -> None:
    """Check the documents of a device response, decoded and not read, all together.

    Raises:
        MalformedError: `cbor.size`.
    """
    _check([raw for document in documents for raw in _of_document(document)])


def check_issuer_signed(value: object) -> None:
    """Check an IssuerSigned, decoded and not read.

    Raises:
        MalformedError: `cbor.size`.
    """
    _check(list(_of_issuer_signed(value)))


def check_requests(requests: Sequence[object]) -> None:
    """Check the requests of a device request, decoded and not read, all together.

    Raises:
        MalformedError: `cbor.size`.
    """
    items = (_member(request, "itemsRequest") for request in requests)
    _check([item.content for item in items if isinstance(item, Embedded)])


def _check(raws: Sequence[bytes]) -> None:
    cbor_walk.check_crowd(raws, max_items=limits.MAX_MDOC_ITEMS)


def _of_document(document: object) -> Iterator[bytes]:
    yield from _of_issuer_signed(_member(document, "issuerSigned"))
    own = _member(_member(document, "deviceSigned"), "nameSpaces")
    if isinstance(own, Embedded):
        yield own.content


def _of_issuer_signed(value: object) -> Iterator[bytes]:
    namespaces = _member(value, "nameSpaces")
    if isinstance(namespaces, Mapping):
        for items in namespaces.values():
            yield from (item.content for item in _listed(items) if isinstance(item, Embedded))
    auth = _member(value, "issuerAuth")
    message = auth.value if isinstance(auth, Tagged) else auth
    yield from (_unwrapped(part) for part in _listed(message)[2:3] if isinstance(part, bytes))


def _unwrapped(payload: bytes) -> bytes:
    """Return what a payload embeds, for its mobile security object is an embedded item too."""
    if not payload.startswith(_EMBEDDED_HEAD):
        return payload
    try:
        _, _, start = cbor_walk.head(payload, len(_EMBEDDED_HEAD))
    except (MalformedError, IndexError):
        return payload
    return payload[start:]


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None
