"""DeviceRequest: what a reader asks for (section 8.3.2.1.2.1), parsed and not believed.

The containers that nobody signs hold their known members and no others; in what a reader signs,
further members are passed over. Who asks, `verify_request` proves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self, TypeAlias, final

from krid._core import cbor, limits, shape
from krid._core.arguments import typed
from krid._core.cbor import Cbor, Embedded
from krid.cose import Sign1
from krid.errors import Code, MalformedError, MisuseError, UnsupportedError
from krid.mdoc import crowd
from krid.mdoc.age import MAX_AGE_REQUESTS, count_age_requests
from krid.mdoc.model import VERSION
from krid.mdoc.values import read_value, write_value

AskedElements: TypeAlias = Mapping[str, Mapping[str, bool]]
"""By namespace and element identifier: whether the reader intends to retain the element."""

_SYNTAX: Final = Code.MDOC_REQUEST

REQUEST_MEMBERS: Final = frozenset({"version", "docRequests"})
DOC_MEMBERS: Final = frozenset({"itemsRequest", "readerAuth"})

NO_INFO: Final[Mapping[str, object]] = MappingProxyType({})
"""The reader adds no request information."""


@final
@dataclass(frozen=True, slots=True)
class ItemsRequest:
    """What a reader asks of one document; `embedded` are the bytes that it signs.

    `elements` keep the reader's order and say for each whether it intends to retain the value.
    `info` is the reader's `requestInfo`, of which krid understands nothing.
    """

    doctype: str
    elements: AskedElements
    info: Mapping[str, object] = field(repr=False)
    embedded: Embedded = field(repr=False)

    @classmethod
    def of(
        cls, doctype: str, elements: AskedElements, *, info: Mapping[str, object] = NO_INFO
    ) -> Self:
        """Ask for elements of a document type.

        Raises:
            MisuseError: `misuse.claims` when a name or a namespace is empty or `info` has no
                CBOR form; `mdoc.age_requests` for more than two age attestations.
        """
        if count_age_requests(_identifiers(elements)) > MAX_AGE_REQUESTS:
            raise MisuseError(Code.MDOC_AGE_REQUESTS)
        members: dict[str, Cbor] = {"docType": doctype, "nameSpaces": elements}
        if info:
            members["requestInfo"] = {name: write_value(value) for name, value in info.items()}
        try:
            return cls.parse(Embedded.of(members))
        except MalformedError as cause:
            raise MisuseError(Code.MISUSE_CLAIMS) from cause

    @classmethod
    def parse(cls, value: Cbor) -> Self:
        """Read ItemsRequestBytes as they stand decoded in a DocRequest.

        Raises:
            MalformedError: `mdoc.request`, `mdoc.limit`, `mdoc.syntax` for a value in
                `requestInfo` that no element could have, or a `cbor.*` code.
        """
        if not isinstance(value, Embedded):
            raise MalformedError(_SYNTAX, "itemsRequest")
        members = shape.mapping(cbor.decode(value.content), _SYNTAX)
        return cls(
            doctype=_name(members.get("docType")),
            elements=_asked_elements(members.get("nameSpaces")),
            info=_info(members.get("requestInfo", {})),
            embedded=value,
        )


@final
@dataclass(frozen=True, slots=True)
class DocRequest:
    """A request for one document; `reader_auth` is the reader's signature, not yet verified."""

    items: ItemsRequest
    reader_auth: Sign1 | None = None


@final
@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """What a reader sends: one request for each document that it asks for."""

    doc_requests: tuple[DocRequest, ...]
    version: str = VERSION


def parse_device_request(raw: bytes) -> DeviceRequest:
    """Read an encoded DeviceRequest; verifies nothing.

    Raises:
        MalformedError: `mdoc.request`, `mdoc.limit`, `mdoc.syntax`, or a `cbor.*` or `cose.*`
            code.
        UnsupportedError: `mdoc.version`, `alg.unknown`, `cose.crit`.
    """
    value = cbor.decode(
        raw, max_bytes=limits.MAX_DEVICE_REQUEST_BYTES, max_items=limits.MAX_MDOC_ITEMS
    )
    members = shape.mapping(value, _SYNTAX)
    check_version(members)
    check_members(members, REQUEST_MEMBERS)
    listed = listed_requests(members)
    return DeviceRequest(tuple(_doc_request(each) for each in listed))


def check_version(members: Mapping[str, Cbor]) -> None:
    """The device request has a version that this code was written for."""
    if shape.text(members.get("version"), _SYNTAX) != VERSION:
        raise UnsupportedError(Code.MDOC_VERSION)


def listed_requests(members: Mapping[str, Cbor]) -> Sequence[Cbor]:
    """Return the requests for documents, at least one and not too many."""
    listed = shape.sequence(members.get("docRequests"), _SYNTAX)
    _check_number(listed, limits.MAX_DOCUMENTS)
    crowd.check_requests(listed)
    return listed


def encode_device_request(request: DeviceRequest) -> bytes:
    """Write a DeviceRequest; what a reader signed stays as it is.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("request", request, DeviceRequest)
    listed = [_doc_request_value(each) for each in request.doc_requests]
    return cbor.encode({"version": request.version, "docRequests": listed})


def _doc_request(value: Cbor) -> DocRequest:
    members = shape.mapping(value, _SYNTAX)
    check_members(members, DOC_MEMBERS)
    items = ItemsRequest.parse(members.get("itemsRequest"))
    if "readerAuth" not in members:
        return DocRequest(items)
    return DocRequest(items, Sign1.from_value(members["readerAuth"]))


def _doc_request_value(request: DocRequest) -> Cbor:
    members: dict[str, Cbor] = {"itemsRequest": request.items.embedded}
    if request.reader_auth is not None:
        members["readerAuth"] = request.reader_auth.to_value()
    return members


def _asked_elements(value: Cbor) -> AskedElements:
    """At least one namespace, and in each at least one element."""
    namespaces = {
        _name(namespace): shape.mapping(elements, _SYNTAX)
        for namespace, elements in shape.mapping(value, _SYNTAX).items()
    }
    _check_number(list(namespaces), limits.MAX_ELEMENTS)
    _check_number(list(_identifiers(namespaces)), limits.MAX_ELEMENTS)
    return MappingProxyType({name: _retentions(listed) for name, listed in namespaces.items()})


def _retentions(elements: Mapping[str, Cbor]) -> Mapping[str, bool]:
    if not elements:
        raise MalformedError(_SYNTAX, "a namespace without elements")
    return MappingProxyType(
        {_name(name): shape.boolean(retain, _SYNTAX) for name, retain in elements.items()}
    )


def _identifiers(elements: Mapping[str, Mapping[str, object]]) -> Sequence[str]:
    return [name for members in elements.values() for name in members]


def _info(value: Cbor) -> Mapping[str, object]:
    members = shape.mapping(value, _SYNTAX)
    return MappingProxyType({name: read_value(member) for name, member in members.items()})


def _name(value: Cbor) -> str:
    text = shape.text(value, _SYNTAX)
    if not text:
        raise MalformedError(_SYNTAX, "an empty name")
    return text


def check_members(members: Mapping[str, Cbor], known: frozenset[str]) -> None:
    """Refuse what no edition knows in a map that nobody signs."""
    if not known.issuperset(members):
        raise MalformedError(_SYNTAX, "an unknown member")


def _check_number(members: Sequence[object], most: int) -> None:
    if not members:
        raise MalformedError(_SYNTAX, "an empty list")
    if len(members) > most:
        raise MalformedError(Code.MDOC_LIMIT)
