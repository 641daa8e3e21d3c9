"""RDFC-1.0: all of the W3C's tests."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from krid.errors import Code, MalformedError
from krid.ld import HashAlg, canonicalize, parse_nquads

ROOT = Path(os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors"))
FILE = ROOT / "rdf-canon" / "rdfc10_tests.json"

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="public test vectors are absent")

TESTS: list[dict[str, Any]] = json.loads(FILE.read_bytes())["tests"] if FILE.is_file() else []


@pytest.mark.parametrize("case", TESTS, ids=[f"{each['id']}" for each in TESTS])
def test_case(case: dict[str, Any]) -> None:
    quads = parse_nquads(case["input_nq"])
    name = (case.get("hashAlgorithm") or "SHA256").lower().replace("-", "")
    if case["type"].endswith("NegativeEvalTest"):
        with pytest.raises(MalformedError) as refusal:
            canonicalize(quads, hash_alg=HashAlg(name))
        assert refusal.value.code is Code.LD_POISON
        return
    found = canonicalize(quads, hash_alg=HashAlg(name))
    if case["type"].endswith("MapTest"):
        expected = case["result_map"]
        expected = json.loads(expected) if isinstance(expected, str) else expected
        assert {node[2:]: label[2:] for node, label in found.labels.items()} == expected
    else:
        assert found.text == case["result_nq"]


def test_number_of_cases() -> None:
    assert len(TESTS) == 86
