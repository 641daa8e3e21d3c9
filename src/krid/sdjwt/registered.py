"""Registered claims of any JWT: validity and audience (RFC 7519, section 4.1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from krid._core import times
from krid._core.strict_json import Json
from krid.errors import BindingError, Code, MalformedError, ValidityError


def moment(claims: Mapping[str, Json], name: str) -> datetime | None:
    """Return a NumericDate claim as a moment, None when it is absent.

    Raises:
        MalformedError: `sdjwt.claim_type`.
    """
    if name not in claims:
        return None
    try:
        return times.from_numeric_date(claims[name])
    except MalformedError as cause:
        raise MalformedError(Code.SDJWT_CLAIM_TYPE, name) from cause


def check_validity_period(claims: Mapping[str, Json], *, now: datetime, skew: timedelta) -> None:
    """Check `exp`, `nbf` and `iat`, where present (RFC 9901, section 7.1, step 6).

    Raises:
        ValidityError: `sdjwt.expired` or `sdjwt.not_yet_valid`.
        MalformedError: `sdjwt.claim_type`.
    """
    expires = moment(claims, "exp")
    if expires is not None and now - skew >= expires:
        raise ValidityError(Code.SDJWT_EXPIRED)
    for name in ("nbf", "iat"):
        begins = moment(claims, name)
        if begins is not None and now + skew < begins:
            raise ValidityError(Code.SDJWT_NOT_YET_VALID)


def check_audience(claims: Mapping[str, Json], audience: str | None) -> None:
    """Check that a credential made for certain verifiers is made for this one (step 6).

    None stands for a verifier that did not say who it is: it is nobody's audience.

    Raises:
        BindingError: `sdjwt.audience`.
        MalformedError: `sdjwt.claim_type`.
    """
    if "aud" not in claims:
        return
    meant = claims["aud"]
    names = (meant,) if isinstance(meant, str) else meant
    if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
        raise MalformedError(Code.SDJWT_CLAIM_TYPE, "aud")
    if audience not in names:
        raise BindingError(Code.SDJWT_AUDIENCE)
