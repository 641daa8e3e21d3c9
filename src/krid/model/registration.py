"""Who may ask what: the registration of a verifier, and the port of those who know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, assert_never, final

from krid.model.paths import ClaimPath
from krid.model.query import (
    AnyType,
    CredentialQuery,
    DoctypeValue,
    TypeValues,
    VctValues,
    WantedType,
)

EVERY_TYPE: Final = "*"
"""Stands in `OverAsked` for a query that takes any type; no registration names it."""


@final
@dataclass(frozen=True, slots=True)
class Attestation:
    """Something that a verifier sends along about itself, as it came; nothing in it is verified.

    `format` is its kind, such as `registration_cert`. `credential_ids` are the credential queries
    that it speaks of, None for all (OpenID4VP 1.0, section 5.1, `verifier_info`).
    """

    format: str
    data: str = field(repr=False)
    credential_ids: frozenset[str] | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, as a protocol proved it, and what it sent along.

    `names` are those that the verifier's certificate proves, its client identifier among them.
    """

    client_id: str
    names: frozenset[str]
    attestations: tuple[Attestation, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Permission:
    """Types of credentials that a verifier may ask for, and which claims of them.

    No `claims`: all of them.
    """

    format: str
    types: frozenset[str]
    claims: frozenset[ClaimPath] | None

    def covers(self, kind: str, query: CredentialQuery, path: ClaimPath) -> bool:
        """Tell whether a claim of a type that a query asks for is among those permitted."""
        if query.format != self.format or kind not in self.types:
            return False
        return self.claims is None or any(_covers(each, path) for each in self.claims)

    def covers_type(self, kind: str, query: CredentialQuery) -> bool:
        """Tell whether a type that a query asks for is among those permitted."""
        return query.format == self.format and kind in self.types


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a verifier is registered for: its name, its purposes by language, what it may ask.

    `evidence` says where this was found and who stands behind it.
    """

    id: str
    name: str
    purposes: Mapping[str, str]
    permissions: tuple[Permission, ...]
    valid_until: datetime | None
    evidence: str

    def beyond(self, query: CredentialQuery) -> "OverAsked | None":
        """Return what a credential query asks for beyond the registration; None for nothing.

        A claim is permitted when it stands at a permitted path or below; it must be for every
        type that would do as an answer. Of types that a credential must have all at once, one
        that is permitted is enough. That any type will do is beyond every registration.
        """
        permitted: list[str] = []
        beyond: list[str] = []
        for names in _kinds(query.wanted):
            found = [name for name in names if self._permits_type(name, query)]
            permitted.extend(found[:1])
            beyond.extend(() if found else names)
        claims = tuple(
            claim.path
            for claim in query.claims
            if not permitted
            or not all(self._permits(kind, query, claim.path) for kind in permitted)
        )
        types = tuple(dict.fromkeys(beyond))
        return OverAsked(query.id, types, claims) if types or claims else None

    def _permits_type(self, kind: str, query: CredentialQuery) -> bool:
        return any(each.covers_type(kind, query) for each in self.permissions)

    def _permits(self, kind: str, query: CredentialQuery, path: ClaimPath) -> bool:
        return any(each.covers(kind, query, path) for each in self.permissions)


@final
@dataclass(frozen=True, slots=True)
class OverAsked:
    """What one credential query asks for beyond the verifier's registration."""

    query_id: str
    types: tuple[str, ...]
    claims: tuple[ClaimPath, ...]


class Registrations(Protocol):
    """Those who know what a verifier may ask: a list, a register, what it brought along."""

    def find(self, asker: Asker, *, now: datetime) -> Registration:
        """Return the registration of a verifier.

        Raises:
            TrustError: `registration.unknown` when nobody says what it may ask.
            KridError: the code of what is wrong with what it brought along.
        """
        ...


def _kinds(wanted: WantedType) -> Sequence[tuple[str, ...]]:
    """Return the alternatives of what is asked for, each the types that come together."""
    match wanted:
        case TypeValues(alternatives):
            return alternatives
        case AnyType():
            return ((EVERY_TYPE,),)
        case VctValues(values):
            return tuple((each,) for each in values)
        case DoctypeValue(value):
            return ((value,),)
        case _ as never:
            assert_never(never)


def _covers(permitted: ClaimPath, asked: ClaimPath) -> bool:
    """Tell whether a claim stands at a permitted path or below; None permits every index."""
    if len(permitted) > len(asked):
        return False
    return all(
        have == want or (have is None and isinstance(want, int))
        for have, want in zip(permitted, asked, strict=False)
    )
