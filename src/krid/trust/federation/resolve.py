"""From an entity up to a trusted anchor: finding trust chains (OpenID Federation 1.0, draft 48).

Section 10.1. The search goes up level by level, so that the shortest chain that holds is the one
that is taken (section 10.3), and of several as short the one whose superiors are named first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import limits
from krid.errors import Code, KridError, TransportError, TrustError
from krid.net import Flow
from krid.trust.federation.chain import Anchor, TrustChain, verify_chain
from krid.trust.federation.identifier import check_entity_id
from krid.trust.federation.statement import EntityConfiguration
from krid.trust.federation.visit import Visit

# A path has one entity for each statement but the last two, which are both the anchor's.
_MOST_ENTITIES: Final = limits.MAX_TRUST_CHAIN_STATEMENTS - 1


def resolve_chain(
    entity_id: str, *, anchors: Sequence[Anchor], now: datetime, skew: timedelta
) -> Flow[TrustChain]:
    """Find and verify a trust chain from an entity to one of the anchors.

    Run it with `krid.net.run`. The name of an unverified credential leads anywhere: the transport
    is what keeps private hosts out.

    Raises:
        KridError: why the first chain that reached an anchor does not hold, with the codes of
            `verify_chain`; where none reached one, why the entity's configuration or that of a
            superior is refused or could not be had, `federation.depth`, `federation.loop` when
            there was nothing else, or `federation.no_path`; and `federation.fetches` when there
            is too much to fetch.
    """
    return resolve_during(Visit(now, skew), entity_id, anchors=anchors)


def resolve_during(visit: Visit, entity_id: str, *, anchors: Sequence[Anchor]) -> Flow[TrustChain]:
    """Do what `resolve_chain` does with what was fetched before at hand."""
    search = _Search(visit, tuple(anchors))
    subject = yield from visit.configuration(check_entity_id(entity_id))
    level: list[_Path] = [(subject,)]
    while level:
        for path in level:
            chain = yield from search.tried(path)
            if chain is not None:
                return chain
        level = yield from search.above(level)
    raise search.verdict()


_Path = tuple[EntityConfiguration, ...]


@final
@dataclass(slots=True)
class _Search:
    """A search under way, and what went wrong on each path so far."""

    visit: Visit
    anchors: tuple[Anchor, ...]
    _refusals: list[KridError] = field(default_factory=list)
    _broken: list[KridError] = field(default_factory=list)

    def tried(self, path: _Path) -> Flow[TrustChain | None]:
        """Verify the chain along a path, if it ends at an anchor."""
        if path[-1].entity_id not in {anchor.entity_id for anchor in self.anchors}:
            return None
        try:
            texts = yield from self._texts(path)
            return verify_chain(
                texts, anchors=self.anchors, now=self.visit.now, skew=self.visit.skew
            )
        except KridError as refusal:
            _raise_if_final(refusal)
            self._broken.append(refusal)
            return None

    def above(self, level: Sequence[_Path]) -> Flow[list[_Path]]:
        """Go from each path to the superiors that its last entity names."""
        higher: list[_Path] = []
        for path in level:
            for hint in path[-1].authority_hints:
                superior = yield from self._superior(path, hint)
                if superior is not None:
                    higher.append((*path, superior))
        return higher

    def verdict(self) -> KridError:
        """Say why there is no chain: what is wrong with one tells more than that one is missing."""
        for refusals in (self._broken, self._refusals):
            if refusals:
                first = min(refusals, key=_rank)
                return type(first)(first.code, first.detail)
        return TrustError(Code.FEDERATION_NO_PATH)

    def _superior(self, path: _Path, hint: str) -> Flow[EntityConfiguration | None]:
        try:
            _check_step(path, hint)
            return (yield from self.visit.configuration(hint))
        except KridError as refusal:
            _raise_if_final(refusal)
            self._refusals.append(refusal)
            return None

    def _texts(self, path: _Path) -> Flow[list[str]]:
        """Fetch the statements along a path, the most superior first, and set out the chain."""
        statements = []
        for index in range(len(path) - 1, 0, -1):
            subject = path[index - 1].entity_id
            statement = yield from self.visit.statement(path[index], subject)
            statements.append(statement.signed.text)
        ends = [path[-1].signed.text] if statements else []
        return [path[0].signed.text, *reversed(statements), *ends]


def _check_step(path: _Path, hint: str) -> None:
    if any(entity.entity_id == hint for entity in path):
        raise TrustError(Code.FEDERATION_LOOP)
    if len(path) >= _MOST_ENTITIES:
        raise TrustError(Code.FEDERATION_DEPTH)


def _raise_if_final(refusal: KridError) -> None:
    if refusal.code is Code.FEDERATION_FETCHES:
        raise refusal


def _rank(refusal: KridError) -> int:
    """Rank refusals, `min` taking the first of the most telling.

    Loops come last: a search that meets one just goes another way.
    """
    if refusal.code is Code.FEDERATION_LOOP:
        return 2
    return 1 if isinstance(refusal, TransportError) else 0
