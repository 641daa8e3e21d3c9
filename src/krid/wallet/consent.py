"""From a request to a person's decision: who asks, what would leave, and the consent to it.

A `Consent` comes only from a `Matched`, a `Matched` only from a wallet's `match`, and that takes
only a request whose sender has proved who it is.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import final

from krid._core import strict_json
from krid.errors import BindingError, Code, ContentError
from krid.exchange import AuthenticatedRequest
from krid.model import ClaimPath, CredentialSet, HolderBinding
from krid.query import check_chosen, check_number
from krid.wallet.asking import Asking
from krid.wallet.guards import Use


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One card that answers one credential query in one way, and what would leave with it.

    `disclose` were asked for; `always` leave with every presentation of this card; `withheld`
    stay hidden. `along` leave with what was asked for, since they stand open beside it: the rest
    of an address whose city is shown. `values` gives the value at each path of `disclose` and
    `along`, for the consent screen.
    `retained` are those paths that the verifier says it means to keep. `option` is the place of
    the claim set that this is, 0 being the one that the verifier likes best. `binding` says
    whether the wallet proves that it holds the card. `weight` is how many single values leave.
    """

    card_id: str
    format: str
    type: str
    issuer: str
    disclose: tuple[ClaimPath, ...]
    always: tuple[ClaimPath, ...]
    withheld: tuple[ClaimPath, ...]
    values: Mapping[ClaimPath, object] = field(repr=False)
    retained: tuple[ClaimPath, ...] = ()
    option: int = 0
    binding: HolderBinding = HolderBinding.REQUIRED
    weight: int = 0
    along: tuple[ClaimPath, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Selection:
    """What is to leave: candidates by query id, more than one only where `multiple` allows it."""

    choices: Mapping[str, tuple[Candidate, ...]]

    @property
    def leaving(self) -> tuple[Candidate, ...]:
        """All candidates that were chosen."""
        return tuple(each for chosen in self.choices.values() for each in chosen)


@final
@dataclass(frozen=True, slots=True)
class Consent:
    """A person's agreement that exactly this leaves, for exactly this request.

    `asking` is what the person was shown of the verifier's registration.
    """

    request: AuthenticatedRequest
    selection: Selection
    asking: Asking
    seal: object = field(repr=False)

    @property
    def use(self) -> Use:
        """Name this very consent as a use of keys: the request, and all that leaves with it."""
        asked = self.request.request
        named = {
            "client_id": asked.client_id,
            "nonce": asked.nonce,
            "state": asked.state,
            "response_uri": asked.response_uri,
            "origin": asked.origin,
            "transactions": [each.encoded for each in asked.transactions],
            "leaving": {
                name: [_leaving(each) for each in chosen]
                for name, chosen in self.selection.choices.items()
            },
        }
        digest = hashlib.sha256(b"krid consent 1" + strict_json.dumps(named)).digest()
        return Use(self.request.verifier, asked.purpose, digest)


def _leaving(choice: Candidate) -> strict_json.JsonObject:
    return {
        "card": choice.card_id,
        "binding": choice.binding.value,
        "disclose": [list(path) for path in choice.disclose],
        "along": [list(path) for path in choice.along],
    }


@final
@dataclass(frozen=True, slots=True)
class Matched:
    """The wallet can answer: `candidates` by query id, those that disclose the least first.

    Among equals the one that the verifier likes best comes first, then the card added first.
    `sets` are what a person can choose from: one option of each required set, and of the others
    one or none. `asking` says whether the verifier is registered, and what it asks for beyond
    that: show it.
    """

    request: AuthenticatedRequest
    candidates: Mapping[str, tuple[Candidate, ...]]
    asking: Asking
    seal: object = field(repr=False)
    sets: tuple[CredentialSet, ...] = ()

    @property
    def minimum(self) -> Selection:
        """The selection that discloses the least, without anything that is not required.

        Sets are answered one after the other, each with the option that adds the least: where
        options of several sets overlap, another combination may disclose less.
        """
        return self._select(lambda each: each[0])

    @property
    def preferred(self) -> Selection:
        """The selection with the claims that the verifier likes best, of the same credentials."""
        return self._select(lambda each: min(each, key=lambda one: (one.option, one.weight)))

    def consent(self, *, to: Selection) -> Consent:
        """Record that the person agrees to a selection of these candidates.

        Raises:
            BindingError: `consent.beyond` when the selection holds anything else, or lacks a
                credential that was asked for.
        """
        for query_id, chosen in to.choices.items():
            offered = self.candidates.get(query_id, ())
            cards = {each.card_id for each in chosen}
            if len(cards) != len(chosen) or not all(each in offered for each in chosen):
                raise BindingError(Code.CONSENT_BEYOND)
        self._check_asked(to)
        return Consent(self.request, to, self.asking, self.seal)

    def _check_asked(self, to: Selection) -> None:
        asked = self.request.request.query
        try:
            check_chosen(asked, to.choices.keys())
            for each in asked.credentials:
                if each.id in to.choices:
                    check_number(each, to.choices[each.id])
        except ContentError as cause:
            raise BindingError(Code.CONSENT_BEYOND) from cause

    def _lightest(self, each: CredentialSet, chosen: Mapping[str, object]) -> tuple[str, ...]:
        def added(option: tuple[str, ...]) -> int:
            return sum(
                self.candidates[name][0].weight for name in set(option) if name not in chosen
            )

        return min(each.options, key=added)

    def _select(self, pick: Callable[[tuple[Candidate, ...]], Candidate]) -> Selection:
        chosen: dict[str, tuple[Candidate, ...]] = {}
        for each in self.sets:
            if each.required:
                for name in self._lightest(each, chosen):
                    chosen[name] = (pick(self.candidates[name]),)
        return Selection(MappingProxyType(chosen))


@final
@dataclass(frozen=True, slots=True)
class NoMatch:
    """The wallet can't answer: `missing` names the query ids that no usable card answers."""

    request: AuthenticatedRequest
    missing: tuple[str, ...]
