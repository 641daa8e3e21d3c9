"""`@context` (section 4.3; and 4.1 of data model 1.1): the base context first, then others."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum, unique
from typing import Final, TypeAlias

from krid._core import limits
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError
from krid.model.w3c.values import Members, is_url

BASE_2_0: Final = "https://www.w3.org/ns/credentials/v2"
BASE_1_1: Final = "https://www.w3.org/2018/credentials/v1"

Context: TypeAlias = str | Members
"""A URL of a context, or a context that stands in the document itself."""


@unique
class Version(Enum):
    """A version of the data model, told by its base context."""

    V1_1 = BASE_1_1
    V2_0 = BASE_2_0


# The terms that the base contexts protect at their top level. Those inside a type's own context
# come after any other context and can't be taken away from it.
_PROTECTED_ONCE: Final[Mapping[str, Json]] = {"id": "@id", "type": "@type"}
_BOTH: Final = frozenset({"VerifiableCredential", "VerifiablePresentation"})
_PROTECTED: Final[Mapping[Version, frozenset[str]]] = {
    Version.V1_1: _BOTH
    | {
        *("EcdsaSecp256k1Signature2019", "EcdsaSecp256r1Signature2019"),
        *("Ed25519Signature2018", "RsaSignature2018", "proof"),
    },
    Version.V2_0: _BOTH
    | {
        *("description", "digestMultibase", "digestSRI", "mediaType", "name"),
        *("EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"),
        *("JsonSchemaCredential", "JsonSchema", "DataIntegrityProof"),
        *("BitstringStatusListCredential", "BitstringStatusList", "BitstringStatusListEntry"),
        *("...", "_sd", "_sd_alg", "aud", "cnf", "exp", "iat", "iss", "jku", "kid", "nbf"),
        *("sub", "x5u"),
    },
}
_SOME: Final = object()
_BLANK: Final = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_VOCABULARY: Final = "https://www.w3.org/2018/credentials#"
_TYPES: Final[Mapping[str, str]] = {
    name: _VOCABULARY + name
    for name in ("VerifiableCredential", "VerifiablePresentation", "JsonSchemaCredential")
}


def parse_contexts(members: Members) -> tuple[Version, tuple[Context, ...]]:
    """Read `@context`, and tell the version of the data model by it.

    Raises:
        MalformedError: `w3c.context` when it is not a list that begins with a base context,
            or names one of the other version; `w3c.context_entry`; `w3c.context_term`.
    """
    value = members.get("@context")
    listed = value if isinstance(value, list | tuple) else ()
    if not 0 < len(listed) <= limits.MAX_W3C_OBJECTS:
        raise MalformedError(Code.W3C_CONTEXT)
    version = _version(listed[0])
    contexts = tuple(_context(each) for each in listed)
    if any(each in {BASE_1_1, BASE_2_0} for each in contexts[1:] if isinstance(each, str)):
        raise MalformedError(Code.W3C_CONTEXT, "a base context that is not the first")
    _check_protected(contexts, version)
    return version, contexts


def expand_types(types: tuple[str, ...], contexts: tuple[Context, ...]) -> tuple[str, ...]:
    """Return types as JSON-LD would have them, as far as the document itself tells.

    Terms of contexts that stand in the document become URLs, and are left out when it would take
    processing to know which. What a context elsewhere may define stays as it is written, as what
    no context defines does.

    >>> expand_types(("VerifiableCredential", "Card"), ({"Card": "https://a.example/#card"},))
    ('VerifiableCredential', 'https://a.example/#card')
    """
    terms: dict[str, str] = {}
    for context in contexts:
        if not isinstance(context, str):
            terms |= {name: _iri(each) for name, each in context.items()}
    expanded = (terms.get(each, each) for each in types)
    return tuple(each for each in expanded if each)


def base_urls(types: tuple[str, ...]) -> frozenset[str]:
    """Return the URLs of types that the base context defines."""
    return frozenset(_TYPES[each] for each in types if each in _TYPES)


def _iri(definition: Json) -> str:
    """Return the URL of a term's definition, nothing where it would take processing to know."""
    value = definition.get("@id") if isinstance(definition, Mapping) else definition
    return value if isinstance(value, str) and is_url(value) else ""


def names_base(value: object) -> bool:
    """Tell whether `@context`, as text or as a list, begins with the base context of 2.0.

    Enveloped credentials may write it as text (section 4.13.1).
    """
    listed: Sequence[object] = value if isinstance(value, list | tuple) else (value,)
    return listed[:1] in ([BASE_2_0], (BASE_2_0,))


def _version(first: object) -> Version:
    if not isinstance(first, str) or first not in {BASE_1_1, BASE_2_0}:
        raise MalformedError(Code.W3C_CONTEXT)
    return Version(first)


def _context(value: Json) -> Context:
    if isinstance(value, Mapping):
        if not all(map(_may_be_defined, value.values())):
            raise MalformedError(Code.W3C_CONTEXT_ENTRY, "a term that stands for no URL")
        return value
    if not isinstance(value, str) or not is_url(value):
        raise MalformedError(Code.W3C_CONTEXT_ENTRY)
    return value


def _may_be_defined(definition: Json) -> bool:
    """Tell whether text that a term stands for could be a URL, a compact one or a keyword."""
    text = definition.get("@id") if isinstance(definition, Mapping) else definition
    return not isinstance(text, str) or _BLANK.search(text) is None


def _check_protected(contexts: tuple[Context, ...], version: Version) -> None:
    """Refuse contexts in the document that give a protected term another meaning (JSON-LD 1.1)."""
    known: dict[str, object] = {**dict.fromkeys(_PROTECTED[version], _SOME), **_PROTECTED_ONCE}
    for context in contexts:
        if isinstance(context, str):
            continue
        if any(name in known and known[name] != context[name] for name in context):
            raise MalformedError(Code.W3C_CONTEXT_TERM)
        known |= {name: context[name] for name in context if _is_protected(context, name)}


def _is_protected(context: Members, name: str) -> bool:
    definition = context[name]
    if isinstance(definition, Mapping) and "@protected" in definition:
        return definition["@protected"] is True
    return context.get("@protected") is True and not name.startswith("@")
