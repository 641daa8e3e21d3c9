"""Presenting an mdoc: the elements to disclose, and what the device signs (section 9.1.3.6)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from krid import cose
from krid._core.cbor import Embedded
from krid.cose import Placement, Sign1
from krid.errors import Code, ContentError, MalformedError, MisuseError
from krid.keys import Alg, Prepared
from krid.mdoc.device_auth import check_key_authorizations
from krid.mdoc.encode import device_authentication
from krid.mdoc.model import (
    VERSION,
    DeviceResponse,
    DeviceSigned,
    Document,
    Elements,
    IssuerSigned,
    IssuerSignedItem,
)
from krid.mdoc.transcript import SessionTranscript
from krid.mdoc.values import read_value, write_value
from krid.model import ClaimPath

NO_ELEMENTS: Elements = MappingProxyType({})
"""The device adds no elements of its own."""


def prepare_response(
    credential: IssuerSigned,
    *,
    disclose: Collection[ClaimPath],
    transcript: SessionTranscript,
    alg: Alg,
    device_elements: Elements = NO_ELEMENTS,
) -> Prepared[DeviceResponse]:
    """Make everything of a device response with one document but the device's signature.

    `disclose` are pairs of namespace and element identifier; what is disclosed keeps its bytes
    and its order. `device_elements` are those that the device itself asserts.

    Raises:
        ContentError: `mdoc.no_element` when the credential lacks an element to disclose,
            `mdoc.key_authorization` when the issuer does not let the device assert one.
        MisuseError: `alg.key` when `alg` is not of the device key's curve, `misuse.claims`.
    """
    device_key_info = credential.mso.device_key_info
    if alg.curve is not device_key_info.key.curve:
        raise MisuseError(Code.ALG_KEY)
    check_key_authorizations(device_key_info.authorizations, device_elements)
    disclosed = replace(credential, namespaces=_selected(credential, disclose))
    namespaces = _device_namespaces(device_elements)
    doctype = credential.mso.doctype
    authentic = device_authentication(transcript, doctype, namespaces)
    signature = cose.prepare({}, {}, authentic, alg=alg, placement=Placement.DETACHED)

    def respond(auth: Sign1) -> DeviceResponse:
        signed = DeviceSigned(namespaces, _as_read(device_elements), auth)
        return DeviceResponse(VERSION, (Document(doctype, disclosed, signed),), (), 0)

    return signature.then(respond)


def _selected(
    credential: IssuerSigned, disclose: Collection[ClaimPath]
) -> Mapping[str, tuple[IssuerSignedItem, ...]]:
    wanted = set(disclose)
    if not wanted <= {(namespace, item.identifier) for namespace, item in credential.items()}:
        raise ContentError(Code.MDOC_NO_ELEMENT)
    chosen = {
        namespace: tuple(item for item in items if (namespace, item.identifier) in wanted)
        for namespace, items in credential.namespaces.items()
    }
    return MappingProxyType({namespace: items for namespace, items in chosen.items() if items})


def _device_namespaces(elements: Elements) -> Embedded:
    written = {
        namespace: {name: write_value(value) for name, value in members.items()}
        for namespace, members in elements.items()
    }
    try:
        return Embedded.of(written)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS) from cause


def _as_read(elements: Elements) -> Elements:
    return MappingProxyType(
        {
            namespace: MappingProxyType(
                {name: read_value(write_value(value)) for name, value in members.items()}
            )
            for namespace, members in elements.items()
        }
    )
