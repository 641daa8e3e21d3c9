"""Vectors of Token Status List and Bitstring Status List, and the project's derived ones."""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid._core import cbor, shape
from krid.cose import Sign1
from krid.errors import Code, KridError
from krid.keys import jwk
from krid.model import IssuerHint, IssuerKey, parse_bitstring_entries
from krid.status import (
    APPLICATION_SPECIFIC,
    Bitstring,
    BitstringCredential,
    StatusBits,
    StatusListToken,
    StatusType,
    parse_aggregation,
    parse_reference,
    verify,
)
from krid.status.kinds import TOKENS

ROOT = Path(os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors"))
FOLDER = ROOT / "status"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="public test vectors are absent")


def load(name: str) -> Any:
    return json.loads((FOLDER / name).read_bytes()) if FOLDER.is_dir() else {"vectors": []}


def decode(status_list: Mapping[str, object]) -> StatusBits:
    bits = shape.integer(status_list.get("bits"), Code.STATUS_SYNTAX)
    return StatusBits.decode(bits, shape.text(status_list.get("lst"), Code.STATUS_SYNTAX))


def decode_cbor(vector: Mapping[str, str]) -> StatusBits:
    members = shape.mapping(cbor.decode(bytes.fromhex(vector["cbor_hex"])), Code.STATUS_SYNTAX)
    bits = shape.integer(members.get("bits"), Code.STATUS_SYNTAX)
    return StatusBits.inflate(bits, shape.octets(members.get("lst"), Code.STATUS_SYNTAX))


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
    assert decode_cbor(vector) == statuses
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
        assert hint.key_id == "12"
        return IssuerKey(key=self.key, issuer="example", path="the draft")


@pytest.mark.parametrize("form", ["jwt", "cwt"])
def test_the_signed_examples(form: str) -> None:
    vectors = load("token_status_list_tokens.json")
    wire = {
        "jwt": vectors["status_list_response_http_jwt"],
        "cwt": bytes.fromhex(vectors["status_list_token_cwt_hex"]),
    }
    token = StatusListToken.parse(wire[form])
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


def test_the_cwt_example_refers_to_it() -> None:
    vectors = load("token_status_list_tokens.json")
    sign1 = Sign1.parse(bytes.fromhex(vectors["referenced_token_cwt_hex"]))
    sign1.verify(ExampleKey().key)
    claims = shape.integer_map(cbor.decode(sign1.payload or b""), Code.CBOR_SYNTAX)
    reference = parse_reference(claims[65535])
    assert (reference.uri, reference.index) == ("https://example.com/statuslists/1", 0)


def test_the_example_of_an_aggregation() -> None:
    aggregation = load("token_status_list_tokens.json")["aggregation"]
    raw = json.dumps(aggregation).encode()
    assert list(parse_aggregation(raw)) == aggregation["status_lists"]


def test_the_example_of_a_historical_request() -> None:
    line = load("token_status_list_tokens.json")["historical_request"].split()[1]
    at = datetime.fromtimestamp(1686925000, UTC)
    assert TOKENS.uri_at("https://example.com/statuslists/1", at).endswith(line)


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


@pytest.mark.parametrize(
    "vector", load("derived_bitstring.json")["vectors"], ids=lambda vector: str(vector["name"])
)
def test_a_bitstring(vector: dict[str, Any]) -> None:
    def look_up() -> int:
        (entry,) = parse_bitstring_entries(
            {
                "type": "BitstringStatusListEntry",
                "statusPurpose": "message",
                "statusListIndex": vector["statusListIndex"],
                "statusListCredential": "https://example.com/credentials/status/8",
                "statusSize": vector["statusSize"],
                "statusMessage": [
                    {"status": hex(value), "message": "m"}
                    for value in range(1 << vector["statusSize"])
                ],
            }
        )
        bits = Bitstring.decode(vector["encodedList"])
        bits.check_length(entry.size)
        return bits.value_at(entry.index, size=entry.size)

    if vector["expect"] == "accept":
        assert look_up() == vector["value"]
        return
    with pytest.raises(KridError) as error:
        look_up()
    assert error.value.code is BITSTRING_CODES.get(vector["name"], Code.STATUS_SYNTAX)


BITSTRING_CODES = {
    "out-of-range": Code.STATUS_INDEX,
    "too-short-list": Code.STATUS_LENGTH,
    "gzip-bomb-50MB": Code.STATUS_INFLATED_SIZE,
}


@pytest.mark.parametrize("name", ["entries_simple", "revocable_vc"])
def test_the_entries_of_the_examples(name: str) -> None:
    example = load("bitstring_status_list_examples.json")["examples"][name]
    entries = parse_bitstring_entries(example["credentialStatus"])
    assert [entry.index for entry in entries] == [94567, 23452][: len(entries)]
    assert [entry.purpose for entry in entries] == ["revocation", "suspension"][: len(entries)]


@pytest.mark.parametrize("name", ["bitstring_status_list_credential", "status_list_vc"])
def test_the_list_credentials_of_the_examples(name: str) -> None:
    example = load("bitstring_status_list_examples.json")["examples"][name]
    credential = BitstringCredential.parse(example)
    assert credential.id == "https://example.com/credentials/status/3"
    assert credential.purposes == {"revocation"}
    assert Bitstring.decode(credential.encoded_list) == Bitstring.zeros(131_072)
