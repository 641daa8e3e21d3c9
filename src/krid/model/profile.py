"""A profile: which algorithms, formats, lifetimes and checks a deployment takes, as a value."""

from dataclasses import dataclass
from datetime import timedelta
from typing import final

from krid._core.arguments import several
from krid.errors import Code, MisuseError
from krid.keys import Alg, BbsAlg
from krid.model.keys import VerificationAlg


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a deployment takes; code never asks for a profile's name, only for its values.

    `max_age` is how long ago a holder may have signed a presentation; `skew` how far two
    clocks may differ; `status_required` refuses credentials without a status. `bbs_algs` are what
    issuers may sign with beside `algs`.
    """

    name: str
    algs: frozenset[Alg]
    formats: frozenset[str]
    max_lifetime: timedelta
    max_age: timedelta
    skew: timedelta
    status_required: bool
    bbs_algs: frozenset[BbsAlg] = frozenset()

    def __post_init__(self) -> None:
        several("formats", self.formats)
        several("algs", self.algs)

    def check_format(self, name: str) -> None:
        """Check that a format is among those that the deployment takes.

        Raises:
            MisuseError: `misuse.format`.
        """
        if name not in self.formats:
            there = ", ".join(sorted(self.formats))
            raise MisuseError(Code.MISUSE_FORMAT, f"{name}; the profile {self.name} has: {there}")

    def allows(self, alg: VerificationAlg) -> bool:
        """Tell whether issuers may sign with an algorithm."""
        return alg in self.algs if isinstance(alg, Alg) else alg in self.bbs_algs
