"""Statements of a ledger as JSON, for people and other programs to write and read.

The members are those of the CBOR form; keys are JWKs, moments are RFC 3339, digests base64url.
"""

from collections.abc import Mapping
from typing import Any, Final

from krid._core import base64url, shape, strict_json
from krid._core.times import from_rfc3339, to_rfc3339
from krid.errors import Code, MalformedError
from krid.keys import jwk
from krid.ledger import (
    CheckpointAnchored,
    Removal,
    Role,
    SchemaAnchored,
    Sealed,
    Statement,
    StatusListAnchored,
    TrustedIssuerAdded,
    TrustedIssuerRemoved,
    TypeMetadataAnchored,
)

_SYNTAX: Final = Code.LEDGER_STATEMENT
_MEMBERS: Final = {
    "issuer_added": {"issuer", "roles", "types", "keys", "did", "from", "until"},
    "issuer_removed": {"issuer", "reason"},
    "schema": {"uri", "digest"},
    "type_metadata": {"vct", "digest"},
    "status_list": {"uri", "digest"},
    "checkpoint": {"origin", "size", "root"},
}


def from_json(raw: bytes) -> list[Statement]:
    """Read one statement, or `{"statements": [...]}`.

    Raises:
        MalformedError: `ledger.statement`, the `json.*` codes, and those of keys and times.
    """
    members = strict_json.loads_object(raw)
    if "statements" not in members:
        return [_statement(members)]
    _check_names(members, {"statements"})
    several = shape.sequence(members["statements"], _SYNTAX)
    return [_statement(shape.mapping(each, _SYNTAX)) for each in several]


def _statement(members: Mapping[str, Any]) -> Statement:
    kind = shape.text(members.get("kind"), _SYNTAX)
    if kind not in _MEMBERS:
        raise MalformedError(_SYNTAX, "kind")
    _check_names(members, {"kind", *_MEMBERS[kind]})
    if kind == "issuer_added":
        return _added(members)
    if kind == "issuer_removed":
        return _removed(members)
    return _anchor(kind, members)


def _check_names(members: Mapping[str, Any], allowed: set[str]) -> None:
    unknown = sorted(set(members) - allowed)
    if unknown:
        raise MalformedError(_SYNTAX, "a member that no such statement has")


def _added(members: Mapping[str, Any]) -> TrustedIssuerAdded:
    keys = shape.sequence(members.get("keys", ()), _SYNTAX)
    return TrustedIssuerAdded(
        issuer=_text(members, "issuer"),
        roles=frozenset(_role(name) for name in shape.texts(members.get("roles"), _SYNTAX)),
        types=frozenset(shape.texts(members.get("types"), _SYNTAX)),
        keys=tuple(jwk.parse_public(shape.mapping(key, _SYNTAX)) for key in keys),
        did=_text(members, "did") if "did" in members else None,
        valid_from=from_rfc3339(_text(members, "from")) if "from" in members else None,
        valid_until=from_rfc3339(_text(members, "until")) if "until" in members else None,
    )


def _removed(members: Mapping[str, Any]) -> TrustedIssuerRemoved:
    reasons = {reason.value: reason for reason in Removal}
    reason = reasons.get(_text(members, "reason"))
    if reason is None:
        raise MalformedError(_SYNTAX, "reason")
    return TrustedIssuerRemoved(issuer=_text(members, "issuer"), reason=reason)


def _anchor(kind: str, members: Mapping[str, Any]) -> Statement:
    if kind == "checkpoint":
        size = shape.integer(members.get("size"), _SYNTAX)
        root = base64url.decode(_text(members, "root"))
        return CheckpointAnchored(origin=_text(members, "origin"), size=size, root=root)
    digest = base64url.decode(_text(members, "digest"))
    if kind == "schema":
        return SchemaAnchored(uri=_text(members, "uri"), digest=digest)
    if kind == "type_metadata":
        return TypeMetadataAnchored(vct=_text(members, "vct"), digest=digest)
    return StatusListAnchored(uri=_text(members, "uri"), digest=digest)


def _role(name: str) -> Role:
    roles = {role.value: role for role in Role}
    if name not in roles:
        raise MalformedError(_SYNTAX, "roles")
    return roles[name]


def _text(members: Mapping[str, Any], name: str) -> str:
    return shape.text(members.get(name), _SYNTAX)


def to_json(statement: Statement | Sealed) -> dict[str, object]:
    """Write a statement for JSON; byte strings are left for the printer."""
    match statement:
        case TrustedIssuerAdded():
            return _added_members(statement)
        case TrustedIssuerRemoved(issuer=issuer, reason=reason):
            return {"kind": "issuer_removed", "issuer": issuer, "reason": reason.value}
        case SchemaAnchored(uri=name, digest=digest):
            return {"kind": "schema", "uri": name, "digest": digest}
        case TypeMetadataAnchored(vct=name, digest=digest):
            return {"kind": "type_metadata", "vct": name, "digest": digest}
        case StatusListAnchored(uri=name, digest=digest):
            return {"kind": "status_list", "uri": name, "digest": digest}
        case _:
            return _other_members(statement)


def _other_members(statement: CheckpointAnchored | Sealed) -> dict[str, object]:
    if isinstance(statement, Sealed):
        return {"kind": "sealed", "at": to_rfc3339(statement.at), "state": statement.state}
    return {
        "kind": "checkpoint",
        "origin": statement.origin,
        "size": statement.size,
        "root": statement.root,
    }


def _added_members(added: TrustedIssuerAdded) -> dict[str, object]:
    members: dict[str, object] = {
        "kind": "issuer_added",
        "issuer": added.issuer,
        "roles": sorted(role.value for role in added.roles),
        "types": sorted(added.types),
    }
    if added.keys:
        members["keys"] = [jwk.encode_public(key) for key in added.keys]
    if added.did is not None:
        members["did"] = added.did
    if added.valid_from is not None:
        members["from"] = to_rfc3339(added.valid_from)
    if added.valid_until is not None:
        members["until"] = to_rfc3339(added.valid_until)
    return members
