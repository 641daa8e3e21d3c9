"""Telling content apart: SD-JWTs, other JWTs, JSON, PEM, and CBOR raw, in hex or in base64url.

The text of a QR code for proximity (`mdoc:`) is CBOR, too.
"""

import re
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, final

from krid._core import base64url, cbor, strict_json
from krid.errors import Code, KridError, MalformedError

_HEX: Final = re.compile(rb"(?:[0-9a-fA-F]{2})+")
_COMPACT: Final = re.compile(rb"[A-Za-z0-9_.~-]+")
_TYPE_MEMBERS: Final = (b'"claims"', b'"display"', b'"extends"')


@unique
class Kind(Enum):
    """What a file may hold; the value is the word for `--format` and for people."""

    SDJWT = "dc+sd-jwt"
    MDOC = "mso_mdoc"
    VC_JWT = "vc+jwt"
    VC_COSE = "vc+cose"
    VC_SDJWT = "vc+sd-jwt"
    JWT_VC = "jwt_vc_json"
    LDP_VC = "ldp_vc"
    OPENDID = "opendid_vc"
    REQUEST = "mdoc-request"
    ENGAGEMENT = "mdoc-engagement"
    TYPE = "type-metadata"
    JWS = "jws"
    JSON = "json"
    PEM = "pem"
    CBOR = "cbor"


W3C_KINDS: Final = (Kind.VC_JWT, Kind.VC_COSE, Kind.VC_SDJWT, Kind.JWT_VC, Kind.LDP_VC)
CREDENTIALS: Final = (Kind.SDJWT, Kind.MDOC, *W3C_KINDS)
"""What is a credential or a presentation, in the format whose name is the kind's."""

_IN_CBOR: Final = frozenset({Kind.MDOC, Kind.VC_COSE, Kind.REQUEST, Kind.ENGAGEMENT, Kind.CBOR})
_ENGAGEMENT: Final = b"mdoc:"


@final
@dataclass(frozen=True, slots=True)
class Content:
    """Content of a known kind; hex, base64url and white space around text are gone."""

    kind: Kind
    raw: bytes = field(repr=False)


def recognise(raw: bytes, *, forced: Kind | None = None) -> Content:
    """Tell what bytes hold, by a glance and not by belief.

    Raises:
        MalformedError: `input.unknown`.
    """
    text = raw.strip()
    if forced in _IN_CBOR:
        return Content(forced, _cbor_bytes(raw))
    if forced is not None:
        return Content(forced, text)
    kind = _kind_of_text(text)
    if kind is None:
        return _recognise_cbor(_cbor_bytes(raw))
    return Content(kind, _cbor_bytes(text) if kind in _IN_CBOR else text)


def _kind_of_text(text: bytes) -> Kind | None:
    """Tell what is text of some kind; None for CBOR, in whatever form."""
    if b"-----BEGIN " in text:
        return Kind.PEM
    if text.startswith(b"{"):
        return _kind_of_json(text)
    if text[: len(_ENGAGEMENT)].lower() == _ENGAGEMENT:
        return Kind.ENGAGEMENT
    if _COMPACT.fullmatch(text) and b"." in text:
        return _w3c_kind(text) or (Kind.SDJWT if b"~" in text else Kind.JWS)
    return None


def _kind_of_json(text: bytes) -> Kind:
    """Tell what is enveloped, SD-JWTs (RFC 9901, section 8) and type metadata from other JSON."""
    from krid.opendid import looks_like
    from krid.sdjwt.json_form import looks_like_json

    found = _w3c_kind(text)
    if found is not None:
        return found
    if looks_like(text):
        return Kind.OPENDID
    if looks_like_json(text):
        return Kind.SDJWT
    is_type = b'"vct"' in text and any(name in text for name in _TYPE_MEMBERS)
    return Kind.TYPE if is_type else Kind.JSON


def _w3c_kind(raw: bytes) -> Kind | None:
    """Tell which form of a W3C credential or presentation this is, None when it is none."""
    from krid.formats import standard_formats

    names = {kind.value: kind for kind in W3C_KINDS}
    for candidate in standard_formats():
        if candidate.name in names and candidate.recognises(raw):
            return names[candidate.name]
    return None


def _cbor_bytes(raw: bytes) -> bytes:
    """Undo hex or base64url around CBOR; bytes that are neither stay as they are."""
    text = raw.strip()
    if text[: len(_ENGAGEMENT)].lower() == _ENGAGEMENT:
        text = text[len(_ENGAGEMENT) :]
    if _HEX.fullmatch(text):
        return bytes.fromhex(text.decode("ascii"))
    try:
        return base64url.decode(text.decode("ascii")) if text else raw
    except (KridError, UnicodeDecodeError):
        return raw


def _recognise_cbor(raw: bytes) -> Content:
    try:
        value = cbor.decode(raw)
    except MalformedError as cause:
        if cause.code is Code.CBOR_SYNTAX:
            raise MalformedError(Code.INPUT_UNKNOWN) from cause
        raise
    if isinstance(value, dict) and ("issuerAuth" in value or "documents" in value):
        return Content(Kind.MDOC, raw)
    if isinstance(value, dict) and "docRequests" in value:
        return Content(Kind.REQUEST, raw)
    if isinstance(value, dict) and isinstance(value.get(0), str) and isinstance(value.get(1), list):
        return Content(Kind.ENGAGEMENT, raw)
    if isinstance(value, dict | list | cbor.Tagged):
        return Content(_w3c_kind(raw) or Kind.CBOR, raw)
    raise MalformedError(Code.INPUT_UNKNOWN)


def as_json(content: Content) -> strict_json.JsonObject:
    """Read content of kind JSON."""
    return strict_json.loads_object(content.raw)
