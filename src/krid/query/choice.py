"""Alternatives in one line: of claims within a credential, and of credentials within a query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from krid.model import ClaimQuery, CredentialQuery

Claim: TypeAlias = str | Sequence[str | int | None] | ClaimQuery
"""A top-level claim by name, a path as a tuple or list, or what `claim` made."""

Elements: TypeAlias = Mapping[str, Iterable[str | ClaimQuery]]
"""Element identifiers of an mdoc by namespace, or what `element` made."""


@final
@dataclass(frozen=True, slots=True)
class Either:
    """Alternatives of claims, the one that the verifier likes best first. Made by `either`."""

    options: tuple[Iterable[Claim] | Elements, ...]


@final
@dataclass(frozen=True, slots=True)
class CredentialChoice:
    """Alternatives of credentials. Made by `any_of` and `optional`."""

    options: tuple[tuple[CredentialQuery, ...], ...]
    required: bool


Alternative: TypeAlias = CredentialQuery | tuple[CredentialQuery, ...]
"""One credential, or several that come together."""


def either(*options: Iterable[Claim] | Elements) -> Either:
    """Ask for the claims of one option: the first is liked best, so let it disclose the least.

    Each option is what `claims` of `sdjwt` or `mdoc` would be.
    """
    return Either(options)


def any_of(*options: Alternative) -> CredentialChoice:
    """Ask for one credential, or one tuple of credentials, out of these."""
    return CredentialChoice(_together(options), required=True)


def optional(*options: Alternative) -> CredentialChoice:
    """Ask for one of these, or for nothing: the holder may leave them all out."""
    return CredentialChoice(_together(options), required=False)


def _together(options: tuple[Alternative, ...]) -> tuple[tuple[CredentialQuery, ...], ...]:
    return tuple(each if isinstance(each, tuple) else (each,) for each in options)
