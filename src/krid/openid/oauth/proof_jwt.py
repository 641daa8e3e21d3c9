"""What DPoP proofs and proofs of client attestations have in common: a fresh JWT with a `jti`."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from krid._core import limits, times
from krid._core.strict_json import Json
from krid.errors import BindingError, Code, KridError, MalformedError, UnsupportedError
from krid.jose import Jws
from krid.keys import Alg

_JTI: Final = re.compile(r"[\x20-\x7e]+", re.ASCII)
_CLOCKS: Final = timedelta(seconds=10)
"""How far the clocks of the processes that share a store may be apart."""


def parse(
    text: str, *, typ: str, refusal: Code, max_chars: int = limits.MAX_PROOF_CHARS
) -> tuple[Jws, Mapping[str, Json]]:
    """Read a JWT of a type, and its claims, unverified.

    Raises:
        MalformedError: `refusal`.
        UnsupportedError: `alg.unknown`.
    """
    if len(text) > max_chars:
        raise MalformedError(refusal, "size")
    try:
        parsed = Jws.parse(text)
        parsed.check_typ(typ, refusal=refusal)
        return parsed, parsed.claims()
    except UnsupportedError:
        raise
    except KridError as cause:
        raise MalformedError(refusal) from cause


def check_alg(alg: Alg, allowed: frozenset[Alg]) -> None:
    """Check that an algorithm is one of those allowed.

    Raises:
        UnsupportedError: `alg.not_allowed`.
    """
    if alg not in allowed:
        raise UnsupportedError(Code.ALG_NOT_ALLOWED, alg.jose)


def jti(claims: Mapping[str, object], refusal: Code) -> str:
    """Return the identifier of a proof; RFC 9449, section 11.1, leaves its limit to the server.

    Raises:
        MalformedError: `refusal`.
    """
    value = claims.get("jti")
    if not isinstance(value, str) or not 0 < len(value) <= limits.MAX_JTI_CHARS:
        raise MalformedError(refusal, "jti")
    if _JTI.fullmatch(value) is None:
        raise MalformedError(refusal, "jti")
    return value


def moment(claims: Mapping[str, object], name: str, refusal: Code) -> datetime:
    """Return a moment that must be there.

    Raises:
        MalformedError: `refusal`.
    """
    try:
        return times.from_numeric_date(claims.get(name))
    except KridError as cause:
        raise MalformedError(refusal, name) from cause


def check_fresh(issued: datetime, *, now: datetime, max_age: timedelta, refusal: Code) -> None:
    """Check that something was made at most so long ago, and at most so far in the future.

    Raises:
        BindingError: `refusal`.
    """
    if abs(now - issued) > max_age:
        raise BindingError(refusal)


def forgotten(issued: datetime, *, max_age: timedelta) -> datetime:
    """Return when a proof that was fresh need not be remembered: all clocks call it old then."""
    return issued + max_age + _CLOCKS
