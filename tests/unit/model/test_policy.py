"""Policies, assurance, registered issuers and trails as values."""

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid.errors import Code, KridError, MisuseError, ValidityError
from krid.keys import Alg, LocalKey
from krid.model import (
    NO_POLICY,
    ONLINE,
    Assurance,
    Check,
    OfflineWithin,
    Policy,
    Trail,
    TrustedIssuer,
)

KEY = LocalKey.generate(Alg.ES256).public_key


def misused(action: Any) -> None:
    with pytest.raises(MisuseError):
        action()


def test_levels_are_ordered() -> None:
    assert Assurance.LOW < Assurance.SUBSTANTIAL < Assurance.HIGH
    assert [level.word for level in Assurance] == ["low", "substantial", "high"]


def test_a_policy_says_its_rules() -> None:
    policy = Policy(
        types={}, issuers=frozenset(), holder_required=True, offline=ONLINE, status_age=timedelta(1)
    )
    assert policy.rules() == (
        "type",
        "issuer",
        "holder",
        "status at most 1 day, 0:00:00 old",
        "online",
    )
    assert NO_POLICY.rules() == ()
    assert Policy(offline=OfflineWithin(timedelta(1))).rules()[0].startswith("status fresh, or")


def test_a_policy_keeps_no_mapping_of_the_caller() -> None:
    types = {"dc+sd-jwt": frozenset({"urn:a"})}
    policy = Policy(types=types)
    types["dc+sd-jwt"] = frozenset()
    assert policy.types == {"dc+sd-jwt": frozenset({"urn:a"})}


def test_impossible_policies() -> None:
    misused(lambda: Policy(status_age=timedelta(-1)))
    misused(lambda: Policy(skew=timedelta(-1)))
    misused(lambda: Policy(skew=timedelta(days=1)))
    misused(lambda: OfflineWithin(timedelta(-1)))


def test_an_entry_of_a_register_has_keys_or_a_did() -> None:
    fields: dict[str, Any] = {"id": "x", "types": frozenset(), "evidence": "e"}
    TrustedIssuer(**fields, keys=(KEY,))
    TrustedIssuer(**fields, did="did:web:a.example", valid_until=datetime(2026, 1, 1, tzinfo=UTC))
    misused(lambda: TrustedIssuer(**fields))
    misused(lambda: TrustedIssuer(**fields, keys=(KEY,), did="did:web:a.example"))
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  what is to be refused
    misused(lambda: TrustedIssuer(**fields, keys=(KEY,), valid_from=naive))


def tried(error: KridError) -> KridError:
    outer, inner = Trail(), Trail()
    outer.prove(Check.ISSUER, "pinned")
    outer.check = Check.STATUS
    inner.prove(Check.INTEGRITY, "3")
    inner.check = Check.VALIDITY
    with pytest.raises(KridError) as raised, outer, inner:
        raise error
    return raised.value


def test_nested_trails() -> None:
    error = tried(ValidityError(Code.SDJWT_EXPIRED))
    assert error.check is Check.VALIDITY
    assert [each.check for each in error.proved] == [Check.ISSUER, Check.INTEGRITY]
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  a value made one line above
    assert (copy.code, copy.check, copy.proved) == (error.code, error.check, error.proved)


def test_a_misuse_is_no_refusal() -> None:
    error = tried(MisuseError(Code.MISUSE_OPTION))
    assert (error.check, error.proved) == (None, ())


def test_a_trail_lets_foreign_errors_pass() -> None:
    with pytest.raises(LookupError), Trail():
        raise LookupError
