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
_MEANT: Final = {**_PREFIXES, **{name: keyword for keyword, name in _OWN_NAMES.items()}}
"""What the W3C's contexts have beside the vocabularies, and other contexts may refer to."""

_HARMLESS: Final = frozenset(
    {"@value", "@language", "@direction", "@list", "@set", "@none", "@index", "@json"}
)
_SCHEMES: Final = frozenset({"did", "urn"})
"""What is no prefix, so that identifiers that begin so are what they say."""

_DELIMITERS: Final = (":", "/", "?", "#", "[", "]", "@")
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
                _check_term(name, definition, {**addresses, **_MEANT}, context, known)


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
    address = _address(_target(definition), addresses, context)
    if address.startswith("@"):
        if address not in _HARMLESS and _OWN_NAMES.get(address) != name:
            raise MalformedError(Code.LD_ALIAS)
        return
    reversed_ = isinstance(definition, Mapping) and "@reverse" in definition
    if address in known and (reversed_ or name not in known[address]):
        raise MalformedError(Code.LD_ALIAS)
    if _begins(address, known) and _PREFIXES.get(name) != address:
        raise MalformedError(Code.LD_ALIAS, "prefix")
    if name in _SCHEMES and _may_be_prefix(definition, address):
        raise MalformedError(Code.LD_ALIAS, "prefix")


def _may_be_prefix(definition: Json, address: str) -> bool:
    """Tell whether a term makes addresses of what stands behind it (JSON-LD 1.1, section 4.4)."""
    if isinstance(definition, Mapping):
        return definition.get("@prefix") is True
    return address.endswith(_DELIMITERS)


def _target(definition: Json) -> str:
    """Return what a term stands for as it is written, empty where its own name says it."""
    if isinstance(definition, Mapping):
        definition = definition.get("@id", definition.get("@reverse"))
    return definition if isinstance(definition, str) else ""


def _address(text: str, addresses: Mapping[str, str], context: Mapping[str, Json]) -> str:
    """Write out prefixes and terms, those of the context itself before those that are known."""
    for _ in range(_STEPS):
        prefix, colon, rest = text.partition(":")
        if rest.startswith("//") or text.startswith("@"):
            return text
        found = _target(context.get(prefix)) or addresses.get(prefix, "")
        if not found or (not colon and found == text):
            return text
        text = found + rest
    raise MalformedError(Code.LD_ALIAS, "a term of terms of terms")


def _begins(address: str, known: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a known address is longer: another context might put the rest behind a prefix.

    A name that is known may be such a beginning, as `proof` is of `proofValue`: what stands behind
    it is written out like any other prefix.
    """
    if _is_prefix(address):
        return True
    longer = (each for each in known if each.startswith(address))
    return bool(address) and address not in known and any(longer)


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
