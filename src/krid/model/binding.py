"""What binds a presentation to its holder in any format: a key, a nonce, an audience, a time.

The claims are those of the JWT or CWT that the holder signed: `nonce`, `aud`, `iat`, and `nbf`
and `exp` should it have them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from krid._core import limits, shape, times
from krid._core.arguments import typed
from krid._core.redact import same
from krid._core.strict_json import Json
from krid.errors import (
    BindingError,
    Code,
    KridError,
    MalformedError,
    MisuseError,
    UnsupportedError,
    ValidityError,
)
from krid.keys import Alg, PublicKey, jwk
from krid.model.paths import ClaimPath
from krid.model.ports import Challenge

HOLDER_SKEW: Final = timedelta(seconds=60)
"""A phone's clock may lag behind the issuer's, whose card is valid from this very second."""

_ZERO: Final = timedelta(0)
_MAX_SKEW: Final = timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS)


def check_settings(*, now: datetime, skew: timedelta) -> None:
    """Check what a caller says about time.

    Raises:
        MisuseError: `misuse.naive_time`, `misuse.option`.
    """
    times.aware(now)
    if not _ZERO <= skew <= _MAX_SKEW:
        raise MisuseError(Code.MISUSE_OPTION, "skew")


def check_challenge(*, audience: str, nonce: str, max_age: timedelta) -> None:
    """Check what a caller demands of a holder.

    Raises:
        MisuseError: `misuse.option`.
    """
    if not audience or not nonce:
        raise MisuseError(Code.MISUSE_OPTION, "audience or nonce is empty")
    if max_age < _ZERO:
        raise MisuseError(Code.MISUSE_OPTION, "max_age")


def check_shown(credential: bytes, disclose: Sequence[ClaimPath], challenge: Challenge) -> None:
    """Check the types of what a holder's program asks for; a path alone is not a list of them.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("credential", credential, bytes)
    typed("challenge", challenge, Challenge)
    typed("disclose", disclose, list, tuple)
    for path in disclose:
        typed("each path in disclose", path, tuple)


def check_no_transactions(challenge: Challenge) -> None:
    """Refuse transactions for a format that has no place for them.

    Raises:
        UnsupportedError: `transaction.format`.
    """
    if challenge.transactions:
        raise UnsupportedError(Code.TRANSACTION_FORMAT)


def confirmation_key(claims: Mapping[str, Json]) -> PublicKey:
    """Return the one key that `cnf` holds as a JWK (RFC 7800, section 3).

    Raises:
        BindingError: `kb.no_key` when there is no `cnf`.
        MalformedError: `sdjwt.cnf` when it does not hold exactly one public JWK.
        UnsupportedError: `key.type` for a JWK of a type that krid does not implement.
    """
    if "cnf" not in claims:
        raise BindingError(Code.KB_NO_KEY)
    confirmation = shape.mapping(claims["cnf"], Code.SDJWT_CNF)
    if not {"jwe", "jku"}.isdisjoint(confirmation):
        raise MalformedError(Code.SDJWT_CNF)
    try:
        return jwk.parse_public(confirmation.get("jwk"))
    except UnsupportedError:
        raise
    except KridError as cause:
        raise MalformedError(Code.SDJWT_CNF, cause.code.message) from cause


def check_key_marks(claims: Mapping[str, Json], alg: Alg) -> None:
    """Check that the JWK in `cnf` is not marked for another use or algorithm."""
    confirmation = shape.mapping(claims["cnf"], Code.SDJWT_CNF)
    jwk.check_marks(shape.mapping(confirmation["jwk"], Code.SDJWT_CNF), alg=alg)


def check_created(
    bound: Mapping[str, Json], *, now: datetime, skew: timedelta, max_age: timedelta
) -> None:
    """Check that `iat` lies within the window."""
    created = moment(bound, "iat")
    if created is None:
        raise MalformedError(Code.KB_SYNTAX, "iat")
    if created > now + skew or now - created > max_age:
        raise ValidityError(Code.KB_IAT)


def check_nonce(bound: Mapping[str, Json], nonce: str) -> None:
    """Check that it answers this transaction."""
    if not equal(text(bound, "nonce"), nonce):
        raise BindingError(Code.KB_NONCE)


def check_audience(bound: Mapping[str, Json], audience: str) -> None:
    """Check that it was made for this verifier, named by one text."""
    if not equal(text(bound, "aud"), audience):
        raise BindingError(Code.KB_AUDIENCE)


def check_validity_period(bound: Mapping[str, Json], *, now: datetime, skew: timedelta) -> None:
    """Check `nbf` and `exp`, should it have them (RFC 7519, sections 4.1.4 and 4.1.5)."""
    not_before, expires = moment(bound, "nbf"), moment(bound, "exp")
    if not_before is not None and now + skew < not_before:
        raise ValidityError(Code.KB_VALIDITY)
    if expires is not None and now - skew >= expires:
        raise ValidityError(Code.KB_VALIDITY)


def moment(bound: Mapping[str, Json], name: str) -> datetime | None:
    """Read a date, None when it is absent."""
    if name not in bound:
        return None
    try:
        return times.from_numeric_date(bound[name])
    except MalformedError as cause:
        raise MalformedError(Code.KB_SYNTAX, name) from cause


def text(bound: Mapping[str, Json], name: str) -> str:
    """Read a claim that must be text."""
    value = bound.get(name)
    if not isinstance(value, str):
        raise MalformedError(Code.KB_SYNTAX, name)
    return value


def equal(left: str, right: str) -> bool:
    """Compare in constant time."""
    return same(left.encode("utf-8"), right.encode("utf-8", "surrogatepass"))
