"""One presentation, all checks: trust, integrity, holder, validity, profile and status."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import final

from krid.errors import Code, StatusError, UnsupportedError
from krid.keys import Alg
from krid.model import (
    NO_STATUS,
    Bearer,
    Challenge,
    Check,
    CredentialFormat,
    Evidence,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    NoStatus,
    Profile,
    StatusSource,
    VerifiedCredential,
)


def verify_presentation(
    presentation: bytes,
    *,
    credential_format: CredentialFormat,
    trust: IssuerKeys,
    status: StatusSource | NoStatus,
    profile: Profile,
    challenge: Challenge | Bearer,
    now: datetime,
) -> VerifiedCredential:
    """Verify a presentation, then the profile's demands, then its status.

    With NO_STATUS the status is not looked up, and the evidence says so.

    Raises:
        RejectedError: with the code of the rule that is broken.
        MalformedError: the bytes are not a presentation of this format.
        UnsupportedError: `alg.not_allowed` when a key's algorithm is outside the profile.
    """
    verified = credential_format.verify(
        presentation,
        issuers=_WithinProfile(trust, profile.algs),
        challenge=challenge,
        now=now,
        skew=profile.skew,
        max_age=profile.max_age,
    )
    if verified.holder is not None:
        _check_alg(verified.holder.alg, profile.algs)
    evidence = _check_status(verified, status, profile, now)
    return replace(verified, evidence=(*verified.evidence, *evidence))


@final
@dataclass(frozen=True, slots=True)
class _WithinProfile:
    """Trust that answers only for algorithms that the profile allows."""

    trust: IssuerKeys
    algs: frozenset[Alg]

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        _check_alg(hint.alg, self.algs)
        return self.trust.find(hint, now=now)


def _check_alg(alg: Alg, allowed: frozenset[Alg]) -> None:
    if alg not in allowed:
        raise UnsupportedError(Code.ALG_NOT_ALLOWED, alg.jose)


def _check_status(
    verified: VerifiedCredential, status: StatusSource | NoStatus, profile: Profile, now: datetime
) -> tuple[Evidence, ...]:
    if status is NO_STATUS:
        return (Evidence(Check.STATUS, "not looked up: the caller chose NO_STATUS"),)
    if not verified.status and profile.status_required:
        raise StatusError(Code.STATUS_MISSING)
    if not verified.status:
        return (Evidence(Check.STATUS, "the credential names none: it holds until it expires"),)
    return tuple(status.check(each, issuer=verified.signer, now=now) for each in verified.status)
