"""Reading device responses and issued credentials (section 8.3.2.1.2.2): nothing is believed here.

The containers that nobody signs hold their known members and no others; in what an issuer or a
device signed, further members are passed over.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import Final, cast

from krid._core import cbor, limits, shape
from krid._core.cbor import Embedded
from krid.cose import Mac0, Sign1
from krid.errors import Code, MalformedError
from krid.mdoc import crowd
from krid.mdoc.model import (
    MAX_DIGEST_ID,
    DeviceResponse,
    DeviceSigned,
    Document,
    Elements,
    IssuerSigned,
    IssuerSignedItem,
    item_of,
)
from krid.mdoc.parse_mso import parse_mso
from krid.mdoc.values import PLAIN, read_value

_SYNTAX: Final = Code.MDOC_SYNTAX

_MEMBERS: Final = itemgetter("digestID", "random", "elementIdentifier", "elementValue")
_MAPS: Final = frozenset({dict})
_TEXTS: Final = frozenset({str})
_INTEGERS: Final = frozenset({int})
_OCTETS: Final = frozenset({bytes})


def parse_device_response(raw: bytes) -> DeviceResponse:
    """Read an encoded DeviceResponse; verifies nothing.

    Raises:
        MalformedError: `mdoc.syntax`, `mdoc.mso_syntax`, `mdoc.device_key`, `mdoc.device_auth`,
            `mdoc.limit`, or a `cbor.*` or `cose.*` code.
        UnsupportedError: `mdoc.digest_alg`, `status.mechanism`, `alg.unknown`, `cose.crit`.
    """
    return _device_response(_decode(raw))


def parse_issuer_signed(raw: bytes) -> IssuerSigned:
    """Read an encoded IssuerSigned, the form in which an issuer hands out a credential.

    Verifies nothing.

    Raises:
        MalformedError: as `parse_device_response`.
        UnsupportedError: as `parse_device_response`.
    """
    return _alone(_decode(raw))


def parse_any(raw: bytes) -> DeviceResponse | IssuerSigned:
    """Read whichever of the two it is; verifies nothing.

    Raises:
        MalformedError: as `parse_device_response`.
        UnsupportedError: as `parse_device_response`.
    """
    value = _decode(raw)
    if isinstance(value, Mapping) and "issuerAuth" in value:
        return _alone(value)
    return _device_response(value)


def _decode(raw: bytes) -> object:
    return cbor.decode(raw, max_items=limits.MAX_MDOC_ITEMS)


def _alone(value: object) -> IssuerSigned:
    crowd.check_issuer_signed(value)
    return _issuer_signed(value)


def _device_response(value: object) -> DeviceResponse:
    members = known_members(value, {"version", "documents", "documentErrors", "status"})
    documents = shape.sequence(members.get("documents", ()), _SYNTAX)
    errors = shape.sequence(members.get("documentErrors", ()), _SYNTAX)
    _check_number(documents, limits.MAX_DOCUMENTS)
    _check_number(errors, limits.MAX_DOCUMENTS)
    crowd.check_documents(documents)
    return DeviceResponse(
        version=shape.text(members.get("version"), _SYNTAX),
        documents=tuple(_document(document) for document in documents),
        document_errors=tuple(read_error_codes(error) for error in errors),
        status=shape.integer(members.get("status"), _SYNTAX),
    )


def _document(value: object) -> Document:
    members = known_members(value, {"docType", "issuerSigned", "deviceSigned", "errors"})
    return Document(
        doctype=shape.text(members.get("docType"), _SYNTAX),
        issuer_signed=_issuer_signed(members.get("issuerSigned")),
        device_signed=_device_signed(members.get("deviceSigned")),
        errors=read_errors(members.get("errors", {})),
    )


def _issuer_signed(value: object) -> IssuerSigned:
    members = known_members(value, {"nameSpaces", "issuerAuth"})
    namespaces = shape.mapping(members.get("nameSpaces", {}), _SYNTAX)
    for items in namespaces.values():
        shape.sequence(items, _SYNTAX)
    _check_number([item for items in namespaces.values() for item in items], limits.MAX_ELEMENTS)
    issuer_auth = Sign1.from_value(members.get("issuerAuth"))
    return IssuerSigned(
        namespaces=MappingProxyType(
            {name: read_items(items) for name, items in namespaces.items()}
        ),
        issuer_auth=issuer_auth,
        mso=parse_mso(issuer_auth.payload),
    )


def read_items(items: Sequence[object]) -> tuple[IssuerSignedItem, ...]:
    """Read elements, each an embedded IssuerSignedItem."""
    embedded = [item for item in items if isinstance(item, Embedded)]
    if len(embedded) != len(items):
        raise MalformedError(_SYNTAX, "an element that is not an embedded item")
    values = cbor.decode_each([item.content for item in embedded])
    return _read_alike(embedded, values) or tuple(map(read_item, embedded, values))


def _read_alike(
    embedded: Sequence[Embedded], values: Sequence[object]
) -> tuple[IssuerSignedItem, ...]:
    """Read elements as `read_item` reads each, column by column; none where one is not in order."""
    if not (values and _MAPS.issuperset(map(type, values))):
        return ()
    maps = cast("Sequence[Mapping[object, object]]", values)
    if not _TEXTS.issuperset(map(type, chain.from_iterable(maps))):
        return ()
    try:
        ids, randoms, names, contents = zip(*map(_MEMBERS, maps), strict=True)
    except KeyError:
        return ()
    if not (_INTEGERS.issuperset(map(type, ids)) and min(ids) >= 0 and max(ids) <= MAX_DIGEST_ID):
        return ()
    if not (_OCTETS.issuperset(map(type, randoms)) and _TEXTS.issuperset(map(type, names))):
        return ()
    if not PLAIN.issuperset(map(type, contents)):
        contents = tuple(map(read_value, contents))
    return tuple(map(item_of, zip(ids, randoms, names, contents, embedded, strict=True)))


def read_item(embedded: Embedded, value: object) -> IssuerSignedItem:
    """Read one element, an embedded IssuerSignedItem."""
    members = shape.mapping(value, _SYNTAX)
    if "elementValue" not in members:
        raise MalformedError(_SYNTAX, "elementValue")
    return IssuerSignedItem(
        digest_id=_digest_id(members.get("digestID")),
        random=shape.octets(members.get("random"), _SYNTAX),
        identifier=shape.text(members.get("elementIdentifier"), _SYNTAX),
        value=read_value(members["elementValue"]),
        embedded=embedded,
    )


def _digest_id(value: object) -> int:
    digest_id = shape.integer(value, _SYNTAX)
    if not 0 <= digest_id <= MAX_DIGEST_ID:
        raise MalformedError(_SYNTAX, "digestID")
    return digest_id


def _device_signed(value: object) -> DeviceSigned:
    if value is None:
        raise MalformedError(Code.MDOC_DEVICE_AUTH)
    members = known_members(value, {"nameSpaces", "deviceAuth"})
    namespaces = members.get("nameSpaces")
    if not isinstance(namespaces, Embedded):
        raise MalformedError(_SYNTAX, "deviceSigned.nameSpaces")
    return DeviceSigned(
        namespaces=namespaces,
        elements=read_device_elements(cbor.decode(namespaces.content)),
        auth=read_device_auth(members.get("deviceAuth")),
    )


def read_device_elements(value: object) -> Elements:
    """Read the elements that the device asserts, by namespace."""
    namespaces = {
        namespace: shape.mapping(elements, _SYNTAX)
        for namespace, elements in shape.mapping(value, _SYNTAX).items()
    }
    _check_number(
        [name for elements in namespaces.values() for name in elements], limits.MAX_ELEMENTS
    )
    return MappingProxyType(
        {
            namespace: MappingProxyType(
                {name: read_value(element) for name, element in elements.items()}
            )
            for namespace, elements in namespaces.items()
        }
    )


def read_device_auth(value: object) -> Sign1 | Mac0:
    """Either a signature or a MAC, exactly one of them (section 8.3.2.1.2.2)."""
    members = known_members(value, {"deviceSignature", "deviceMac"})
    if len(members) != 1:
        raise MalformedError(Code.MDOC_DEVICE_AUTH)
    if "deviceSignature" in members:
        return Sign1.from_value(members["deviceSignature"])
    return Mac0.from_value(members["deviceMac"])


def read_errors(value: object) -> Mapping[str, Mapping[str, int]]:
    """Read why elements are missing, by namespace."""
    namespaces = shape.mapping(value, _SYNTAX)
    return MappingProxyType({name: read_error_codes(codes) for name, codes in namespaces.items()})


def read_error_codes(value: object) -> Mapping[str, int]:
    """Read error codes by name."""
    codes = shape.mapping(value, _SYNTAX)
    return MappingProxyType({name: shape.integer(code, _SYNTAX) for name, code in codes.items()})


def known_members(value: object, known: set[str]) -> Mapping[str, object]:
    """Read a map that nobody signs: a member that no edition knows is refused."""
    members = shape.mapping(value, _SYNTAX)
    if not known.issuperset(members):
        raise MalformedError(_SYNTAX, "an unknown member")
    return members


def _check_number(members: Sequence[object], most: int) -> None:
    if len(members) > most:
        raise MalformedError(Code.MDOC_LIMIT)
