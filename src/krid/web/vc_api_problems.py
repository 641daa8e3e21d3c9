"""Errors of krid as the problem details of the W3C's specifications (RFC 9457).

The types are those of VC Data Model 2.0, section 7.1, and of Data Integrity 1.0, section 4.7.
"""

from typing import Final

from krid._core.strict_json import JsonObject
from krid.errors import (
    BindingError,
    Code,
    ContentError,
    KridError,
    MalformedError,
    ResolutionError,
    SignatureError,
    StatusError,
    UnsupportedError,
    ValidityError,
)

_MODEL: Final = "https://www.w3.org/TR/vc-data-model#"
_SECURITY: Final = "https://w3id.org/security#"

_BY_KIND: Final[tuple[tuple[type[KridError], str], ...]] = (
    (SignatureError, _SECURITY + "PROOF_VERIFICATION_ERROR"),
    (BindingError, _SECURITY + "INVALID_CHALLENGE_ERROR"),
    (ValidityError, _MODEL + "VALIDITY_PERIOD_ERROR"),
    (StatusError, _MODEL + "STATUS_ERROR"),
    (ContentError, _MODEL + "MALFORMED_VALUE_ERROR"),
    (ResolutionError, _SECURITY + "INVALID_VERIFICATION_METHOD"),
    (UnsupportedError, _SECURITY + "PROOF_VERIFICATION_ERROR"),
    (MalformedError, _MODEL + "MALFORMED_VALUE_ERROR"),
)
_BY_PREFIX: Final = (
    ("json.", _MODEL + "PARSING_ERROR"),
    ("di.", _SECURITY + "PROOF_VERIFICATION_ERROR"),
    ("bbs.", _SECURITY + "PROOF_VERIFICATION_ERROR"),
)


def problem(error: KridError) -> JsonObject:
    """Return the type that fits best, krid's code as title, and its words."""
    kind = _kind(error)
    told: JsonObject = {"type": kind, "title": str(error.code), "detail": error.code.message}
    # What went wrong in the network is not told: strangers would learn what lies inside it.
    if error.detail and not str(error.code).startswith("net."):
        told["detail"] = str(error)
    return told


def _kind(error: KridError) -> str:
    code = str(error.code)
    for prefix, kind in _BY_PREFIX:
        if code.startswith(prefix):
            return kind
    if error.code is Code.VC_API_BODY:
        return _MODEL + "PARSING_ERROR"
    return next((kind for type_, kind in _BY_KIND if isinstance(error, type_)), "about:blank")
