"""The OpenAPI document of the VC API, for the paths that are offered."""

from collections.abc import Sequence
from typing import Final

from krid._core.strict_json import JsonObject

LISTS: Final = "/status-lists/{purpose}"
"""Where a service publishes its status lists."""

_OBJECT: Final[JsonObject] = {"type": "object"}
_TEXT: Final[JsonObject] = {"type": "string"}
_POINTERS: Final[JsonObject] = {"type": "array", "items": _TEXT, "maxItems": 1024}
_PURPOSES: Final[JsonObject] = {"type": "array", "items": _TEXT, "maxItems": 16}
_FLAG: Final[JsonObject] = {"type": "boolean"}


def _ref(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: JsonObject) -> JsonObject:
    return {"application/json": {"schema": schema}}


def _members(required: str, **properties: JsonObject) -> JsonObject:
    return {"type": "object", "required": [required], "properties": {**properties}}


def _body(name: str, **options: JsonObject) -> JsonObject:
    chosen: JsonObject = {"type": "object", "properties": {**options}}
    return _members(name, **{name: _OBJECT, "options": chosen})


def _status_body() -> JsonObject:
    entry = _members("statusPurpose", statusPurpose=_TEXT)
    return {
        "type": "object",
        "required": ["credentialId", "credentialStatus"],
        "properties": {"credentialId": _TEXT, "credentialStatus": entry, "status": _FLAG},
    }


_REFUSED: Final[JsonObject] = {
    "description": "Refused.",
    "content": _content(_ref("Verification")),
}
_CHALLENGE: Final = {"challenge": _TEXT, "domain": _TEXT}

# For each path: a name, what it does, the body, the status and the schema of success.
_PATHS: Final[dict[str, tuple[str, str, JsonObject, str, JsonObject]]] = {
    "/credentials/issue": (
        "issueCredential",
        "Issue a credential.",
        _body(
            "credential", mandatoryPointers=_POINTERS, credentialId=_TEXT, statusPurposes=_PURPOSES
        ),
        "201",
        _members("verifiableCredential", verifiableCredential=_OBJECT),
    ),
    "/credentials/derive": (
        "deriveCredential",
        "Show a part of a credential.",
        _body("verifiableCredential", selectivePointers=_POINTERS),
        "201",
        _members("verifiableCredential", verifiableCredential=_OBJECT),
    ),
    "/credentials/verify": (
        "verifyCredential",
        "Verify a credential.",
        _body("verifiableCredential", returnCredential=_FLAG),
        "200",
        _ref("Verification"),
    ),
    "/credentials/status": (
        "updateCredentialStatus",
        "Change the status of a credential.",
        _status_body(),
        "200",
        _OBJECT,
    ),
    "/presentations/verify": (
        "verifyPresentation",
        "Verify a presentation and the credentials in it.",
        _body("verifiablePresentation", returnPresentation=_FLAG, **_CHALLENGE),
        "200",
        _ref("Verification"),
    ),
    "/presentations": (
        "createPresentation",
        "Secure a presentation.",
        _body("presentation", **_CHALLENGE),
        "201",
        _members("verifiablePresentation", verifiablePresentation=_OBJECT),
    ),
}

_PROBLEM: Final[JsonObject] = {
    "type": "object",
    "required": ["type", "title"],
    "properties": {"type": _TEXT, "title": _TEXT, "detail": _TEXT},
}

_VERIFICATION: Final[JsonObject] = {
    "type": "object",
    "required": ["verified", "problemDetails"],
    "properties": {
        "verified": _FLAG,
        "problemDetails": {"type": "array", "items": _ref("ProblemDetails")},
        "credential": _OBJECT,
        "verifiablePresentation": _OBJECT,
    },
}


def document(paths: Sequence[str], lists: Sequence[str] = ()) -> JsonObject:
    """Describe the paths, each a prefix and one of those above, and where status lists are."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "krid VC API",
            "version": "0.0.3",
            "description": "Issue, derive, present and verify, as the W3C's test suites drive it.",
        },
        "paths": {
            **{path: _describe(path) for path in paths},
            **{path: _describe_list(path) for path in lists},
        },
        "components": {"schemas": {"ProblemDetails": _PROBLEM, "Verification": _VERIFICATION}},
    }


def _operation(name: str, prefix: str) -> str:
    return name + prefix.replace("/", "_").replace("-", "_").replace("+", "_")


def _describe_list(path: str) -> JsonObject:
    purpose: JsonObject = {"name": "purpose", "in": "path", "required": True, "schema": _TEXT}
    forms = ("application/vc", "application/json", "application/vc+jwt", "application/vc+cose")
    content: JsonObject = {form: {"schema": {}} for form in forms}
    return {
        "get": {
            "operationId": _operation("getStatusList", path.removesuffix(LISTS)),
            "summary": "Fetch a status list credential.",
            "parameters": [purpose],
            "responses": {
                "200": {"description": "The list.", "content": content},
                "404": _REFUSED,
            },
        }
    }


def _describe(path: str) -> JsonObject:
    ending = next(ending for ending in _PATHS if path.endswith(ending))
    name, words, body, status, schema = _PATHS[ending]
    operation = _operation(name, path.removesuffix(ending))
    return {
        "post": {
            "operationId": operation,
            "summary": words,
            "requestBody": {"required": True, "content": _content(body)},
            "responses": {
                status: {"description": "Done.", "content": _content(schema)},
                "400": _REFUSED,
                **({"404": _REFUSED} if ending == "/credentials/status" else {}),
                "413": {"description": "Too long.", "content": _content(_ref("Verification"))},
            },
        }
    }
