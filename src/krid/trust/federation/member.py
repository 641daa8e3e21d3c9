"""A member of a federation: its chain, the trust marks that count, and its protocol's keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from krid._core import limits, shape
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError, TransportError, TrustError
from krid.net import Flow, fetch
from krid.sdjwt.issuer_metadata import PublishedKey, parse_key_set
from krid.trust.federation.chain import Anchor, TrustChain, verify_chain
from krid.trust.federation.identifier import check_endpoint
from krid.trust.federation.key_sets import SignedKeys, published_keys, verify_signed_keys
from krid.trust.federation.marks import TrustMark, VerifiedMark, check_may_issue, verify_mark
from krid.trust.federation.resolve import resolve_during
from krid.trust.federation.visit import Visit, text_of

_SIGNED_KEYS: Final = "application/jwk-set+jwt"
_KEYS: Final = frozenset({"application/json", "application/jwk-set+json"})


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An entity of which everything asked for was proved; `until` is when that ends."""

    chain: TrustChain
    marks: tuple[VerifiedMark, ...]
    keys: tuple[PublishedKey, ...]
    until: datetime


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What somebody asks of the members that it trusts.

    `chains` are at hand already: statements, the subject's first. They are verified when they are
    used, and spare the network what they say.
    """

    anchors: tuple[Anchor, ...]
    trust_marks: frozenset[str]
    entity_types: tuple[str, ...]
    chains: Mapping[str, tuple[str, ...]]


def resolve_member(entity_id: str, demands: Demands, visit: Visit) -> Flow[Member]:
    """Resolve an entity, and check that it is what is asked for.

    Raises:
        KridError: as `resolve_chain`, `verify_mark` and `verify_signed_keys`.
        TrustError: `federation.entity_type`, `federation.mark_missing`.
        MalformedError: `federation.metadata` when it publishes no keys.
    """
    chain = yield from _chain(visit, entity_id, demands, demands.anchors)
    types = [name for name in demands.entity_types if name in chain.metadata]
    if not types:
        raise TrustError(Code.FEDERATION_ENTITY_TYPE)
    marks: tuple[VerifiedMark, ...] = ()
    for type_ in sorted(demands.trust_marks):
        marks = (*marks, (yield from _mark(visit, chain, type_, demands)))
    published: tuple[SignedKeys, ...] = ()
    for name in types:
        published = (*published, (yield from _keys(visit, chain, chain.parameters(name))))
    ends = [*(each.expires for each in marks), *(each.expires for each in published)]
    return Member(
        chain=chain,
        marks=marks,
        keys=_distinct(published),
        until=min((chain.expires, *(end for end in ends if end is not None))),
    )


def _chain(
    visit: Visit, entity_id: str, demands: Demands, anchors: Sequence[Anchor]
) -> Flow[TrustChain]:
    """Take the chain at hand if it holds, else look for one."""
    at_hand = demands.chains.get(entity_id)
    if at_hand is None:
        return (yield from resolve_during(visit, entity_id, anchors=anchors))
    try:
        return verify_chain(at_hand, anchors=anchors, now=visit.now, skew=visit.skew)
    except KridError as refusal:
        return (yield from _instead(visit, entity_id, anchors, refusal))


def _instead(
    visit: Visit, entity_id: str, anchors: Sequence[Anchor], refusal: KridError
) -> Flow[TrustChain]:
    """Look for another chain; without a network, what is wrong with the first tells more."""
    try:
        return (yield from resolve_during(visit, entity_id, anchors=anchors))
    except TransportError as failure:
        raise type(refusal)(refusal.code, refusal.detail) from failure


def _mark(visit: Visit, chain: TrustChain, type_: str, demands: Demands) -> Flow[VerifiedMark]:
    """Find one trust mark of a type that holds (section 7.3); the last refusal counts."""
    refusal: KridError = TrustError(Code.FEDERATION_MARK_MISSING)
    embedded = [each for each in chain.configuration.trust_marks if each.type == type_]
    for each in embedded:
        try:
            mark = TrustMark.parse_embedded(each)
            issuer = yield from _mark_issuer(visit, chain, mark, demands)
            return verify_mark(
                mark, subject=chain.subject, issuer=issuer, now=visit.now, skew=visit.skew
            )
        except KridError as reason:
            refusal = reason
    raise type(refusal)(refusal.code, refusal.detail)


def _mark_issuer(
    visit: Visit, chain: TrustChain, mark: TrustMark, demands: Demands
) -> Flow[TrustChain]:
    """Establish trust in a mark's issuer, by the same anchor; an entity may mark itself.

    Whoever the anchor does not let issue the mark is not looked at.
    """
    check_may_issue(mark, chain.anchor_configuration)
    if mark.issuer == chain.subject:
        return chain
    anchors = [each for each in demands.anchors if each.entity_id == chain.anchor]
    return (yield from _chain(visit, mark.issuer, demands, anchors))


def _keys(visit: Visit, chain: TrustChain, parameters: Mapping[str, Json]) -> Flow[SignedKeys]:
    """Read or fetch the keys of one entity type (section 5.2.1), those in the chain first."""
    if "jwks" in parameters:
        return SignedKeys(published_keys(parameters["jwks"]), None)
    if "signed_jwks_uri" in parameters:
        url = check_endpoint(shape.text(parameters["signed_jwks_uri"], Code.FEDERATION_METADATA))
        response = yield from visit.fetch(url, _SIGNED_KEYS)
        return verify_signed_keys(
            text_of(response),
            entity_id=chain.subject,
            keys=chain.keys,
            now=visit.now,
            skew=visit.skew,
        )
    return SignedKeys((yield from _unsigned_keys(visit, parameters)), None)


def _unsigned_keys(visit: Visit, parameters: Mapping[str, Json]) -> Flow[tuple[PublishedKey, ...]]:
    """Fetch keys that nothing but TLS protects."""
    url = check_endpoint(shape.text(parameters.get("jwks_uri"), Code.FEDERATION_METADATA))
    visit.count()
    accept = ", ".join(sorted(_KEYS))
    response = yield from fetch(url, accept=accept, max_bytes=limits.MAX_ISSUER_METADATA_BYTES)
    if response.media_type not in _KEYS:
        raise MalformedError(Code.FEDERATION_MEDIA_TYPE)
    return parse_key_set(response.body)


def _distinct(published: Sequence[SignedKeys]) -> tuple[PublishedKey, ...]:
    """List the keys of all entity types, each once."""
    keys = [key for each in published for key in each.keys]
    return tuple({(key.key_id, key.key): key for key in keys}.values())
