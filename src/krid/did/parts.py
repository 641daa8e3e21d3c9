"""Reading the members of a DID document (W3C DID 1.1, section 5; Controlled Identifiers 1.0).

Here stand the names of the wire. What two readers could take in two ways is refused: an id
given twice, a set that repeats itself, a secret key.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, unique
from types import MappingProxyType
from typing import Final, final

from krid._core import shape
from krid._core.frozen import freeze
from krid._core.strict_json import Json
from krid.did import verification_method
from krid.did.syntax import Did, DidUrl
from krid.did.verification_method import Purpose, VerificationMethod
from krid.errors import Code, KridError, MalformedError

Members = Mapping[str, Json]
Listed = Mapping[str, VerificationMethod]

CONTEXTS: Final = ("https://www.w3.org/ns/did/v1", "https://www.w3.org/ns/did/v1.1")

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", re.ASCII)


@unique
class Controllers(Enum):
    """Whether each verification method of a document must say who controls it.

    Controlled Identifiers 1.0 demands it. Implementations of did:webvh write documents without,
    and sign them, so that they can't be mended.
    """

    REQUIRED = "required"
    MAY_BE_ABSENT = "may be absent"


@final
@dataclass(frozen=True, slots=True)
class Service:
    """A way to reach the DID's subject: its id in absolute form, its types, its endpoint.

    `endpoint` is a URL, an object, or a tuple of these, as the document has it. A service is a
    claim of the document's controller; nothing about it is checked but its form.
    """

    id: str
    types: tuple[str, ...]
    endpoint: object


@final
@dataclass(frozen=True, slots=True)
class Parts:
    """What a DID document consists of, every id in absolute form.

    `listed` holds, for each purpose, the methods of this document alone; a reference to another
    DID's method is no key of this DID.
    """

    methods: Listed
    listed: Mapping[Purpose, Listed]
    services: tuple[Service, ...]
    controllers: tuple[str, ...]
    also_known_as: tuple[str, ...]

    @property
    def dated(self) -> bool:
        """Tell whether any key ends at some moment."""
        return any(method.expires or method.revoked for method in self.methods.values())


def read(did: Did, members: Members, controllers: Controllers = Controllers.REQUIRED) -> Parts:
    """Read the members of the document of a DID.

    Raises:
        MalformedError: `did.document_id` when it is about another DID, `did.document` with the
            rule that is broken.
    """
    if members.get("id") != str(did):
        raise MalformedError(Code.DID_DOCUMENT_ID)
    try:
        return _read(did, members, controllers)
    except KridError as cause:
        if cause.code is Code.DID_DOCUMENT:
            raise
        raise MalformedError(Code.DID_DOCUMENT, str(cause.code)) from cause


def _read(did: Did, members: Members, controllers: Controllers) -> Parts:
    _check_context(members)
    methods = _read_methods(did, members, controllers)
    services = tuple(_read_service(did, item) for item in _items(members, "service"))
    _check_distinct([*methods, *(service.id for service in services)])
    return Parts(
        methods=MappingProxyType(methods),
        listed=MappingProxyType({at: _read_listed(did, members, at, methods) for at in Purpose}),
        services=services,
        controllers=_read_controllers(members),
        also_known_as=tuple(_uri(item) for item in _items(members, "alsoKnownAs")),
    )


def _check_context(members: Members) -> None:
    """Check that the first context, where there is any, is one of DIDs (DID 1.1, section 6.2.3)."""
    context = members.get("@context", CONTEXTS[0])
    first = context[0] if isinstance(context, list | tuple) and context else context
    if first not in CONTEXTS:
        raise MalformedError(Code.DID_DOCUMENT, "@context")


def _read_methods(
    did: Did, members: Members, controllers: Controllers
) -> dict[str, VerificationMethod]:
    """Read all methods, the ones embedded in a relationship too, by their ids."""
    parse = _PARSERS[controllers]
    found = [parse(did, item) for item in _embedded(members)]
    _check_distinct([method.id for method in found])
    return {method.id: method for method in found}


def _embedded(members: Members) -> Iterator[Json]:
    yield from _items(members, "verificationMethod")
    for purpose in Purpose:
        for item in _items(members, purpose.value):
            if not isinstance(item, str):
                yield item


def _read_listed(
    did: Did, members: Members, purpose: Purpose, methods: Mapping[str, VerificationMethod]
) -> Listed:
    """Read one verification relationship: references and embedded methods, in order."""
    ids = [_method_id(did, item) for item in _items(members, purpose.value)]
    _check_distinct(ids)
    return MappingProxyType({id_: methods[id_] for id_ in ids if id_ in methods})


def _method_id(did: Did, item: Json) -> str:
    reference = item["id"] if isinstance(item, Mapping) else item
    return str(DidUrl.resolve(did, shape.text(reference, Code.DID_DOCUMENT)))


def _read_service(did: Did, item: Json) -> Service:
    members = shape.mapping(item, Code.DID_DOCUMENT)
    types = _one_or_more(members.get("type"))
    endpoint = members.get("serviceEndpoint")
    for part in endpoint if isinstance(endpoint, list | tuple) and endpoint else [endpoint]:
        if not isinstance(part, Mapping):
            _uri(part)
    return Service(_service_id(did, members.get("id")), types, freeze(endpoint))


def _service_id(did: Did, value: Json) -> str:
    text = shape.text(value, Code.DID_DOCUMENT)
    if text.startswith(("did:", "/", "?", "#")):
        return str(DidUrl.resolve(did, text))
    return _uri(text)


def _read_controllers(members: Members) -> tuple[str, ...]:
    if "controller" not in members:
        return ()
    return tuple(str(Did.parse(item)) for item in _one_or_more(members["controller"]))


def _one_or_more(value: Json) -> tuple[str, ...]:
    """Read a text, or a set of at least one."""
    items = shape.texts([value] if isinstance(value, str) else value, Code.DID_DOCUMENT)
    if not items:
        raise MalformedError(Code.DID_DOCUMENT)
    _check_distinct(items)
    return items


def _items(members: Members, name: str) -> tuple[Json, ...]:
    """Return the items of a set, which may be absent but not null."""
    return tuple(shape.sequence(members[name], Code.DID_DOCUMENT)) if name in members else ()


def _uri(value: Json) -> str:
    text = shape.text(value, Code.DID_DOCUMENT)
    if _URI.fullmatch(text) is None:
        raise MalformedError(Code.DID_DOCUMENT, "not a URI")
    return text


def _check_distinct(ids: list[str] | tuple[str, ...]) -> None:
    if len(set(ids)) != len(ids):
        raise MalformedError(Code.DID_DOCUMENT, "an id or an item of a set stands twice")


_PARSERS: Final = {
    Controllers.REQUIRED: verification_method.parse,
    Controllers.MAY_BE_ABSENT: verification_method.parse_uncontrolled,
}
