"""Claims of a JWT or CWT that stand beside a credential (VC-JOSE-COSE, sections 3.1.3, 3.3, 4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from krid._core import times
from krid._core.strict_json import Json
from krid.errors import Code, ContentError, MalformedError, ValidityError
from krid.model.w3c.credential import Credential

_RESERVED = ("vc", "vp")


def check_reserved(claims: Mapping[str, Json]) -> None:
    """Check that the claims `vc` and `vp` are absent (section 3.1.3).

    Raises:
        MalformedError: `w3c.claim`.
    """
    for name in _RESERVED:
        if name in claims:
            raise MalformedError(Code.W3C_CLAIM, name)


def check_agreement(credential: Credential, claims: Mapping[str, Json]) -> None:
    """Check that `iss`, `jti` and `sub` say what the credential says (sections 3.1.3 and 4.1).

    The text demands it of `iss`, and recommends it of the others.

    Raises:
        ContentError: `w3c.claim_conflict`.
        MalformedError: `w3c.claim` for one that is not text.
    """
    _check_same(claims, "iss", credential.issuer.id)
    _check_same(claims, "jti", credential.id)
    if len(credential.subjects) == 1:
        _check_same(claims, "sub", credential.subjects[0].id)


def check_key_id(credential: Credential, key_id: str | None) -> None:
    """Check that a key of a DID is named by `kid` (section 4.1.1).

    Raises:
        MalformedError: `w3c.key_id`.
    """
    if key_id is None and credential.issuer.id.startswith("did:"):
        raise MalformedError(Code.W3C_KEY_ID)


def check_period(
    credential: Credential, claims: Mapping[str, Json], *, now: datetime, skew: timedelta
) -> None:
    """Check the validity of the credential and of the signature around it.

    The first are `validFrom` and `validUntil` (VCDM, section 4.9), the second `nbf`, `iat` and
    `exp`.

    Raises:
        ValidityError: `w3c.expired` or `w3c.not_yet_valid`.
        MalformedError: `w3c.claim` for a claim that is no NumericDate.
    """
    for begins in (credential.valid_from, moment(claims, "nbf"), moment(claims, "iat")):
        if begins is not None and now + skew < begins:
            raise ValidityError(Code.W3C_NOT_YET_VALID)
    ends = valid_until(credential, claims)
    if ends is not None and now - skew >= ends:
        raise ValidityError(Code.W3C_EXPIRED)


def valid_until(credential: Credential, claims: Mapping[str, Json]) -> datetime | None:
    """Return when the credential or its signature ends, whichever is earlier.

    Raises:
        MalformedError: `w3c.claim` for a claim that is no NumericDate.
    """
    ends = (credential.valid_until, moment(claims, "exp"))
    return min((each for each in ends if each is not None), default=None)


def moment(claims: Mapping[str, Json], name: str) -> datetime | None:
    """Return a NumericDate as a moment, None when it is absent.

    Raises:
        MalformedError: `w3c.claim`.
    """
    if name not in claims:
        return None
    try:
        return times.from_numeric_date(claims[name])
    except MalformedError as cause:
        raise MalformedError(Code.W3C_CLAIM, name) from cause


def _check_same(claims: Mapping[str, Json], name: str, expected: str | None) -> None:
    if name not in claims:
        return
    value = claims[name]
    if not isinstance(value, str):
        raise MalformedError(Code.W3C_CLAIM, name)
    if expected is not None and value != expected:
        raise ContentError(Code.W3C_CLAIM_CONFLICT, name)
