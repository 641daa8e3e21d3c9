"""What makes a query well-formed (OpenID4VP 1.0, sections 6 and 7); builder and parser ask here."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.model import (
    AnyType,
    ClaimPath,
    ClaimQuery,
    CredentialQuery,
    CredentialSet,
    DoctypeValue,
    Query,
    TypeValues,
    VctValues,
    WantedType,
)

SDJWT_FORMAT: Final = "dc+sd-jwt"
MDOC_FORMAT: Final = "mso_mdoc"
JWT_VC_FORMAT: Final = "jwt_vc_json"
LDP_VC_FORMAT: Final = "ldp_vc"
W3C_FORMATS: Final = (JWT_VC_FORMAT, LDP_VC_FORMAT, "vc+jwt", "vc+cose", "vc+sd-jwt")
"""The two of appendix B.1, and the media types of VC-JOSE-COSE, which say their types alike."""

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_MDOC_STEPS: Final = 2
_OWN_TYPES: Final = {
    SDJWT_FORMAT: VctValues,
    MDOC_FORMAT: DoctypeValue,
    **dict.fromkeys(W3C_FORMATS, TypeValues),
}


def checked_query(query: Query) -> Query:
    """Return the query itself if it is well-formed, its credential queries aside.

    Raises:
        MalformedError: `query.empty`, or `query.syntax` (sections 6 and 6.2).
    """
    if not query.credentials:
        raise MalformedError(Code.QUERY_EMPTY)
    _check(0 < len(query.credentials) <= limits.MAX_QUERY_CREDENTIALS, "credentials")
    ids = _distinct([each.id for each in query.credentials], "id")
    _check(sum(map(_size, query.credentials)) <= limits.MAX_QUERY_NAMES, "claims")
    _check(len(query.credential_sets) <= limits.MAX_QUERY_SETS, "credential_sets")
    for each in query.credential_sets:
        _check_set(each, ids)
    return query


def checked_credential(query: CredentialQuery) -> CredentialQuery:
    """Return the credential query itself if it is well-formed.

    Raises:
        MalformedError: `query.syntax` (sections 6.1, 6.3 and 7, and appendix B).
    """
    _check(_ID.fullmatch(query.id) is not None, "id")
    _check(query.format != "", "format")
    _check_types(query)
    _check(len(query.claims) <= limits.MAX_QUERY_CLAIMS, "claims")
    for claim in query.claims:
        _check_claim(claim, query.format)
    _check_claim_sets(query)
    _check_authorities(query)
    return query


def _size(query: CredentialQuery) -> int:
    """Count what is looked at for each card (ADR 0009: limits hold for the whole)."""
    return len(query.claims) + sum(map(len, query.claim_sets))


def _check_set(each: CredentialSet, ids: Collection[str]) -> None:
    """Options are there, and so are the credentials that they name (section 6.2)."""
    _check(0 < len(each.options) <= limits.MAX_QUERY_OPTIONS, "options")
    for option in each.options:
        _check(0 < len(option) <= limits.MAX_QUERY_CREDENTIALS, "options")
        _check(all(name in ids for name in option), "options")


def _check_types(query: CredentialQuery) -> None:
    """The type is said in the way of the format (appendices B.1.1, B.2.3 and B.3.5)."""
    own = _OWN_TYPES.get(query.format)
    _check(own is None or isinstance(query.wanted, own | AnyType), "meta")
    for names in _alternatives(query.wanted):
        _check(0 < len(names) <= limits.MAX_QUERY_TYPES and all(names), "meta")


def _alternatives(wanted: WantedType) -> Sequence[tuple[str, ...]]:
    if isinstance(wanted, TypeValues):
        _check(0 < len(wanted.alternatives) <= limits.MAX_QUERY_TYPES, "meta")
        return wanted.alternatives
    if isinstance(wanted, VctValues):
        return (wanted.values,)
    return ((wanted.value,),) if isinstance(wanted, DoctypeValue) else ()


def _check_claim(claim: ClaimQuery, format_name: str) -> None:
    """The path is a claims path pointer of the format (section 7)."""
    _check(_is_path(claim.path), "path")
    _check(len(claim.values) <= limits.MAX_QUERY_VALUES, "values")
    _check(claim.id is None or _ID.fullmatch(claim.id) is not None, "id")
    if format_name == MDOC_FORMAT:
        texts = all(isinstance(step, str) for step in claim.path)
        _check(texts and len(claim.path) == _MDOC_STEPS, "path")
    else:
        _check(claim.intent_to_retain is None, "intent_to_retain")


def _check_claim_sets(query: CredentialQuery) -> None:
    """Ids are unique, each claim has one where there are sets, and sets name claims that are there.

    A set that is empty is refused: section 6.1 does not say what it would ask for.
    """
    ids = _distinct([each.id for each in query.claims if each.id is not None], "id")
    if not query.claim_sets:
        return
    _check(len(query.claim_sets) <= limits.MAX_QUERY_CLAIM_SETS, "claim_sets")
    _check(0 < len(query.claims) == len(ids), "claim_sets")
    for names in query.claim_sets:
        _check(0 < len(names) <= limits.MAX_QUERY_CLAIMS, "claim_sets")
        _check(all(name in ids for name in names), "claim_sets")


def _check_authorities(query: CredentialQuery) -> None:
    named = query.trusted_authorities
    _check(len(named) <= limits.MAX_QUERY_AUTHORITIES, "trusted_authorities")
    _check(all(each.kind and each.name for each in named), "trusted_authorities")


def _is_path(path: ClaimPath) -> bool:
    return 0 < len(path) <= limits.MAX_QUERY_PATH and all(
        step is None or isinstance(step, str) or (type(step) is int and step >= 0) for step in path
    )


def _distinct(names: Sequence[str], member: str) -> frozenset[str]:
    found = frozenset(names)
    _check(len(found) == len(names), member)
    return found


def _check(holds: object, member: str) -> None:
    if not holds:
        raise MalformedError(Code.QUERY_SYNTAX, member)
