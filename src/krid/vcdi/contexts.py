"""How a document may be written whose statements alone are signed.

The same statements can be written in many ways, and whoever holds a document may choose another:
so it may be written in one way alone, in which every reader of its JSON finds them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError
from krid.ld import Processor, check_aliases
from krid.ld.contexts import known_names
from krid.proofs import Proof
from krid.vcdi.model import InlineContexts

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


_ID: Final = "id"
_SPELLED_OUT: Final = re.compile(r"(?:did|urn):|[A-Za-z][A-Za-z0-9+.-]*://")
"""How an identifier begins that is no prefix and a name: no context may have `did` as prefix."""
_VALUE: Final = "@value"
_OF_VALUES: Final = frozenset({_VALUE, "@type", "@language", "@direction"})


def check_written(
    document: Mapping[str, Json], proof: Proof, inline: InlineContexts, processor: Processor
) -> None:
    """Check that a document and its proof are written so that their JSON shows what is signed.

    Contexts in the document, where they are allowed, must not name again what credentials are
    read by.

    Raises:
        MalformedError: `ld.inline`, `ld.hidden`, `ld.alias`.
    """
    if inline is InlineContexts.REFUSED:
        check_named(document)
    else:
        check_aliases(dict(document), known_names())
    check_plain(document)
    check_plain(proof.members)
    check_spelled(document, processor)


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


def check_plain(document: Mapping[str, Json]) -> None:
    """Refuse members that are no terms, and statements about the document in another place.

    An end of validity or a status under its IRI, or about the document's `id` somewhere below,
    is signed as well as one in its place, and nobody who reads the JSON would find it: documents
    have to be in compacted form, as the data model has them (VCDM 2.0, section 1.3). Of the
    keywords of JSON-LD `@context` may stand anywhere, and those of values beside `@value`.

    Raises:
        MalformedError: `ld.hidden`.
    """
    _check_terms(document)
    own = document.get(_ID)
    if isinstance(own, str):
        for member in document.values():
            _check_elsewhere(member, own)


def check_spelled(document: Mapping[str, Json], processor: Processor) -> None:
    """Refuse statements about the document in another place under another spelling of its `id`.

    A prefix of a context makes `card:1` of an `id`. Those that no prefix can make were compared as
    they stand; where there are others, the document is expanded.

    Raises:
        MalformedError: `ld.hidden`.
        KridError: as `Processor.expand`.
    """
    if not isinstance(document.get(_ID), str) or all(map(_SPELLED_OUT.match, _ids(document))):
        return
    for node in processor.expand(document):
        for member in node.values():
            _check_elsewhere(member, node["@id"], name="@id")


def _ids(value: Json) -> Iterator[str]:
    """Yield the identifiers of all objects that say anything more."""
    if isinstance(value, Mapping):
        own = value.get(_ID)
        if isinstance(own, str) and len(value) > 1:
            yield own
        for member in value.values():
            yield from _ids(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _ids(member)


def _check_terms(value: Json) -> None:
    if isinstance(value, Mapping):
        keywords = _OF_VALUES if _VALUE in value else frozenset()
        for name, member in value.items():
            if name not in keywords and name != _CONTEXT and not _is_term(name):
                raise MalformedError(Code.LD_HIDDEN)
            if name != _CONTEXT:
                _check_terms(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _check_terms(member)


def _is_term(name: str) -> bool:
    return ":" not in name and not name.startswith("@")


def _check_elsewhere(value: Json, own: str, *, name: str = _ID) -> None:
    if isinstance(value, Mapping):
        if value.get(name) == own and len(value) > 1:
            raise MalformedError(Code.LD_HIDDEN, _ID)
        for member in value.values():
            _check_elsewhere(member, own, name=name)
    elif isinstance(value, list | tuple):
        for member in value:
            _check_elsewhere(member, own, name=name)
