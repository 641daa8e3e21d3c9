"""One forgery for every rule of the W3C data model (VCDM 2.0; 1.1 where it differs)."""

import inspect
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from w3c_cards import V1, V2, document, document_1_1, presentation

from krid._core import limits
from krid.errors import Code, KridError
from krid.model.w3c import Credential, DataUrl, Enveloped, Presentation, RelatedResource
from krid.model.w3c.schema import (
    NO_SCHEMA_CREDENTIALS,
    JsonSchema,
    Schemas,
    fetch_schemas,
)
from krid.net import NoNetwork, Response, ScriptedTransport, run

URL = "https://mois.example/x"
SHA = "sha384-" + "A" * 64
MANY = limits.MAX_W3C_OBJECTS + 1


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


CREDENTIALS: list[tuple[str, Code, dict[str, Any]]] = [
    # The context
    ("no context", Code.W3C_CONTEXT, {"@context": ...}),
    ("a context that is text", Code.W3C_CONTEXT, {"@context": V2}),
    ("an empty context", Code.W3C_CONTEXT, {"@context": []}),
    ("another context first", Code.W3C_CONTEXT, {"@context": [URL, V2]}),
    ("no base context", Code.W3C_CONTEXT, {"@context": [URL]}),
    ("an object first", Code.W3C_CONTEXT, {"@context": [{"a": URL}, V2]}),
    ("both base contexts", Code.W3C_CONTEXT, {"@context": [V2, V1]}),
    ("the base context twice", Code.W3C_CONTEXT, {"@context": [V2, V2]}),
    ("too many contexts", Code.W3C_CONTEXT, {"@context": [V2] + [URL] * MANY}),
    ("a context that is no URL", Code.W3C_CONTEXT_ENTRY, {"@context": [V2, "https ://x/y"]}),
    ("a context that is a number", Code.W3C_CONTEXT_ENTRY, {"@context": [V2, 123]}),
    (
        "a term that stands for no URL",
        Code.W3C_CONTEXT_ENTRY,
        {"@context": [V2, {"A": "https ://not-a-url#A"}]},
    ),
    (
        "a term whose @id is no URL",
        Code.W3C_CONTEXT_ENTRY,
        {"@context": [V2, {"A": {"@id": "https ://not-a-url#A"}}]},
    ),
    ("a context that is null", Code.W3C_CONTEXT_ENTRY, {"@context": [V2, None]}),
    (
        "VerifiableCredential redefined",
        Code.W3C_CONTEXT_TERM,
        {"@context": [V2, {"VerifiableCredential": URL}]},
    ),
    ("type redefined", Code.W3C_CONTEXT_TERM, {"@context": [V2, {"type": URL}]}),
    (
        "a protected term of the document redefined",
        Code.W3C_CONTEXT_TERM,
        {"@context": [V2, {"@protected": True, "A": URL}, {"A": URL + "#other"}]},
    ),
    (
        "a term that is protected by itself redefined",
        Code.W3C_CONTEXT_TERM,
        {"@context": [V2, {"A": {"@id": URL, "@protected": True}}, {"A": URL}]},
    ),
    # Identifiers and types
    ("two ids", Code.W3C_ID, {"id": [URL, URL]}),
    ("an id that is null", Code.W3C_ID, {"id": None}),
    ("an id that is no URL", Code.W3C_ID, {"id": "https ://not-a-url/1"}),
    ("an id that is a name", Code.W3C_ID, {"id": "card-1"}),
    ("an id that is too long", Code.W3C_ID, {"id": URL + "y" * limits.MAX_URL_CHARS}),
    ("no type", Code.W3C_TYPE, {"type": ...}),
    ("an empty type", Code.W3C_TYPE, {"type": []}),
    ("the required type missing", Code.W3C_TYPE, {"type": ["ExampleCard"]}),
    ("a type that is a number", Code.W3C_TYPE, {"type": ["VerifiableCredential", 2]}),
    ("a type with a blank", Code.W3C_TYPE, {"type": ["VerifiableCredential", "a b"]}),
    # Names
    ("a name that is a number", Code.W3C_TEXT, {"name": 1}),
    ("no name at all", Code.W3C_TEXT, {"name": []}),
    ("a name without a value", Code.W3C_TEXT, {"name": {"@language": "en"}}),
    ("a value that is no text", Code.W3C_TEXT, {"name": {"@value": 1}}),
    ("a name with more", Code.W3C_TEXT, {"name": {"@value": "a", "url": "b"}}),
    ("a language that is none", Code.W3C_TEXT, {"name": {"@value": "a", "@language": "en_US"}}),
    (
        "a direction that is none",
        Code.W3C_TEXT,
        {"description": [{"@value": "a", "@direction": "up"}]},
    ),
    ("an issuer's name", Code.W3C_TEXT, {"issuer": {"id": URL, "name": {"@value": "a", "b": 1}}}),
    ("an issuer's description", Code.W3C_TEXT, {"issuer": {"id": URL, "description": 3}}),
    # Issuer and subject
    ("no issuer", Code.W3C_ISSUER, {"issuer": ...}),
    ("an issuer that is null", Code.W3C_ISSUER, {"issuer": None}),
    ("an issuer that is no URL", Code.W3C_ISSUER, {"issuer": "fake-issuer"}),
    ("an issuer without id", Code.W3C_ISSUER, {"issuer": {"name": "A"}}),
    ("an issuer whose id is null", Code.W3C_ISSUER, {"issuer": {"id": None}}),
    ("an issuer whose id is no URL", Code.W3C_ISSUER, {"issuer": {"id": "fake-issuer"}}),
    ("two issuers", Code.W3C_ISSUER, {"issuer": [{"id": URL}]}),
    ("no subject", Code.W3C_SUBJECT, {"credentialSubject": ...}),
    ("an empty subject", Code.W3C_SUBJECT, {"credentialSubject": {}}),
    ("no subject in the list", Code.W3C_SUBJECT, {"credentialSubject": []}),
    ("one empty subject", Code.W3C_SUBJECT, {"credentialSubject": [{"id": "did:ex:a"}, {}]}),
    ("a subject that is text", Code.W3C_SUBJECT, {"credentialSubject": "did:example:a"}),
    ("a subject with two ids", Code.W3C_ID, {"credentialSubject": {"id": ["did:e:a", "did:e:b"]}}),
    ("a subject whose type is null", Code.W3C_TYPE, {"credentialSubject": {"type": None}}),
    # Validity
    ("a date of another kind", Code.W3C_DATE, {"validFrom": "Sat 25 Feb 2023 07:16:31 PM CST"}),
    ("a date alone", Code.W3C_DATE, {"validUntil": "2026-06-01"}),
    ("a date that is a number", Code.W3C_DATE, {"validUntil": 1780272000}),
    ("a day that is none", Code.W3C_DATE, {"validUntil": "2026-02-30T00:00:00Z"}),
    ("an offset that is none", Code.W3C_DATE, {"validUntil": "2026-06-01T00:00:00+15:00"}),
    ("a moment outside of time", Code.W3C_DATE, {"validUntil": "0001-01-01T00:00:00+14:00"}),
    ("a leap second", Code.W3C_DATE, {"validUntil": "2026-06-30T23:59:60Z"}),
    (
        "an end before the beginning",
        Code.W3C_DATE_ORDER,
        {"validFrom": "2026-06-02T00:00:00Z", "validUntil": "2026-06-01T00:00:00Z"},
    ),
    ("a date of version 1.1", Code.W3C_VERSION, {"expirationDate": "2026-06-01T00:00:00Z"}),
    # What belongs to it
    ("a status without type", Code.W3C_STATUS, {"credentialStatus": {"id": URL}}),
    ("a status whose type is a number", Code.W3C_STATUS, {"credentialStatus": {"type": 2}}),
    ("a status that is text", Code.W3C_STATUS, {"credentialStatus": URL}),
    ("a status with two ids", Code.W3C_ID, {"credentialStatus": {"type": "A", "id": [URL, URL]}}),
    ("a status whose id is no URL", Code.W3C_ID, {"credentialStatus": {"type": "A", "id": "x y"}}),
    ("a schema without id", Code.W3C_SCHEMA, {"credentialSchema": {"type": "JsonSchema"}}),
    ("a schema without type", Code.W3C_SCHEMA, {"credentialSchema": [{"id": URL}]}),
    ("a schema whose id is no URL", Code.W3C_ID, {"credentialSchema": {"type": "A", "id": "a b"}}),
    ("evidence without type", Code.W3C_EVIDENCE, {"evidence": {}}),
    ("too much evidence", Code.W3C_EVIDENCE, {"evidence": [{"type": "A"}] * MANY}),
    ("terms without type", Code.W3C_TERMS, {"termsOfUse": {"id": URL}}),
    ("no terms in the list", Code.W3C_TERMS, {"termsOfUse": []}),
    ("refreshing without type", Code.W3C_REFRESH, {"refreshService": {"id": URL}}),
    ("a proof without type", Code.W3C_PROOF, {"proof": {"created": "2026-06-01T00:00:00Z"}}),
    # Related resources
    ("a resource that is text", Code.W3C_RELATED, {"relatedResource": [URL]}),
    ("a resource without id", Code.W3C_RELATED, {"relatedResource": {"digestSRI": SHA}}),
    ("a resource without digest", Code.W3C_RELATED, {"relatedResource": {"id": URL}}),
    (
        "a media type that is none",
        Code.W3C_RELATED,
        {"relatedResource": {"id": URL, "digestSRI": SHA, "mediaType": "text"}},
    ),
    (
        "a resource twice",
        Code.W3C_RELATED_TWICE,
        {"relatedResource": [{"id": URL, "digestSRI": SHA}] * 2},
    ),
    *(
        (
            f"digestSRI {text!r}",
            Code.W3C_DIGEST_SYNTAX,
            {"relatedResource": {"id": URL, "digestSRI": text}},
        )
        for text in ("sha384", "sha384-AAAA", 3, [], ["sha384-AAAA", 1])
    ),
    *(
        (
            f"digestMultibase {text!r}",
            Code.W3C_DIGEST_SYNTAX,
            {"relatedResource": {"id": URL, "digestMultibase": text}},
        )
        for text in ("", "uEg", "uEiAA", "z0", "fab", "u!", "uEiE" + "A" * 43)
    ),
    (
        "SRI with an unknown hash",
        Code.W3C_DIGEST_ALG,
        {"relatedResource": {"id": URL, "digestSRI": "md5-AAAA"}},
    ),
    (
        "an unknown multihash",
        Code.W3C_DIGEST_ALG,
        {"relatedResource": {"id": URL, "digestMultibase": "u1RAA"}},
    ),
]


@pytest.mark.parametrize(
    ("code", "changes"), [pytest.param(*each[1:], id=each[0]) for each in CREDENTIALS]
)
def test_a_credential(code: Code, changes: dict[str, Any]) -> None:
    Credential.from_document(document())
    assert refused(lambda: Credential.from_document(document(**changes))) is code


OLD: list[tuple[str, Code, dict[str, Any]]] = [
    ("no issuance date", Code.W3C_DATE, {"issuanceDate": ...}),
    ("a status without id", Code.W3C_STATUS, {"credentialStatus": {"type": "A"}}),
    (
        "an end before the beginning",
        Code.W3C_DATE_ORDER,
        {"expirationDate": "2020-01-01T00:00:00Z"},
    ),
    ("a proof type redefined", Code.W3C_CONTEXT_TERM, {"@context": [V1, {"proof": URL}]}),
]


@pytest.mark.parametrize(("code", "changes"), [pytest.param(*each[1:], id=each[0]) for each in OLD])
def test_a_credential_of_version_1_1(code: Code, changes: dict[str, Any]) -> None:
    Credential.from_document(document_1_1())
    assert refused(lambda: Credential.from_document(document_1_1(**changes))) is code


def envelope(**changes: Any) -> dict[str, Any]:
    whole = {
        "@context": V2,
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt,e30.e30.AA",
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


PRESENTATIONS: list[tuple[str, Code, dict[str, Any]]] = [
    ("a context out of order", Code.W3C_CONTEXT, {"@context": [{"A": URL}, V2]}),
    ("no type", Code.W3C_TYPE, {"type": ...}),
    ("the required type missing", Code.W3C_TYPE, {"type": ["Other"]}),
    ("an id that is no URL", Code.W3C_ID, {"id": "x"}),
    ("a holder that is no URL", Code.W3C_HOLDER, {"holder": "z6Mk"}),
    ("a holder with a name alone", Code.W3C_HOLDER, {"holder": {"name": "Acme"}}),
    ("a holder whose id is no URL", Code.W3C_HOLDER, {"holder": {"id": "z6Mk"}}),
    ("terms without type", Code.W3C_TERMS, {"termsOfUse": {"id": URL}}),
    ("refreshing without type", Code.W3C_REFRESH, {"refreshService": {"id": URL}}),
    ("a proof without type", Code.W3C_PROOF, {"proof": [{}]}),
    ("no credential in the list", Code.W3C_CONTENTS, {"verifiableCredential": []}),
    ("a credential as text", Code.W3C_CONTENTS, {"verifiableCredential": ["e30.e30.AA"]}),
    ("a credential that is a number", Code.W3C_CONTENTS, {"verifiableCredential": 7}),
    ("a credential without types", Code.W3C_TYPE, {"verifiableCredential": document(type=[])}),
    (
        "a credential that breaks a rule",
        Code.W3C_ISSUER,
        {"verifiableCredential": [document(issuer=3)]},
    ),
    (
        "a presentation inside",
        Code.W3C_CONTENTS,
        {"verifiableCredential": envelope(type="EnvelopedVerifiablePresentation")},
    ),
    (
        "an envelope without context",
        Code.W3C_ENVELOPE,
        {"verifiableCredential": envelope(**{"@context": ...})},
    ),
    (
        "an envelope of another context",
        Code.W3C_ENVELOPE,
        {"verifiableCredential": envelope(**{"@context": [URL]})},
    ),
    (
        "an envelope that is no data URL",
        Code.W3C_ENVELOPE,
        {"verifiableCredential": envelope(id="e30.e30.AA")},
    ),
    ("an envelope without id", Code.W3C_ENVELOPE, {"verifiableCredential": envelope(id=...)}),
    (
        "an envelope of two types",
        Code.W3C_ENVELOPE,
        {
            "verifiableCredential": envelope(
                type=["EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"]
            )
        },
    ),
]


@pytest.mark.parametrize(
    ("code", "changes"), [pytest.param(*each[1:], id=each[0]) for each in PRESENTATIONS]
)
def test_a_presentation(code: Code, changes: dict[str, Any]) -> None:
    Presentation.from_document(presentation())
    assert refused(lambda: Presentation.from_document(presentation(**changes))) is code


@pytest.mark.parametrize(
    "url",
    [
        "data:application/vc+cose;base64,AA=A",
        "data:application/vc+cose;base64,AAB",
        "data:application/vc+cose;base64,A",
        "data:application/vc+jwt,a b",
        "data:application/vc+jwt,%zz",
        "data:,x",
        "data:text,x",
        "data:application/vc+jwt;base64",
        "data:application/vc+jwt,\N{SNOWMAN}",
    ],
)
def test_a_data_url(url: str) -> None:
    assert refused(lambda: DataUrl.parse(url)) is Code.W3C_ENVELOPE


def test_a_data_url_that_is_too_long() -> None:
    assert (
        refused(lambda: DataUrl.parse("data:a/b," + "A" * limits.MAX_INPUT_BYTES))
        is Code.INPUT_SIZE
    )


def test_an_envelope_of_another_type() -> None:
    assert refused(lambda: Enveloped.parse(envelope(type="Other"))) is Code.W3C_ENVELOPE


@pytest.mark.parametrize("name", ["digestSRI", "digestMultibase"])
def test_another_resource(name: str) -> None:
    digests = {
        "digestSRI": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "digestMultibase": "uEiDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ",
    }
    members = document(relatedResource={"id": URL, name: digests[name]})
    (resource,) = Credential.from_document(members).related_resources
    assert isinstance(resource, RelatedResource)
    resource.check(b"")
    assert refused(lambda: resource.check(b"x")) is Code.W3C_DIGEST


# Schemas

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "https://mois.example/schemas/card.json"


def schema(**members: Any) -> bytes:
    whole = {"$schema": DIALECT, "$id": ADDRESS, **members}
    return json.dumps({name: each for name, each in whole.items() if each is not ...}).encode()


def about(**members: Any) -> dict[str, Any]:
    return {"properties": {"credentialSubject": {"properties": members}}}


def named(**members: Any) -> Credential:
    return Credential.from_document(
        document(
            credentialSchema={"id": ADDRESS, "type": "JsonSchema"},
            credentialSubject={"text": "a" * 3000 + "!", "list": [1, 1.0], **members},
        )
    )


LAUGHS = {f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(40)} | {"a40": {}}
ANCHORS = {
    f"a{i}": {"$anchor": f"x{i}", "allOf": [{"$ref": f"#x{i + 1}"}] * 2} for i in range(40)
} | {"a40": {"$anchor": "x40"}}

SCHEMAS: list[tuple[str, Code, bytes]] = [
    ("no dialect", Code.W3C_SCHEMA_DIALECT, schema(**{"$schema": ...})),
    (
        "another dialect",
        Code.W3C_SCHEMA_DIALECT,
        schema(**{"$schema": "http://json-schema.org/draft-07/schema#"}),
    ),
    (
        "a part in a dialect of its own",
        Code.W3C_SCHEMA_DIALECT,
        schema(**{"$defs": {"a": [{"$schema": DIALECT}]}}),
    ),
    (
        "a pattern that is met by way of the whole",
        Code.W3C_SCHEMA_MISMATCH,
        schema(properties={"credentialSubject": {"$ref": "#"}, "text": {"pattern": "^(a+)+$"}}),
    ),
    (
        "unevaluated properties",
        Code.W3C_SCHEMA_KEYWORD,
        schema(**{"unevaluatedProperties": False, "$defs": LAUGHS, "$ref": "#/$defs/a0"}),
    ),
    ("unevaluated items", Code.W3C_SCHEMA_KEYWORD, schema(anyOf=[{"unevaluatedItems": False}])),
    ("no identifier", Code.W3C_SCHEMA_SYNTAX, schema(**{"$id": ...})),
    ("a type that is none", Code.W3C_SCHEMA_SYNTAX, schema(type=3)),
    (
        "a pattern that looks ahead",
        Code.W3C_SCHEMA_PATTERN,
        schema(**about(text={"pattern": "^(?=a)"})),
    ),
    (
        "a pattern that refers back",
        Code.W3C_SCHEMA_PATTERN,
        schema(**about(text={"pattern": r"^(a)\1$"})),
    ),
    (
        "a pattern that multiplies",
        Code.W3C_SCHEMA_PATTERN,
        schema(**about(text={"pattern": "((a{99}){99}){99}"})),
    ),
    ("a pattern that is too long", Code.W3C_SCHEMA_PATTERN, schema(pattern="a" * 2000)),
    (
        "a pattern of names with groups",
        Code.W3C_SCHEMA_PATTERN,
        schema(patternProperties={"^(a+)+$": {}}),
    ),
    (
        "a pattern of names that backtracks",
        Code.W3C_SCHEMA_PATTERN,
        schema(anyOf=[{"patternProperties": {"a*a*a*b": {}}}]),
    ),
    ("something missing", Code.W3C_SCHEMA_MISMATCH, schema(required=["evidence"])),
    ("another type", Code.W3C_SCHEMA_MISMATCH, schema(**about(text={"type": "number"}))),
    ("a pattern", Code.W3C_SCHEMA_MISMATCH, schema(**about(text={"pattern": "^(a+)+$"}))),
    (
        "elements that are equal",
        Code.W3C_SCHEMA_MISMATCH,
        schema(**about(list={"uniqueItems": True})),
    ),
    ("a circle", Code.W3C_SCHEMA_LIMIT, schema(**{"$ref": "#"})),
    (
        "references that double",
        Code.W3C_SCHEMA_LIMIT,
        schema(**{"$defs": LAUGHS, "$ref": "#/$defs/a0"}),
    ),
    ("anchors that double", Code.W3C_SCHEMA_LIMIT, schema(**{"$defs": ANCHORS, "$ref": "#x0"})),
    ("another document", Code.W3C_SCHEMA_REFERENCE, schema(**{"$ref": "https://other.example/s"})),
    ("a place that is not there", Code.W3C_SCHEMA_REFERENCE, schema(**{"$ref": "#/$defs/none"})),
    ("no object", Code.JSON_NOT_OBJECT, b"[]"),
    ("too large", Code.JSON_SIZE, schema(description="x" * limits.MAX_SCHEMA_BYTES)),
]


@pytest.mark.parametrize(
    ("code", "schema_raw"), [pytest.param(*each[1:], id=each[0]) for each in SCHEMAS]
)
def test_a_schema(code: Code, schema_raw: bytes) -> None:
    begins = time.thread_time()
    assert refused(lambda: Schemas.of(JsonSchema.parse(schema_raw)).check(named())) is code
    assert time.thread_time() - begins < 20


def test_a_circle_ends_however_deep_the_interpreter_may_go() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        parsed = JsonSchema.parse(schema(**{"$ref": "#"}))
        assert refused(lambda: parsed.check(named())) is Code.W3C_SCHEMA_LIMIT
    finally:
        sys.setrecursionlimit(before)


def test_a_circle_ends_on_a_small_stack() -> None:
    parsed, before = JsonSchema.parse(schema(**{"$ref": "#"})), sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 200)
    try:
        with pytest.raises(KridError) as error:
            parsed.check(named())
    finally:
        sys.setrecursionlimit(before)
    assert error.value.code is Code.W3C_SCHEMA_LIMIT


def test_a_schema_that_is_not_at_hand() -> None:
    assert refused(lambda: Schemas.of().check(named())) is Code.W3C_SCHEMA_MISSING


def test_a_schema_that_is_not_the_one_meant() -> None:
    credential = Credential.from_document(
        document(credentialSchema={"id": ADDRESS, "type": "JsonSchema", "digestSRI": SHA})
    )
    known = Schemas.of(JsonSchema.parse(schema()))
    assert refused(lambda: known.check(credential)) is Code.W3C_DIGEST
    transport = ScriptedTransport({ADDRESS: Response(200, {}, schema())})
    flow = fetch_schemas(credential, known=Schemas.of(), open_credential=NO_SCHEMA_CREDENTIALS)
    assert refused(lambda: run(flow, transport)) is Code.W3C_DIGEST


def test_a_schema_without_an_https_address() -> None:
    credential = Credential.from_document(
        document(credentialSchema={"id": "did:example:s", "type": "JsonSchema"})
    )
    flow = fetch_schemas(credential, known=Schemas.of(), open_credential=NO_SCHEMA_CREDENTIALS)
    assert refused(lambda: run(flow, NoNetwork())) is Code.W3C_SCHEMA_MISSING


def test_a_schema_in_a_credential_that_nobody_verifies() -> None:
    credential = Credential.from_document(
        document(credentialSchema={"id": ADDRESS, "type": "JsonSchemaCredential"})
    )
    flow = fetch_schemas(credential, known=Schemas.of(), open_credential=NO_SCHEMA_CREDENTIALS)
    assert refused(lambda: run(flow, NoNetwork())) is Code.W3C_SCHEMA_CREDENTIAL


@pytest.mark.parametrize(
    "changes",
    [
        {"type": ["VerifiableCredential"]},
        {"credentialSubject": [{"type": "JsonSchema", "jsonSchema": {}}] * 2},
        {"credentialSubject": {"type": "Other", "jsonSchema": {}}},
        {"credentialSubject": {"type": "JsonSchema", "jsonSchema": "x"}},
    ],
)
def test_a_credential_that_holds_no_schema(changes: dict[str, Any]) -> None:
    whole = {
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "credentialSubject": {"type": "JsonSchema", "jsonSchema": json.loads(schema())},
    }
    JsonSchema.of_credential(Credential.from_document(document(**whole)), b"")
    credential = Credential.from_document(document(**(whole | changes)))
    assert refused(lambda: JsonSchema.of_credential(credential, b"")) is Code.W3C_SCHEMA_CREDENTIAL
