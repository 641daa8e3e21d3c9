"""The one encoding of statements: deterministic CBOR, which is what is hashed and kept."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, assert_never

from krid._core import cbor, limits, shape
from krid._core.arguments import typed
from krid._core.times import from_numeric_date, to_numeric_date
from krid.errors import Code, KridError, MalformedError
from krid.keys import PublicKey, cose_key
from krid.ledger.statements import (
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
_KIND: Final = "kind"


def encode(statement: Statement | Sealed) -> bytes:
    """Write a statement.

    Raises:
        MalformedError: `ledger.statement` when it is larger than the limit.
    """
    raw = cbor.encode(_members(statement))
    if len(raw) > limits.MAX_STATEMENT_BYTES:
        raise MalformedError(_SYNTAX, "size")
    return raw


def parse(raw: bytes) -> Statement | Sealed:
    """Read a statement, which must be written as `encode` writes it.

    Raises:
        MalformedError: `ledger.statement`, whatever the fault.
    """
    typed("raw", raw, bytes)
    if len(raw) > limits.MAX_STATEMENT_BYTES:
        raise MalformedError(_SYNTAX, "size")
    try:
        members = shape.mapping(cbor.decode(raw), _SYNTAX)
        statement = _reader(members)(members)
    except KridError as cause:
        raise MalformedError(_SYNTAX, cause.detail) from cause
    if encode(statement) != raw:
        raise MalformedError(_SYNTAX, "not the one encoding")
    return statement


def _members(statement: Statement | Sealed) -> dict[str, object]:
    match statement:
        case TrustedIssuerAdded():
            return _issuer_members(statement)
        case TrustedIssuerRemoved(issuer=issuer, reason=reason):
            return {_KIND: "issuer_removed", "issuer": issuer, "reason": reason.value}
        case CheckpointAnchored(origin=origin, size=size, root=root):
            return {_KIND: "checkpoint", "origin": origin, "size": size, "root": root}
        case Sealed(at=at, state=state):
            return {_KIND: "sealed", "at": to_numeric_date(at), "state": state}
        case _:
            return _anchor_members(statement)


def _anchor_members(
    anchored: SchemaAnchored | TypeMetadataAnchored | StatusListAnchored,
) -> dict[str, object]:
    match anchored:
        case SchemaAnchored(uri=uri, digest=digest):
            return {_KIND: "schema", "uri": uri, "digest": digest}
        case TypeMetadataAnchored(vct=vct, digest=digest):
            return {_KIND: "type_metadata", "vct": vct, "digest": digest}
        case StatusListAnchored(uri=uri, digest=digest):
            return {_KIND: "status_list", "uri": uri, "digest": digest}
        case _ as never:
            assert_never(never)


def _issuer_members(added: TrustedIssuerAdded) -> dict[str, object]:
    """Leave out what is open; sort what has no order."""
    members: dict[str, object] = {
        _KIND: "issuer_added",
        "issuer": added.issuer,
        "roles": sorted(role.value for role in added.roles),
        "types": sorted(added.types),
    }
    if added.keys:
        members["keys"] = [cose_key.encode(key) for key in added.keys]
    if added.did is not None:
        members["did"] = added.did
    if added.valid_from is not None:
        members["from"] = to_numeric_date(added.valid_from)
    if added.valid_until is not None:
        members["until"] = to_numeric_date(added.valid_until)
    return members


_Members = Mapping[str, Any]


def _reader(members: _Members) -> Callable[[_Members], Statement | Sealed]:
    reader = _READERS.get(shape.text(members.get(_KIND), _SYNTAX))
    if reader is None:
        raise MalformedError(_SYNTAX, _KIND)
    return reader


def _read_added(members: _Members) -> TrustedIssuerAdded:
    return TrustedIssuerAdded(
        issuer=_text(members, "issuer"),
        roles=frozenset(_role(name) for name in _texts(members, "roles")),
        types=frozenset(_texts(members, "types")),
        keys=_keys(members),
        did=_text(members, "did") if "did" in members else None,
        valid_from=_moment(members, "from") if "from" in members else None,
        valid_until=_moment(members, "until") if "until" in members else None,
    )


def _read_removed(members: _Members) -> TrustedIssuerRemoved:
    reasons = {reason.value: reason for reason in Removal}
    reason = reasons.get(_text(members, "reason"))
    if reason is None:
        raise MalformedError(_SYNTAX, "reason")
    return TrustedIssuerRemoved(issuer=_text(members, "issuer"), reason=reason)


def _read_schema(members: _Members) -> SchemaAnchored:
    return SchemaAnchored(uri=_text(members, "uri"), digest=_octets(members, "digest"))


def _read_type(members: _Members) -> TypeMetadataAnchored:
    return TypeMetadataAnchored(vct=_text(members, "vct"), digest=_octets(members, "digest"))


def _read_status_list(members: _Members) -> StatusListAnchored:
    return StatusListAnchored(uri=_text(members, "uri"), digest=_octets(members, "digest"))


def _read_checkpoint(members: _Members) -> CheckpointAnchored:
    return CheckpointAnchored(
        origin=_text(members, "origin"),
        size=shape.integer(members.get("size"), _SYNTAX),
        root=_octets(members, "root"),
    )


def _read_sealed(members: _Members) -> Sealed:
    return Sealed(at=_moment(members, "at"), state=_octets(members, "state"))


_READERS: Final[dict[str, Callable[[_Members], Statement | Sealed]]] = {
    "issuer_added": _read_added,
    "issuer_removed": _read_removed,
    "schema": _read_schema,
    "type_metadata": _read_type,
    "status_list": _read_status_list,
    "checkpoint": _read_checkpoint,
    "sealed": _read_sealed,
}


def _text(members: _Members, name: str) -> str:
    return shape.text(members.get(name), _SYNTAX)


def _texts(members: _Members, name: str) -> tuple[str, ...]:
    return shape.texts(members.get(name), _SYNTAX)


def _octets(members: _Members, name: str) -> bytes:
    return shape.octets(members.get(name), _SYNTAX)


def _moment(members: _Members, name: str) -> datetime:
    return from_numeric_date(shape.integer(members.get(name), _SYNTAX))


def _role(name: str) -> Role:
    roles = {role.value: role for role in Role}
    if name not in roles:
        raise MalformedError(_SYNTAX, "roles")
    return roles[name]


def _keys(members: _Members) -> tuple[PublicKey, ...]:
    """Read keys, no more of them than may stand there: each costs a check of its point."""
    values = shape.sequence(members.get("keys", ()), _SYNTAX)
    if len(values) > limits.MAX_STATEMENT_KEYS:
        raise MalformedError(_SYNTAX, "too many keys")
    return tuple(cose_key.parse(value) for value in values)
