"""How presentations stand in a `vp_token`: text as it is, CBOR in base64url (appendix B)."""

from krid._core import base64url
from krid.errors import Code, KridError, MalformedError, UnsupportedError

_TEXT_MARKS = frozenset(".~")
_SIGNED = frozenset({"signature", "signatures"})


def presentation_to_wire(raw: bytes, format_name: str) -> str:
    """Write a presentation as a JSON string.

    Raises:
        UnsupportedError: `response.serialisation` for an SD-JWT in JSON serialisation.
    """
    _check_text(raw)
    return base64url.encode(raw) if format_name == "mso_mdoc" else raw.decode("ascii")


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


def presentation_from_wire(text: str) -> bytes:
    """Read a presentation: text with the marks of a JWT is itself, all else is base64url.

    Raises:
        MalformedError: `response.syntax`.
        UnsupportedError: `response.serialisation` for an SD-JWT in JSON serialisation.
    """
    _check_text(text.encode("utf-8", "replace"))
    try:
        return text.encode("ascii") if _TEXT_MARKS & set(text) else base64url.decode(text)
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(Code.RESPONSE_SYNTAX) from cause


def _check_text(raw: bytes) -> None:
    """Refuse JSON that is written as text, as `check_serialisation` refuses objects."""
    if raw.lstrip().startswith(b"{") and b'"payload"' in raw and b'"signature' in raw:
        raise UnsupportedError(Code.RESPONSE_SERIALISATION)
