"""Metadata policies against the public test vectors of Connect2id (2,019 of February 2025)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from krid._core.frozen import thaw
from krid.errors import KridError
from krid.trust.federation import MetadataPolicy, merge_all

FILE = Path("openid-federation") / "metadata-policy-test-vectors-2025-02-13.json"
RP = "openid_relying_party"


@pytest.fixture(scope="session")
def cases(vectors: Path) -> list[dict[str, Any]]:
    if not (vectors / FILE).is_file():
        pytest.skip(f"{FILE} is absent")
    read: list[dict[str, Any]] = json.loads((vectors / FILE).read_text(encoding="utf-8"))
    return read


def resolved(case: Mapping[str, Any]) -> tuple[object, object]:
    """The merged policy and the metadata that it gives."""
    policies = [MetadataPolicy.parse({RP: case.get(name) or {}}) for name in ("TA", "INT")]
    merged = merge_all(policies)
    metadata: Any = thaw(merged.apply({RP: case["metadata"]}))
    return as_sets(merged.encode()[RP]), as_sets(metadata[RP])


def as_sets(value: object) -> object:
    """Leave the order of arrays aside, which the text does not define."""
    if isinstance(value, dict):
        return {name: as_sets(each) for name, each in value.items()}
    return sorted(value, key=str) if isinstance(value, list | tuple) else value


def outcome(case: Mapping[str, Any]) -> object:
    try:
        return resolved(case)
    except KridError as refusal:
        assert str(refusal.code).startswith("federation.policy_"), case["n"]
        return "refused"


def test_every_vector(cases: list[dict[str, Any]]) -> None:
    assert len(cases) > 2_000
    for case in cases:
        refused = "error" in case
        expected: object = "refused"
        if not refused:
            expected = (as_sets(case["merged"]), as_sets(case["resolved"]))
        assert outcome(case) == expected, case["n"]
