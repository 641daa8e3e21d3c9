"""What entity configurations say about trust marks (section 3.1.2 of draft 48)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import final

from krid._core import limits, shape
from krid.errors import Code, MalformedError
from krid.trust.federation.identifier import check_entity_id
from krid.trust.federation.keys import KeySet


@final
@dataclass(frozen=True, slots=True)
class EmbeddedMark:
    """A trust mark in an entity's configuration: the type that it is said to be, and its text."""

    type: str
    text: str = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class MarkOwner:
    """Who owns a type of trust marks and lets others issue them, and its keys."""

    owner: str
    keys: KeySet


def parse_embedded(value: object) -> tuple[EmbeddedMark, ...]:
    """Read `trust_marks`; the marks themselves stay unread.

    Raises:
        MalformedError: `federation.mark_syntax`.
    """
    entries = shape.sequence(value, Code.FEDERATION_MARK_SYNTAX)
    if len(entries) > limits.MAX_TRUST_MARKS:
        raise MalformedError(Code.FEDERATION_MARK_SYNTAX, "too many")
    return tuple(_embedded(shape.mapping(each, Code.FEDERATION_MARK_SYNTAX)) for each in entries)


def parse_issuers(value: object) -> Mapping[str, frozenset[str]]:
    """Read `trust_mark_issuers`; no issuers of a type means that every member may issue it.

    Raises:
        MalformedError: `federation.mark_syntax`, `federation.identifier`.
    """
    types = _types(value)
    return MappingProxyType({name: _issuers(each) for name, each in types.items()})


def parse_owners(value: object) -> Mapping[str, MarkOwner]:
    """Read `trust_mark_owners`.

    Raises:
        MalformedError: `federation.mark_syntax`, `federation.identifier`, `federation.keys`.
    """
    return MappingProxyType({name: _owner(each) for name, each in _types(value).items()})


def _types(value: object) -> Mapping[str, object]:
    types = shape.mapping(value, Code.FEDERATION_MARK_SYNTAX)
    if len(types) > limits.MAX_TRUST_MARK_TYPES:
        raise MalformedError(Code.FEDERATION_MARK_SYNTAX, "too many types")
    return types


def _embedded(members: Mapping[str, object]) -> EmbeddedMark:
    type_ = shape.text(members.get("trust_mark_type"), Code.FEDERATION_MARK_SYNTAX)
    return EmbeddedMark(type_, shape.text(members.get("trust_mark"), Code.FEDERATION_MARK_SYNTAX))


def _issuers(value: object) -> frozenset[str]:
    issuers = shape.texts(value, Code.FEDERATION_MARK_SYNTAX)
    if len(issuers) > limits.MAX_TRUST_MARK_ISSUERS:
        raise MalformedError(Code.FEDERATION_MARK_SYNTAX, "too many issuers")
    return frozenset(check_entity_id(each) for each in issuers)


def _owner(value: object) -> MarkOwner:
    members = shape.mapping(value, Code.FEDERATION_MARK_SYNTAX)
    owner = check_entity_id(shape.text(members.get("sub"), Code.FEDERATION_MARK_SYNTAX))
    return MarkOwner(owner, KeySet.parse(members.get("jwks")))
