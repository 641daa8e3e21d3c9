"""Presenting mdocs: the elements to disclose, and what the device signs or MACs (section 9.1.3).

Each document is prepared by itself, for each has a device key of its own; `respond` puts the
finished ones into one response.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import final

from krid import cose
from krid._core import limits
from krid._core.cbor import Embedded
from krid.cose import Mac0, MacAlg, Placement, Sign1, mac0
from krid.errors import Code, ContentError, MalformedError, MisuseError
from krid.keys import Alg, KeyAgreement, Prepared, PublicKey
from krid.mdoc.device_auth import check_key_authorizations, derive_mac_key
from krid.mdoc.encode import device_authentication
from krid.mdoc.model import (
    MAC_CURVES,
    VERSION,
    DeviceResponse,
    DeviceSigned,
    Document,
    Elements,
    IssuerSigned,
    IssuerSignedItem,
)
from krid.mdoc.status import NO_ERRORS, Errors, ResponseStatus
from krid.mdoc.transcript import SessionTranscript
from krid.mdoc.values import read_value, write_value
from krid.model import ClaimPath

NO_ELEMENTS: Elements = MappingProxyType({})
"""The device adds no elements of its own."""


def prepare_document(
    credential: IssuerSigned,
    *,
    disclose: Collection[ClaimPath],
    transcript: SessionTranscript,
    alg: Alg,
    device_elements: Elements = NO_ELEMENTS,
    errors: Errors = NO_ERRORS,
) -> Prepared[Document]:
    """Make everything of one document of a response but the device's signature (9.1.3.6).

    `disclose` are pairs of namespace and element identifier; what is disclosed keeps its bytes
    and its order. `device_elements` are those that the device itself asserts, `errors` say why
    asked elements are missing.

    Raises:
        ContentError: `mdoc.no_element` when the credential lacks an element to disclose,
            `mdoc.key_authorization` when the issuer does not let the device assert one.
        MisuseError: `alg.key` when `alg` is not of the device key's curve, `misuse.claims`.
    """
    if alg.curve is not credential.mso.device_key_info.key.curve:
        raise MisuseError(Code.ALG_KEY)
    draft = _draft(credential, disclose, device_elements, errors)
    signature = cose.prepare(
        {}, {}, draft.authentic(transcript), alg=alg, placement=Placement.DETACHED
    )
    return signature.then(draft.finished)


def mac_document(
    credential: IssuerSigned,
    *,
    disclose: Collection[ClaimPath],
    transcript: SessionTranscript,
    device_key: KeyAgreement,
    reader_key: PublicKey,
    device_elements: Elements = NO_ELEMENTS,
    errors: Errors = NO_ERRORS,
) -> Document:
    """Make one document of a response with the device's MAC instead of a signature (9.1.3.5).

    Only the reader of this session can verify it, and could have made it itself: the holder can
    deny it later. `reader_key` is the reader's session key, on the curve of the device's key:
    P-256, P-384, P-521 or X25519. Nothing is left to sign, so there is nothing to prepare.

    Raises:
        ContentError: as `prepare_document`.
        MisuseError: `alg.key` when the credential is bound to another key, or the reader's key
            is on another curve; `key.point`; `misuse.claims`.
    """
    bound_to = credential.mso.device_key_info.key
    if device_key.public_key != bound_to or bound_to.curve not in MAC_CURVES:
        raise MisuseError(Code.ALG_KEY)
    draft = _draft(credential, disclose, device_elements, errors)
    mac = mac0.create(
        {},
        {},
        draft.authentic(transcript),
        key=derive_mac_key(device_key, reader_key, transcript),
        alg=MacAlg.HMAC_256,
        placement=Placement.DETACHED,
    )
    return draft.finished(mac)


def respond(
    documents: Sequence[Document],
    *,
    document_errors: Sequence[Mapping[str, int]] = (),
    status: ResponseStatus = ResponseStatus.OK,
) -> DeviceResponse:
    """Put finished documents into one response (section 8.3.2.1.2.2).

    `document_errors` name the doctypes that were asked for and are not returned. A `status`
    other than OK says that the request was not answered; then there are no documents.

    Raises:
        MisuseError: `misuse.option` when documents and status contradict each other, or there
            are more documents than a response may hold.
    """
    if documents and status is not ResponseStatus.OK:
        raise MisuseError(Code.MISUSE_OPTION, "documents in a response that failed")
    if max(len(documents), len(document_errors)) > limits.MAX_DOCUMENTS:
        raise MisuseError(Code.MISUSE_OPTION, "too many documents")
    return DeviceResponse(VERSION, tuple(documents), tuple(document_errors), status.value)


def prepare_response(
    credential: IssuerSigned,
    *,
    disclose: Collection[ClaimPath],
    transcript: SessionTranscript,
    alg: Alg,
    device_elements: Elements = NO_ELEMENTS,
) -> Prepared[DeviceResponse]:
    """Make everything of a device response with one document but the device's signature.

    Raises:
        ContentError: as `prepare_document`.
        MisuseError: as `prepare_document`.
    """
    prepared = prepare_document(
        credential,
        disclose=disclose,
        transcript=transcript,
        alg=alg,
        device_elements=device_elements,
    )
    return prepared.then(lambda document: respond((document,)))


@final
@dataclass(frozen=True, slots=True)
class _Draft:
    """A document that lacks the device's signature or MAC."""

    disclosed: IssuerSigned
    namespaces: Embedded
    elements: Elements
    errors: Errors

    def authentic(self, transcript: SessionTranscript) -> bytes:
        return device_authentication(transcript, self.disclosed.mso.doctype, self.namespaces)

    def finished(self, auth: Sign1 | Mac0) -> Document:
        signed = DeviceSigned(self.namespaces, self.elements, auth)
        return Document(self.disclosed.mso.doctype, self.disclosed, signed, self.errors)


def _draft(
    credential: IssuerSigned, disclose: Collection[ClaimPath], elements: Elements, errors: Errors
) -> _Draft:
    check_key_authorizations(credential.mso.device_key_info.authorizations, elements)
    return _Draft(
        disclosed=replace(credential, namespaces=_selected(credential, disclose)),
        namespaces=_device_namespaces(elements),
        elements=_as_read(elements),
        errors=errors,
    )


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
