"""One forgery for each rule of a verifier's policy: it breaks that rule alone and meets its code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from own_format import SignedJson
from roles import FORMAT, ISSUER, NOW, PROFILE, TYPE, Cast

from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.model import (
    BEARER,
    NO_POLICY,
    NO_STATUS,
    ONLINE,
    Assurance,
    Bearer,
    Challenge,
    Check,
    Evidence,
    Freshness,
    IssuerKey,
    IssuerKeys,
    NoStatus,
    OfflineWithin,
    Policy,
    State,
    StatusEntry,
    StatusReference,
    StatusSource,
    VerifiedCredential,
)
from krid.trust import WithAssurance
from krid.verifier import verify_presentation

HOUR = timedelta(hours=1)
HOLDER = LocalKey.generate(Alg.ES256)
CHALLENGE = Challenge(audience="bank", nonce="n-1")
CAST = Cast()
CARD = CAST.issue(HOLDER.public_key).raw
PRESENTED = (
    SignedJson()
    .prepare_presentation(CARD, disclose=[("name",)], challenge=CHALLENGE, alg=HOLDER.alg, now=NOW)
    .sign_with(HOLDER)
)


class Told(SignedJson):  # type: ignore[misc]  # the example is final; a test may look inside
    """The example format, whose verified credentials are changed afterwards."""

    changes: Mapping[str, Any]

    def __init__(self, **changes: Any) -> None:
        object.__setattr__(self, "changes", changes)

    def verify(self, *words: Any, **named: Any) -> VerifiedCredential:
        bound = named | {"challenge": CHALLENGE}
        return replace(super().verify(*words, **bound), **self.changes)


@dataclass(frozen=True)
class Signed:
    """A status source whose list was signed a while ago and is fresh for a while."""

    ago: timedelta
    fresh: timedelta = HOUR

    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> Evidence:
        as_of = now - self.ago
        freshness = Freshness(as_of, as_of + self.fresh)
        return Evidence(Check.STATUS, "valid", freshness=freshness)


@dataclass(frozen=True)
class Undated:
    """A status source that does not say how old its word is."""

    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> Evidence:
        return Evidence(Check.STATUS, "valid")


def verify(
    policy: Policy,
    *,
    trust: IssuerKeys = CAST.trust,
    status: StatusSource | NoStatus = NO_STATUS,
    challenge: Challenge | Bearer = CHALLENGE,
    **changes: Any,
) -> VerifiedCredential:
    if not isinstance(status, NoStatus):
        changes["status"] = (StatusReference("https://issuer.example/status/1", 7),)
    return verify_presentation(
        PRESENTED,
        credential_format=Told(**changes),
        trust=trust,
        status=status,
        profile=PROFILE,
        challenge=challenge,
        now=NOW,
        policy=policy,
    )


def refused(policy: Policy, code: Code, **words: Any) -> KridError:
    with pytest.raises(KridError) as error:
        verify(policy, **words)
    assert error.value.code is code
    return error.value


HIGH = WithAssurance(CAST.trust, Assurance.HIGH)
SUBSTANTIAL = WithAssurance(CAST.trust, Assurance.SUBSTANTIAL)
EVERYTHING = Policy(
    types={FORMAT: frozenset({TYPE})},
    issuers=frozenset({ISSUER}),
    assurance=Assurance.HIGH,
    holder_required=True,
    status_age=HOUR,
    offline=OfflineWithin(HOUR),
    skew=timedelta(seconds=10),
)


def test_a_presentation_that_keeps_every_rule_passes() -> None:
    verified = verify(EVERYTHING, trust=HIGH, status=Signed(HOUR))
    assert verified.evidence[-1].check is Check.POLICY
    assert "assurance high" in verified.evidence[-1].detail
    assert "assurance high" not in repr(verify(NO_POLICY).evidence)
    assert verify(Policy()).evidence[-1].detail == "no rules"


@pytest.mark.parametrize(
    "types", [{}, {FORMAT: frozenset({"urn:other"})}, {"mso_mdoc": frozenset({TYPE})}]
)
def test_another_type(types: Mapping[str, frozenset[str]]) -> None:
    error = refused(Policy(types=types), Code.POLICY_TYPE)
    assert error.check is Check.POLICY
    assert error.proved == ()


def test_a_type_that_the_format_told_otherwise_before() -> None:
    """What the hint said is not believed: the verified type counts."""
    policy = Policy(types={FORMAT: frozenset({TYPE})})
    refused(policy, Code.POLICY_TYPE, type="urn:other")


def test_another_issuer() -> None:
    refused(Policy(issuers=frozenset({"https://other.example"})), Code.POLICY_ISSUER)


@pytest.mark.parametrize("trust", [CAST.trust, SUBSTANTIAL, WithAssurance(HIGH, Assurance.LOW)])
def test_a_lower_assurance(trust: IssuerKeys) -> None:
    refused(Policy(assurance=Assurance.HIGH), Code.POLICY_ASSURANCE, trust=trust)


def test_a_level_can_not_be_raised_by_wrapping() -> None:
    raised = WithAssurance(SUBSTANTIAL, Assurance.HIGH)
    refused(Policy(assurance=Assurance.HIGH), Code.POLICY_ASSURANCE, trust=raised)


def test_nobody_holds_it() -> None:
    error = refused(Policy(holder_required=True), Code.POLICY_HOLDER, challenge=BEARER, holder=None)
    assert (Check.HOLDER, State.OPTED_OUT) in [(each.check, each.state) for each in error.proved]


def test_an_old_status() -> None:
    error = refused(Policy(status_age=HOUR), Code.POLICY_STATUS_AGE, status=Signed(HOUR * 1.01))
    assert error.proved[-1].check is Check.STATUS


@pytest.mark.parametrize(
    "policy", [Policy(status_age=HOUR), Policy(offline=ONLINE), Policy(offline=OfflineWithin(HOUR))]
)
def test_a_status_of_unknown_age(policy: Policy) -> None:
    refused(policy, Code.POLICY_STATUS_AGE, status=Undated())


def test_a_list_past_its_time_while_online_is_demanded() -> None:
    verify(Policy(offline=ONLINE), status=Signed(HOUR * 0.99))
    refused(Policy(offline=ONLINE), Code.POLICY_OFFLINE, status=Signed(HOUR))


def test_a_list_past_its_time_for_too_long() -> None:
    policy = Policy(offline=OfflineWithin(3 * HOUR))
    verify(policy, status=Signed(3 * HOUR))
    verify(policy, status=Signed(4 * HOUR, fresh=5 * HOUR))
    refused(policy, Code.POLICY_OFFLINE, status=Signed(3.01 * HOUR))


def test_rules_about_status_and_no_status() -> None:
    refused(Policy(status_age=HOUR), Code.MISUSE_OPTION)
    with pytest.raises(KridError) as error:
        CAST.make_verifier(policy=Policy(offline=ONLINE))
    assert error.value.code is Code.MISUSE_OPTION


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, PROFILE.skew),
        (timedelta(seconds=10), timedelta(seconds=10)),
        (HOUR / 12, PROFILE.skew),
    ],
)
def test_more_skew_than_the_profile_allows_is_not_granted(
    asked: timedelta | None, granted: timedelta
) -> None:
    seen: list[timedelta] = []

    class Seeing(Told):  # type: ignore[misc]  # as Told
        def verify(self, *words: Any, **named: Any) -> VerifiedCredential:
            seen.append(named["skew"])
            return super().verify(*words, **named)

    verify_presentation(
        PRESENTED,
        credential_format=Seeing(),
        trust=CAST.trust,
        status=NO_STATUS,
        profile=PROFILE,
        challenge=CHALLENGE,
        now=NOW,
        policy=Policy(skew=asked),
    )
    assert seen == [granted]
