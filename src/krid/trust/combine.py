"""Putting sources of trust together, and limiting what they are trusted for.

A source that does not know an issuer says `trust.unknown_issuer`; whatever else it says means
that it recognised the issuer and refused it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from krid._core.arguments import able, several, typed
from krid._core.times import aware
from krid.errors import Code, KridError, MisuseError, TrustError
from krid.model import IssuerHint, IssuerKey, IssuerKeys, TrustedAuthority

# What a source says of a stranger, from the least telling on.
_STRANGER: Final = (Code.TRUST_UNKNOWN_ISSUER, Code.X509_ISSUER)


@final
@dataclass(frozen=True, slots=True, init=False)
class AnyOf:
    """Trust in what at least one source trusts; they are asked in order.

    When all refuse, the most telling refusal is raised: the first of a source that recognised
    the issuer; else `x509.issuer`, when certificates lead to no anchor; else
    `trust.unknown_issuer`. Without sources it trusts nobody.
    """

    sources: tuple[IssuerKeys, ...]

    def __init__(self, *sources: IssuerKeys) -> None:
        for each in sources:
            able("sources", each, "find")
        object.__setattr__(self, "sources", sources)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key that the first source finds.

        Raises:
            KridError: the most telling refusal, as described above.
        """
        refusals: list[KridError] = [TrustError(Code.TRUST_UNKNOWN_ISSUER)]
        for source in self.sources:
            try:
                return source.find(hint, now=now)
            except MisuseError:
                raise
            except KridError as refusal:
                refusals.append(refusal)
        raise max(refusals, key=_telling)


@final
@dataclass(frozen=True, slots=True, init=False)
class AllOf:
    """Trust in what every source trusts, by the same key: at least one source.

    The name and the path are those of the first source, with the other paths appended; the
    validity and the authorities are what all of them share, the assurance the lowest that one of
    them attaches. The key stands under all that it stands under for one of them.
    """

    sources: tuple[IssuerKeys, ...]

    def __init__(self, first: IssuerKeys, *others: IssuerKeys) -> None:
        for each in (first, *others):
            able("sources", each, "find")
        object.__setattr__(self, "sources", (first, *others))

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key that all sources find.

        Raises:
            TrustError: `trust.disagreement` when they find different keys.
            KridError: the first refusal of a source.
        """
        found = [source.find(hint, now=now) for source in self.sources]
        if any(each.key != found[0].key for each in found):
            raise TrustError(Code.TRUST_DISAGREEMENT)
        return IssuerKey(
            key=found[0].key,
            issuer=found[0].issuer,
            path="; ".join(each.path for each in found),
            authorities=frozenset.intersection(*(each.authorities for each in found)),
            not_before=_latest([each.not_before for each in found]),
            not_after=_earliest([each.not_after for each in found]),
            assurance=min(
                (each.assurance for each in found if each.assurance is not None), default=None
            ),
            stands_under=frozenset[TrustedAuthority]().union(
                *(each.stands_under for each in found)
            ),
        )


@final
@dataclass(frozen=True, slots=True)
class ForTypes:
    """Trust in a source for some types of credentials alone: `vct` values and doctypes."""

    source: IssuerKeys
    types: frozenset[str]

    def __post_init__(self) -> None:
        several("types", self.types)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key that the source finds, for one of the types.

        Raises:
            TrustError: `trust.type` when the source trusts the issuer, but not for this type.
            KridError: what the source refuses.
        """
        found = self.source.find(hint, now=now)
        if hint.type not in self.types:
            raise TrustError(Code.TRUST_TYPE)
        return found


@final
@dataclass(frozen=True, slots=True)
class ForFormats:
    """Trust in a source for some formats alone, such as `mso_mdoc`."""

    source: IssuerKeys
    formats: frozenset[str]

    def __post_init__(self) -> None:
        several("formats", self.formats)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key that the source finds, for one of the formats.

        Raises:
            TrustError: `trust.format` when the source trusts the issuer, but not for this format.
            KridError: what the source refuses.
        """
        found = self.source.find(hint, now=now)
        if hint.format not in self.formats:
            raise TrustError(Code.TRUST_FORMAT)
        return found


@final
@dataclass(frozen=True, slots=True)
class Until:
    """Trust in a source that ends after a moment, whatever was signed before it."""

    source: IssuerKeys
    moment: datetime

    def __post_init__(self) -> None:
        typed("moment", self.moment, datetime)
        aware(self.moment)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key that the source finds, up to the moment and with it.

        Raises:
            TrustError: `trust.ended` when the source trusts the issuer, but no longer.
            KridError: what the source refuses.
        """
        found = self.source.find(hint, now=now)
        if aware(now) > self.moment:
            raise TrustError(Code.TRUST_ENDED)
        return found


NOBODY: Final = AnyOf()
"""Trust in nobody: every credential is refused."""


def _telling(refusal: KridError) -> int:
    """Rank a refusal; `max` takes the first of the highest."""
    if refusal.code in _STRANGER:
        return _STRANGER.index(refusal.code)
    return len(_STRANGER)


def _latest(moments: Sequence[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _earliest(moments: Sequence[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
