"""Contexts from a caller must not give a second name to what credentials and proofs are read by.

Who reads the JSON of a credential looks for `validUntil` and `credentialStatus`. A context by which
`ende` makes the same statement would let whoever holds a credential write its end where nobody
looks, and the signature, which is over statements, would hold. The same goes for another name of
`@id` or `@type`, and for what moves statements to another place.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from krid._core.strict_json import Json
from krid.errors import Code, MalformedError

_PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {"cred": "https://www.w3.org/2018/credentials#", "sec": "https://w3id.org/security#"}
)
"""The prefixes that the W3C's contexts use, and others may use, too."""

_VOCABULARIES: Final = (*_PREFIXES.values(), "https://www.w3.org/ns/credentials/status#")
"""What credentials, proofs and statuses are read by."""

_OWN_NAMES: Final = {"@id": "id", "@type": "type"}
_HARMLESS: Final = frozenset(
    {"@value", "@language", "@direction", "@list", "@set", "@none", "@index", "@json"}
)
_STEPS: Final = 8
"""How many prefixes may stand behind one another in a term."""


def check_aliases(value: Json, known: Mapping[str, frozenset[str]]) -> None:
    """Check a context, or a document that holds one, for second names.

    `known` are the names that each address of the vocabularies has, see `names_in`.

    Raises:
        MalformedError: `ld.alias`.
    """
    addresses = {name: each for each, names in known.items() for name in names}
    for context in _contexts(value):
        _check_vocabulary(context)
        for name, definition in context.items():
            if not name.startswith("@"):
                _check_term(name, definition, {**addresses, **_PREFIXES}, context, known)


def names_in(documents: Iterator[Json]) -> Mapping[str, frozenset[str]]:
    """Collect the names that contexts give to what stands in the vocabularies, by address."""
    found: dict[str, set[str]] = {}
    for document in documents:
        for context in _contexts(document):
            for name, definition in context.items():
                address = _address(_target(definition), _PREFIXES, context)
                if address.startswith(_VOCABULARIES):
                    found.setdefault(address, set()).add(name)
    return MappingProxyType({address: frozenset(names) for address, names in found.items()})


def _check_vocabulary(context: Mapping[str, Json]) -> None:
    """A default for all terms must not begin like a vocabulary: each term would be a name."""
    value = context.get("@vocab")
    if isinstance(value, str) and _is_near(_address(value, _PREFIXES, context)):
        raise MalformedError(Code.LD_ALIAS, "@vocab")


def _check_term(
    name: str,
    definition: Json,
    addresses: Mapping[str, str],
    context: Mapping[str, Json],
    known: Mapping[str, frozenset[str]],
) -> None:
    target = _target(definition)
    if target.startswith("@"):
        if target not in _HARMLESS and _OWN_NAMES.get(target) != name:
            raise MalformedError(Code.LD_ALIAS)
        return
    address = _address(target, addresses, context)
    reversed_ = isinstance(definition, Mapping) and "@reverse" in definition
    if address in known and (reversed_ or name not in known[address]):
        raise MalformedError(Code.LD_ALIAS)
    if _is_prefix(address) and _PREFIXES.get(name) != address:
        raise MalformedError(Code.LD_ALIAS, "prefix")


def _target(definition: Json) -> str:
    """Return what a term stands for as it is written, empty where its own name says it."""
    if isinstance(definition, Mapping):
        definition = definition.get("@id", definition.get("@reverse"))
    return definition if isinstance(definition, str) else ""


def _address(text: str, addresses: Mapping[str, str], context: Mapping[str, Json]) -> str:
    """Write out prefixes and terms, those of the context itself before those that are known."""
    for _ in range(_STEPS):
        prefix, colon, rest = text.partition(":")
        if rest.startswith("//"):
            return text
        found = _target(context.get(prefix)) or addresses.get(prefix, "")
        if not found or (not colon and found == text):
            return text
        text = found + rest
    raise MalformedError(Code.LD_ALIAS, "a term of terms of terms")


def _is_near(address: str) -> bool:
    return _is_prefix(address) or address.startswith(_VOCABULARIES)


def _is_prefix(address: str) -> bool:
    return bool(address) and any(each.startswith(address) for each in _VOCABULARIES)


def _contexts(value: Json) -> Iterator[Mapping[str, Json]]:
    """Yield every context inside a value: also those of single terms and types."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if name == "@context":
                listed = member if isinstance(member, list | tuple) else [member]
                yield from (each for each in listed if isinstance(each, Mapping))
            yield from _contexts(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _contexts(member)
