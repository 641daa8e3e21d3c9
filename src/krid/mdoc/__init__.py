"""ISO/IEC 18013-5 mdoc: issue, hold, present and verify, such as a mobile driving licence.

The issuer calls `prepare` and signs, the holder calls `accept`, later `prepare_response` and signs,
the verifier calls `parse_device_response` and `verify`. `MdocFormat` is the same as a plug.
"""

from krid.mdoc.device_auth import NO_READER_KEY, NoReaderKey, ReaderKey
from krid.mdoc.encode import encode_device_response, encode_issuer_signed
from krid.mdoc.format import MdocFormat
from krid.mdoc.issue import prepare
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
from krid.mdoc.present import prepare_response
from krid.mdoc.transcript import SessionTranscript
from krid.mdoc.verify import VerifiedDocument, accept, verify, verify_issued

__all__ = [
    "NO_READER_KEY",
    "DeviceKeyInfo",
    "DeviceResponse",
    "DeviceSigned",
    "DigestAlg",
    "Document",
    "Elements",
    "IssuerSigned",
    "IssuerSignedItem",
    "KeyAuthorizations",
    "MdocFormat",
    "MobileSecurityObject",
    "NoReaderKey",
    "ReaderKey",
    "SessionTranscript",
    "ValidityInfo",
    "VerifiedDocument",
    "accept",
    "encode_device_response",
    "encode_issuer_signed",
    "parse_any",
    "parse_device_response",
    "parse_issuer_signed",
    "prepare",
    "prepare_response",
    "verify",
    "verify_issued",
]
