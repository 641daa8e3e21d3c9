"""Writing what `parse` and `parse_mso` read, deterministically; signed bytes stay as they came."""

from collections.abc import Iterable, Sequence
from typing import Final

from krid._core import cbor, cbor_write, times
from krid._core.arguments import typed
from krid._core.cbor import Cbor, DateTime, Embedded
from krid.cose import Sign1
from krid.keys import cose_key
from krid.mdoc.model import (
    DeviceKeyInfo,
    DeviceResponse,
    DeviceSigned,
    Document,
    IssuerSigned,
    KeyAuthorizations,
    MobileSecurityObject,
    ValidityInfo,
)
from krid.mdoc.transcript import SessionTranscript
from krid.model import encode_status

_ITEM: Final = b"\xa4\x66random%b\x68digestID%b\x6celementValue%b\x71elementIdentifier%b"


def encode_device_response(response: DeviceResponse) -> bytes:
    """Write a DeviceResponse.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("response", response, DeviceResponse)
    members: dict[str, Cbor] = {"version": response.version, "status": response.status}
    if response.documents:
        members["documents"] = [_document(document) for document in response.documents]
    if response.document_errors:
        members["documentErrors"] = list(response.document_errors)
    return cbor.encode(members)


def encode_issuer_signed(credential: IssuerSigned) -> bytes:
    """Write an IssuerSigned, the form in which an issuer hands out a credential.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("credential", credential, IssuerSigned)
    return cbor.encode(_issuer_signed(credential))


def encode_items(
    digest_ids: Iterable[int],
    randoms: Sequence[bytes],
    identifiers: Sequence[str],
    values: Sequence[Cbor],
) -> list[Embedded]:
    """Write IssuerSignedItems, column by column; `values` are CBOR already.

    A card has tens of them with the same four names, so these stand here in their final order.
    """
    columns = zip(
        cbor.encode_each(randoms),
        map(cbor_write.integer, digest_ids),
        cbor.encode_each(values),
        cbor.encode_each(identifiers),
        strict=False,  # the numbers may go on
    )
    return [Embedded.wrap(_ITEM % column) for column in columns]


def encode_mso(mso: MobileSecurityObject) -> bytes:
    """Write MobileSecurityObjectBytes, the payload that the issuer signs (section 9.1.2.4)."""
    members: dict[str, Cbor] = {
        "version": mso.version,
        "digestAlgorithm": mso.digest_alg.wire,
        "valueDigests": mso.value_digests,
        "deviceKeyInfo": _device_key_info(mso.device_key_info),
        "docType": mso.doctype,
        "validityInfo": _validity(mso.validity),
    }
    if mso.status is not None:
        members["status"] = encode_status(mso.status)
    return Embedded.of(members).raw


def device_authentication(
    transcript: SessionTranscript, doctype: str, namespaces: Embedded
) -> bytes:
    """Write DeviceAuthenticationBytes, what the device signs or MACs (section 9.1.3.4).

    The transcript and the device's namespaces enter as the bytes they came in.
    """
    array_of_four = b"\x84"
    context = cbor.encode("DeviceAuthentication")
    content = array_of_four + context + transcript.raw + cbor.encode(doctype) + namespaces.raw
    return Embedded.wrap(content).raw


def _document(document: Document) -> Cbor:
    members: dict[str, Cbor] = {
        "docType": document.doctype,
        "issuerSigned": _issuer_signed(document.issuer_signed),
        "deviceSigned": _device_signed(document.device_signed),
    }
    if document.errors:
        members["errors"] = document.errors
    return members


def _issuer_signed(credential: IssuerSigned) -> Cbor:
    members: dict[str, Cbor] = {"issuerAuth": credential.issuer_auth.to_value()}
    if credential.namespaces:
        members["nameSpaces"] = {
            namespace: [item.embedded for item in items]
            for namespace, items in credential.namespaces.items()
        }
    return members


def _device_signed(signed: DeviceSigned) -> Cbor:
    kind = "deviceSignature" if isinstance(signed.auth, Sign1) else "deviceMac"
    return {"nameSpaces": signed.namespaces, "deviceAuth": {kind: signed.auth.to_value()}}


def _device_key_info(info: DeviceKeyInfo) -> Cbor:
    members: dict[str, Cbor] = {"deviceKey": cose_key.encode(info.key)}
    authorizations = _authorizations(info.authorizations)
    if authorizations:
        members["keyAuthorizations"] = authorizations
    return members


def _authorizations(authorizations: KeyAuthorizations) -> dict[str, Cbor]:
    members: dict[str, Cbor] = {}
    if authorizations.namespaces:
        members["nameSpaces"] = sorted(authorizations.namespaces)
    if authorizations.elements:
        members["dataElements"] = {
            namespace: sorted(names) for namespace, names in authorizations.elements.items()
        }
    return members


def _validity(validity: ValidityInfo) -> Cbor:
    members: dict[str, Cbor] = {
        "signed": DateTime(times.to_rfc3339(validity.signed)),
        "validFrom": DateTime(times.to_rfc3339(validity.valid_from)),
        "validUntil": DateTime(times.to_rfc3339(validity.valid_until)),
    }
    if validity.expected_update is not None:
        members["expectedUpdate"] = DateTime(times.to_rfc3339(validity.expected_update))
    return members
