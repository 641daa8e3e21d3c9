"""How presentations stand in a `vp_token`: text as it is, JSON as objects, CBOR in base64url.

OpenID4VP 1.0, appendix B. Which of the three a presentation is shows in its bytes, so that a
format that is plugged in needs no word here: JSON objects begin with a brace, compact JWTs and
SD-JWTs are text with dots or tildes, and all else is written in base64url.
"""

import re
from typing import Final

from krid._core import base64url, limits, strict_json
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError, UnsupportedError

_SIGNED: Final = frozenset({"signature", "signatures"})
_COMPACT: Final = re.compile(rb"[A-Za-z0-9_.~-]+", re.ASCII)


def presentation_to_wire(raw: bytes, format_name: str) -> Json:
    """Write a presentation as a JSON string or object.

    Raises:
        UnsupportedError: `response.serialisation` for an SD-JWT in JSON serialisation.
        MalformedError: a `json.*` code for bytes that begin like JSON and are none.
    """
    _check_text(raw)
    if format_name == "mso_mdoc":
        return base64url.encode(raw)
    if raw[:1] == b"{":
        return strict_json.loads_object(raw)
    if _COMPACT.fullmatch(raw) is not None and (b"." in raw or b"~" in raw):
        return raw.decode("ascii")
    return base64url.encode(raw)


def check_serialisation(presentations: object) -> None:
    """Refuse SD-JWTs in JSON serialisation that stand in a `vp_token` as objects.

    Appendix B.3 shows the compact form alone and RFC 9901, section 8, leaves the other to those
    who agree on it; krid takes one form of a presentation and no second.

    Raises:
        UnsupportedError: `response.serialisation`.
    """
    each = presentations if isinstance(presentations, list) else [presentations]
    if any(isinstance(one, dict) and "payload" in one and _SIGNED & one.keys() for one in each):
        raise UnsupportedError(Code.RESPONSE_SERIALISATION)


def presentation_from_wire(value: object) -> bytes:
    """Read a presentation: text with the marks of a JWT is itself, all else is base64url.

    An object, such as a Data Integrity proof has it, becomes its JSON text.

    Raises:
        MalformedError: `response.syntax`.
        UnsupportedError: `response.serialisation` for an SD-JWT in JSON serialisation.
    """
    check_serialisation(value)
    if isinstance(value, dict):
        return strict_json.dumps(value)
    if not isinstance(value, str) or len(value) > limits.MAX_INPUT_BYTES:
        raise MalformedError(Code.RESPONSE_SYNTAX)
    _check_text(value.encode("utf-8", "replace"))
    try:
        return value.encode("ascii") if "." in value or "~" in value else base64url.decode(value)
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(Code.RESPONSE_SYNTAX) from cause


def _check_text(raw: bytes) -> None:
    """Refuse JSON that is written as text, as `check_serialisation` refuses objects."""
    if raw.lstrip().startswith(b"{") and b'"payload"' in raw and b'"signature' in raw:
        raise UnsupportedError(Code.RESPONSE_SERIALISATION)
