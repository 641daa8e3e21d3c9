"""From a request to a person's decision: who asks, what would leave, and the consent to it.

A `Consent` comes only from a `Matched`, a `Matched` only from a wallet's `match`, and that takes
only a request whose sender has proved who it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import final

from krid.errors import BindingError, Code
from krid.exchange import AuthenticatedRequest
from krid.model import ClaimPath
from krid.wallet.asking import Asking


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One card that answers one credential query, and what would leave with it.

    `disclose` were asked for; `always` leave with every presentation of this card; `withheld`
    stay hidden. `values` gives the value at each path of `disclose`, for the consent screen.
    """

    card_id: str
    format: str
    type: str
    issuer: str
    disclose: tuple[ClaimPath, ...]
    always: tuple[ClaimPath, ...]
    withheld: tuple[ClaimPath, ...]
    values: Mapping[ClaimPath, object] = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Selection:
    """One candidate for each credential query, by query id."""

    choices: Mapping[str, Candidate]


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


@final
@dataclass(frozen=True, slots=True)
class Matched:
    """The wallet can answer: `candidates` by query id, the best one first.

    The best one discloses the fewest paths; among equals it is the card added first. `asking`
    says whether the verifier is registered, and what it asks for beyond that: show it.
    """

    request: AuthenticatedRequest
    candidates: Mapping[str, tuple[Candidate, ...]]
    asking: Asking
    seal: object = field(repr=False)

    @property
    def minimum(self) -> Selection:
        """The selection that discloses the least."""
        return Selection(
            MappingProxyType({query_id: each[0] for query_id, each in self.candidates.items()})
        )

    def consent(self, *, to: Selection) -> Consent:
        """Record that the person agrees to a selection of these candidates.

        Raises:
            BindingError: `consent.beyond` when the selection holds anything else, or lacks a
                credential that was asked for.
        """
        if to.choices.keys() != self.candidates.keys():
            raise BindingError(Code.CONSENT_BEYOND)
        for query_id, choice in to.choices.items():
            if choice not in self.candidates[query_id]:
                raise BindingError(Code.CONSENT_BEYOND)
        return Consent(self.request, to, self.asking, self.seal)


@final
@dataclass(frozen=True, slots=True)
class NoMatch:
    """The wallet can't answer: `missing` names the query ids that no usable card answers."""

    request: AuthenticatedRequest
    missing: tuple[str, ...]
