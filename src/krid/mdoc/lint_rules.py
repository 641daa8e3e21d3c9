"""Which rule of which standard a code stands for, when an mdoc is linted."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from krid.errors import Code
from krid.model import Rule, Severity

_ISO: Final = "ISO/IEC 18013-5"
_WARNING: Final = Severity.WARNING
_NOTE: Final = Severity.NOTE

RULES: Final[Mapping[Code, Rule]] = MappingProxyType(
    {
        Code.CBOR_SYNTAX: Rule("RFC 8949, 5.1"),
        Code.CBOR_SIZE: Rule("krid"),
        Code.CBOR_DEPTH: Rule("krid"),
        Code.CBOR_DUPLICATE_KEY: Rule("RFC 8949, 5.6"),
        Code.CBOR_INDEFINITE: Rule("RFC 8949, 4.2.1"),
        Code.CBOR_TAG: Rule(f"{_ISO}, 8.3.2"),
        Code.CBOR_NAN: Rule("RFC 8949, 4.2.2"),
        Code.CBOR_TRAILING: Rule("RFC 8949, 5.1"),
        Code.CBOR_KEY: Rule("RFC 8949, 5.6"),
        Code.CBOR_SIMPLE: Rule("RFC 8949, 3.3"),
        Code.CBOR_LONGER: Rule("RFC 8949, 4.2.1", _NOTE),
        Code.CBOR_UNSORTED: Rule("RFC 8949, 4.2.1", _NOTE),
        Code.COSE_SYNTAX: Rule("RFC 9052, 4.2"),
        Code.COSE_HEADER: Rule("RFC 9052, 3.1"),
        Code.COSE_CRIT: Rule("RFC 9052, 3.1"),
        Code.COSE_PAYLOAD: Rule(f"{_ISO}, 9.1.3.6"),
        Code.ALG_UNKNOWN: Rule(f"{_ISO}, 9.1.2.4"),
        Code.ALG_NOT_ALLOWED: Rule(f"{_ISO}, 9.1.2.4"),
        Code.ALG_KEY: Rule("RFC 9053, 2"),
        Code.MDOC_SYNTAX: Rule(f"{_ISO}, 8.3.2.1.2.2"),
        Code.MDOC_VERSION: Rule(f"{_ISO}, 8.3.2.1.2.2"),
        Code.MDOC_STATUS: Rule(f"{_ISO}, 8.3.2.1.2.3"),
        Code.MDOC_NO_DOCUMENT: Rule(f"{_ISO}, 8.3.2.1.2.2"),
        Code.MDOC_LIMIT: Rule("krid"),
        Code.MDOC_MSO_SYNTAX: Rule(f"{_ISO}, 9.1.2.4"),
        Code.MDOC_DEVICE_KEY: Rule(f"{_ISO}, 9.1.2.4"),
        Code.MDOC_DIGEST_ALG: Rule(f"{_ISO}, 9.1.2.5"),
        Code.MDOC_X5CHAIN: Rule(f"{_ISO}, 9.1.2.4"),
        Code.X509_CHAIN_LENGTH: Rule("RFC 9360, 2"),
        Code.X509_PROFILE: Rule(f"{_ISO}, B.1.4", _WARNING),
        Code.MDOC_ISSUER_SIGNATURE: Rule(f"{_ISO}, 9.3.1 step 2"),
        Code.MDOC_ELEMENT_REPEATED: Rule(f"{_ISO}, 8.3.2.1.2.2"),
        Code.MDOC_RANDOM: Rule(f"{_ISO}, 9.1.2.5"),
        Code.MDOC_DIGEST_MISSING: Rule(f"{_ISO}, 9.3.1 step 3"),
        Code.MDOC_DIGEST: Rule(f"{_ISO}, 9.3.1 step 3"),
        Code.MDOC_DOCTYPE: Rule(f"{_ISO}, 9.3.1 step 4"),
        Code.MDOC_VALIDITY_ORDER: Rule(f"{_ISO}, 9.1.2.4"),
        Code.MDOC_SIGNED_OUTSIDE: Rule(f"{_ISO}, 9.3.1 step 5"),
        Code.MDOC_EXPIRED: Rule(f"{_ISO}, 9.3.1 step 5"),
        Code.MDOC_NOT_YET_VALID: Rule(f"{_ISO}, 9.3.1 step 5"),
        Code.MDOC_DEVICE_AUTH: Rule(f"{_ISO}, 9.1.3.1"),
        Code.MDOC_KEY_AUTHORIZATION: Rule(f"{_ISO}, 9.1.2.4"),
        Code.STATUS_SYNTAX: Rule("Token Status List, 6.3"),
        Code.STATUS_MECHANISM: Rule("Token Status List, 6.1"),
        Code.MDOC_SHORT_RANDOM: Rule(f"{_ISO}, 9.1.2.5", _NOTE),
        Code.MDOC_PREDICTABLE: Rule(f"{_ISO}, 9.1.2.5", _NOTE),
        Code.MDOC_TDATE: Rule(f"{_ISO}, 9.1.2.4", _WARNING),
        Code.MDOC_OUTLIVES: Rule(f"{_ISO}, 9.1.2.4", _WARNING),
        Code.MDOC_ELEMENT_TYPE: Rule(f"{_ISO}, 7.2.1", _WARNING),
        Code.MDOC_MANDATORY: Rule(f"{_ISO}, 7.2.1", _WARNING),
        Code.LINT_LIMIT: Rule("krid", _NOTE),
    }
)

_READER: Final = Rule(f"{_ISO}, 9.1.4")

REQUEST_ALONE: Final[Mapping[Code, Rule]] = MappingProxyType(
    {
        Code.ALG_UNKNOWN: _READER,
        Code.ALG_NOT_ALLOWED: _READER,
        Code.COSE_PAYLOAD: _READER,
        Code.MDOC_VERSION: Rule(f"{_ISO}, 8.3.2.1.2.1"),
        Code.MDOC_SYNTAX: Rule(f"{_ISO}, 8.3.2.1.2.1"),
        Code.MDOC_REQUEST: Rule(f"{_ISO}, 8.3.2.1.2.1"),
        Code.MDOC_AGE_REQUESTS: Rule(f"{_ISO}, 7.2.5"),
        Code.MDOC_READER_AUTH: _READER,
        Code.MDOC_READER_SIGNATURE: _READER,
        Code.X509_PROFILE: Rule(f"{_ISO}, B.1.7", _WARNING),
    }
)
"""What a code stands for in a reader's request, where that differs."""

REQUEST_RULES: Final[Mapping[Code, Rule]] = MappingProxyType({**RULES, **REQUEST_ALONE})
"""The rules of a reader's request."""
