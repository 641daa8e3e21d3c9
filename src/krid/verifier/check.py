"""One presentation, all checks: trust, integrity, holder, validity, status and policy."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, final

from krid._core.arguments import able, typed
from krid.errors import Code, MisuseError, StatusError, UnsupportedError
from krid.model import (
    NO_POLICY,
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
    Policy,
    Profile,
    State,
    StatusSource,
    Trail,
    VerificationAlg,
    VerifiedCredential,
    name_of_alg,
)
from krid.verifier import rules

_BEARER: Final = Evidence(
    Check.HOLDER, "nobody proved to hold it: the caller chose BEARER", State.OPTED_OUT
)
_NO_STATUS: Final = Evidence(
    Check.STATUS, "not looked up: the caller chose NO_STATUS", State.OPTED_OUT
)
_NONE_NAMED: Final = Evidence(
    Check.STATUS, "the credential names none: it holds until it expires", State.ABSENT
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
    policy: Policy = NO_POLICY,
) -> VerifiedCredential:
    """Verify a presentation, then its status, then the policy's demands.

    With NO_STATUS the status is not looked up, and the evidence says so; so it does of BEARER. An
    error says which check refused, and what was proved before (`krid.verifier.Report` shows it).

    Raises:
        RejectedError: with the code of the rule that is broken, `policy.*` for the policy's.
        MalformedError: the bytes are not a presentation of this format.
        UnsupportedError: `alg.not_allowed` when a key's algorithm is outside the profile.
        MisuseError: `misuse.option` for NO_STATUS under a policy with rules about status, and for
            an empty nonce; `misuse.type`.
    """
    _check_rules(credential_format, profile, policy, now)
    rules.check_fits(policy, status)
    _check_given(presentation, trust, challenge)
    with Trail() as trail:
        verified = credential_format.verify(
            presentation,
            issuers=_Within(trust, credential_format.name, profile, policy),
            challenge=challenge,
            now=now,
            skew=profile.skew if policy.skew is None else min(policy.skew, profile.skew),
            max_age=profile.max_age,
        )
        trail.add(*verified.evidence)
        if isinstance(challenge, Bearer):
            trail.add(_BEARER)
        if verified.holder is not None:
            trail.check = Check.POLICY
            _check_alg(verified.holder.alg, profile)
        trail.check = Check.STATUS
        for proof in _check_status(verified, status, profile, now):
            trail.add(proof)
            trail.check = Check.STATUS
        if policy is not NO_POLICY:
            trail.check = Check.POLICY
            rules.check_credential(policy, verified, trail.evidence, now)
            trail.prove(Check.POLICY, ", ".join(policy.rules()) or "no rules")
    return replace(verified, evidence=trail.evidence)


def _check_rules(
    credential_format: CredentialFormat, profile: Profile, policy: Policy, now: datetime
) -> None:
    able("credential_format", credential_format, "verify")
    typed("profile", profile, Profile)
    typed("policy", policy, Policy)
    typed("now", now, datetime)


def _check_given(presentation: bytes, trust: IssuerKeys, challenge: Challenge | Bearer) -> None:
    typed("presentation", presentation, bytes)
    able("trust", trust, "find")
    typed("challenge", challenge, Challenge, Bearer)
    if isinstance(challenge, Challenge) and not challenge.nonce and challenge.transcript is None:
        raise MisuseError(Code.MISUSE_OPTION, "nonce: an empty one binds to nothing")


@final
@dataclass(frozen=True, slots=True)
class _Within:
    """Trust that answers only for what profile and policy let through, before it is asked."""

    trust: IssuerKeys
    format: str
    profile: Profile
    policy: Policy

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        with Trail() as trail:
            trail.check = Check.POLICY
            _check_alg(hint.alg, self.profile)
            rules.check_type(self.policy, self.format, hint.type)
            trail.check = Check.ISSUER
            found = self.trust.find(hint, now=now)
            trail.check = Check.POLICY
            rules.check_issuer(self.policy, found)
        return found


def _check_alg(alg: VerificationAlg, profile: Profile) -> None:
    if not profile.allows(alg):
        raise UnsupportedError(Code.ALG_NOT_ALLOWED, name_of_alg(alg))


def _check_status(
    verified: VerifiedCredential, status: StatusSource | NoStatus, profile: Profile, now: datetime
) -> Iterator[Evidence]:
    """Yield what was proved of each status, one after the other."""
    if status is NO_STATUS:
        yield _NO_STATUS
    elif verified.status:
        for entry in verified.status:
            yield status.check(entry, issuer=verified.signer, now=now)
    elif profile.status_required:
        raise StatusError(Code.STATUS_MISSING)
    else:
        yield _NONE_NAMED
