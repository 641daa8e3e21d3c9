"""N-Quads: written canonically, read strictly."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, KridError, MalformedError
from krid.ld import Quad, parse_nquads, rdf, write_nquads

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_literals_come_back(text: str) -> None:
    quad = Quad("<urn:s>", "<urn:p>", rdf.literal(text))
    assert parse_nquads(quad.line) == [quad]
    (read,) = pyoxigraph.parse(quad.line, format=pyoxigraph.RdfFormat.N_QUADS)
    assert isinstance(read, pyoxigraph.Quad)
    assert isinstance(read.object, pyoxigraph.Literal)
    assert read.object.value == text


@given(st.text(max_size=60) | st.text('<>_:ab"@^\\ u0.\n', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        quads = parse_nquads(text)
    except KridError:
        return
    assert parse_nquads(write_nquads(quads)) == sorted(set(quads), key=lambda quad: quad.line)


def test_what_is_read() -> None:
    text = (
        "# a comment\n\n"
        '<urn:s> <urn:p> "a\\tb\\u0041\\U00000042\\\'"@en-GB _:g . # and one here\r\n'
        '_:s <urn:\\u0070> "1"^^<http://www.w3.org/2001/XMLSchema#integer>.\n'
        '_:s <urn:p> "x"^^<http://www.w3.org/2001/XMLSchema#string> .\n'
    )
    assert parse_nquads(text) == [
        Quad("<urn:s>", "<urn:p>", '"a\\tbAB\'"@en-GB', "_:g"),
        Quad("_:s", "<urn:p>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        Quad("_:s", "<urn:p>", '"x"'),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("<urn:s> <urn:p> .", Code.LD_NQUADS),
        ("<urn:s> <urn:p> <urn:o>", Code.LD_NQUADS),
        ('"x" <urn:p> <urn:o> .', Code.LD_NQUADS),
        ("<urn:s> _:p <urn:o> .", Code.LD_NQUADS),
        ('<urn:s> <urn:p> <urn:o> "g" .', Code.LD_NQUADS),
        ("<urn:s> <urn:p> <urn:o> <urn:g> <urn:h> .", Code.LD_NQUADS),
        ("<urn:s> <urn:p> <relative> .", Code.LD_IRI),
        ("<urn:s> <urn:p> <urn:\\u0020> .", Code.LD_IRI),
        ("<urn:s> <urn:p> _:- .", Code.LD_IRI),
        ('<urn:s> <urn:p> "x"@toolonglanguage .', Code.LD_LANGUAGE),
        ('<urn:s> <urn:p> "\\x" .', Code.LD_NQUADS),
        ('<urn:s> <urn:p> "\\uD800" .', Code.LD_NQUADS),
        ('<urn:s> <urn:p> "\\U00110000" .', Code.LD_NQUADS),
    ],
)
def test_what_is_refused(line: str, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_nquads(line)
    assert refusal.value.code is code


def test_size() -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_nquads("<urn:s> <urn:p> <urn:o> .\n" * (limits.MAX_LD_QUADS + 1))
    assert refusal.value.code is Code.LD_SIZE


def test_other_labels() -> None:
    line = '_:a <urn:p> "_:a \\" _:a" _:b .\n'
    assert rdf.relabel_line(line, {"_:a": "_:z"}) == '_:z <urn:p> "_:a \\" _:a" _:b .\n'
