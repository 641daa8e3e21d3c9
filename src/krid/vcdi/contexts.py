"""How a document may be written whose statements alone are signed.

The same statements can be written in many ways, and whoever holds a document may choose another:
so it may be written in one way alone, in which every reader of its JSON finds them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
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
_TYPE: Final = "type"
_CREDENTIAL: Final = "VerifiableCredential"
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
    """Refuse what shows only when a document is expanded, and expand it where there may be such.

    A prefix of a context makes `card:1` of an `id`, under which statements about the document
    could stand in another place. And of two credentials, one inside the other, nothing that is
    signed says which is meant: whoever turns the link between them around makes it the other.

    Raises:
        MalformedError: `ld.hidden`.
        KridError: as `Processor.expand`.
    """
    is_spelled = all(map(_SPELLED_OUT.match, _ids(document)))
    if (is_spelled or not isinstance(document.get(_ID), str)) and not _holds_another(document):
        return
    for node in processor.expand(document):
        own = node.get("@id")
        for name, member in node.items():
            if own is not None:
                _check_elsewhere(member, own, name="@id")
            _check_outer(member, own, is_turned=name == "@reverse")


def _holds_another(document: Mapping[str, Json]) -> bool:
    """Tell whether there is another credential inside, whatever its type is spelled like."""
    return any(
        text.endswith(_CREDENTIAL)
        for name, member in document.items()
        if name not in {_TYPE, _CONTEXT}
        for text in _types(member)
    )


def _types(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        own = value.get(_TYPE)
        yield from (each for each in _listed(own) if isinstance(each, str))
        for member in value.values():
            yield from _types(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _types(member)


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else [value]


def _check_outer(value: Json, own: str | None, *, is_turned: bool) -> None:
    """Refuse another credential that leads to this one: turned around, or by its `id`."""
    if isinstance(value, Mapping):
        is_other = any(str(each).endswith(_CREDENTIAL) for each in _listed(value.get("@type")))
        if is_other and (is_turned or (own is not None and _leads_to(value, own))):
            raise MalformedError(Code.LD_HIDDEN, _CREDENTIAL)
        for name, member in value.items():
            if name != "@graph":
                _check_outer(member, own, is_turned=is_turned or name == "@reverse")
    elif isinstance(value, list | tuple):
        for member in value:
            _check_outer(member, own, is_turned=is_turned)


def _leads_to(value: Json, own: str) -> bool:
    if isinstance(value, Mapping):
        return value.get("@id") == own or any(_leads_to(each, own) for each in value.values())
    return isinstance(value, list | tuple) and any(_leads_to(each, own) for each in value)


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
