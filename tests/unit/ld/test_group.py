"""Documents taken apart by JSON pointers."""

from typing import Any

import pytest

from krid.errors import Code, MalformedError
from krid.ld import (
    BUNDLED_PROCESSOR,
    canonicalize_and_group,
    hmac_labels,
    mapped_labels,
    mark_nodes,
    relabelled,
)

CONTEXT: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    "name": "urn:t:name",
    "part": "urn:t:part",
    "only": {"@id": "urn:t:only", "@container": "@set"},
    "raw": {"@id": "urn:t:raw", "@type": "@json"},
    "said": {"@id": "urn:t:said", "@container": "@language"},
    "T": "urn:t:T",
}
DOCUMENT: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "T",
    "part": [{"name": "a"}, {"name": "b", "part": {"name": "c"}}],
    "only": [{"name": "alone"}],
    "raw": {"deep": [{"x": 1}]},
    "said": {"en": "yes"},
}
KEY = bytes(range(32))


def test_groups() -> None:
    grouped = canonicalize_and_group(
        BUNDLED_PROCESSOR,
        DOCUMENT,
        labels=hmac_labels(KEY),
        groups={"one": ["/part/1/part", "/only/0/name"], "none": [], "all": [""]},
    )
    one = grouped.groups["one"]
    assert sorted([*one.matching, *one.other]) == list(range(len(grouped.lines)))
    assert any('"c"' in line for line in one.matching.values())
    assert any('"alone"' in line for line in one.matching.values())
    assert all('"a"' not in line and '"b"' not in line for line in one.matching.values())
    assert not grouped.groups["none"].matching
    assert not grouped.groups["all"].other
    assert len(grouped.groups["all"].quads) == len(grouped.lines)


def test_statements_are_those_of_the_document() -> None:
    """Marks leave no trace, in JSON literals and language maps neither."""
    plain = BUNDLED_PROCESSOR.canonicalize(DOCUMENT)
    grouped = canonicalize_and_group(
        BUNDLED_PROCESSOR,
        DOCUMENT,
        labels=lambda canonical: canonical,
        groups={},
    )
    assert grouped.lines == plain.lines


def test_marks_and_indexes_from_outside_are_refused() -> None:
    with pytest.raises(MalformedError) as refusal:
        mark_nodes({"part": {"@index": "x"}})
    assert refusal.value.code is Code.LD_LOST
    with pytest.raises(MalformedError) as refusal:
        mark_nodes({"part": {"name": "krid-node:m1"}})
    assert refusal.value.code is Code.LD_SYNTAX


def test_a_map_must_name_each_blank_node() -> None:
    quads = BUNDLED_PROCESSOR.quads({"@context": CONTEXT, "name": "x"})
    lines, labels = relabelled(quads, mapped_labels({"_:c14n0": "_:other"}))
    assert lines == ('_:other <urn:t:name> "x" .\n',)
    assert set(labels.values()) == {"_:other"}
    with pytest.raises(MalformedError) as refusal:
        relabelled(quads, mapped_labels({"_:c14n1": "_:other"}))
    assert refusal.value.code is Code.DI_LABEL_MAP
