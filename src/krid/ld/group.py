"""Taking a document apart for selective disclosure (VC Data Integrity ECDSA 1.0, section 3.4).

The statements of a whole document, with blank nodes under names of the suite's choice, and which
of them each selection makes. The specification names blank nodes by URNs while it works; krid
marks the objects of the document instead, so that it keeps the document's own shape and a
pointer means the same in it before and after.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, final

from krid._core import base64url
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError
from krid.ld.canon import canonicalize
from krid.ld.expand import Processor
from krid.ld.names import MARK, check_unmarked
from krid.ld.pointer import CONTEXT, select
from krid.ld.rdf import Quad
from krid.ld.to_rdf import to_rdf

Labels: TypeAlias = Mapping[str, str]
"""Names of blank nodes by other names of them, both as tokens such as `_:c14n0`."""

LabelFactory: TypeAlias = Callable[[Labels], Labels]
"""Makes of canonical names by names of the input new names by names of the input."""


@final
@dataclass(frozen=True, slots=True)
class Group:
    """Which statements of a document a selection makes, by their index.

    `quads` are those of the selection alone, with the names of blank nodes as in the input.
    """

    matching: Mapping[int, str] = field(repr=False)
    other: Mapping[int, str] = field(repr=False)
    quads: tuple[Quad, ...] = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Grouped:
    """A document taken apart.

    `lines` are its statements as sorted N-Quads with the chosen names of blank nodes, `labels`
    those names by the names of the input.
    """

    lines: tuple[str, ...] = field(repr=False)
    labels: Labels = field(repr=False)
    groups: Mapping[str, Group] = field(repr=False)


def relabelled(quads: Iterable[Quad], factory: LabelFactory) -> tuple[tuple[str, ...], Labels]:
    """Bring statements into canonical form under other names (section 3.4.1).

    Returns the sorted lines, and the new names by those of the input.

    Raises:
        MalformedError: `ld.poison`, `ld.size`, and as the factory.
    """
    dataset = list(quads)
    labels = factory(canonicalize(dataset).labels)
    return tuple(sorted({quad.relabelled(labels).line for quad in dataset})), labels


def mapped_labels(names: Labels) -> LabelFactory:
    """Replace canonical names by those of a map, which must name each (section 3.4.3).

    Raises when called:
        MalformedError: `di.label_map` for a name that the map lacks.
    """

    def factory(canonical: Labels) -> Labels:
        if not names.keys() >= set(canonical.values()):
            raise MalformedError(Code.DI_LABEL_MAP)
        return {node: names[name] for node, name in canonical.items()}

    return factory


def hmac_labels(key: bytes) -> LabelFactory:
    """Replace canonical names by their HMAC with SHA-256 (section 3.4.4)."""

    def factory(canonical: Labels) -> Labels:
        return {node: f"_:{hmac_name(key, name)}" for node, name in canonical.items()}

    return factory


def hmac_name(key: bytes, name: str) -> str:
    """Return the HMAC of a canonical name, given as token, in multibase base64url."""
    digest = hmac.digest(key, name.removeprefix("_:").encode("ascii"), hashlib.sha256)
    return f"u{base64url.encode(digest)}"


def canonicalize_and_group(
    processor: Processor,
    document: Mapping[str, Json],
    *,
    labels: LabelFactory,
    groups: Mapping[str, Sequence[str]],
) -> Grouped:
    """Take a document apart by named lists of JSON pointers (section 3.4.16).

    Raises:
        MalformedError: `ld.pointer`, and as `Processor.quads` and `canonicalize`.
        UnsupportedError: `ld.context_unknown`.
        MisuseError: `misuse.extra` without `krid[ld]`.
    """
    marked = mark_nodes(document)
    lines, names = relabelled(marked_quads(processor, marked), labels)
    return Grouped(
        lines,
        MappingProxyType(dict(names)),
        {
            name: _group(processor, lines, names, select(marked, pointers))
            for name, pointers in groups.items()
        },
    )


def mark_nodes(document: Mapping[str, Json]) -> JsonObject:
    """Copy a document, giving each of its objects a name for the blank node that it may be.

    Raises:
        MalformedError: `ld.syntax` when it holds such a mark, `ld.lost` for an `@index`.
    """
    check_unmarked(document)
    return _Marker().object(document)


def marked_quads(processor: Processor, marked: Mapping[str, Json] | None) -> list[Quad]:
    """Return the statements of a document or selection whose objects are marked."""
    return [] if marked is None else to_rdf(processor.expand(marked))


def _group(
    processor: Processor, lines: Sequence[str], names: Labels, selection: JsonObject | None
) -> Group:
    quads = marked_quads(processor, selection)
    selected = {quad.relabelled(names).line for quad in quads}
    matching = {index: line for index, line in enumerate(lines) if line in selected}
    other = {index: line for index, line in enumerate(lines) if line not in selected}
    return Group(MappingProxyType(matching), MappingProxyType(other), tuple(quads))


@final
class _Marker:
    __slots__ = ("_count",)

    def __init__(self) -> None:
        self._count = 0

    def object(self, node: Mapping[str, Json]) -> JsonObject:
        if "@index" in node:
            raise MalformedError(Code.LD_LOST, "an index")
        mark = f"{MARK}m{self._count}"
        self._count += 1
        members = {
            name: member if name == CONTEXT else self._value(member)
            for name, member in node.items()
        }
        return {**members, "@index": mark}

    def _value(self, value: Json) -> Json:
        if isinstance(value, Mapping):
            return self.object(value)
        if isinstance(value, list | tuple):
            return [self._value(member) for member in value]
        return value
