"""Objects inside a credential: whom it is about, its status, schemas, evidence and the like."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

from krid._core.frozen import pack
from krid.errors import Code, MalformedError
from krid.model.w3c import values
from krid.model.w3c.text import LanguageText, parse_texts
from krid.model.w3c.values import Members


@final
@dataclass(frozen=True, slots=True)
class Node:
    """An object with its identifier and types; `members` is all that it says, read-only."""

    id: str | None
    types: tuple[str, ...]
    members: Members = field(repr=False)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes."""
        return pack(self)


@final
@dataclass(frozen=True, slots=True)
class Party:
    """An issuer or a holder: its URL, and what it says about itself (section 4.7)."""

    id: str
    names: tuple[LanguageText, ...] = ()
    descriptions: tuple[LanguageText, ...] = ()


def parse_nodes(members: Members, name: str, code: Code) -> tuple[Node, ...]:
    """Read a property of one or more objects that must have a type; empty when it is absent.

    Raises:
        MalformedError: `code` when it is no object or one without a type, `w3c.id`.
    """
    if name not in members:
        return ()
    return tuple(
        Node(values.identifier(each, name), values.types(each, name, code), each)
        for each in values.objects(members[name], code, name)
    )


def parse_subjects(members: Members) -> tuple[Node, ...]:
    """Read `credentialSubject`: one or more objects, none of them empty (section 4.8).

    Raises:
        MalformedError: `w3c.subject`, `w3c.id`, `w3c.type`.
    """
    place = "credentialSubject"
    found = values.objects(members.get(place), Code.W3C_SUBJECT, place)
    if not all(found):
        raise MalformedError(Code.W3C_SUBJECT, "an empty object")
    return tuple(
        Node(
            values.identifier(each, place),
            values.types(each, place) if "type" in each else (),
            each,
        )
        for each in found
    )


def parse_party(members: Members, name: str, code: Code) -> Party:
    """Read an issuer or a holder: a URL, or an object with one (sections 4.7 and 4.13).

    Raises:
        MalformedError: `code`, `w3c.text`.
    """
    value = members.get(name)
    if isinstance(value, str):
        return Party(values.url(value, code, name))
    (party,) = values.objects(value if not isinstance(value, list | tuple) else None, code, name)
    return Party(
        values.url(party.get("id"), code, name),
        parse_texts(party, "name", f"{name}."),
        parse_texts(party, "description", f"{name}."),
    )
