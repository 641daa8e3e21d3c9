"""Which contexts may stand in a document whose statements alone are signed."""

from collections.abc import Mapping
from typing import Final

from krid._core.strict_json import Json
from krid.errors import Code, MalformedError

_CONTEXT: Final = "@context"


def check_named(value: Json) -> None:
    """Refuse contexts that are no addresses, wherever they stand (VC Data Integrity, section 4.6).

    Raises:
        MalformedError: `ld.inline`.
    """
    if isinstance(value, Mapping):
        context = value.get(_CONTEXT)
        listed = context if isinstance(context, list | tuple) else [context]
        if _CONTEXT in value and not all(isinstance(each, str) for each in listed):
            raise MalformedError(Code.LD_INLINE)
        for member in value.values():
            check_named(member)
    elif isinstance(value, list | tuple):
        for member in value:
            check_named(member)
