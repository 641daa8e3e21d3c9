"""A resolver's answer: believed as far as its own trust chain shows (section 8.3.2 of draft 48).

The text lets one trust a resolver to do the work. krid does the work again, which takes no
network, and so trusts nobody but the anchor.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from krid._core import limits, shape
from krid.errors import Code, TrustError
from krid.trust.federation.chain import Anchor, TrustChain, verify_chain
from krid.trust.federation.keys import KeySet
from krid.trust.federation.signed import Signed, check_times
from krid.trust.federation.statement import parse_metadata
from krid.trust.federation.values import Key

RESOLVED_TYP: Final = "resolve-response+jwt"


def verify_resolved(
    text: str,
    *,
    subject: str,
    resolver: str,
    resolver_keys: KeySet,
    anchors: Sequence[Anchor],
    now: datetime,
    skew: timedelta,
) -> TrustChain:
    """Verify a resolver's answer about an entity, and return the chain that it holds.

    `resolver_keys` are the resolver's keys of the federation. Does not look at the trust marks of
    the answer: those of the chain are verified as always, by `verify_mark`.

    Raises:
        ContentError: `federation.typ`.
        TrustError: `federation.subject` when it is by or about another entity,
            `federation.resolved` when its metadata or its end are not those of its chain, and the
            codes of `verify_chain`.
        SignatureError: `federation.key`, `federation.signature`.
        ValidityError: `federation.expired`, `federation.not_yet_valid`.
        MalformedError: `federation.syntax`, or those of a JWS.
    """
    most = limits.MAX_ENTITY_STATEMENT_CHARS * (limits.MAX_TRUST_CHAIN_STATEMENTS + 1)
    signed = Signed.parse(text, typ=RESOLVED_TYP, most=most)
    named = (
        signed.entity("iss", Code.FEDERATION_SYNTAX),
        signed.entity("sub", Code.FEDERATION_SYNTAX),
    )
    if named != (resolver, subject):
        raise TrustError(Code.FEDERATION_SUBJECT)
    issued_at = signed.moment("iat", Code.FEDERATION_SYNTAX)
    expires = signed.moment("exp", Code.FEDERATION_SYNTAX)
    check_times(issued_at, expires, now=now, skew=skew)
    signed.verify(resolver_keys)
    texts = shape.texts(signed.claims.get("trust_chain"), Code.FEDERATION_SYNTAX)
    chain = verify_chain(texts, anchors=anchors, now=now, skew=skew)
    if chain.subject != subject or expires > chain.expires:
        raise TrustError(Code.FEDERATION_RESOLVED)
    _check_metadata(parse_metadata(signed.claims.get("metadata")), chain)
    return chain


def _check_metadata(said: Mapping[str, Mapping[str, object]], chain: TrustChain) -> None:
    """What the answer says of an entity type is what the chain says; it may leave types out."""
    for name, parameters in said.items():
        if name not in chain.metadata:
            raise TrustError(Code.FEDERATION_RESOLVED)
        if Key.of(parameters) != Key.of(chain.metadata[name]):  # type: ignore[arg-type]  # JSON
            raise TrustError(Code.FEDERATION_RESOLVED)
