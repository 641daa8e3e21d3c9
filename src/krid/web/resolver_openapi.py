"""The OpenAPI document of the resolver service."""

from typing import Final

from krid._core.strict_json import Json, JsonObject

_RESOLUTION: Final = "application/did-resolution"
_DEREFERENCING: Final = "application/did-url-dereferencing"


def _ref(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


def _failure(words: str) -> JsonObject:
    return {
        "description": words,
        "content": {
            _RESOLUTION: {"schema": _ref("ResolutionResult")},
            _DEREFERENCING: {"schema": _ref("DereferencingResult")},
        },
    }


_RESPONSES: Final[JsonObject] = {
    "200": {
        "description": "The result, or the document or a part of it.",
        "content": {
            _RESOLUTION: {"schema": _ref("ResolutionResult")},
            _DEREFERENCING: {"schema": _ref("DereferencingResult")},
            "application/did": {"schema": {"type": "object"}},
        },
    },
    "303": {"description": "The address at a service that the DID URL names."},
    "400": _failure("Not a DID or DID URL, an invalid DID, or an option without meaning."),
    "404": _failure("There is no such DID, version, key or service."),
    "406": _failure("A representation that this resolver does not have."),
    "410": _failure("The DID is deactivated."),
    "500": _failure("The document is invalid, or could not be had."),
    "501": _failure("A method or an option that this resolver does not support."),
}

_IDENTIFIER: Final[JsonObject] = {
    "name": "identifier",
    "in": "path",
    "required": True,
    "description": "A DID or DID URL: percent-encoded, or, without options, as it is.",
    "schema": {"type": "string", "minLength": 1},
    "example": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
}

_OPTION_SCHEMAS: Final[JsonObject] = {
    "versionId": {"type": "string"},
    "versionTime": {"type": "string", "format": "date-time"},
    "versionNumber": {"type": "string", "pattern": "^[0-9]{1,9}$"},
    "noCache": {"type": "string", "enum": ["true", "false"]},
}


def _query() -> list[Json]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in _OPTION_SCHEMAS.items()
    ]


_ERROR: Final[JsonObject] = {
    "type": "object",
    "required": ["type", "title"],
    "properties": {name: {"type": "string"} for name in ("type", "title", "detail")},
}


def _metadata() -> JsonObject:
    return {"type": "object", "properties": {"error": _ERROR, "contentType": {"type": "string"}}}


DOCUMENT: Final[JsonObject] = {
    "openapi": "3.1.0",
    "info": {
        "title": "krid resolver",
        "version": "1.0",
        "description": "The HTTPS binding of W3C DID Resolution.",
    },
    "paths": {
        "/1.0/identifiers/{identifier}": {
            "parameters": [_IDENTIFIER],
            "get": {
                "operationId": "resolve",
                "summary": "Resolve a DID, or dereference a DID URL.",
                "parameters": _query(),
                "responses": _RESPONSES,
            },
            "post": {
                "operationId": "resolveWithOptions",
                "summary": "The same, with the options in the body.",
                "requestBody": {
                    "required": False,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": _OPTION_SCHEMAS,
                                "additionalProperties": False,
                            }
                        }
                    },
                },
                "responses": _RESPONSES,
            },
        }
    },
    "components": {
        "schemas": {
            "ResolutionResult": {
                "type": "object",
                "required": ["didDocument", "didResolutionMetadata", "didDocumentMetadata"],
                "properties": {
                    "didDocument": {"type": ["object", "null"]},
                    "didResolutionMetadata": _metadata(),
                    "didDocumentMetadata": {"type": "object"},
                },
            },
            "DereferencingResult": {
                "type": "object",
                "required": ["content", "dereferencingMetadata", "contentMetadata"],
                "properties": {
                    "content": {"type": ["object", "array", "null"]},
                    "dereferencingMetadata": _metadata(),
                    "contentMetadata": {"type": "object"},
                },
            },
        }
    },
}
