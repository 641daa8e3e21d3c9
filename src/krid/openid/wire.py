"""How presentations stand in a `vp_token`: text as it is, CBOR in base64url (appendix B)."""

from krid._core import base64url
from krid.errors import Code, KridError, MalformedError

_TEXT_MARKS = frozenset(".~")


def presentation_to_wire(raw: bytes, format_name: str) -> str:
    """Write a presentation as a JSON string."""
    return base64url.encode(raw) if format_name == "mso_mdoc" else raw.decode("ascii")


def presentation_from_wire(text: str) -> bytes:
    """Read a presentation: text with the marks of a JWT is itself, all else is base64url.

    Raises:
        MalformedError: `response.syntax`.
    """
    try:
        return text.encode("ascii") if _TEXT_MARKS & set(text) else base64url.decode(text)
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(Code.RESPONSE_SYNTAX) from cause
