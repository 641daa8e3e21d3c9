"""Whether a credential that a holder has answers a query, and what would leave (section 6.4)."""

from dataclasses import dataclass
from typing import final

from krid.model import (
    AcceptedCredential,
    ClaimPath,
    ClaimQuery,
    CredentialQuery,
    select,
    value_at,
)


@final
@dataclass(frozen=True, slots=True)
class Match:
    """A credential answers a query: `disclose` are the concrete paths that were asked for."""

    disclose: tuple[ClaimPath, ...]


def match_credential(query: CredentialQuery, credential: AcceptedCredential) -> Match | None:
    """Return what a credential would disclose for a query, or None when it does not answer it."""
    if credential.format != query.format or credential.type not in query.types:
        return None
    found: list[ClaimPath] = []
    for claim in query.claims:
        paths = _paths_of(claim, credential)
        if not paths:
            return None
        found.extend(paths)
    return Match(tuple(dict.fromkeys(found)))


def _paths_of(claim: ClaimQuery, credential: AcceptedCredential) -> tuple[ClaimPath, ...]:
    paths = select(credential.claims, claim.path)
    if not claim.values:
        return paths
    return tuple(path for path in paths if is_wanted(value_at(credential.claims, path), claim))


def is_wanted(value: object, claim: ClaimQuery) -> bool:
    """Tell whether a value is one of those asked for, of the same type (section 6.4.1)."""
    return any(type(value) is type(wanted) and value == wanted for wanted in claim.values)
