"""How the OpenAPI document describes the endpoints of OpenID4VP."""

from collections.abc import Iterable
from typing import Final

from krid._core.strict_json import Json, JsonObject
from krid.openid.oauth.http import FORM, JSON
from krid.web.platform.operations import operation

_STATUSES: Final = (200, 400, 401, 404, 405, 413, 429, 503)
_REQUEST: Final = "application/oauth-authz-req+jwt"


def operations(paths: Iterable[str]) -> JsonObject:
    """Describe where requests are fetched and where answers arrive."""
    found: dict[str, Json] = {}
    for path in paths:
        if not path.endswith("/"):
            words = "Send an answer."
            found[path] = {"post": operation(words, media_type=JSON, body=FORM, statuses=_STATUSES)}
            continue
        found[f"{path}{{request}}"] = {
            "get": operation("Fetch a request.", media_type=_REQUEST, statuses=_STATUSES),
            "post": operation(
                "Fetch a request made for a wallet.",
                media_type=_REQUEST,
                body=FORM,
                statuses=_STATUSES,
            ),
            "parameters": [_REQUEST_NAME],
        }
    return found


_REQUEST_NAME: Final[JsonObject] = {
    "name": "request",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
}
