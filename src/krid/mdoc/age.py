"""Age attestations: `age_over_NN`, and which of them answers a question (section 7.2.5)."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

_AGE_OVER: Final = re.compile(r"age_over_([0-9]{2})", re.ASCII)

MAX_AGE_REQUESTS: Final = 2
"""A reader asks for two age attestations at most, so that it can't close in on an age (7.2.5)."""


def attested_age(identifier: str) -> int | None:
    """Return the NN of `age_over_NN`, None for every other element.

    >>> attested_age("age_over_18"), attested_age("age_in_years")
    (18, None)
    """
    found = _AGE_OVER.fullmatch(identifier)
    return None if found is None else int(found[1])


def count_age_requests(identifiers: Iterable[str]) -> int:
    """Count the age attestations among elements that are asked for."""
    return sum(attested_age(identifier) is not None for identifier in identifiers)


def nearest_attestation(asked: int, elements: Mapping[str, object]) -> str | None:
    """Find the element that tells whether the holder is as old as asked, None when none does.

    That is the nearest at or above the age asked for that is true, or at or below it that is
    false: over 21 is over 18 too, and who is not over 16 is not over 18. An attestation on the
    other side says nothing and is never chosen.

    >>> nearest_attestation(18, {"age_over_16": True, "age_over_21": True, "age_over_65": False})
    'age_over_21'
    """
    telling = [
        (abs(age - asked), identifier)
        for identifier, value in elements.items()
        if (age := attested_age(identifier)) is not None and _tells(asked, age, value)
    ]
    return min(telling)[1] if telling else None


def _tells(asked: int, age: int, value: object) -> bool:
    return (value is True and age >= asked) or (value is False and age <= asked)
