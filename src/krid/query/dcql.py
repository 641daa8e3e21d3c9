"""The JSON form of DCQL (OpenID4VP 1.0, section 6): read and written here alone."""

from collections.abc import Mapping
from typing import Any, Final

from krid._core import limits, shape, strict_json
from krid.errors import Code, MalformedError, UnsupportedError
from krid.model import ClaimQuery, ClaimValue, CredentialQuery, Query
from krid.query.build import MDOC_FORMAT, SDJWT_FORMAT, checked, of

_UNREAD: Final = frozenset(
    {"claim_sets", "trusted_authorities", "multiple", "require_cryptographic_holder_binding"}
)
_DEFAULTS: Final = {"multiple": False, "require_cryptographic_holder_binding": True}


def parse_dcql(value: object) -> Query:
    """Read a decoded `dcql_query`.

    Raises:
        MalformedError: `query.syntax` or `query.empty`.
        UnsupportedError: `query.unsupported` for parts of DCQL that krid does not evaluate yet;
            to ignore them would disclose something else than was asked for.
    """
    members = shape.mapping(value, Code.QUERY_SYNTAX)
    if "credential_sets" in members:
        raise UnsupportedError(Code.QUERY_UNSUPPORTED)
    credentials = shape.sequence(members.get("credentials"), Code.QUERY_SYNTAX)
    if len(credentials) > limits.MAX_QUERY_CREDENTIALS:
        raise MalformedError(Code.QUERY_SYNTAX)
    return of(*(_parse_credential(each) for each in credentials))


def encode_dcql(query: Query) -> strict_json.JsonObject:
    """Write a query as the JSON object of `dcql_query`."""
    return {"credentials": [_encode_credential(each) for each in query.credentials]}


def _parse_credential(value: object) -> CredentialQuery:
    members = shape.mapping(value, Code.QUERY_SYNTAX)
    _check_supported(members)
    claims = shape.sequence(members.get("claims", ()), Code.QUERY_SYNTAX)
    if len(claims) > limits.MAX_QUERY_CLAIMS or ("claims" in members and not claims):
        raise MalformedError(Code.QUERY_SYNTAX)
    return checked(
        CredentialQuery(
            id=shape.text(members.get("id"), Code.QUERY_SYNTAX),
            format=shape.text(members.get("format"), Code.QUERY_SYNTAX),
            types=_parse_types(shape.mapping(members.get("meta"), Code.QUERY_SYNTAX)),
            claims=tuple(_parse_claim(each) for each in claims),
        )
    )


def _check_supported(members: Mapping[str, Any]) -> None:
    for name in _UNREAD & members.keys():
        if name not in _DEFAULTS or members[name] is not _DEFAULTS[name]:
            raise UnsupportedError(Code.QUERY_UNSUPPORTED, name)


def _parse_types(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the type metadata (OpenID4VP 1.0, appendices B.2.3 and B.3.5)."""
    if "doctype_value" in meta:
        return (shape.text(meta["doctype_value"], Code.QUERY_SYNTAX),)
    return shape.texts(meta.get("vct_values"), Code.QUERY_SYNTAX)


def _parse_claim(value: object) -> ClaimQuery:
    members = shape.mapping(value, Code.QUERY_SYNTAX)
    path = tuple(shape.sequence(members.get("path"), Code.QUERY_SYNTAX))
    values = shape.sequence(members.get("values", ()), Code.QUERY_SYNTAX)
    if "values" in members and not values:
        raise MalformedError(Code.QUERY_SYNTAX)
    return ClaimQuery(path, tuple(_parse_value(each) for each in values))


def _parse_value(value: object) -> ClaimValue:
    if not isinstance(value, str | int):
        raise MalformedError(Code.QUERY_SYNTAX)
    return value


def _encode_credential(query: CredentialQuery) -> strict_json.JsonObject:
    members: strict_json.JsonObject = {
        "id": query.id,
        "format": query.format,
        "meta": _encode_types(query),
    }
    if query.claims:
        members["claims"] = [_encode_claim(each) for each in query.claims]
    return members


def _encode_types(query: CredentialQuery) -> strict_json.JsonObject:
    if query.format == MDOC_FORMAT:
        return {"doctype_value": query.types[0]}
    return {"vct_values": list(query.types)}


def _encode_claim(claim: ClaimQuery) -> strict_json.JsonObject:
    members: strict_json.JsonObject = {"path": list(claim.path)}
    if claim.values:
        members["values"] = list(claim.values)
    return members


__all__ = ["MDOC_FORMAT", "SDJWT_FORMAT", "encode_dcql", "parse_dcql"]
