"""Entity statements: configurations and subordinate statements (OpenID Federation 1.0, draft 48).

An entity says in its *configuration* who it is, and its superior says in a *subordinate statement*
which keys it has and what it may be. Reading checks the form of every claim (section 3.2), and
nothing else: who signed, when, and whether anybody trusted stands behind it is for the chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, TrustError, UnsupportedError
from krid.trust.federation.constraints import FEDERATION_ENTITY, UNCONSTRAINED, Constraints
from krid.trust.federation.identifier import check_endpoint, check_entity_id
from krid.trust.federation.keys import KeySet
from krid.trust.federation.mark_claims import (
    EmbeddedMark,
    MarkOwner,
    parse_embedded,
    parse_issuers,
    parse_owners,
)
from krid.trust.federation.policy import NO_POLICY, Metadata, MetadataPolicy, check_critical
from krid.trust.federation.signed import Signed, check_times

TYP: Final = "entity-statement+jwt"

_COMMON: Final = frozenset({"iss", "sub", "iat", "exp", "jwks", "metadata", "crit"})
_OF_CONFIGURATIONS: Final = frozenset(
    {"authority_hints", "trust_anchor_hints", "trust_marks", "trust_mark_issuers"}
    | {"trust_mark_owners"}
)
_OF_SUBORDINATES: Final = frozenset(
    {"constraints", "metadata_policy", "metadata_policy_crit", "source_endpoint"}
)
# Of explicit registration, which is another kind of statement (sections 3.1.4 and 3.1.5).
_OF_REGISTRATION: Final = frozenset({"aud", "trust_anchor"})
_KNOWN: Final = _COMMON | _OF_CONFIGURATIONS | _OF_SUBORDINATES | _OF_REGISTRATION


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class EntityConfiguration:
    """What an entity says about itself (sections 3.1.1 and 3.1.2), not verified.

    `keys` are those with which it signs in the federation, and no others.
    """

    signed: Signed
    entity_id: str
    issued_at: datetime
    expires: datetime
    keys: KeySet
    metadata: Metadata
    authority_hints: tuple[str, ...]
    trust_anchor_hints: tuple[str, ...]
    trust_marks: tuple[EmbeddedMark, ...]
    trust_mark_issuers: Mapping[str, frozenset[str]]
    trust_mark_owners: Mapping[str, MarkOwner]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an entity configuration.

        Raises:
            MalformedError: `federation.syntax`, `federation.claim`, `federation.header`,
                `federation.kid`, `federation.keys`, `federation.identifier`, `federation.hints`,
                `federation.mark_syntax`, `federation.size`, or those of a JWS.
            ContentError: `federation.typ`.
            TrustError: `federation.self` when it is about another entity.
            UnsupportedError: `federation.crit`, `alg.unknown`, `jws.crit`.
        """
        signed = _read(text, misplaced=_OF_SUBORDINATES | _OF_REGISTRATION)
        claims, entity_id = signed.claims, signed.entity("sub", Code.FEDERATION_SYNTAX)
        if signed.entity("iss", Code.FEDERATION_SYNTAX) != entity_id:
            raise TrustError(Code.FEDERATION_SELF)
        return cls(
            signed=signed,
            entity_id=entity_id,
            issued_at=signed.moment("iat", Code.FEDERATION_SYNTAX),
            expires=signed.moment("exp", Code.FEDERATION_SYNTAX),
            keys=KeySet.parse(claims.get("jwks")),
            metadata=parse_metadata(claims.get("metadata", {})),
            authority_hints=_hints(claims, "authority_hints"),
            trust_anchor_hints=_hints(claims, "trust_anchor_hints"),
            trust_marks=parse_embedded(claims.get("trust_marks", ())),
            trust_mark_issuers=parse_issuers(claims.get("trust_mark_issuers", {})),
            trust_mark_owners=parse_owners(claims.get("trust_mark_owners", {})),
        )

    def check(self, *, now: datetime, skew: timedelta) -> None:
        """Check the entity's own signature, and the times.

        Raises:
            SignatureError: `federation.key`, `federation.signature`.
            ValidityError: `federation.expired`, `federation.not_yet_valid`.
        """
        check_times(self.issued_at, self.expires, now=now, skew=skew)
        self.signed.verify(self.keys)

    def endpoint(self, name: str) -> str:
        """Return the address of one of the endpoints of a federation's member (section 5.1.1).

        Raises:
            MalformedError: `federation.endpoint` when it has none, or not at such an address.
        """
        address = self.metadata.get(FEDERATION_ENTITY, {}).get(name)
        return check_endpoint(shape.text(address, Code.FEDERATION_ENDPOINT))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SubordinateStatement:
    """What a superior says about an entity below it (sections 3.1.1 and 3.1.3), not verified.

    `keys` are the subject's. `metadata` is for the subject alone, `policy` and `constraints` are
    for all that stand below it as well.
    """

    signed: Signed
    issuer: str
    subject: str
    issued_at: datetime
    expires: datetime
    keys: KeySet
    metadata: Metadata
    policy: MetadataPolicy
    constraints: Constraints
    source_endpoint: str | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a subordinate statement.

        Raises:
            MalformedError: as `EntityConfiguration.parse`, and `federation.constraint`,
                `federation.policy_syntax`, `federation.policy_operator`, `federation.endpoint`.
            ContentError: `federation.typ`.
            TrustError: `federation.self` for a configuration; `federation.policy_combination`.
            UnsupportedError: `federation.crit`, `federation.policy_crit`, `alg.unknown`,
                `jws.crit`.
        """
        signed = _read(text, misplaced=_OF_CONFIGURATIONS | _OF_REGISTRATION)
        claims, issuer = signed.claims, signed.entity("iss", Code.FEDERATION_SYNTAX)
        subject = signed.entity("sub", Code.FEDERATION_SYNTAX)
        if issuer == subject:
            raise TrustError(Code.FEDERATION_SELF)
        if "metadata_policy_crit" in claims:
            check_critical(claims["metadata_policy_crit"])
        return cls(
            signed=signed,
            issuer=issuer,
            subject=subject,
            issued_at=signed.moment("iat", Code.FEDERATION_SYNTAX),
            expires=signed.moment("exp", Code.FEDERATION_SYNTAX),
            keys=KeySet.parse(claims.get("jwks")),
            metadata=parse_metadata(claims.get("metadata", {})),
            policy=_policy(claims),
            constraints=_constraints(claims),
            source_endpoint=_source(claims),
        )


def parse_metadata(value: object) -> Metadata:
    """Read metadata: parameters by entity type, none of them null (section 5).

    What the parameters mean, and whether they have the right types, is for who uses them.

    Raises:
        MalformedError: `federation.syntax`.
    """
    types = shape.mapping(value, Code.FEDERATION_SYNTAX)
    if len(types) > limits.MAX_ENTITY_TYPES:
        raise MalformedError(Code.FEDERATION_SYNTAX, "metadata")
    return MappingProxyType({name: _parameters(each) for name, each in types.items()})


def _parameters(value: object) -> Mapping[str, Json]:
    parameters = shape.mapping(value, Code.FEDERATION_SYNTAX)
    if any(each is None for each in parameters.values()):
        raise MalformedError(Code.FEDERATION_SYNTAX, "metadata")
    frozen: Mapping[str, Json] = freeze_object(parameters)  # type: ignore[assignment]  # JSON
    return frozen


def _read(text: str, *, misplaced: frozenset[str]) -> Signed:
    signed = Signed.parse(text, typ=TYP)
    signed.check_no_chain()
    if not misplaced.isdisjoint(signed.claims):
        raise MalformedError(Code.FEDERATION_CLAIM)
    if "crit" in signed.claims:
        _check_critical(signed.claims)
    return signed


def _check_critical(claims: Mapping[str, Json]) -> None:
    """Refuse `crit`: krid knows no claim beyond those of the text (section 13.4)."""
    names = shape.texts(claims["crit"], Code.FEDERATION_SYNTAX)
    wrong = not names or len(set(names)) != len(names) or not _KNOWN.isdisjoint(names)
    if wrong or not claims.keys() >= set(names):
        raise MalformedError(Code.FEDERATION_SYNTAX, "crit")
    raise UnsupportedError(Code.FEDERATION_CRIT)


def _hints(claims: Mapping[str, Json], name: str) -> tuple[str, ...]:
    if name not in claims:
        return ()
    hints = shape.texts(claims[name], Code.FEDERATION_SYNTAX)
    if not hints:
        raise MalformedError(Code.FEDERATION_SYNTAX, name)
    if len(hints) > limits.MAX_AUTHORITY_HINTS:
        raise MalformedError(Code.FEDERATION_HINTS)
    return tuple(check_entity_id(hint) for hint in dict.fromkeys(hints))


def _policy(claims: Mapping[str, Json]) -> MetadataPolicy:
    if "metadata_policy" not in claims:
        return NO_POLICY
    return MetadataPolicy.parse(claims["metadata_policy"])


def _constraints(claims: Mapping[str, Json]) -> Constraints:
    return Constraints.parse(claims["constraints"]) if "constraints" in claims else UNCONSTRAINED


def _source(claims: Mapping[str, Json]) -> str | None:
    if "source_endpoint" not in claims:
        return None
    return check_endpoint(shape.text(claims["source_endpoint"], Code.FEDERATION_SYNTAX))
