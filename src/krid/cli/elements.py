"""JSON claims as mdoc elements: dates and images have types of their own in CBOR."""

import re
from base64 import b64decode
from binascii import Error as BinasciiError
from collections.abc import Mapping
from datetime import date
from typing import Final

from krid._core import strict_json
from krid.errors import Code, MisuseError

_FULL_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_JPEG: Final = "data:image/jpeg;base64,"


def elements(claims: strict_json.JsonObject) -> dict[str, dict[str, object]]:
    """Turn a JSON object of namespaces into element values.

    Raises:
        MisuseError: `misuse.claims` with the place of what can't be an element.
    """
    return {space: _namespace(space, members) for space, members in claims.items()}


def _namespace(space: str, members: strict_json.Json) -> dict[str, object]:
    if not isinstance(members, Mapping):
        raise MisuseError(Code.MISUSE_CLAIMS, f"{space} is not an object of elements")
    return {name: _element(name, value) for name, value in members.items()}


def _element(name: str, value: strict_json.Json) -> object:
    try:
        if isinstance(value, str) and name.endswith("_date") and _FULL_DATE.fullmatch(value):
            return date.fromisoformat(value)
        if isinstance(value, str) and value.startswith(_JPEG):
            return b64decode(value.removeprefix(_JPEG), validate=True)
    except (ValueError, BinasciiError) as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, name) from cause
    return value
