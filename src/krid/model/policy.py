"""What one verifier takes, within what its deployment's profile allows: rules as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, final

from krid._core import limits
from krid._core.arguments import several
from krid.errors import Code, MisuseError
from krid.model.assurance import Assurance

_ZERO: Final = timedelta(0)
_MAX_SKEW: Final = timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS)


class Online(Enum):
    """The type of `ONLINE`."""

    ONLINE = "online"


ONLINE: Final[Literal[Online.ONLINE]] = Online.ONLINE
"""Every status must be fresh: its list may not be past the time at which to ask anew."""


@final
@dataclass(frozen=True, slots=True)
class OfflineWithin:
    """A status that can't be had fresh may come from a list signed at most this long ago."""

    age: timedelta

    def __post_init__(self) -> None:
        """Refuse an age that is negative.

        Raises:
            MisuseError: `misuse.option`.
        """
        _check_not_negative(self.age, "age")


OfflineRule: TypeAlias = Online | OfflineWithin


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one verifier demands beyond its profile; a policy only narrows, it opens nothing.

    Every rule that is left out makes no demand of its own:

    - `types`: by format, the `vct` values and doctypes that it takes; no other format.
    - `issuers`: the names, as trust proves them, whose credentials it takes. By which path trust
      may come is said by the source of trust that it is given.
    - `assurance`: the least level that trust must attach to the issuer.
    - `holder_required`: a presentation must prove that the holder has the credential's key, so
      that BEARER is refused.
    - `status_age`: how long ago a status list may have been signed, fresh or not.
    - `offline`: whether a list past its time may still count: `ONLINE` or `OfflineWithin`.
    - `skew`: how far clocks may differ; the smaller of this and the profile's counts.

    Raises MisuseError `misuse.option` for a negative time or more skew than krid allows,
    `misuse.type` for one text in the place of a set.
    """

    types: Mapping[str, frozenset[str]] | None = None
    issuers: frozenset[str] | None = None
    assurance: Assurance | None = None
    holder_required: bool = False
    status_age: timedelta | None = None
    offline: OfflineRule | None = None
    skew: timedelta | None = None

    def __post_init__(self) -> None:
        if self.issuers is not None:
            several("issuers", self.issuers)
        if self.types is not None:
            for name, types in self.types.items():
                several(f"types of {name}", types)
            object.__setattr__(self, "types", MappingProxyType(dict(self.types)))
        for name, age in (("status_age", self.status_age), ("skew", self.skew)):
            if age is not None:
                _check_not_negative(age, name)
        if self.skew is not None and self.skew > _MAX_SKEW:
            raise MisuseError(Code.MISUSE_OPTION, "skew")

    @property
    def asks_for_status(self) -> bool:
        """Whether a rule can be kept only by looking the status up."""
        return self.status_age is not None or self.offline is not None

    def rules(self) -> tuple[str, ...]:
        """Say each rule in a few words, for reports.

        >>> Policy(assurance=Assurance.HIGH, status_age=timedelta(days=1)).rules()
        ('assurance high', 'status at most 1 day, 0:00:00 old')
        """
        said = {
            "type": self.types is not None,
            "issuer": self.issuers is not None,
            f"assurance {self.assurance.word if self.assurance else ''}": self.assurance
            is not None,
            "holder": self.holder_required,
            f"status at most {self.status_age} old": self.status_age is not None,
            _offline_words(self.offline): self.offline is not None,
        }
        return tuple(words for words, demanded in said.items() if demanded)


NO_POLICY: Final = Policy()
"""No demand beyond the profile's."""


def _offline_words(rule: OfflineRule | None) -> str:
    return (
        f"status fresh, or at most {rule.age} old" if isinstance(rule, OfflineWithin) else "online"
    )


def _check_not_negative(duration: timedelta, name: str) -> None:
    if duration < _ZERO:
        raise MisuseError(Code.MISUSE_OPTION, name)
