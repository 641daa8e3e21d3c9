"""The signature of a list in JSON: JAdES in compact form (ETSI TS 119 182-1) over krid's JWS.

JAdES names header parameters that a verifier must understand, so `crit` is read here, where
`krid.jose` refuses it. `sigT`, the time that the signer claims, is the one that is understood.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from krid._core import base64url, limits, shape, strict_json, times
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, TrustError, UnsupportedError
from krid.jose import Jws
from krid.keys import Alg

_UNDERSTOOD: Final = frozenset({"sigT"})
_THUMBPRINT: Final = "x5t#S256"


def parse(text: str) -> tuple[Jws, tuple[bytes, ...]]:
    """Read a compact signature and the certificates of its header; does not check it.

    Raises:
        MalformedError: `input.size`, `jws.syntax`, `jws.header`, `base64url.syntax`,
            `time.rfc3339`, or a `json.*` code.
        UnsupportedError: `alg.unknown`; `jws.crit` for a parameter that is not understood.
        TrustError: `list.entry` when the thumbprint is not the certificate's.
    """
    if len(text) > limits.MAX_LIST_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    parts = text.split(".", 3)
    if len(parts) != 3:
        raise MalformedError(Code.JWS_SYNTAX)
    protected, payload, signature = parts
    raw = base64url.decode(protected)
    header = strict_json.loads_object(raw, max_bytes=limits.MAX_JWT_HEADER_BYTES)
    _check_critical(header)
    parsed = Jws(
        MappingProxyType(header),
        base64url.decode(payload),
        base64url.decode(signature),
        text[: len(protected) + 1 + len(payload)].encode("ascii"),
        Alg.from_jose(header.get("alg")),
    )
    certificates = parsed.certificates()
    _check_thumbprint(header, certificates)
    return parsed, certificates


def _check_critical(header: Mapping[str, Json]) -> None:
    """Check `crit` (RFC 7515, section 4.1.11), and that the payload is encoded (RFC 7797)."""
    if "b64" in header:
        raise UnsupportedError(Code.JWS_CRIT, "b64")
    if "sigT" in header:
        times.from_rfc3339(shape.text(header["sigT"], Code.JWS_HEADER))
    if "crit" not in header:
        return
    names = shape.texts(header["crit"], Code.JWS_HEADER)
    if not names or not header.keys() >= set(names):
        raise MalformedError(Code.JWS_HEADER, "crit")
    if not _UNDERSTOOD.issuperset(names):
        raise UnsupportedError(Code.JWS_CRIT)


def _check_thumbprint(header: Mapping[str, Json], certificates: tuple[bytes, ...]) -> None:
    """`x5t#S256` names the signer's certificate, which `x5c` shows."""
    if _THUMBPRINT not in header or not certificates:
        return
    named = base64url.decode(shape.text(header[_THUMBPRINT], Code.JWS_HEADER))
    if named != hashlib.sha256(certificates[0]).digest():
        raise TrustError(Code.LIST_ENTRY, _THUMBPRINT)
