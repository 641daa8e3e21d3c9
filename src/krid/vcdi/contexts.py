"""Which contexts may stand in a document whose statements alone are signed."""

from collections.abc import Mapping
from typing import Final

from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError

_CONTEXT: Final = "@context"
_SECURITY: Final = "https://w3id.org/security/data-integrity/v2"
_DEFINING: Final = frozenset({"https://www.w3.org/ns/credentials/v2", _SECURITY})
"""Contexts that define the terms of proofs."""


def with_proof_terms(document: Mapping[str, Json]) -> JsonObject:
    """Return a document whose contexts define the terms of a proof (section 2.4.1).

    Data model 1.1 does not: what is missing is added at the end.

    >>> with_proof_terms({"@context": "https://www.w3.org/2018/credentials/v1"})["@context"]
    ['https://www.w3.org/2018/credentials/v1', 'https://w3id.org/security/data-integrity/v2']
    """
    context = document.get(_CONTEXT)
    listed = list(context) if isinstance(context, list | tuple) else [context]
    if any(isinstance(each, str) and each in _DEFINING for each in listed):
        return dict(document)
    present = [each for each in listed if each is not None]
    return {**document, _CONTEXT: [*present, _SECURITY]}


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
