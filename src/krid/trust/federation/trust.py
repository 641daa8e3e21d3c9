"""Trust in the members of federations: the source that answers `find` (`model.IssuerKeys`)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, final

from krid._core import limits
from krid._core.flights import Flights
from krid._core.times import aware
from krid.errors import Code, KridError, MalformedError, MisuseError, TransportError, TrustError
from krid.keys import jwk
from krid.model import OPENID_FEDERATION, IssuerHint, IssuerKey, TrustedAuthority
from krid.net import Transport, run
from krid.sdjwt.issuer_metadata import PublishedKey
from krid.trust.federation.chain import Anchor, StatementChain
from krid.trust.federation.identifier import check_entity_id
from krid.trust.federation.member import Demands, Member, resolve_member
from krid.trust.federation.memory import Kept, Memory
from krid.trust.federation.visit import Visit
from krid.trust.published import named, only

ISSUER_TYPES: Final = ("openid_credential_issuer", "vc_issuer")
"""Entity types of those that issue credentials."""

VERIFIER_TYPES: Final = ("openid_credential_verifier", "openid_relying_party")
"""Entity types of those that ask for presentations."""

NO_TRUST_MARKS: Final[frozenset[str]] = frozenset()
"""No trust mark is asked for: to be a member is enough."""

CLIENT_PREFIX: Final = "openid_federation:"
"""How a verifier's client identifier begins that is an entity identifier (OpenID4VP 1.0, 5.9.3)."""

_REQUEST: Final = "oauth-authz-req+jwt"
_SHORTEST: Final = timedelta(seconds=limits.MIN_FEDERATION_SECONDS)
_LONGEST: Final = timedelta(seconds=limits.FEDERATION_CACHE_SECONDS)
_MOST_SKEW: Final = timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS)
_SKEW: Final = timedelta(seconds=limits.MAX_FEDERATION_LEEWAY_SECONDS)


@final
class FederationTrust:
    """Trust in the entities that a chain of superiors leads from an anchor to.

    An entity is recognised by the name that it gives itself, its entity identifier: an issuer by
    `iss`, a verifier by a client identifier with the prefix `openid_federation:`. The keys are
    those of its resolved metadata, of the entity types that are asked for: `jwks`, else
    `signed_jwks_uri`, else `jwks_uri`. Certificates in the hint play no part.

    What was proved is kept until the first statement of the chain ends and `keep_for` at most,
    what was refused half a minute. A key identifier that is not among the keys leads to one look
    more when half a minute has passed. Several threads may use it; one looks up while the others
    wait. Whoever makes a credential chooses which addresses are asked: `transport` must be one
    that refuses private hosts, as `krid.net.HttpsTransport` does, or `krid.net.NoNetwork`.
    """

    def __init__(
        self,
        *,
        anchors: Sequence[Anchor],
        transport: Transport,
        required_trust_marks: frozenset[str],
        entity_types: Sequence[str],
        chains: Sequence[Sequence[str]] = (),
        skew: timedelta = _SKEW,
        keep_for: timedelta = _LONGEST,
    ) -> None:
        """Trust some anchors, for some entity types, such as `ISSUER_TYPES`.

        An entity must have a trust mark of each of `required_trust_marks`, none being
        `NO_TRUST_MARKS`. `chains` are at hand beforehand, for work without a network: whole
        chains, the subject's configuration first; those of trust mark issuers belong to them.

        Raises:
            MisuseError: `misuse.option` for a time to keep that is shorter than half a minute, or
                a skew that is negative or longer than five.
            KridError: a chain of `chains` can't be read.
        """
        if keep_for < _SHORTEST or not timedelta(0) <= skew <= _MOST_SKEW:
            raise MisuseError(Code.MISUSE_OPTION, "keep_for or skew")
        given = [StatementChain.parse(texts) for texts in chains]
        self._demands: Final = Demands(
            anchors=tuple(anchors),
            trust_marks=required_trust_marks,
            entity_types=tuple(entity_types),
            chains=MappingProxyType({each.subject.entity_id: each.texts for each in given}),
        )
        self._transport: Final = transport
        self._skew: Final = skew
        self._keep_for: Final = keep_for
        self._memory: Final = Memory()
        self._flights: Final = Flights()

    def __repr__(self) -> str:
        """Say how many anchors are trusted."""
        return f"FederationTrust({len(self._demands.anchors)} anchors)"

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key of a member that the hint names, looking up what is not known.

        A hint without a key identifier means the one key that fits the algorithm; krid tries no
        keys.

        Raises:
            TrustError: `trust.unknown_issuer` for a hint without an entity identifier;
                `trust.key` when the member publishes no such key; `trust.ambiguous` when several
                fit; `alg.key` when the key named is not for the algorithm.
            MalformedError: `key.use` when the key is marked for another use.
            KridError: the entity is no member as asked for: the codes of `resolve_member`.
            MisuseError: `misuse.naive_time`.
        """
        entity_id = _entity_id(hint)
        kept = self._known(entity_id, aware(now))
        candidates = named(kept.opened().keys, hint)
        if not candidates:
            kept = self._renewed(entity_id, now, kept)
            candidates = named(kept.opened().keys, hint)
        found = only(candidates, hint)
        jwk.check_marks(found.members, alg=hint.message_alg)
        return _issuer_key(found, kept.opened())

    def member(self, entity_id: str, *, now: datetime) -> Member:
        """Return what is known of a member: its chain, its metadata, its trust marks.

        Raises:
            KridError: the entity is no member as asked for: the codes of `resolve_member`.
            MisuseError: `misuse.naive_time`.
        """
        return self._known(check_entity_id(entity_id), aware(now)).opened()

    def _known(self, entity_id: str, now: datetime) -> Kept:
        kept = self._memory.find(entity_id, now)
        if kept is not None:
            return kept
        with self._flights.alone(entity_id):
            return self._memory.find(entity_id, now) or self._looked_up(entity_id, now)

    def _renewed(self, entity_id: str, now: datetime, seen: Kept) -> Kept:
        """Look again, if the last look is not too fresh and nobody has looked meanwhile."""
        with self._flights.alone(entity_id):
            kept = self._memory.find(entity_id, now)
            if kept is not None and (kept is not seen or now - kept.since < _SHORTEST):
                return kept
            found = self._looked_up(entity_id, now)
            if kept is None or not isinstance(found.outcome, TransportError):
                return found
            # Whoever names a key that there is not must not make a member be forgotten.
            again = Kept(kept.outcome, now, kept.until)
            self._memory.keep(entity_id, again)
            return again

    def _looked_up(self, entity_id: str, now: datetime) -> Kept:
        visit = Visit(now, self._skew)
        try:
            member = run(resolve_member(entity_id, self._demands, visit), self._transport)
        except KridError as refusal:
            # A copy, since the refusal itself holds on to everything on the stack.
            copy = type(refusal)(refusal.code, refusal.detail)
            kept = Kept(copy, now, now + _SHORTEST)
        else:
            kept = Kept(member, now, min(member.until + self._skew, now + self._keep_for))
        self._memory.keep(entity_id, kept)
        return kept


def _issuer_key(found: PublishedKey, member: Member) -> IssuerKey:
    """Make the answer: the one place where a federation's `IssuerKey` is made."""
    subject = member.chain.subject
    return IssuerKey(
        key=found.key,
        issuer=subject,
        path=_path(member),
        authorities=frozenset({subject}),
        stands_under=frozenset(
            TrustedAuthority(OPENID_FEDERATION, each) for each in member.chain.entity_ids
        ),
    )


def _path(member: Member) -> str:
    """Name the entities from the subject up to the anchor, and the trust marks that counted."""
    path = "federation chain " + " < ".join(member.chain.entity_ids)
    marks = ", ".join(f"{each.type} by {each.issuer}" for each in member.marks)
    return f"{path}; trust marks {marks}" if marks else path


def _entity_id(hint: IssuerHint) -> str:
    """Return the entity that the hint names: a verifier's request names its client as the type."""
    name = hint.issuer
    if hint.format == _REQUEST and hint.type.startswith(CLIENT_PREFIX):
        name = hint.type.removeprefix(CLIENT_PREFIX)
    try:
        return check_entity_id(name or "")
    except MalformedError as cause:
        raise TrustError(Code.TRUST_UNKNOWN_ISSUER) from cause
