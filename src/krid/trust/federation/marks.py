"""Trust marks and their delegations: read and verify (OpenID Federation 1.0, draft 48).

Section 7: an accredited entity says that another meets a set of rules.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import shape
from krid.errors import Code, MalformedError, TrustError
from krid.trust.federation.chain import TrustChain
from krid.trust.federation.mark_claims import EmbeddedMark
from krid.trust.federation.signed import Signed, check_times
from krid.trust.federation.statement import EntityConfiguration

MARK_TYP: Final = "trust-mark+jwt"
DELEGATION_TYP: Final = "trust-mark-delegation+jwt"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """An owner's word that somebody may issue its trust marks (section 7.2.1), not verified."""

    signed: Signed
    owner: str
    issuer: str
    type: str
    issued_at: datetime
    expires: datetime | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a delegation.

        Raises:
            MalformedError: `federation.mark_syntax`, `federation.identifier`, `federation.kid`,
                `federation.size`, or those of a JWS.
            ContentError: `federation.typ`.
            UnsupportedError: `alg.unknown`, `jws.crit`.
        """
        signed = Signed.parse(text, typ=DELEGATION_TYP)
        return cls(
            signed=signed,
            owner=signed.entity("iss", Code.FEDERATION_MARK_SYNTAX),
            issuer=signed.entity("sub", Code.FEDERATION_MARK_SYNTAX),
            type=_type(signed),
            issued_at=signed.moment("iat", Code.FEDERATION_MARK_SYNTAX),
            expires=_expires(signed),
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustMark:
    """A statement that an entity meets a set of rules (section 7.1), not verified.

    `expires` is None for a mark that does not expire.
    """

    signed: Signed
    issuer: str
    subject: str
    type: str
    issued_at: datetime
    expires: datetime | None
    delegation: Delegation | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a trust mark.

        Raises:
            MalformedError: `federation.mark_syntax`, `federation.identifier`, `federation.kid`,
                `federation.size`, or those of a JWS.
            ContentError: `federation.typ`.
            UnsupportedError: `alg.unknown`, `jws.crit`.
        """
        signed = Signed.parse(text, typ=MARK_TYP)
        return cls(
            signed=signed,
            issuer=signed.entity("iss", Code.FEDERATION_MARK_SYNTAX),
            subject=signed.entity("sub", Code.FEDERATION_MARK_SYNTAX),
            type=_type(signed),
            issued_at=signed.moment("iat", Code.FEDERATION_MARK_SYNTAX),
            expires=_expires(signed),
            delegation=_delegation(signed),
        )

    @classmethod
    def parse_embedded(cls, embedded: EmbeddedMark) -> Self:
        """Read a trust mark from a configuration, which says of what type it is (section 3.1.2).

        Raises:
            ContentError, MalformedError, UnsupportedError: as `parse`.
            TrustError: `federation.mark_type`.
        """
        mark = cls.parse(embedded.text)
        if mark.type != embedded.type:
            raise TrustError(Code.FEDERATION_MARK_TYPE)
        return mark


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedMark:
    """A trust mark of which everything was proved but that its issuer still stands by it."""

    type: str
    issuer: str
    owner: str | None
    expires: datetime | None


def verify_mark(
    mark: TrustMark, *, subject: str, issuer: TrustChain, now: datetime, skew: timedelta
) -> VerifiedMark:
    """Verify a trust mark (section 7.3).

    `subject` is the entity whose configuration holds the mark, `issuer` the chain of the mark's
    issuer to the anchor, whose configuration says who may issue what. Types that it does not list
    are issued by nobody. Does not ask the issuer whether the mark is still active.

    Raises:
        TrustError: `federation.mark_subject`, `federation.mark_issuer`,
            `federation.mark_delegation`, `federation.mark_owner`, `federation.mark_type`.
        SignatureError: `federation.key`, `federation.signature`.
        ValidityError: `federation.expired`, `federation.not_yet_valid`.
    """
    if mark.subject != subject:
        raise TrustError(Code.FEDERATION_MARK_SUBJECT)
    if mark.issuer != issuer.subject:
        raise TrustError(Code.FEDERATION_MARK_ISSUER)
    anchor = check_may_issue(mark, issuer.anchor_configuration)
    check_times(mark.issued_at, mark.expires, now=now, skew=skew)
    mark.signed.verify(issuer.keys)
    if mark.type in anchor.trust_mark_owners and mark.delegation is None:
        raise TrustError(Code.FEDERATION_MARK_DELEGATION)
    expires = mark.expires
    if mark.delegation is not None:
        _check_delegation(mark, mark.delegation, anchor, now=now, skew=skew)
        expires = _least(expires, mark.delegation.expires)
    owner = None if mark.delegation is None else mark.delegation.owner
    return VerifiedMark(type=mark.type, issuer=mark.issuer, owner=owner, expires=expires)


def check_may_issue(mark: TrustMark, anchor: EntityConfiguration | None) -> EntityConfiguration:
    """Check that an anchor lets a mark's issuer issue marks of this type (section 3.1.2).

    Raises:
        TrustError: `federation.mark_issuer`, also when the anchor's configuration is not at hand.
    """
    allowed = None if anchor is None else anchor.trust_mark_issuers.get(mark.type)
    if anchor is None or allowed is None or (allowed and mark.issuer not in allowed):
        raise TrustError(Code.FEDERATION_MARK_ISSUER)
    return anchor


def _check_delegation(
    mark: TrustMark,
    delegation: Delegation,
    anchor: EntityConfiguration,
    *,
    now: datetime,
    skew: timedelta,
) -> None:
    """The owner, whose keys the anchor lists, lets the mark's issuer issue it (section 7.2.2)."""
    owner = anchor.trust_mark_owners.get(mark.type)
    if owner is None or delegation.owner != owner.owner or delegation.issuer != mark.issuer:
        raise TrustError(Code.FEDERATION_MARK_OWNER)
    if delegation.type != mark.type:
        raise TrustError(Code.FEDERATION_MARK_TYPE)
    check_times(delegation.issued_at, delegation.expires, now=now, skew=skew)
    delegation.signed.verify(owner.keys)


def _type(signed: Signed) -> str:
    type_ = shape.text(signed.claims.get("trust_mark_type"), Code.FEDERATION_MARK_SYNTAX)
    if not type_:
        raise MalformedError(Code.FEDERATION_MARK_SYNTAX)
    return type_


def _expires(signed: Signed) -> datetime | None:
    return signed.moment("exp", Code.FEDERATION_MARK_SYNTAX) if "exp" in signed.claims else None


def _delegation(signed: Signed) -> Delegation | None:
    if "delegation" not in signed.claims:
        return None
    return Delegation.parse(shape.text(signed.claims["delegation"], Code.FEDERATION_MARK_SYNTAX))


def _least(first: datetime | None, second: datetime | None) -> datetime | None:
    return min((each for each in (first, second) if each is not None), default=None)
