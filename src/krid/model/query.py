"""What a verifier asks for: the values of a DCQL query (OpenID4VP 1.0, section 6).

The wire form is read and written by `krid.query`; these values carry no syntax.
"""

from dataclasses import dataclass
from typing import TypeAlias, final

from krid.model.paths import ClaimPath

ClaimValue: TypeAlias = str | int | bool


@final
@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """One claim: where it stands and, if `values` is not empty, what it must be one of."""

    path: ClaimPath
    values: tuple[ClaimValue, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class CredentialQuery:
    """One credential: its format, the types that will do, and the claims to disclose.

    No claims means: only those that the issuer always discloses.
    """

    id: str
    format: str
    types: tuple[str, ...]
    claims: tuple[ClaimQuery, ...]


@final
@dataclass(frozen=True, slots=True)
class Query:
    """All credentials of one request; each of them is needed."""

    credentials: tuple[CredentialQuery, ...]
