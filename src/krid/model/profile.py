"""A profile: which algorithms, formats, lifetimes and checks a deployment takes, as a value."""

from dataclasses import dataclass
from datetime import timedelta
from typing import final

from krid.keys import Alg


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a deployment takes; code never asks for a profile's name, only for its values.

    `max_age` is how long ago a holder may have signed a presentation; `skew` how far two
    clocks may differ; `status_required` refuses credentials without a status.
    """

    name: str
    algs: frozenset[Alg]
    formats: frozenset[str]
    max_lifetime: timedelta
    max_age: timedelta
    skew: timedelta
    status_required: bool
