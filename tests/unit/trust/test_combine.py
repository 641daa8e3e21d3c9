from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from krid.errors import Code, KridError, MisuseError, ResolutionError, TrustError
from krid.keys import Alg, LocalKey, PublicKey
from krid.model import IssuerHint, IssuerKey
from krid.trust import NOBODY, AllOf, AnyOf, ForFormats, ForTypes, Until

KEY, OTHER = (LocalKey.generate(Alg.ES256).public_key for _ in range(2))

Hint = Callable[..., IssuerHint]


@dataclass(frozen=True)
class Finds:
    key: PublicKey
    path: str = "found"
    not_before: datetime | None = None
    not_after: datetime | None = None

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        return IssuerKey(
            key=self.key,
            issuer=self.path,
            path=self.path,
            not_before=self.not_before,
            not_after=self.not_after,
        )


@dataclass(frozen=True)
class Refuses:
    error: KridError

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        raise self.error


UNKNOWN = Refuses(TrustError(Code.TRUST_UNKNOWN_ISSUER))
NO_ANCHOR = Refuses(TrustError(Code.X509_ISSUER))
EXPIRED = Refuses(TrustError(Code.X509_EXPIRED))
UNRESOLVED = Refuses(ResolutionError(Code.DID_NOT_FOUND))


def test_first_that_finds(hint: Hint, now: datetime) -> None:
    trust = AnyOf(UNKNOWN, EXPIRED, Finds(KEY, "a"), Finds(OTHER, "b"))
    assert trust.find(hint(), now=now).path == "a"


@pytest.mark.parametrize(
    ("trust", "code"),
    [
        (NOBODY, Code.TRUST_UNKNOWN_ISSUER),
        (AnyOf(UNKNOWN), Code.TRUST_UNKNOWN_ISSUER),
        (AnyOf(UNKNOWN, NO_ANCHOR), Code.X509_ISSUER),
        (AnyOf(NO_ANCHOR, UNKNOWN), Code.X509_ISSUER),
        (AnyOf(NO_ANCHOR, UNRESOLVED, EXPIRED), Code.DID_NOT_FOUND),
        (AnyOf(UNKNOWN, EXPIRED, UNRESOLVED), Code.X509_EXPIRED),
        (AnyOf(AnyOf(UNKNOWN), AnyOf(EXPIRED)), Code.X509_EXPIRED),
    ],
)
def test_most_telling_refusal(hint: Hint, now: datetime, trust: AnyOf, code: Code) -> None:
    with pytest.raises(KridError) as error:
        trust.find(hint(), now=now)
    assert error.value.code is code


def test_misuse_is_not_a_refusal(hint: Hint, now: datetime) -> None:
    wrong = Refuses(MisuseError(Code.MISUSE_NAIVE_TIME))
    with pytest.raises(MisuseError):
        AnyOf(wrong, Finds(KEY)).find(hint(), now=now)


def test_all_agree(hint: Hint, now: datetime) -> None:
    day = timedelta(days=1)
    trust = AllOf(
        Finds(KEY, "a", now - 2 * day, now + 2 * day),
        Finds(KEY, "b"),
        Finds(KEY, "c", now - day, now + 3 * day),
    )
    found = trust.find(hint(), now=now)
    assert (found.key, found.issuer, found.path) == (KEY, "a", "a; b; c")
    assert (found.not_before, found.not_after) == (now - day, now + 2 * day)
    assert AllOf(Finds(KEY)).find(hint(), now=now).not_after is None


def test_limits_let_through(hint: Hint, now: datetime) -> None:
    source = Finds(KEY)
    for trust in (
        ForTypes(source, types=frozenset({"urn:example:card"})),
        ForFormats(source, formats=frozenset({"dc+sd-jwt"})),
        Until(source, now),
    ):
        assert trust.find(hint(), now=now).key == KEY


def test_moment_needs_a_time_zone() -> None:
    with pytest.raises(MisuseError) as error:
        Until(Finds(KEY), datetime(2026, 1, 1))  # noqa: DTZ001 -- the mistake itself
    assert error.value.code is Code.MISUSE_NAIVE_TIME
