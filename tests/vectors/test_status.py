"""Token Status List vectors (draft, appendix C and examples) and the project's derived ones.

The files on Bitstring Status Lists, and the CWT and CBOR members of the others, wait for the
code that reads them.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid._core import shape
from krid.errors import Code, KridError
from krid.keys import jwk
from krid.model import IssuerHint, IssuerKey
from krid.status import (
    APPLICATION_SPECIFIC,
    StatusBits,
    StatusListToken,
    StatusType,
    parse_reference,
    verify,
)

ROOT = Path(os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors"))
FOLDER = ROOT / "status"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="public test vectors are absent")


def load(name: str) -> Any:
    return json.loads((FOLDER / name).read_bytes()) if FOLDER.is_dir() else {"vectors": []}


def decode(status_list: Mapping[str, object]) -> StatusBits:
    bits = shape.integer(status_list.get("bits"), Code.STATUS_SYNTAX)
    return StatusBits.decode(bits, shape.text(status_list.get("lst"), Code.STATUS_SYNTAX))


@pytest.mark.parametrize("vector", load("token_status_list_small.json")["vectors"])
def test_section_4(vector: dict[str, Any]) -> None:
    statuses = decode(vector["json"])
    assert statuses.packed.hex() == vector["byte_array_hex"]
    assert [statuses.value_at(index) for index in range(statuses.size)] == vector["statuses"]
    assert statuses.encode() == vector["json"]["lst"]


@pytest.mark.parametrize("bits", [1, 4])
def test_appendix_c(bits: int) -> None:
    vector = load(f"token_status_list_{bits}bit_1M.json")
    statuses = decode(vector["json"])
    assert statuses.size == vector["entries"]
    assert hashlib.sha256(statuses.packed).hexdigest() == vector["uncompressed_sha256"]
    found = {
        str(index): value
        for index in range(statuses.size)
        if (value := statuses.value_at(index)) != 0
    }
    assert found == vector["set_statuses"]
    assert StatusBits.decode(bits, statuses.encode()) == statuses


def test_a_list_made_from_the_statuses_is_the_one_of_appendix_c() -> None:
    vector = load("token_status_list_1bit_1M.json")
    statuses = StatusBits.zeros(vector["entries"], bits=1)
    for index, value in vector["set_statuses"].items():
        statuses = statuses.with_value(int(index), value)
    assert hashlib.sha256(statuses.packed).hexdigest() == vector["uncompressed_sha256"]


class ExampleKey:
    """Trust in the key that the draft's examples are signed with."""

    def __init__(self) -> None:
        self.key = jwk.parse_public(load("token_status_list_tokens.json")["example_public_jwk"])

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        assert (hint.key_id, hint.issuer) == ("12", "https://example.com")
        return IssuerKey(key=self.key, issuer="example", path="the draft")


def test_the_signed_example() -> None:
    vectors = load("token_status_list_tokens.json")
    token = StatusListToken.parse(vectors["status_list_response_http_jwt"])
    payload = vectors["status_list_token_jwt"]["payload"]
    assert token.claims.ttl == timedelta(seconds=payload["ttl"])
    reference = parse_reference(vectors["referenced_token_jose"]["payload"]["status"])
    found = verify(
        token,
        uri=reference.uri,
        issuers=ExampleKey(),
        now=datetime(2026, 6, 1, tzinfo=UTC),
        skew=timedelta(0),
    )
    assert found.issued_at == datetime.fromtimestamp(payload["iat"], UTC)
    assert found.valid_until == datetime.fromtimestamp(payload["exp"], UTC)
    assert found.statuses == decode(payload["status_list"])
    assert found.statuses.value_at(reference.index) == StatusType.INVALID


def test_the_sd_jwt_example_refers_to_it() -> None:
    vectors = load("token_status_list_tokens.json")
    reference = parse_reference(vectors["referenced_token_sd_jwt_payload"]["status"])
    assert (reference.uri, reference.index) == ("https://example.com/statuslists/1", 0)


CODES = {"lst-bomb-50MB": Code.STATUS_INFLATED_SIZE}


@pytest.mark.parametrize(
    "vector",
    load("derived_token_status_list_negative.json")["vectors"],
    ids=lambda vector: str(vector["name"]),
)
def test_a_list_to_refuse(vector: dict[str, Any]) -> None:
    with pytest.raises(KridError) as error:
        decode(vector["status_list"]).value_at(vector["idx"])
    expected = CODES.get(vector["name"], Code.STATUS_SYNTAX)
    assert error.value.code is expected


@pytest.mark.parametrize(
    "vector",
    load("derived_idx_negative.json")["vectors"],
    ids=lambda vector: str(vector["reason"]),
)
def test_a_reference_to_refuse(vector: dict[str, Any]) -> None:
    with pytest.raises(KridError) as error:
        parse_reference(vector["status"])
    unknown = vector["status"] == {}
    assert error.value.code is (Code.STATUS_MECHANISM if unknown else Code.STATUS_SYNTAX)


def test_status_types() -> None:
    values = load("status_types.json")["values"]
    assert {str(int(kind)): kind.name for kind in StatusType} == {
        value: name for value, name in values.items() if name != "APPLICATION_SPECIFIC"
    }
    specific = set()
    for span, name in values.items():
        first, _, last = span.partition("-")
        if name == "APPLICATION_SPECIFIC":
            specific |= set(range(int(first), int(last or first) + 1))
    assert specific == APPLICATION_SPECIFIC
