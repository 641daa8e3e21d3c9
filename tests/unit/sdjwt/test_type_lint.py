"""Linting type metadata: each claim and display for itself, and never an exception."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, KridError
from krid.sdjwt.type_metadata import lint_type_metadata, parse_type_metadata

VCT = "urn:example:card"


def found(**members: Any) -> set[tuple[Code, str]]:
    raw = json.dumps({"vct": VCT, **members}).encode()
    return {(each.code, each.place) for each in lint_type_metadata(raw)}


def test_a_sound_document_has_no_findings() -> None:
    assert found(
        name="Card", claims=[{"path": ["a"]}], display=[{"locale": "en", "name": "C"}]
    ) == (set())
    assert (
        found(**{"extends": "urn:base", "extends#integrity": "sha256-" + "A" * 43 + "="}) == set()
    )


@pytest.mark.parametrize(
    ("members", "finding"),
    [
        ({"vct": ""}, (Code.TYPE_SYNTAX, "$.vct")),
        ({"name": 1}, (Code.TYPE_SYNTAX, "$.name")),
        ({"extends": ""}, (Code.TYPE_SYNTAX, "$.extends")),
        ({"extends#integrity": 1}, (Code.TYPE_SYNTAX, "$.extends#integrity")),
        ({"extends#integrity": "sha256"}, (Code.TYPE_INTEGRITY_SYNTAX, "$.extends#integrity")),
        ({"extends#integrity": "md5-AAAA"}, (Code.TYPE_INTEGRITY_ALG, "$.extends#integrity")),
        ({"claims": {}}, (Code.TYPE_SYNTAX, "$.claims")),
        ({"claims": [{"path": ["a"]}, {}]}, (Code.TYPE_SYNTAX, "$.claims[1]")),
        ({"display": ["en"]}, (Code.TYPE_SYNTAX, "$.display[0]")),
        ({"claims": [{"path": ["a"]}] * 2}, (Code.TYPE_SYNTAX, "$")),
        (
            {"claims": [{"path": ["a"]}] * (limits.MAX_TYPE_CLAIMS + 1)},
            (Code.TYPE_SYNTAX, "$.claims"),
        ),
    ],
)
def test_what_is_broken_is_named(members: dict[str, Any], finding: tuple[Code, str]) -> None:
    assert found(**members) == {finding}


def test_each_claim_is_measured_for_itself() -> None:
    claims = [{"path": []}, {"path": ["a"]}, {"path": ["b"], "sd": "sometimes"}]
    assert found(claims=claims, name=[]) == {
        (Code.TYPE_SYNTAX, "$.claims[0]"),
        (Code.TYPE_SYNTAX, "$.claims[2]"),
        (Code.TYPE_SYNTAX, "$.name"),
    }


def test_what_is_no_json_object() -> None:
    (finding,) = lint_type_metadata(b"[]")
    assert (finding.code, finding.place) == (Code.JSON_NOT_OBJECT, "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    st.lists,
    max_leaves=5,
)
CLAIMS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"path": JSON, "sd": JSON, "mandatory": JSON, "svg_id": JSON, "display": JSON}
    ),
    max_size=3,
)


@given(
    st.binary()
    | st.fixed_dictionaries(
        {}, optional={"vct": JSON, "name": JSON, "claims": CLAIMS, "extends#integrity": JSON}
    ).map(lambda members: json.dumps(members).encode())
)
def test_what_can_not_be_read_is_found(raw: bytes) -> None:
    findings = lint_type_metadata(raw)
    try:
        parse_type_metadata(raw)
    except KridError:
        assert findings
