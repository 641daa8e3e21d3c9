"""Whether a credential that a holder has answers a query, and what would leave (section 6.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from krid._core import base64url, cbor
from krid.model import (
    AcceptedCredential,
    ClaimPath,
    ClaimQuery,
    CredentialQuery,
    HolderBinding,
    TrustedAuthority,
    is_of_type,
    select,
    value_at,
)


@final
@dataclass(frozen=True, slots=True)
class Match:
    """A credential answers a query: `disclose` are the concrete paths that were asked for.

    `option` is the place of the claim set in the query, 0 being the one that the verifier likes
    best; 0 where there are no claim sets.
    """

    disclose: tuple[ClaimPath, ...]
    option: int = 0


def match_credential(query: CredentialQuery, credential: AcceptedCredential) -> Match | None:
    """Return what a credential discloses under the first claim set that it can satisfy.

    None when it does not answer the query.
    """
    found = match_options(query, credential)
    return found[0] if found else None


def match_options(query: CredentialQuery, credential: AcceptedCredential) -> tuple[Match, ...]:
    """Return what a credential would disclose under each claim set that it can satisfy.

    Each claim is looked for once, however many claim sets name it.
    """
    if not _fits(query, credential):
        return ()
    paths = {each: _paths_of(each, credential) for each in query.claims}
    found: dict[frozenset[ClaimPath], Match] = {}
    for number, claims in enumerate(query.options):
        if all(paths[each] for each in claims):
            disclose = tuple(dict.fromkeys(path for each in claims for path in paths[each]))
            if not _is_enough(credential, disclose):
                continue
            found.setdefault(frozenset(disclose), Match(disclose, number))
    return tuple(found.values())


def stands_under(
    wanted: tuple[TrustedAuthority, ...], authorities: frozenset[TrustedAuthority]
) -> bool:
    """Tell whether one of the authorities that are asked for stands behind an issuer (6.1.1)."""
    return not wanted or not authorities.isdisjoint(wanted)


def is_wanted(value: object, claim: ClaimQuery) -> bool:
    """Tell whether a value is one of those asked for, of the same type (section 6.3).

    A byte string of an mdoc is compared as base64url text, a date as its text (RFC 8949,
    section 6.1).
    """
    value = _as_json(value)
    return any(type(value) is type(wanted) and value == wanted for wanted in claim.values)


def _as_json(value: object) -> object:
    match value:
        case bytes():
            return base64url.encode(value)
        case cbor.FullDate(text) | cbor.DateTime(text):
            return text
        case _:
            return value


def _fits(query: CredentialQuery, credential: AcceptedCredential) -> bool:
    """Check all but the claims."""
    return (
        credential.format == query.format
        and is_of_type(query.wanted, credential.types)
        and stands_under(query.trusted_authorities, credential.signer.stands_under)
        and (credential.holder is not None or query.holder_binding is HolderBinding.NOT_REQUIRED)
    )


def _is_enough(credential: AcceptedCredential, disclose: Sequence[ClaimPath]) -> bool:
    """Tell whether something of what can't do without is disclosed: it, a part, or more."""
    needed = credential.needs_one
    return not needed or any(
        path[: len(each)] == each[: len(path)] for each in needed for path in disclose
    )


def _paths_of(claim: ClaimQuery, credential: AcceptedCredential) -> tuple[ClaimPath, ...]:
    paths = select(credential.claims, claim.path)
    if not claim.values:
        return paths
    return tuple(path for path in paths if is_wanted(value_at(credential.claims, path), claim))
