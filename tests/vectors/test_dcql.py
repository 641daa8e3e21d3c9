"""Every published DCQL query is read, and written as it was but for defaults (OpenID4VP 1.0)."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from krid import query

FOLDER = Path(os.environ.get("KRID_VECTORS", "../shared/vectors")) / "openid4vp"


def queries(value: Any) -> Iterator[dict[str, Any]]:
    """Find each query in a document, wherever it stands."""
    if isinstance(value, dict):
        if isinstance(value.get("credentials"), list) and "format" in str(value["credentials"][:1]):
            yield value
        for member in value.values():
            yield from queries(member)
    elif isinstance(value, list):
        for member in value:
            yield from queries(member)


def published() -> list[Any]:
    """Find the queries in all files; some examples are abbreviated and no JSON."""
    found = []
    for file in sorted(FOLDER.rglob("*.json")):
        try:
            document = json.loads(file.read_text("utf-8"))
        except json.JSONDecodeError:
            continue
        for number, each in enumerate(queries(document)):
            found.append(pytest.param(each, id=f"{file.stem}-{number}"))
    return found


PUBLISHED = published()
pytestmark = pytest.mark.skipif(not PUBLISHED, reason="the vectors of OpenID4VP are not here")


def test_there_are_as_many_as_there_were() -> None:
    assert len(PUBLISHED) >= 14


@pytest.mark.parametrize("written", PUBLISHED)
def test_a_published_query_is_read(written: dict[str, Any]) -> None:
    asked = query.parse_dcql(written)
    encoded = query.encode_dcql(asked)
    assert query.parse_dcql(encoded) == asked
    for ours, theirs in zip(encoded["credentials"], written["credentials"], strict=True):  # type: ignore[arg-type]
        foreign = theirs["format"] == "mso_mdoc" and "vct_values" in theirs["meta"]
        assert ours["meta"] == ({} if foreign else theirs["meta"])  # type: ignore[index,call-overload]
    assert encoded.get("credential_sets", []) == [
        {"options": each["options"]} | ({} if each.get("required", True) else {"required": False})
        for each in written.get("credential_sets", [])
    ]
