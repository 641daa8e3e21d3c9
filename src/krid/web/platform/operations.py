"""The OpenAPI document of an application, made of its routes."""

from collections.abc import Iterable
from typing import Final

from krid._core.strict_json import Json, JsonObject
from krid.web.platform.routes import Endpoints, Route
from krid.web.platform.visit import TOKEN

_HTML: Final[JsonObject] = {"text/html": {"schema": {"type": "string"}}}
_STATUSES: Final = {
    "200": "The page.",
    "303": "Go on elsewhere.",
    "400": "What was sent is wrong; the page says how.",
    "403": "Not from a page of this application, or not for this client.",
    "404": "There is no such thing.",
    "413": "Too long.",
    "429": "Too often; `Retry-After` says when to come again.",
    "502": "Somebody who had to be asked did not answer.",
    "503": "The store does not answer.",
}


def openapi(title: str, pages: Iterable[Route], endpoints: Iterable[Endpoints]) -> JsonObject:
    """Describe an application."""
    paths: dict[str, Json] = {}
    for route in pages:
        found = paths.setdefault(route.path, {})
        if isinstance(found, dict):
            found[route.method.lower()] = _operation(route)
    for each in endpoints:
        paths |= each.operations
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "paths": paths | _OWN,
    }


def operation(
    summary: str, *, media_type: str, body: str | None = None, statuses: Iterable[int] = (200,)
) -> JsonObject:
    """Describe an endpoint of a protocol; `body` is the media type of what is sent."""
    described: JsonObject = {
        "summary": summary,
        "responses": {
            str(status): {
                "description": "The answer." if status < 400 else "A refusal, which says why.",
                "content": {media_type: {"schema": {}}},
            }
            for status in statuses
        },
    }
    if body is not None:
        kind = "string" if body.endswith("+jwt") else "object"
        described["requestBody"] = {"content": {body: {"schema": {"type": kind}}}}
    return described


def _operation(route: Route) -> JsonObject:
    described: JsonObject = {
        "summary": route.summary,
        "operationId": f"{route.name}-{route.method.lower()}",
        "responses": {
            status: {"description": words, "content": _HTML} for status, words in _STATUSES.items()
        },
    }
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    if names:
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": _WORD} for name in names
        ]
    if route.method == "POST":
        described["requestBody"] = _form(route.fields)
    return described


_WORD: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": 200}


def _form(fields: Iterable[str]) -> JsonObject:
    properties: JsonObject = {name: {"type": "string"} for name in (TOKEN, *fields)}
    schema: JsonObject = {"type": "object", "properties": properties, "required": [TOKEN]}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _text(summary: str, media_type: str, *statuses: str) -> JsonObject:
    return {
        "get": {
            "summary": summary,
            "responses": {
                status: {"description": summary, "content": {media_type: {"schema": {}}}}
                for status in statuses
            },
        }
    }


_OWN: Final[JsonObject] = {
    "/health/live": _text("The process answers.", "text/plain", "200"),
    "/health/ready": _text("All that it needs is there.", "text/plain", "200", "503"),
    "/metrics": _text("Counters, for Prometheus.", "text/plain", "200"),
    "/openapi.json": _text("This document.", "application/json", "200"),
}
