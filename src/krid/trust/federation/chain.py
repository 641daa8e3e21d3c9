"""Trust chains: verify one that is at hand, rule by rule (OpenID Federation 1.0, draft 48).

Sections 4 and 10.2. Nothing is fetched: the chain came in a JWS header, in a file, or from
`krid.trust.federation.resolve`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, TrustError
from krid.jose.jws import Jws
from krid.keys import PublicKey
from krid.trust.federation.identifier import check_entity_id
from krid.trust.federation.keys import KeySet
from krid.trust.federation.policy import Metadata, merge_all
from krid.trust.federation.signed import check_times
from krid.trust.federation.statement import EntityConfiguration, SubordinateStatement

CHAIN_HEADER: Final = "trust_chain"


@final
@dataclass(frozen=True, slots=True)
class Anchor:
    """A trust anchor that somebody trusts: its identifier, and the keys pinned for it."""

    entity_id: str
    keys: KeySet

    @classmethod
    def of(cls, entity_id: str, *keys: PublicKey) -> Self:
        """Pin keys of an anchor; each is named by its JWK thumbprint.

        Use `Anchor(entity_id, KeySet.parse(...))` for an anchor that names its keys otherwise.

        Raises:
            MalformedError: `federation.identifier`.
        """
        return cls(check_entity_id(entity_id), KeySet.of(*keys))


@final
@dataclass(frozen=True, slots=True)
class StatementChain:
    """The statements of a chain as they came, parsed and not verified.

    `superiors` begin with the statement about the subject. The anchor's configuration may be
    left out (section 4); nothing can then be known about trust marks. An anchor's own chain is
    its configuration alone.
    """

    subject: EntityConfiguration
    superiors: tuple[SubordinateStatement, ...]
    anchor: EntityConfiguration | None
    texts: tuple[str, ...] = field(repr=False)

    @classmethod
    def parse(cls, texts: Sequence[str]) -> Self:
        """Read the statements from the subject's configuration up to the anchor.

        Raises:
            KridError: `federation.chain_length`, and as `EntityConfiguration.parse` and
                `SubordinateStatement.parse`.
        """
        if not 1 <= len(texts) <= limits.MAX_TRUST_CHAIN_STATEMENTS:
            raise TrustError(Code.FEDERATION_CHAIN_LENGTH)
        subject = EntityConfiguration.parse(texts[0])
        anchor = _ending(texts[-1]) if len(texts) > 1 else subject
        above = texts[1:] if anchor is None else texts[1:-1]
        superiors = tuple(SubordinateStatement.parse(text) for text in above)
        if not superiors and len(texts) > 1:
            raise TrustError(Code.FEDERATION_CHAIN_LENGTH)
        return cls(subject, superiors, anchor, tuple(texts))

    @property
    def anchor_id(self) -> str:
        """The entity at which the chain ends."""
        return self.superiors[-1].issuer if self.superiors else self.subject.entity_id

    @property
    def entity_ids(self) -> tuple[str, ...]:
        """The entities of the chain, the subject first."""
        return (self.subject.entity_id, *(each.issuer for each in self.superiors))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustChain:
    """A chain of which everything was proved, and what its subject is in this federation.

    `metadata` is resolved: with what the superior says, within what all superiors allow. `keys`
    are the subject's keys of the federation. `expires` is the least of all statements' ends.
    """

    subject: str
    anchor: str
    entity_ids: tuple[str, ...]
    metadata: Metadata
    keys: KeySet
    expires: datetime
    configuration: EntityConfiguration = field(repr=False)
    anchor_configuration: EntityConfiguration | None = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)

    def parameters(self, entity_type: str) -> Mapping[str, Json]:
        """Return the resolved metadata of one entity type.

        Raises:
            TrustError: `federation.entity_type` when the subject is of no such type here.
        """
        if entity_type not in self.metadata:
            raise TrustError(Code.FEDERATION_ENTITY_TYPE)
        return self.metadata[entity_type]


def chain_in_header(jws: Jws) -> tuple[str, ...]:
    """Return the statements in the header `trust_chain`, none when absent (section 4.3).

    Raises:
        MalformedError: `federation.header` when it is not an array of text.
    """
    if CHAIN_HEADER not in jws.header:
        return ()
    texts = shape.texts(jws.header[CHAIN_HEADER], Code.FEDERATION_HEADER)
    if not texts:
        raise MalformedError(Code.FEDERATION_HEADER)
    return texts


def verify_chain(
    texts: Sequence[str], *, anchors: Sequence[Anchor], now: datetime, skew: timedelta
) -> TrustChain:
    """Verify a trust chain and resolve the metadata of its subject (sections 10.2 and 6.1.4).

    Raises:
        KridError: as `StatementChain.parse`.
        ValidityError: `federation.expired`, `federation.not_yet_valid`.
        TrustError: `federation.anchor`, `federation.loop`, `federation.link`, `federation.hint`,
            `federation.path_length`, `federation.naming`, and the `federation.policy_` codes.
        SignatureError: `federation.key`, `federation.anchor_key`, `federation.signature`.
    """
    chain = StatementChain.parse(texts)
    anchor = _pinned(chain, anchors)
    _check_times(chain, now=now, skew=skew)
    _check_no_loop(chain)
    _check_links(chain)
    _check_constraints(chain)
    _check_signatures(chain, anchor)
    return TrustChain(
        subject=chain.subject.entity_id,
        anchor=chain.anchor_id,
        entity_ids=chain.entity_ids,
        metadata=_resolve_metadata(chain),
        keys=_keys_of_subject(chain, anchor),
        expires=min(each.expires for each in _statements(chain)),
        configuration=chain.subject,
        anchor_configuration=chain.anchor,
        texts=chain.texts,
    )


def _keys_of_subject(chain: StatementChain, anchor: Anchor) -> KeySet:
    if chain.superiors:
        return chain.superiors[0].keys
    return anchor.keys.shared_with(chain.subject.keys)


def _ending(text: str) -> EntityConfiguration | None:
    """Read the last statement if it is a configuration: it then is the anchor's."""
    claims = Jws.parse(text).claims() if len(text) <= limits.MAX_ENTITY_STATEMENT_CHARS else {}
    return EntityConfiguration.parse(text) if claims.get("iss") == claims.get("sub") else None


def _statements(chain: StatementChain) -> list[EntityConfiguration | SubordinateStatement]:
    anchors = () if chain.anchor is None else (chain.anchor,)
    return [chain.subject, *chain.superiors, *anchors]


def _pinned(chain: StatementChain, anchors: Sequence[Anchor]) -> Anchor:
    """The chain ends at an anchor whose keys are pinned (section 10.2)."""
    for anchor in anchors:
        if anchor.entity_id == chain.anchor_id:
            return anchor
    raise TrustError(Code.FEDERATION_ANCHOR)


def _check_times(chain: StatementChain, *, now: datetime, skew: timedelta) -> None:
    """Every `iat` lies in the past and every `exp` in the future (section 10.2)."""
    for statement in _statements(chain):
        check_times(statement.issued_at, statement.expires, now=now, skew=skew)


def _check_no_loop(chain: StatementChain) -> None:
    """No entity stands in the chain twice (section 10.1)."""
    if len(set(chain.entity_ids)) != len(chain.entity_ids):
        raise TrustError(Code.FEDERATION_LOOP)


def _check_links(chain: StatementChain) -> None:
    """The issuer of each statement is the subject of the next (section 4).

    The subject names its superior (section 3.2); the configurations of those between are no part
    of a chain, so that what they name is seen only where the chain is put together.
    """
    if not chain.superiors:
        return
    if chain.superiors[0].subject != chain.subject.entity_id:
        raise TrustError(Code.FEDERATION_LINK)
    for lower, upper in pairwise(chain.superiors):
        if lower.issuer != upper.subject:
            raise TrustError(Code.FEDERATION_LINK)
    if chain.anchor is not None and chain.anchor.entity_id != chain.anchor_id:
        raise TrustError(Code.FEDERATION_LINK)
    if chain.superiors[0].issuer not in chain.subject.authority_hints:
        raise TrustError(Code.FEDERATION_HINT)


def _check_constraints(chain: StatementChain) -> None:
    """Every superior's constraints hold for all that stands below it (section 6.2)."""
    for height, statement in enumerate(chain.superiors):
        statement.constraints.check_path(height)
        statement.constraints.check_names(chain.entity_ids[: height + 1])


def _resolve_metadata(chain: StatementChain) -> Metadata:
    """Apply the superior's metadata, then the entity types allowed, then the policies.

    Sections 3.1.1, 6.2.3 and 6.1.4.2; the most superior policy comes first.
    """
    metadata = chain.subject.metadata
    if chain.superiors:
        metadata = _override(metadata, chain.superiors[0].metadata)
    allowed = {
        name: parameters
        for name, parameters in metadata.items()
        if all(each.constraints.allows_type(name) for each in chain.superiors)
    }
    policy = merge_all([each.policy for each in reversed(chain.superiors)])
    return policy.apply(MappingProxyType(allowed))


def _override(own: Metadata, superior: Metadata) -> Metadata:
    """The superior's parameters replace the subject's, for entity types that it has itself."""
    return MappingProxyType(
        {
            name: MappingProxyType({**parameters, **superior.get(name, {})})
            for name, parameters in own.items()
        }
    )


def _check_signatures(chain: StatementChain, anchor: Anchor) -> None:
    """Each statement is signed by a key that the next one lists, the last by a pinned one.

    Section 10.2. The subject's configuration is signed by one of its own keys as well. What the
    anchor says about the entity below it is signed by a pinned key, too, that the anchor still
    lists.
    """
    listed = () if chain.anchor is None else (chain.anchor.keys,)
    if not chain.superiors:
        chain.subject.signed.verify(anchor.keys, *listed, refusal=Code.FEDERATION_ANCHOR_KEY)
        return
    chain.subject.signed.verify(chain.superiors[0].keys, chain.subject.keys)
    for lower, upper in pairwise(chain.superiors):
        lower.signed.verify(upper.keys)
    chain.superiors[-1].signed.verify(anchor.keys, *listed, refusal=Code.FEDERATION_ANCHOR_KEY)
    if chain.anchor is not None:
        chain.anchor.signed.verify(anchor.keys, *listed, refusal=Code.FEDERATION_ANCHOR_KEY)
