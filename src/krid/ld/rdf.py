"""RDF statements as N-Quads: four tokens each, written in the one canonical way.

A token is the term as it stands in canonical N-Quads (RDF-CANON, appendix A): `<iri>`,
`_:label`, or a literal in quotes. Two terms are equal when their tokens are.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_BLANK: Final = re.compile(r"_:[\w](?:[\w.-]*[\w-])?")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_ESCAPED: Final = re.compile(r'[\x00-\x1f"\\\x7f]')
_SHORT: Final = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
_LONG: Final = {short[1]: raw for raw, short in _SHORT.items()} | {"'": "'"}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_TERM: Final = re.compile(
    r"[ \t]*(?:<(?P<iri>[^\x00-\x20<>\"{}|^`]*)>|(?P<blank>_:[^\s<\"]+)"
    r'|"(?P<text>(?:[^"\\\n\r]|\\.)*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<(?P<type>[^\s<>"]*)>)?)',
    re.ASCII,
)
_END: Final = re.compile(r"[ \t]*\.[ \t]*(?:#.*)?")
_EMPTY: Final = re.compile(r"[ \t]*(?:#.*)?")
_BLANK_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>|_:[^\s]+')


class Quad(NamedTuple):
    """One statement: tokens of subject, predicate and object, and of the graph or no text."""

    subject: str
    predicate: str
    object: str
    graph: str = ""

    @property
    def line(self) -> str:
        """The statement as a line of canonical N-Quads, its end included."""
        return f"{' '.join(filter(None, self))} .\n"

    def relabelled(self, labels: Mapping[str, str]) -> "Quad":
        """Return the statement with other labels of blank nodes, given as tokens.

        Raises:
            KeyError: a blank node has no new label.
        """
        return Quad(*(labels[each] if each.startswith("_:") else each for each in self))


def iri(text: str) -> str:
    """Write an absolute IRI as a token.

    Raises:
        MalformedError: `ld.iri`.
    """
    if _IRI.fullmatch(text) is None:
        raise MalformedError(Code.LD_IRI)
    return f"<{text}>"


def blank(text: str) -> str:
    """Check a blank node identifier, which is its own token.

    Raises:
        MalformedError: `ld.iri`.
    """
    if _BLANK.fullmatch(text) is None:
        raise MalformedError(Code.LD_IRI, "blank node identifier")
    return text


def literal(text: str, datatype: str = f"{XSD}string", language: str | None = None) -> str:
    """Write a literal as a token.

    Raises:
        MalformedError: `ld.iri` for its datatype, `ld.language`.
    """
    quoted = f'"{_ESCAPED.sub(_escape, text)}"'
    if language is not None:
        if _LANGUAGE.fullmatch(language) is None:
            raise MalformedError(Code.LD_LANGUAGE)
        return f"{quoted}@{language}"
    return quoted if datatype == f"{XSD}string" else f"{quoted}^^{iri(datatype)}"


def parse_nquads(text: str) -> list[Quad]:
    r"""Read N-Quads (RDF 1.1 N-Quads, section 4), at most `limits.MAX_LD_QUADS` statements.

    Raises:
        MalformedError: `ld.nquads`, `ld.iri`, `ld.language`, `ld.size`.

    >>> parse_nquads('_:a <urn:p> "x" .\n')
    [Quad(subject='_:a', predicate='<urn:p>', object='"x"', graph='')]
    """
    typed("text", text, str)
    lines = [line for line in re.split(r"[\r\n]+", text) if _EMPTY.fullmatch(line) is None]
    if len(lines) > limits.MAX_LD_QUADS:
        raise MalformedError(Code.LD_SIZE)
    return [_parse_line(line) for line in lines]


def write_nquads(quads: Iterable[Quad]) -> str:
    """Write statements as sorted lines without repetition, in code point order."""
    return "".join(sorted({quad.line for quad in quads}))


def relabel_line(line: str, labels: Mapping[str, str]) -> str:
    """Return a line of N-Quads with other labels of blank nodes, given as tokens."""
    return _BLANK_TOKEN.sub(lambda found: labels.get(found[0], found[0]), line)


def _parse_line(line: str) -> Quad:
    tokens: list[str] = []
    place = 0
    while len(tokens) < 4 and (found := _TERM.match(line, place)):
        tokens.append(_token(found))
        place = found.end()
    if _END.fullmatch(line, place) is None or len(tokens) < 3 or not _is_statement(tokens):
        raise MalformedError(Code.LD_NQUADS)
    return Quad(*tokens)


def _is_statement(tokens: list[str]) -> bool:
    """Tell whether each term stands where terms of its kind may."""
    names = (tokens[0], *tokens[3:])
    return tokens[1].startswith("<") and all(not name.startswith('"') for name in names)


def _token(found: re.Match[str]) -> str:
    if found["iri"] is not None:
        return iri(_unescape(found["iri"]))
    if found["blank"] is not None:
        return blank(found["blank"])
    kind = found["type"]
    datatype = f"{XSD}string" if kind is None else _unescape(kind)
    return literal(_unescape(found["text"]), datatype, found["language"])


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _SHORT.get(character) or f"\\u{ord(character):04X}"


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    short, long, character = found.groups()
    if character is None:
        point = int(short or long, 16)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise MalformedError(Code.LD_NQUADS)
        return chr(point)
    if character not in _LONG:
        raise MalformedError(Code.LD_NQUADS)
    return _LONG[character]
