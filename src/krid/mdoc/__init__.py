"""ISO/IEC 18013-5 mdoc: issue, hold, present and verify, such as a mobile driving licence.

The issuer calls `prepare` and signs, the holder calls `accept`, later `prepare_response` and signs,
the verifier calls `parse_device_response` and `verify`. `MdocFormat` is the same as a plug.

In proximity the reader asks by a DeviceRequest: `prepare_doc_request` and sign; the holder calls
`parse_device_request`, `verify_request` and `answer_request`, then `prepare_document` or
`mac_document` for each document, and `respond`.
"""

from krid.mdoc.answer import Answer, Answers, answer_request
from krid.mdoc.device_auth import NO_READER_KEY, NoReaderKey, ReaderKey
from krid.mdoc.encode import encode_device_response, encode_issuer_signed
from krid.mdoc.format import MdocFormat
from krid.mdoc.handover import QR_HANDOVER, Handover, NfcHandover, QrHandover
from krid.mdoc.issue import prepare
from krid.mdoc.lint_request import lint_request
from krid.mdoc.model import (
    DeviceKeyInfo,
    DeviceResponse,
    DeviceSigned,
    DigestAlg,
    Document,
    Elements,
    IssuerSigned,
    IssuerSignedItem,
    KeyAuthorizations,
    MobileSecurityObject,
    ValidityInfo,
)
from krid.mdoc.parse import parse_any, parse_device_response, parse_issuer_signed
from krid.mdoc.present import mac_document, prepare_document, prepare_response, respond
from krid.mdoc.reader_auth import (
    READER_FORMAT,
    VerifiedDocRequest,
    prepare_doc_request,
    verify_request,
)
from krid.mdoc.request import (
    AskedElements,
    DeviceRequest,
    DocRequest,
    ItemsRequest,
    encode_device_request,
    parse_device_request,
)
from krid.mdoc.status import DATA_NOT_RETURNED, ResponseStatus
from krid.mdoc.transcript import SessionTranscript, encode_reader_key, parse_reader_key
from krid.mdoc.verify import VerifiedDocument, accept, verify, verify_issued

__all__ = [
    "DATA_NOT_RETURNED",
    "NO_READER_KEY",
    "QR_HANDOVER",
    "READER_FORMAT",
    "Answer",
    "Answers",
    "AskedElements",
    "DeviceKeyInfo",
    "DeviceRequest",
    "DeviceResponse",
    "DeviceSigned",
    "DigestAlg",
    "DocRequest",
    "Document",
    "Elements",
    "Handover",
    "IssuerSigned",
    "IssuerSignedItem",
    "ItemsRequest",
    "KeyAuthorizations",
    "MdocFormat",
    "MobileSecurityObject",
    "NfcHandover",
    "NoReaderKey",
    "QrHandover",
    "ReaderKey",
    "ResponseStatus",
    "SessionTranscript",
    "ValidityInfo",
    "VerifiedDocRequest",
    "VerifiedDocument",
    "accept",
    "answer_request",
    "encode_device_request",
    "encode_device_response",
    "encode_issuer_signed",
    "encode_reader_key",
    "lint_request",
    "mac_document",
    "parse_any",
    "parse_device_request",
    "parse_device_response",
    "parse_issuer_signed",
    "parse_reader_key",
    "prepare",
    "prepare_doc_request",
    "prepare_document",
    "prepare_response",
    "respond",
    "verify",
    "verify_issued",
    "verify_request",
]
