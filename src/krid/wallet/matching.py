"""Which cards answer a request, and what each of them would disclose."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from krid.model import AcceptedCredential, ClaimPath, CredentialQuery, value_at
from krid.query import match_credential
from krid.wallet.cards import Card
from krid.wallet.consent import Candidate


def candidates(query: CredentialQuery, cards: Sequence[Card]) -> tuple[Candidate, ...]:
    """Return the cards that answer a query, those that disclose the least first."""
    found = [each for card in cards if (each := _candidate(query, card)) is not None]
    return tuple(sorted(found, key=lambda each: len(each.disclose)))


def _candidate(query: CredentialQuery, card: Card) -> Candidate | None:
    match = match_credential(query, card.credential)
    if match is None:
        return None
    credential = card.credential
    values = {path: value_at(credential.claims, path) for path in match.disclose}
    return Candidate(
        card_id=card.id,
        format=credential.format,
        type=credential.type,
        issuer=credential.issuer,
        disclose=match.disclose,
        always=_always(credential),
        withheld=_withheld(credential, match.disclose),
        values=MappingProxyType(values),
    )


def _always(credential: AcceptedCredential) -> tuple[ClaimPath, ...]:
    hidden = set(credential.withholdable)
    return tuple(
        path
        for path in leaves(credential.claims)
        if not any(path[:size] in hidden for size in range(1, len(path) + 1))
    )


def _withheld(
    credential: AcceptedCredential, disclose: tuple[ClaimPath, ...]
) -> tuple[ClaimPath, ...]:
    """The withholdable paths that neither lead to nor lie below a disclosed one."""
    return tuple(
        path
        for path in credential.withholdable
        if not any(_related(path, disclosed) for disclosed in disclose)
    )


def _related(one: ClaimPath, other: ClaimPath) -> bool:
    size = min(len(one), len(other))
    return one[:size] == other[:size]


def leaves(value: object, path: ClaimPath = ()) -> Iterator[ClaimPath]:
    """Yield the concrete path of each value that is neither a map nor an array."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from leaves(member, (*path, name))
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from leaves(member, (*path, index))
    else:
        yield path
