"""JSON-LD to statements: beside PyLD's own way, and without losing anything."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from krid._core import limits
from krid.errors import Code, KridError, MisuseError
from krid.ld import (
    BUNDLED,
    BUNDLED_PROCESSOR,
    Contexts,
    Processor,
    canonicalize,
    parse_nquads,
)
from krid.ld.to_rdf import to_rdf

V2 = "https://www.w3.org/ns/credentials/v2"
TERMS: dict[str, Any] = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "name": "urn:t:name",
    "knows": {"@id": "urn:t:knows", "@type": "@id"},
    "ordered": {"@id": "urn:t:ordered", "@container": "@list"},
    "inside": {"@id": "urn:t:inside", "@container": "@graph"},
    "raw": {"@id": "urn:t:raw", "@type": "@json"},
    "of": {"@reverse": "urn:t:of"},
    "T": "urn:t:T",
    "U": {"@id": "urn:t:U", "@context": {"name": "urn:t:other-name"}},
}


def quads(document: Mapping[str, Any], contexts: Contexts = BUNDLED) -> list[str]:
    return list(Processor(contexts).canonicalize(document).lines)


def by_pyld(document: Mapping[str, Any]) -> list[str]:
    """Let PyLD make the statements; its canonical form errs where a node points at itself."""
    options = {"format": "application/n-quads", "rdfDirection": "i18n-datatype"}
    return list(canonicalize(parse_nquads(jsonld.to_rdf(document, options))).lines)


VALUES: st.SearchStrategy[Any] = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=4)
    | st.integers(-(2**53), 2**53)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: number % 1 != 0)
)
NODE: st.SearchStrategy[dict[str, Any]] = st.deferred(
    lambda: st.fixed_dictionaries(
        {},
        optional={
            "id": st.sampled_from(["urn:a", "_:b", "urn:c"]),
            "type": st.sampled_from(["T", "U", ["T", "U"]]),
            "name": VALUES | st.lists(VALUES, min_size=1, max_size=3),
            "knows": st.sampled_from(["urn:a", "_:b"]) | NODE,
            "ordered": st.lists(VALUES | NODE, max_size=3),
            "inside": NODE,
            "raw": st.dictionaries(st.sampled_from("ab"), VALUES | st.none(), max_size=2),
            "of": NODE,
        },
    )
)


@settings(max_examples=150, deadline=None)
@given(NODE)
def test_as_pyld(node: dict[str, Any]) -> None:
    document = {"@context": TERMS, **node}
    try:
        found = quads(document)
    except KridError as refusal:
        assert refusal.code in {Code.LD_LOST, Code.LD_POISON, Code.JSON_NUMBER}
        return
    assert found == by_pyld(document)


def test_numbers() -> None:
    numbers = [5.0, 5.5, 1e21, 1.5e-7, 10**21, -0.5]
    lines = quads({"@context": TERMS, "id": "urn:x", "ordered": numbers})
    assert sum("#integer" in line for line in lines) == 1
    for shown in ('"5"', '"5.5E0"', '"1.0E21"', '"1.5E-7"', '"-5.0E-1"'):
        assert any(shown in line for line in lines), shown
    typed = {"@value": 4, "@type": "http://www.w3.org/2001/XMLSchema#double"}
    assert '"4.0E0"' in quads({"@context": TERMS, "id": "urn:x", "name": typed})[0]


def test_directions_are_kept() -> None:
    name = {"@value": "x", "@language": "AR", "@direction": "rtl"}
    (line,) = quads({"@context": TERMS, "id": "urn:x", "name": name})
    assert line.endswith('"x"^^<https://www.w3.org/ns/i18n#ar_rtl> .\n')
    name = {"@value": "x", "@direction": "ltr"}
    (line,) = quads({"@context": TERMS, "id": "urn:x", "name": name})
    assert line.endswith('"x"^^<https://www.w3.org/ns/i18n#_ltr> .\n')


def test_what_no_expanded_document_holds() -> None:
    with pytest.raises(KridError) as refusal:
        to_rdf([{"@id": "urn:x", "urn:p": [{"@value": None}]}])
    assert refusal.value.code is Code.LD_LOST
    with pytest.raises(KridError) as refusal:
        to_rdf([{"@value": "x"}])
    assert refusal.value.code is Code.LD_LOST


def test_included() -> None:
    document = {"@context": TERMS, "id": "urn:x", "@included": [{"id": "urn:y", "name": "n"}]}
    assert quads(document) == ['<urn:y> <urn:t:name> "n" .\n']


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"unknown": 1}, Code.LD_UNDEFINED),
        ({"@unknown": 1}, Code.LD_UNDEFINED),
        ({"type": "Unknown"}, Code.LD_UNDEFINED),
        ({"name": {"@value": "1", "@type": "unknown"}}, Code.LD_UNDEFINED),
        ({"id": "relative"}, Code.LD_RELATIVE),
        ({"id": "//host.example/x"}, Code.LD_RELATIVE),
        ({"id": ""}, Code.LD_RELATIVE),
        ({"knows": "relative"}, Code.LD_RELATIVE),
        ({"name": None}, Code.LD_LOST),
        ({"name": ["x", None]}, Code.LD_LOST),
        ({"name": []}, Code.LD_LOST),
        ({"knows": {"@index": "1", "id": "urn:y"}}, Code.LD_LOST),
        ({"name": {"@index": "1", "@value": "y"}}, Code.LD_LOST),
        ({"id": "urn:x y"}, Code.LD_IRI),
        ({"id": 'urn:x> <urn:p> "forged'}, Code.LD_IRI),
        ({"id": "_:b c"}, Code.LD_IRI),
        ({"name": {"@value": "x", "@language": "not a tag"}}, Code.LD_LANGUAGE),
        ({"name": {"@value": "x", "@type": "urn:a b"}}, Code.LD_SYNTAX),
        ({"name": {"@value": "x", "@list": []}}, Code.LD_SYNTAX),
        ({"knows": {"id": 5}}, Code.LD_SYNTAX),
        ({"knows": {"@index": "krid-node:m0"}}, Code.LD_SYNTAX),
        ({"name": "krid-node:m0"}, Code.LD_SYNTAX),
        ({"@context": {"@vocab": "_:b"}, "x": "y"}, Code.LD_LOST),
        ({"@context": {"@vocab": ""}, "x": "y"}, Code.LD_UNDEFINED),
        ({"@context": "relative"}, Code.LD_CONTEXT_UNKNOWN),
        ({"@context": "https://nowhere.example/v1"}, Code.LD_CONTEXT_UNKNOWN),
        ({"@context": 5}, Code.LD_SYNTAX),
        ({"@context": {"x": 5}}, Code.LD_SYNTAX),
        ({"@graph": ["free floating"]}, Code.LD_LOST),
    ],
)
def test_refused(members: dict[str, Any], code: Code) -> None:
    with pytest.raises(KridError) as refusal:
        quads({"@context": TERMS, "id": "urn:x", "name": "n", **members})
    assert refusal.value.code is code


def test_protected_terms() -> None:
    for context in ([V2, {"VerifiableCredential": "urn:other"}], [V2, None]):
        with pytest.raises(KridError) as refusal:
            quads({"@context": context, "type": "VerifiableCredential"})
        assert refusal.value.code is Code.LD_PROTECTED


def test_a_context_that_is_not_the_pinned_one() -> None:
    with pytest.raises(KridError) as refusal:
        quads({"@context": V2}, Contexts(added={V2: b"{}"}))
    assert refusal.value.code is Code.LD_CONTEXT_DIGEST


def test_contexts_of_a_loader_are_not_kept() -> None:
    url, asked = "https://contexts.example/v1", []

    def load(address: str) -> bytes:
        asked.append(address)
        return b'{"@context": {"name": "urn:name"}}'

    processor = Processor(Contexts(loader=load, unpinned=frozenset({url})))
    for _ in range(2):
        assert processor.quads({"@context": url, "@id": "urn:x", "name": "n"})
    assert asked == [url, url]


def test_contexts_inside_a_context_are_kept() -> None:
    url = "https://contexts.example/v1"
    context = [{"T": {"@id": "urn:T", "@context": {"n": "urn:n"}}}, {"m": "urn:m"}]
    raw = json.dumps({"@context": context}).encode()
    processor = Processor(Contexts(added={url: raw}))
    document = {"@context": url, "@type": "T", "n": "x", "m": "y"}
    once = processor.quads(document)
    assert processor.quads(document) == once
    assert len(once) == 3


@pytest.mark.parametrize("error", [TypeError, KeyError, RecursionError])
def test_where_the_library_stumbles(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(jsonld, "expand", stumble)
    with pytest.raises(KridError) as refusal:
        quads({"@context": TERMS, "id": "urn:x"})
    assert refusal.value.code is Code.LD_SYNTAX


def test_size() -> None:
    crowd = ["x"] * (limits.MAX_LD_VALUES + 1)
    with pytest.raises(KridError) as refusal:
        quads({"@context": TERMS, "name": crowd})
    assert refusal.value.code is Code.JSON_SIZE
    many = [str(number) for number in range(limits.MAX_LD_QUADS + 1)]
    with pytest.raises(KridError) as refusal:
        quads({"@context": TERMS, "name": many})
    assert refusal.value.code is Code.LD_SIZE


def test_contexts_in_crowds() -> None:
    """Each costs a millisecond, and nobody needs to have signed the document."""
    half = limits.MAX_LD_CONTEXTS // 2
    inner = [{"@context": [TERMS, TERMS], "name": "x"}] * half
    for document in (
        {"@context": TERMS, "knows": inner},
        {"@context": [TERMS] * (limits.MAX_LD_CONTEXTS + 1), "name": "x"},
    ):
        with pytest.raises(KridError) as refusal:
            quads(document)
        assert (refusal.value.code, refusal.value.detail) == (Code.LD_SIZE, "contexts")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyld", None)
    with pytest.raises(MisuseError) as refusal:
        BUNDLED_PROCESSOR.quads({"@context": TERMS, "id": "urn:x"})
    assert refusal.value.code is Code.MISUSE_EXTRA


def test_the_canonical_form_of_an_empty_document() -> None:
    assert canonicalize(BUNDLED_PROCESSOR.quads({})).text == ""


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["@id", "@type", "@set", V2, "urn:x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@context",
                    "@id",
                    "@type",
                    "@value",
                    "@list",
                    "@set",
                    "@graph",
                    "@reverse",
                    "@index",
                    "@container",
                    "@included",
                    "@nest",
                    "@json",
                    "@language",
                    "@vocab",
                    "@base",
                    "@import",
                    "@propagate",
                    "@protected",
                    "@version",
                    "name",
                    "a:b",
                    "",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["@context", "@id", "name", "@graph", "a"]), JSON, max_size=4)
)
def test_any_json_is_read_or_refused(document: dict[str, Any]) -> None:
    try:
        BUNDLED_PROCESSOR.canonicalize(document)
    except KridError:
        return


@pytest.mark.parametrize(
    ("term", "shown"), [("shoeSize", "shoeSize"), ("a b\n", ""), ("a" * 65, "")]
)
def test_a_term_that_is_not_defined_is_named_if_it_looks_like_one(term: str, shown: str) -> None:
    with pytest.raises(KridError) as refusal:
        BUNDLED_PROCESSOR.canonicalize({"@context": V2, term: 1})
    assert (refusal.value.code, refusal.value.detail) == (Code.LD_UNDEFINED, shown)
