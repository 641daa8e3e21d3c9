"""How the OpenAPI document describes the endpoints of OpenID4VCI."""

from collections.abc import Iterable
from typing import Final

from krid._core.strict_json import Json, JsonObject
from krid.openid.oauth.http import FORM, JSON
from krid.web.platform.operations import operation

_SENT: Final = {
    "token": ("Redeem a code.", FORM),
    "par": ("Push an authorization request.", FORM),
    "challenge": ("A challenge for a client attestation.", None),
    "nonce": ("A nonce for key proofs.", None),
    "credential": ("Ask for credentials.", JSON),
    "deferred": ("Ask again for credentials.", JSON),
    "notification": ("Tell what became of credentials.", JSON),
}
_STATUSES: Final = (200, 202, 204, 303, 400, 401, 403, 404, 405, 413, 429, 503)


def operations(paths: Iterable[str]) -> JsonObject:
    """Describe each path: what is sent by the last part of its name, everything else is read."""
    found: dict[str, Json] = {}
    for path in paths:
        name = path.rstrip("/").rpartition("/")[2]
        if path.endswith("/"):
            described = operation("An offer by reference.", media_type=JSON, statuses=_STATUSES)
            found[f"{path}{{offer}}"] = {"get": described, "parameters": [_OFFER]}
        elif name in _SENT:
            words, body = _SENT[name]
            found[path] = {"post": operation(words, media_type=JSON, body=body, statuses=_STATUSES)}
        else:
            found[path] = {"get": operation(f"{name}.", media_type=JSON, statuses=_STATUSES)}
    return found


_OFFER: Final[JsonObject] = {
    "name": "offer",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
}
