"""Writing a query in one line."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.model import ClaimPath, ClaimQuery, ClaimValue, CredentialQuery, Query

SDJWT_FORMAT: Final = "dc+sd-jwt"
MDOC_FORMAT: Final = "mso_mdoc"

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

Claim: TypeAlias = str | ClaimPath | ClaimQuery
"""A top-level claim by name, a path, or what `claim` made."""


def sdjwt(query_id: str, *, vct: str | tuple[str, ...], claims: Iterable[Claim]) -> CredentialQuery:
    """Ask for an SD-JWT VC of a type, or of one of several.

    Raises:
        MalformedError: `query.syntax`.
    """
    types = (vct,) if isinstance(vct, str) else vct
    return checked(
        CredentialQuery(query_id, SDJWT_FORMAT, types, tuple(_claim(item) for item in claims))
    )


def mdoc(query_id: str, *, doctype: str, claims: Mapping[str, Iterable[str]]) -> CredentialQuery:
    """Ask for an mdoc of a doctype; `claims` gives element identifiers by namespace.

    Raises:
        MalformedError: `query.syntax`.
    """
    paths = [(space, element) for space, elements in claims.items() for element in elements]
    return checked(
        CredentialQuery(query_id, MDOC_FORMAT, (doctype,), tuple(ClaimQuery(p) for p in paths))
    )


def claim(*path: str | int | None, values: tuple[ClaimValue, ...] = ()) -> ClaimQuery:
    """Ask for a claim at a path, and for one of these values if any are given."""
    return ClaimQuery(path, values)


def of(*credentials: CredentialQuery) -> Query:
    """Put credential queries together into one query.

    Raises:
        MalformedError: `query.empty`, or `query.syntax` when two have the same id or there are
            too many.
    """
    if not credentials:
        raise MalformedError(Code.QUERY_EMPTY)
    ids = {each.id for each in credentials}
    if len(ids) != len(credentials) or len(credentials) > limits.MAX_QUERY_CREDENTIALS:
        raise MalformedError(Code.QUERY_SYNTAX)
    return Query(credentials)


def checked(query: CredentialQuery) -> CredentialQuery:
    """Return the query itself if its id, types and paths are well-formed.

    Raises:
        MalformedError: `query.syntax` (OpenID4VP 1.0, sections 6.1, 6.3 and 7).
    """
    well_formed = (
        _ID.fullmatch(query.id) is not None
        and query.types
        and all(query.types)
        and len(query.claims) <= limits.MAX_QUERY_CLAIMS
        and all(_is_path(item.path) for item in query.claims)
        and len({item.path for item in query.claims}) == len(query.claims)
    )
    if not well_formed:
        raise MalformedError(Code.QUERY_SYNTAX)
    return query


def _claim(item: Claim) -> ClaimQuery:
    if isinstance(item, ClaimQuery):
        return item
    return ClaimQuery((item,) if isinstance(item, str) else item)


def _is_path(path: ClaimPath) -> bool:
    return 0 < len(path) <= limits.MAX_QUERY_PATH and all(
        step is None or isinstance(step, str) or (type(step) is int and step >= 0) for step in path
    )
