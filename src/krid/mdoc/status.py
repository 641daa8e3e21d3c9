"""What a device says when it does not answer in full (sections 8.3.2.1.2.3 and 8.3.2.1.2.2)."""

from collections.abc import Mapping
from enum import IntEnum, unique
from types import MappingProxyType
from typing import Final, TypeAlias

from krid.errors import Code, KridError

Errors: TypeAlias = Mapping[str, Mapping[str, int]]
"""Why asked elements are missing: an error code by namespace and element identifier."""

DATA_NOT_RETURNED: Final = 0
"""The one error code with a meaning (table 9): not returned, and no reason is given.

Codes below zero are an application's own.
"""

NO_ERRORS: Errors = MappingProxyType({})
"""Every element that was asked for is there."""


@unique
class ResponseStatus(IntEnum):
    """How a device response went as a whole (table 8)."""

    OK = 0
    GENERAL_ERROR = 10
    CBOR_DECODING_ERROR = 11
    CBOR_VALIDATION_ERROR = 12

    @classmethod
    def of(cls, refusal: KridError) -> "ResponseStatus":
        """Choose the status with which a device answers a request that it refused.

        Bytes that are not CBOR are a decoding error, CBOR that is no device request is a
        validation error; every other refusal is a general error, which tells a reader nothing.

        >>> from krid.errors import MalformedError
        >>> ResponseStatus.of(MalformedError(Code.CBOR_SYNTAX)).value
        11
        """
        if refusal.code in _VALIDATION:
            return cls.CBOR_VALIDATION_ERROR
        if str(refusal.code).startswith("cbor."):
            return cls.CBOR_DECODING_ERROR
        return cls.GENERAL_ERROR


_VALIDATION: Final = frozenset(
    {Code.MDOC_REQUEST, Code.MDOC_SYNTAX, Code.MDOC_LIMIT, Code.COSE_SYNTAX, Code.COSE_HEADER}
)
