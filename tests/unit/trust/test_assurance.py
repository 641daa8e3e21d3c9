"""Levels of assurance, attached and combined."""

from collections.abc import Callable
from datetime import datetime

from krid.keys import Alg, LocalKey
from krid.model import Assurance, IssuerHint, IssuerKey
from krid.trust import AllOf, KeyTrust, WithAssurance

Hint = Callable[..., IssuerHint]
KEY = LocalKey.generate(Alg.ES256).public_key
PINNED = KeyTrust.of(KEY, issuer="https://mois.example")


def found(trust: WithAssurance | AllOf, hint: Hint, now: datetime) -> IssuerKey:
    return trust.find(hint(issuer="https://mois.example"), now=now)


def test_it_says_the_level_and_how(hint: Hint, now: datetime) -> None:
    high = found(WithAssurance(PINNED, Assurance.HIGH), hint, now)
    assert high.assurance is Assurance.HIGH
    assert high.path.endswith(", assurance high")
    assert PINNED.find(hint(issuer="https://mois.example"), now=now).assurance is None


def test_the_lowest_of_all_counts(hint: Hint, now: datetime) -> None:
    low, high = (WithAssurance(PINNED, each) for each in (Assurance.LOW, Assurance.HIGH))
    assert found(AllOf(high, low), hint, now).assurance is Assurance.LOW
    assert found(AllOf(high, PINNED), hint, now).assurance is Assurance.HIGH
    assert found(AllOf(PINNED, PINNED), hint, now).assurance is None
    assert found(WithAssurance(high, Assurance.LOW), hint, now).assurance is Assurance.LOW
