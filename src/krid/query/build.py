"""Writing a query in one line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError
from krid.model import (
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
)
from krid.query.choice import Claim, CredentialChoice, Either, Elements
from krid.query.rules import (
    JWT_VC_FORMAT,
    LDP_VC_FORMAT,
    MDOC_FORMAT,
    SDJWT_FORMAT,
    checked_credential,
    checked_query,
)


def sdjwt(
    query_id: str,
    *,
    vct: str | tuple[str, ...],
    claims: Iterable[Claim] | Either,
    multiple: bool = False,
    authorities: Iterable[TrustedAuthority] = (),
    holder: HolderBinding = HolderBinding.REQUIRED,
) -> CredentialQuery:
    """Ask for an SD-JWT VC of a type, or of one of several.

    With `multiple` the holder may answer with several. `authorities` are those one of which must
    stand behind the issuer.

    Raises:
        MalformedError: `query.syntax`.
    """
    typed("vct", vct, str, tuple, list)
    types = VctValues((vct,) if isinstance(vct, str) else tuple(vct))
    asked = CredentialQuery(
        query_id, SDJWT_FORMAT, types, (), (), multiple, tuple(authorities), holder
    )
    return _with_claims(asked, _alternatives(claims, _json_claims))


def mdoc(
    query_id: str,
    *,
    doctype: str,
    claims: Elements | Either,
    multiple: bool = False,
    authorities: Iterable[TrustedAuthority] = (),
    holder: HolderBinding = HolderBinding.REQUIRED,
) -> CredentialQuery:
    """Ask for an mdoc of a doctype; `claims` gives element identifiers by namespace.

    Raises:
        MalformedError: `query.syntax`.
    """
    typed("doctype", doctype, str)
    asked = CredentialQuery(
        query_id, MDOC_FORMAT, DoctypeValue(doctype), (), (), multiple, tuple(authorities), holder
    )
    return _with_claims(asked, _alternatives(claims, _elements))


def jwt_vc(
    query_id: str,
    *,
    types: Iterable[tuple[str, ...]],
    claims: Iterable[Claim] | Either,
    multiple: bool = False,
    authorities: Iterable[TrustedAuthority] = (),
    holder: HolderBinding = HolderBinding.REQUIRED,
) -> CredentialQuery:
    """Ask for a W3C credential in a JWT; `types` are alternatives of fully expanded types.

    Raises:
        MalformedError: `query.syntax`.
    """
    return w3c(
        query_id,
        format_name=JWT_VC_FORMAT,
        types=types,
        claims=claims,
        multiple=multiple,
        authorities=authorities,
        holder=holder,
    )


def ldp_vc(
    query_id: str,
    *,
    types: Iterable[tuple[str, ...]],
    claims: Iterable[Claim] | Either,
    multiple: bool = False,
    authorities: Iterable[TrustedAuthority] = (),
    holder: HolderBinding = HolderBinding.REQUIRED,
) -> CredentialQuery:
    """Ask for a W3C credential with a proof; `types` are alternatives of fully expanded types.

    Raises:
        MalformedError: `query.syntax`.
    """
    return w3c(
        query_id,
        format_name=LDP_VC_FORMAT,
        types=types,
        claims=claims,
        multiple=multiple,
        authorities=authorities,
        holder=holder,
    )


def w3c(
    query_id: str,
    *,
    format_name: str,
    types: Iterable[tuple[str, ...]],
    claims: Iterable[Claim] | Either,
    multiple: bool = False,
    authorities: Iterable[TrustedAuthority] = (),
    holder: HolderBinding = HolderBinding.REQUIRED,
) -> CredentialQuery:
    """Ask for a W3C credential in a format by its name, such as `vc+jwt`.

    `types` are alternatives of fully expanded types.

    Raises:
        MalformedError: `query.syntax`.

    >>> asked = w3c("card", format_name="vc+jwt", types=[("ExampleCard",)], claims=[])
    >>> asked.types
    ('ExampleCard',)
    """
    alternatives = tuple(types)
    if any(isinstance(each, str) for each in alternatives):  # each of its letters would be a type
        raise MalformedError(Code.QUERY_SYNTAX, "types: alternatives, each a tuple of texts")
    wanted = TypeValues(alternatives)
    asked = CredentialQuery(
        query_id, format_name, wanted, (), (), multiple, tuple(authorities), holder
    )
    return _with_claims(asked, _alternatives(claims, _json_claims))


def claim(
    *path: str | int | None, values: tuple[ClaimValue, ...] = (), claim_id: str | None = None
) -> ClaimQuery:
    """Ask for a claim at a path, and for one of these values if any are given."""
    return ClaimQuery(path, values, claim_id)


def element(
    identifier: str, *, retain: bool | None = None, values: tuple[ClaimValue, ...] = ()
) -> ClaimQuery:
    """Ask for an element of an mdoc, and say whether it is meant to be kept."""
    return ClaimQuery((identifier,), values, None, retain)


def of(*parts: CredentialQuery | CredentialChoice) -> Query:
    """Put credential queries, and choices of some, together into one query.

    Raises:
        MalformedError: `query.empty`, or `query.syntax` when two differ and have the same id or
            there are too many.
    """
    credentials: dict[CredentialQuery, None] = {}
    for part in parts:
        typed("parts", part, CredentialQuery, CredentialChoice)
        if isinstance(part, CredentialChoice):
            credentials.update((each, None) for option in part.options for each in option)
        elif part in credentials:
            raise MalformedError(Code.QUERY_SYNTAX, "id")
        else:
            credentials[part] = None
    plain = not any(isinstance(part, CredentialChoice) for part in parts)
    sets = () if plain else tuple(_set(part) for part in parts)
    return checked_query(Query(tuple(credentials), sets))


def _set(part: CredentialQuery | CredentialChoice) -> CredentialSet:
    if isinstance(part, CredentialQuery):
        return CredentialSet(((part.id,),))
    names = tuple(tuple(each.id for each in option) for option in part.options)
    return CredentialSet(names, part.required)


def _alternatives(
    claims: Any,  # noqa: ANN401  what `read` takes, or alternatives of it
    read: Callable[[Any], tuple[ClaimQuery, ...]],
) -> tuple[tuple[ClaimQuery, ...], ...]:
    typed("claims", claims, Either, Iterable)
    options = claims.options if isinstance(claims, Either) else (claims,)
    return tuple(read(each) for each in options)


def _with_claims(
    asked: CredentialQuery, options: Sequence[tuple[ClaimQuery, ...]]
) -> CredentialQuery:
    """Put the claims in, and where there are several options, name the claims of each."""
    typed("query_id", asked.id, str)
    if len(options) == 1:
        _check_once(options[0])
        return checked_credential(replace(asked, claims=options[0]))
    if not 0 < len(options) <= limits.MAX_QUERY_CLAIM_SETS:
        raise MalformedError(Code.QUERY_SYNTAX, "claim_sets")
    every = dict.fromkeys(each for option in options for each in option)
    named = {
        each: replace(each, id=each.id or f"claim-{number}") for number, each in enumerate(every)
    }
    _check_once(tuple(named.values()))
    names = tuple(tuple(str(named[each].id) for each in option) for option in options)
    return checked_credential(replace(asked, claims=tuple(named.values()), claim_sets=names))


def _check_once(claims: tuple[ClaimQuery, ...]) -> None:
    """Verifiers must not point to the same claim more than once (section 6.1)."""
    if len({each.path for each in claims}) != len(claims):
        raise MalformedError(Code.QUERY_SYNTAX, "path")


def _json_claims(claims: Iterable[Claim]) -> tuple[ClaimQuery, ...]:
    if isinstance(claims, str):  # each of its letters would be a claim
        raise MalformedError(Code.QUERY_SYNTAX, "claims")
    return tuple(_claim(each) for each in claims)


def _claim(item: Claim) -> ClaimQuery:
    if isinstance(item, ClaimQuery):
        return item
    typed("each claim", item, str, tuple, list)
    return ClaimQuery((item,) if isinstance(item, str) else tuple(item))


def _elements(claims: Elements) -> tuple[ClaimQuery, ...]:
    typed("claims", claims, Mapping)
    return tuple(
        replace(found, path=(space, *found.path))
        for space, elements in claims.items()
        for found in map(_claim, elements)
    )
