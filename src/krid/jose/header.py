"""The protected header that JWS and JWE share (RFC 7515 section 4, RFC 7516 section 4)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from krid._core import base64url, limits, strict_json
from krid._core.frozen import freeze
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, UnsupportedError

_TEXTS: Final = ("typ", "cty", "kid")


def parse(text: str, *, refusal: Code, unknown_extension: Code) -> Mapping[str, Json]:
    """Read a protected header in base64url; the result is read-only all the way down.

    Raises:
        MalformedError: `refusal` when `typ`, `cty` or `kid` is not text, `base64url.syntax`,
            or a `json.*` code.
        UnsupportedError: `unknown_extension` for `crit`, since krid knows no extension.
    """
    raw = base64url.decode(text)
    header = strict_json.loads_object(raw, max_bytes=limits.MAX_JWT_HEADER_BYTES)
    if "crit" in header:
        raise UnsupportedError(unknown_extension, "crit")
    for name in _TEXTS:
        if not isinstance(header.get(name, ""), str):
            raise MalformedError(refusal, name)
    return MappingProxyType({name: _frozen(value) for name, value in header.items()})


def _frozen(value: Json) -> Json:
    frozen: Json = value
    if isinstance(value, dict | list):
        frozen = freeze(value)  # type: ignore[assignment]  # freezing JSON gives JSON
    return frozen
