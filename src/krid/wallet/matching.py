"""Which cards answer a request, and what each of them would disclose."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

from krid._core import limits
from krid.model import (
    AcceptedCredential,
    ClaimPath,
    CredentialQuery,
    HolderBinding,
    TypeValues,
    value_at,
)
from krid.query import Match, match_options
from krid.wallet.cards import Card
from krid.wallet.consent import Candidate


def candidates(
    query: CredentialQuery, cards: Sequence[Card], bearer_formats: Collection[str]
) -> tuple[Candidate, ...]:
    """Return the ways in which cards answer a query, those that disclose the least first.

    `bearer_formats` are the names of formats that can do without a proof of the holder.
    """
    found = islice(_ways(query, cards, bearer_formats), limits.MAX_QUERY_CANDIDATES)
    return tuple(sorted(found, key=lambda each: (each.weight, each.option)))


def _ways(
    query: CredentialQuery, cards: Sequence[Card], bearer_formats: Collection[str]
) -> Iterator[Candidate]:
    for card in cards:
        binding = _binding(query, card.credential)
        if binding is HolderBinding.REQUIRED or query.format in bearer_formats:
            for match in match_options(query, card.credential):
                yield _candidate(query, card, match, binding)


def _binding(query: CredentialQuery, credential: AcceptedCredential) -> HolderBinding:
    """Leave the proof away only where it is not asked for, and where it can't or mustn't be.

    A proof ties a presentation to one verifier, so it is made wherever there is a key; a W3C
    credential asked for without holder binding must be without (appendix B.1).
    """
    if query.holder_binding is HolderBinding.REQUIRED:
        return HolderBinding.REQUIRED
    if credential.holder is None or isinstance(query.wanted, TypeValues):
        return HolderBinding.NOT_REQUIRED
    return HolderBinding.REQUIRED


def _candidate(
    query: CredentialQuery, card: Card, match: Match, binding: HolderBinding
) -> Candidate:
    credential = card.credential
    withheld = _withheld(credential, match.disclose)
    along = _along(credential, match.disclose, withheld)
    values = {path: value_at(credential.claims, path) for path in (*match.disclose, *along)}
    kept = {each.path for each in query.options[match.option] if each.intent_to_retain}
    return Candidate(
        card_id=card.id,
        format=credential.format,
        type=credential.type,
        issuer=credential.issuer,
        disclose=match.disclose,
        always=_always(credential),
        withheld=withheld,
        along=along,
        values=MappingProxyType(values),
        retained=tuple(path for path in match.disclose if path in kept),
        option=match.option,
        binding=binding,
        weight=len({leaf for path, value in values.items() for leaf in leaves(value, path)}),
    )


def _always(credential: AcceptedCredential) -> tuple[ClaimPath, ...]:
    hidden = set(credential.withholdable)
    return tuple(path for path in leaves(credential.claims) if hidden.isdisjoint(_prefixes(path)))


def _along(
    credential: AcceptedCredential,
    disclose: tuple[ClaimPath, ...],
    withheld: tuple[ClaimPath, ...],
) -> tuple[ClaimPath, ...]:
    """What stands open within something that could be withheld and is not, as it leads to more."""
    hidden, stays = frozenset(credential.withholdable), frozenset(withheld)
    asked = frozenset(disclose)
    return tuple(
        path
        for path in leaves(credential.claims)
        if (above := _prefixes(path)) & hidden and above.isdisjoint(stays | asked)
    )


def _prefixes(path: ClaimPath) -> frozenset[ClaimPath]:
    return frozenset(path[:size] for size in range(1, len(path) + 1))


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
