"""The rules of a verifier's policy, one function each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from krid._core.arguments import able
from krid._core.times import aware
from krid.errors import BindingError, Code, ContentError, MisuseError, StatusError, TrustError
from krid.model import (
    NO_STATUS,
    Check,
    Evidence,
    Freshness,
    IssuerKey,
    NoStatus,
    OfflineRule,
    OfflineWithin,
    Policy,
    State,
    StatusSource,
    VerifiedCredential,
)


def check_fits(policy: Policy, status: StatusSource | NoStatus) -> None:
    """A rule about status can't be kept by who does not look it up.

    Raises:
        MisuseError: `misuse.option`; `misuse.type` for a status that is neither.
    """
    if status is not NO_STATUS:
        able("status", status, "check")
    if policy.asks_for_status and status is NO_STATUS:
        raise MisuseError(Code.MISUSE_OPTION, "a policy about status, and NO_STATUS")


def check_type(policy: Policy, format_name: str, kind: str) -> None:
    """The verifier takes this type in this format.

    Raises:
        ContentError: `policy.type`.
    """
    if policy.types is not None and kind not in policy.types.get(format_name, frozenset()):
        raise ContentError(Code.POLICY_TYPE)


def check_issuer(policy: Policy, found: IssuerKey) -> None:
    """The verifier takes this issuer, at the level of assurance that trust attaches to it.

    Raises:
        TrustError: `policy.issuer` or `policy.assurance`.
    """
    if policy.issuers is not None and found.issuer not in policy.issuers:
        raise TrustError(Code.POLICY_ISSUER)
    if policy.assurance is None:
        return
    if found.assurance is None or found.assurance < policy.assurance:
        said = "none" if found.assurance is None else found.assurance.word
        raise TrustError(Code.POLICY_ASSURANCE, f"{said}, not {policy.assurance.word}")


def check_credential(
    policy: Policy, verified: VerifiedCredential, evidence: Sequence[Evidence], now: datetime
) -> None:
    """What was verified keeps the rules that can be checked only then.

    The type is checked again, as verified: before, the format had only said what it would be.

    Raises:
        ContentError: `policy.type`.
        BindingError: `policy.holder`.
        StatusError: `policy.status_age` or `policy.offline`.
    """
    check_type(policy, verified.format, verified.type)
    if policy.holder_required and verified.holder is None:
        raise BindingError(Code.POLICY_HOLDER)
    if not policy.asks_for_status:
        return
    for each in evidence:
        if each.check is Check.STATUS and each.state is State.PROVED:
            _check_freshness(policy, each.freshness, aware(now))


def _check_freshness(policy: Policy, freshness: Freshness | None, now: datetime) -> None:
    if freshness is None:
        raise StatusError(Code.POLICY_STATUS_AGE, "its age is not known")
    _check_status_age(policy.status_age, freshness, now)
    _check_offline(policy.offline, freshness, now)


def _check_status_age(greatest: timedelta | None, freshness: Freshness, now: datetime) -> None:
    """The list was signed no longer ago than the verifier takes."""
    if greatest is not None and now - freshness.as_of > greatest:
        raise StatusError(Code.POLICY_STATUS_AGE)


def _check_offline(rule: OfflineRule | None, freshness: Freshness, now: datetime) -> None:
    """The list is not past its time, or the verifier takes it offline for a while."""
    if rule is None or now < freshness.fresh_until:
        return
    if not isinstance(rule, OfflineWithin) or now - freshness.as_of > rule.age:
        raise StatusError(Code.POLICY_OFFLINE)
