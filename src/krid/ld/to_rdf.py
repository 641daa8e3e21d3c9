"""From expanded JSON-LD to RDF statements (JSON-LD 1.1 API, section 8.1), losing nothing.

Where that algorithm would leave something out, `ld.lost` is raised instead. Base directions are
kept as `i18n-datatype` literals.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, final

from krid._core import jcs, limits
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError
from krid.ld.names import MARK, RELATIVE_SCHEME, is_mark, refuse_undefined
from krid.ld.rdf import RDF, XSD, Quad, blank, iri, literal

_I18N: Final = "https://www.w3.org/ns/i18n#"
_TYPE: Final = f"<{RDF}type>"
_FIRST: Final = f"<{RDF}first>"
_REST: Final = f"<{RDF}rest>"
_NIL: Final = f"<{RDF}nil>"
_LARGE: Final = 10**21


@final
class RdfWriter:
    """Writes the statements of one expanded document."""

    __slots__ = ("_labels", "quads")

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self._labels: dict[str, str] = {}

    def write(self, expanded: Iterable[Any]) -> list[Quad]:
        """Write a whole document into the default graph.

        Raises:
            MalformedError: `ld.lost`, `ld.undefined`, `ld.relative`, `ld.iri`, `ld.language`,
                `ld.size`.
        """
        for node in expanded:
            if not isinstance(node, Mapping) or "@value" in node or "@list" in node:
                raise MalformedError(Code.LD_LOST, "a value that belongs to no node")
            self._node(node, "")
        return self.quads

    def _node(self, node: Mapping[str, Any], graph: str) -> str:
        """Write what is said about a node, and return its token."""
        subject = self._subject(node)
        for name, value in node.items():
            if name == "@type":
                for each in _filled(value):
                    self._add(subject, _TYPE, self._type(each), graph)
            elif name == "@graph":
                self._inner_graph(value, subject)
            elif name == "@reverse":
                self._reversed(value, subject, graph)
            elif name == "@included":
                for each in _filled(value):
                    self._node(each, graph)
            elif name == "@index":
                _check_mark(value)
            elif name != "@id":
                self._property(subject, name, value, graph)
        return subject

    def _subject(self, node: Mapping[str, Any]) -> str:
        name = node.get("@id")
        if name is not None:
            return self._name(name)
        mark = node.get("@index")
        return self._label(mark if mark is not None else f"\x00{len(self._labels)}")

    def _inner_graph(self, value: object, name: str) -> None:
        for each in _listed(value):
            self._node(each, name)

    def _reversed(self, properties: Mapping[str, Any], target: str, graph: str) -> None:
        for name, value in properties.items():
            for each in _filled(value):
                self._add(self._node(each, graph), _predicate(name), target, graph)

    def _property(self, subject: str, name: str, value: object, graph: str) -> None:
        predicate = _predicate(name)
        for each in _filled(value):
            if not is_mark(each.get("@value")):
                self._add(subject, predicate, self._object(each, graph), graph)

    def _object(self, value: Mapping[str, Any], graph: str) -> str:
        if "@value" in value:
            return _value(value)
        if "@list" in value:
            return self._list(value["@list"], graph)
        return self._node(value, graph)

    def _list(self, members: Sequence[Mapping[str, Any]], graph: str) -> str:
        first = rest = ""
        for member in members:
            cell = self._label(f"\x00{len(self._labels)}")
            if rest:
                self._add(rest, _REST, cell, graph)
            self._add(cell, _FIRST, self._object(member, graph), graph)
            first, rest = first or cell, cell
        if rest:
            self._add(rest, _REST, _NIL, graph)
        return first or _NIL

    def _type(self, name: str) -> str:
        if name.startswith(RELATIVE_SCHEME):
            refuse_undefined(name)
        return self._name(name)

    def _name(self, name: str) -> str:
        if name.startswith("_:"):
            return self._label(blank(name))
        return _absolute(name)

    def _label(self, name: str) -> str:
        """Give blank nodes names of the writer's own, which no document can guess at."""
        if name.startswith(MARK):
            return f"_:{name.removeprefix(MARK)}"
        return self._labels.setdefault(name, f"_:b{len(self._labels)}")

    def _add(self, subject: str, predicate: str, value: str, graph: str) -> None:
        if len(self.quads) >= limits.MAX_LD_QUADS:
            raise MalformedError(Code.LD_SIZE)
        self.quads.append(Quad(subject, predicate, value, graph))


def to_rdf(expanded: Iterable[Any]) -> list[Quad]:
    """Return the statements of an expanded document.

    Raises:
        MalformedError: `ld.lost`, `ld.undefined`, `ld.relative`, `ld.iri`, `ld.language`,
            `ld.size`.
    """
    return RdfWriter().write(expanded)


def _absolute(name: str) -> str:
    if name.startswith(RELATIVE_SCHEME):
        raise MalformedError(Code.LD_RELATIVE)
    return iri(name)


def _predicate(name: str) -> str:
    if name.startswith(RELATIVE_SCHEME):
        refuse_undefined(name)
    if name.startswith("_:"):
        raise MalformedError(Code.LD_LOST, "a blank node as property")
    return _absolute(name)


def _value(value: Mapping[str, Any]) -> str:
    """Write a value object as a literal (section 8.2.2)."""
    if "@index" in value:
        _check_mark(value["@index"])
    content, datatype = value["@value"], value.get("@type")
    if datatype == "@json":
        return literal(jcs.canonical(_unmarked(content)).decode(), f"{RDF}JSON")
    if isinstance(content, bool):
        return literal(str(content).lower(), _datatype(datatype, "boolean"))
    if isinstance(content, int | float):
        return _number(content, datatype)
    if not isinstance(content, str):
        raise MalformedError(Code.LD_LOST, "a value that is none")
    return _text(content, value, datatype)


def _text(content: str, value: Mapping[str, Any], datatype: str | None) -> str:
    language, direction = value.get("@language"), value.get("@direction")
    if direction is not None:
        return literal(content, f"{_I18N}{(language or '').lower()}_{direction}")
    return literal(content, _datatype(datatype, "string"), language)


def _number(content: float, datatype: str | None) -> str:
    is_whole = isinstance(content, int) or content.is_integer()
    if is_whole and abs(content) < _LARGE and datatype != f"{XSD}double":
        return literal(str(int(content)), _datatype(datatype, "integer"))
    mantissa, _, exponent = f"{content:.15E}".partition("E")
    digits = mantissa.rstrip("0")
    shown = f"{digits}0" if digits.endswith(".") else digits
    return literal(f"{shown}E{int(exponent)}", _datatype(datatype, "double"))


def _datatype(name: str | None, otherwise: str) -> str:
    if name is None:
        return f"{XSD}{otherwise}"
    if name.startswith(RELATIVE_SCHEME):
        refuse_undefined(name)
    return name


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _filled(value: object) -> Sequence[Any]:
    """Return the values of a property; none at all would leave no trace in RDF."""
    found = _listed(value)
    if not found:
        raise MalformedError(Code.LD_LOST, "an empty list")
    return found


def _check_mark(index: object) -> None:
    """An index would be lost; one that is a mark was put there by krid."""
    if not is_mark(index):
        raise MalformedError(Code.LD_LOST, "an index")


def _unmarked(value: Json) -> Json:
    """Take the marks out of a JSON literal."""
    if isinstance(value, Mapping):
        return {
            name: _unmarked(member)
            for name, member in value.items()
            if not (name == "@index" and is_mark(member))
        }
    if isinstance(value, list):
        return [_unmarked(member) for member in value]
    return value
