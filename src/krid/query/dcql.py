"""The JSON form of DCQL (OpenID4VP 1.0, section 6): read and written here alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar, assert_never

from krid._core import limits, shape, strict_json
from krid._core.arguments import typed
from krid.errors import Code, MalformedError
from krid.model import (
    ANY_TYPE,
    AnyType,
    ClaimPath,
    ClaimQuery,
    ClaimValue,
    CredentialQuery,
    CredentialSet,
    DoctypeValue,
    HolderBinding,
    Query,
    TrustedAuthority,
    TypeValues,
    VctValues,
    WantedType,
)
from krid.query.rules import (
    MDOC_FORMAT,
    SDJWT_FORMAT,
    W3C_FORMATS,
    checked_credential,
    checked_query,
)

T = TypeVar("T")
_SYNTAX: Final = Code.QUERY_SYNTAX
_BINDING: Final = "require_cryptographic_holder_binding"
_TYPE_MEMBERS: Final[Mapping[str, str]] = {
    SDJWT_FORMAT: "vct_values",
    MDOC_FORMAT: "doctype_value",
    **dict.fromkeys(W3C_FORMATS, "type_values"),
}


def parse_dcql(value: object) -> Query:
    """Read a decoded `dcql_query`; members that the text does not know are ignored.

    Raises:
        MalformedError: `query.syntax` or `query.empty`.
    """
    members = shape.mapping(value, _SYNTAX)
    with _at("credentials"):
        credentials = shape.sequence(members.get("credentials"), _SYNTAX)
    if len(credentials) > limits.MAX_QUERY_CREDENTIALS:
        raise MalformedError(_SYNTAX, "credentials")
    sets = _some(members, "credential_sets", _parse_set, limits.MAX_QUERY_SETS)
    return checked_query(Query(tuple(_parse_credential(each) for each in credentials), sets))


def encode_dcql(query: Query) -> strict_json.JsonObject:
    """Write a query as the JSON object of `dcql_query`; what is the default is left out.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("query", query, Query)
    members: strict_json.JsonObject = {
        "credentials": [_encode_credential(each) for each in query.credentials]
    }
    if query.credential_sets:
        members["credential_sets"] = [_encode_set(each) for each in query.credential_sets]
    return members


@contextmanager
def _at(name: str) -> Iterator[None]:
    """Name the member in what is found malformed in it."""
    try:
        yield
    except MalformedError as cause:
        raise MalformedError(cause.code, cause.detail or name) from cause


def _some(
    members: Mapping[str, Any], name: str, parse: Callable[[Any], T], most: int
) -> tuple[T, ...]:
    """Read a member that may be absent, but not empty."""
    if name not in members:
        return ()
    entries = shape.sequence(members[name], _SYNTAX)
    if not 0 < len(entries) <= most:
        raise MalformedError(_SYNTAX, name)
    return tuple(parse(each) for each in entries)


def _flag(members: Mapping[str, Any], name: str, *, default: bool) -> bool:
    return shape.boolean(members.get(name, default), _SYNTAX)


def _names(value: object) -> tuple[str, ...]:
    """Read an array of texts; that it is not too long is checked before its texts are."""
    entries = shape.sequence(value, _SYNTAX)
    if len(entries) > limits.MAX_QUERY_CLAIMS:
        raise MalformedError(_SYNTAX)
    return shape.texts(entries, _SYNTAX)


def _parse_set(value: object) -> CredentialSet:
    members = shape.mapping(value, _SYNTAX)
    options = _some(members, "options", _names, limits.MAX_QUERY_OPTIONS)
    return CredentialSet(options, _flag(members, "required", default=True))


def _parse_credential(value: object) -> CredentialQuery:
    members = shape.mapping(value, _SYNTAX)
    with _at("id"):
        query_id = shape.text(members.get("id"), _SYNTAX)
    with _at("format"):
        format_name = shape.text(members.get("format"), _SYNTAX)
    with _at("meta"):
        wanted = _parse_type(shape.mapping(members.get("meta"), _SYNTAX), format_name)
    claim_sets = _some(members, "claim_sets", _names, limits.MAX_QUERY_CLAIM_SETS)
    claims = _some(
        members, "claims", lambda each: _parse_claim(each, format_name), limits.MAX_QUERY_CLAIMS
    )
    return checked_credential(
        CredentialQuery(
            id=query_id,
            format=format_name,
            wanted=wanted,
            claims=_once(claims, claim_sets),
            claim_sets=claim_sets,
            multiple=_flag(members, "multiple", default=False),
            trusted_authorities=_parse_authorities(members),
            holder_binding=_parse_binding(members),
        )
    )


def _once(
    claims: Sequence[ClaimQuery], claim_sets: Sequence[tuple[str, ...]]
) -> tuple[ClaimQuery, ...]:
    """Ignore queries of a claim that was asked for before (section 6.1).

    Those that a claim set names stay, for there the alternatives tell them apart.
    """
    if claim_sets:
        return tuple(claims)
    first: dict[object, ClaimQuery] = {}
    for each in claims:
        first.setdefault(each.path, each)
    return tuple(first.values())


def _parse_binding(members: Mapping[str, Any]) -> HolderBinding:
    required = _flag(members, _BINDING, default=True)
    return HolderBinding.REQUIRED if required else HolderBinding.NOT_REQUIRED


def _parse_authorities(members: Mapping[str, Any]) -> tuple[TrustedAuthority, ...]:
    """Read kinds and their names as pairs: one of all of them must fit (section 6.1.1)."""
    most = limits.MAX_QUERY_AUTHORITIES
    found = _some(members, "trusted_authorities", _parse_authority, most)
    return tuple(dict.fromkeys(each for several in found for each in several))


def _parse_authority(value: object) -> tuple[TrustedAuthority, ...]:
    members = shape.mapping(value, _SYNTAX)
    kind = shape.text(members.get("type"), _SYNTAX)
    names = shape.sequence(members.get("values"), _SYNTAX)
    if not 0 < len(names) <= limits.MAX_QUERY_AUTHORITIES:
        raise MalformedError(_SYNTAX, "trusted_authorities")
    return tuple(TrustedAuthority(kind, shape.text(name, _SYNTAX)) for name in names)


def _parse_type(meta: Mapping[str, Any], format_name: str) -> WantedType:
    """Read the member of `meta` that belongs to the format; all others are ignored.

    Without it nothing is said of the type (section 6.1). For formats that the text does not name,
    whichever member is there counts.
    """
    own = _TYPE_MEMBERS.get(format_name)
    name = own or next((each for each in _TYPE_MEMBERS.values() if each in meta), None)
    if name is None or name not in meta:
        return ANY_TYPE
    if name == "doctype_value":
        return DoctypeValue(shape.text(meta[name], _SYNTAX))
    if name == "vct_values":
        return VctValues(_names(meta[name]))
    entries = shape.sequence(meta[name], _SYNTAX)
    if len(entries) > limits.MAX_QUERY_TYPES:
        raise MalformedError(_SYNTAX, "type_values")
    return TypeValues(tuple(_names(each) for each in entries))


def _parse_claim(value: object, format_name: str) -> ClaimQuery:
    members = shape.mapping(value, _SYNTAX)
    retain = None
    if format_name == MDOC_FORMAT and "intent_to_retain" in members:
        retain = shape.boolean(members["intent_to_retain"], _SYNTAX)
    return ClaimQuery(
        path=_parse_path(members.get("path")),
        values=_some(members, "values", _parse_value, limits.MAX_QUERY_VALUES),
        id=shape.text(members["id"], _SYNTAX) if "id" in members else None,
        intent_to_retain=retain,
    )


def _parse_path(value: object) -> ClaimPath:
    steps = shape.sequence(value, _SYNTAX)
    if len(steps) > limits.MAX_QUERY_PATH:
        raise MalformedError(_SYNTAX, "path")
    if any(step is not None and type(step) not in {str, int} for step in steps):
        raise MalformedError(_SYNTAX, "path")
    return tuple(steps)


def _parse_value(value: object) -> ClaimValue:
    if not isinstance(value, str | int):
        raise MalformedError(_SYNTAX, "values")
    return value


def _encode_set(each: CredentialSet) -> strict_json.JsonObject:
    options: list[strict_json.Json] = [list(option) for option in each.options]
    return {"options": options} | ({} if each.required else {"required": False})


def _encode_credential(query: CredentialQuery) -> strict_json.JsonObject:
    members: strict_json.JsonObject = {
        "id": query.id,
        "format": query.format,
        "meta": _encode_type(query.wanted),
    }
    if query.multiple:
        members["multiple"] = True
    if query.trusted_authorities:
        members["trusted_authorities"] = _encode_authorities(query.trusted_authorities)
    if query.holder_binding is HolderBinding.NOT_REQUIRED:
        members[_BINDING] = False
    if query.claims:
        members["claims"] = [_encode_claim(each) for each in query.claims]
    if query.claim_sets:
        members["claim_sets"] = [list(names) for names in query.claim_sets]
    return members


def _encode_authorities(named: Sequence[TrustedAuthority]) -> list[strict_json.Json]:
    values: dict[str, list[strict_json.Json]] = {}
    for each in named:
        values.setdefault(each.kind, []).append(each.name)
    return [{"type": kind, "values": names} for kind, names in values.items()]


def _encode_type(wanted: WantedType) -> strict_json.JsonObject:
    match wanted:
        case VctValues(values):
            return {"vct_values": list(values)}
        case DoctypeValue(value):
            return {"doctype_value": value}
        case TypeValues(alternatives):
            return {"type_values": [list(names) for names in alternatives]}
        case AnyType():
            return {}
        case _ as never:
            assert_never(never)


def _encode_claim(claim: ClaimQuery) -> strict_json.JsonObject:
    members: strict_json.JsonObject = {"path": list(claim.path)}
    if claim.id is not None:
        members = {"id": claim.id} | members
    if claim.values:
        members["values"] = list(claim.values)
    if claim.intent_to_retain is not None:
        members["intent_to_retain"] = claim.intent_to_retain
    return members


__all__ = ["encode_dcql", "parse_dcql"]
