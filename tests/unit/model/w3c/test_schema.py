"""JSON Schemas of credentials: at hand, fetched, and inside credentials."""

import builtins
import json
from collections.abc import Iterator
from typing import Any

import pytest
from w3c_cards import document

from krid.errors import Code, MisuseError
from krid.model.w3c import Credential
from krid.model.w3c.related import digest_sri
from krid.model.w3c.schema import (
    NO_SCHEMA_CREDENTIALS,
    JsonSchema,
    Schemas,
    engine,
    fetch_schemas,
)
from krid.net import NoNetwork, Response, ScriptedTransport, run

ADDRESS = "https://mois.example/schemas/card.json"
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": ADDRESS,
    "type": "object",
    "$defs": {"name": {"type": "string", "pattern": "^[A-Z][a-z]+$"}},
    "properties": {
        "credentialSubject": {
            "properties": {
                "family_name": {"$ref": "#/$defs/name"},
                "tags": {"uniqueItems": True},
                "free": {"uniqueItems": False, "patternProperties": {"^x-": {"type": "number"}}},
            },
            "required": ["family_name"],
        }
    },
}
RAW = json.dumps(SCHEMA).encode()


def credential(kind: str = "JsonSchema", **members: Any) -> Credential:
    return Credential.from_document(
        document(credentialSchema={"id": ADDRESS, "type": kind, **members})
    )


def test_a_credential_that_follows_its_schema() -> None:
    schemas = Schemas.of(JsonSchema.parse(RAW))
    schemas.check(credential(digestSRI=digest_sri(RAW)))
    schemas.check(Credential.from_document(document()))
    subject = {"family_name": "Kim", "tags": [1, 2.5, [1], {"a": 1}], "free": {"x-a": 1}}
    whole = document(
        credentialSchema={"id": ADDRESS, "type": "JsonSchema"}, credentialSubject=subject
    )
    schemas.check(Credential.from_document(whole))
    whole["credentialSubject"] = {**subject, "family_name": 7}
    with pytest.raises(Exception, match="type at credentialSubject/family_name"):
        schemas.check(Credential.from_document(whole))


def test_numbers_are_equal_however_they_are_written() -> None:
    raw = json.dumps({**SCHEMA, "properties": {"x": {"uniqueItems": True}}}).encode()
    schema = JsonSchema.parse(raw)
    schema.check(Credential.from_document(document(x=[1, True, {"a": 1}, {"a": 2}])))
    for same in ([1, 1.0], [{"a": [1]}, {"a": [1.0]}]):
        with pytest.raises(Exception, match="uniqueItems"):
            schema.check(Credential.from_document(document(x=same)))
    schema.check(Credential.from_document(document(x="not an array")))


def test_many_errors_on_the_way_are_not_deep() -> None:
    inner = {"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}
    raw = json.dumps({**SCHEMA, "properties": {"x": {"contains": {"allOf": [inner]}}}}).encode()
    many = [{"a": 0}] * 1_000
    JsonSchema.parse(raw).check(Credential.from_document(document(x=[*many, {"a": 1}])))


def test_formats_are_notes_alone() -> None:
    raw = json.dumps({**SCHEMA, "properties": {"x": {"format": "email"}}}).encode()
    JsonSchema.parse(raw).check(Credential.from_document(document(x="no address")))


def test_a_pattern_is_for_text_alone() -> None:
    raw = json.dumps({**SCHEMA, "properties": {"x": {"pattern": "^a"}}}).encode()
    JsonSchema.parse(raw).check(Credential.from_document(document(x=7)))


def test_schemas_of_unknown_types_are_passed_over() -> None:
    Schemas.of().check(credential("ExampleSchema"))
    flow = fetch_schemas(
        credential("ExampleSchema"), known=Schemas.of(), open_credential=NO_SCHEMA_CREDENTIALS
    )
    assert not run(flow, NoNetwork()).by_address


def test_a_schema_is_fetched_once() -> None:
    transport = ScriptedTransport({ADDRESS: Response(200, {}, RAW)})
    meant = credential(digestSRI=digest_sri(RAW))
    flow = fetch_schemas(meant, known=Schemas.of(), open_credential=NO_SCHEMA_CREDENTIALS)
    found = run(flow, transport)
    found.check(meant)
    again = fetch_schemas(meant, known=found, open_credential=NO_SCHEMA_CREDENTIALS)
    assert run(again, NoNetwork()).by_address == found.by_address
    assert "application/schema+json" in transport.requests[0].headers["Accept"]


def test_a_schema_in_a_credential() -> None:
    held = document(
        type=["VerifiableCredential", "JsonSchemaCredential"],
        credentialSubject={"id": ADDRESS, "type": "JsonSchema", "jsonSchema": SCHEMA},
    )
    transport = ScriptedTransport({ADDRESS: Response(200, {}, json.dumps(held).encode())})
    flow = fetch_schemas(
        credential("JsonSchemaCredential"), known=Schemas.of(), open_credential=Credential.parse
    )
    run(flow, transport).check(credential("JsonSchemaCredential"))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation without the extra."""
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name in {"jsonschema", "re2"}:
            raise ImportError(name)
        return real(name, *rest, **more)

    for each in (engine._library, engine._re2, engine._counting):
        each.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    yield
    monkeypatch.undo()
    for each in (engine._library, engine._re2, engine._counting):
        each.cache_clear()


@pytest.mark.usefixtures("bare")
def test_without_the_extra() -> None:
    for call in (lambda: JsonSchema.parse(RAW), lambda: engine.check_schema(SCHEMA)):
        with pytest.raises(MisuseError) as error:
            call()
        assert error.value.code is Code.MISUSE_EXTRA
