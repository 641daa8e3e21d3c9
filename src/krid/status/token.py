"""Status List Tokens as JWT (Token Status List, sections 5.1 and 8.3; revision 20).

The CWT form (section 5.2) is not read yet.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Self, final

from krid._core import limits, shape, strict_json, times
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError, MisuseError, StatusError
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared
from krid.model import IssuerHint, IssuerKey, IssuerKeys
from krid.status.bits import StatusBits

TYP: Final = "statuslist+jwt"

_DAY: Final = timedelta(days=1)
_END: Final = datetime.max.replace(microsecond=0, tzinfo=UTC)


@final
@dataclass(frozen=True, slots=True)
class StatusListToken:
    """A Status List Token as it came: read, not verified, its list still compressed.

    `uri` is its subject. `issuer` is `iss`, which the newest draft no longer names but leaves
    allowed, and by which a key is found when there is no certificate.
    """

    uri: str
    issuer: str | None
    issued_at: datetime
    not_before: datetime | None
    expires_at: datetime | None
    ttl: timedelta | None
    bits: int
    lst: str = field(repr=False)
    jws: Jws = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the compact serialisation; checks neither signature nor times.

        Raises:
            ContentError: `jws.typ`.
            MalformedError: `status.syntax`, `time.numeric_date`, and those of `Jws.parse` and
                `Jws.claims`.
            UnsupportedError: those of `Jws.parse`.
        """
        if len(text) > limits.MAX_RESPONSE_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        parsed = Jws.parse(text)
        parsed.check_typ(TYP)
        claims = parsed.claims(max_values=limits.MAX_JWT_VALUES)
        statuses = shape.mapping(claims.get("status_list"), Code.STATUS_SYNTAX)
        _check_no_audience(claims)
        return cls(
            uri=shape.text(claims.get("sub"), Code.STATUS_SYNTAX),
            issuer=shape.text(claims["iss"], Code.STATUS_SYNTAX) if "iss" in claims else None,
            issued_at=times.from_numeric_date(claims.get("iat")),
            not_before=_moment(claims, "nbf"),
            expires_at=_moment(claims, "exp"),
            ttl=_ttl(claims),
            bits=shape.integer(statuses.get("bits"), Code.STATUS_SYNTAX),
            lst=shape.text(statuses.get("lst"), Code.STATUS_SYNTAX),
            jws=parsed,
        )

    @property
    def hint(self) -> IssuerHint:
        """What the token says about who signed it."""
        kid = self.jws.header.get("kid")
        return IssuerHint(
            format=TYP,
            type=TYP,
            alg=self.jws.alg,
            issuer=self.issuer,
            key_id=kid if isinstance(kid, str) else None,
            certificates=self.jws.certificates(),
        )


@final
@dataclass(frozen=True, slots=True)
class StatusList:
    """A status list that was verified. Made by `verify` alone.

    `fresh_until` is when to ask for a newer one, `valid_until` when to believe it no longer.
    """

    uri: str
    statuses: StatusBits
    signer: IssuerKey
    issued_at: datetime
    fresh_until: datetime
    valid_until: datetime


def verify(
    token: StatusListToken, *, uri: str, issuers: IssuerKeys, now: datetime, skew: timedelta
) -> StatusList:
    """Verify a Status List Token for the list at an address (section 8.3, steps 3 to 5).

    The list is inflated only after its signature was verified. Whether its signer may speak for
    the issuer of a given credential is what `issuers` decides; it is not checked here.

    Raises:
        StatusError: `status.subject`, `status.issuer`, `status.not_yet_valid`,
            `status.expired`.
        SignatureError: `status.signature`.
        MalformedError: `status.syntax`, `status.inflated_size`, `base64url.syntax`.
    """
    _check_subject(token, uri)
    signer = _find_signer(token, issuers, now)
    token.jws.verify(signer.key, refusal=Code.STATUS_SIGNATURE)
    _check_times(token, now=now, skew=skew)
    return StatusList(
        uri=token.uri,
        statuses=StatusBits.decode(token.bits, token.lst),
        signer=signer,
        issued_at=token.issued_at,
        fresh_until=_fresh_until(token),
        valid_until=_valid_until(token),
    )


def _check_subject(token: StatusListToken, uri: str) -> None:
    """Section 8.3, step 4a: by comparing the two texts, not what they might both lead to."""
    if token.uri != uri:
        raise StatusError(Code.STATUS_SUBJECT)


def _find_signer(token: StatusListToken, issuers: IssuerKeys, now: datetime) -> IssuerKey:
    try:
        return issuers.find(token.hint, now=now)
    except KridError as cause:
        raise StatusError(Code.STATUS_ISSUER, str(cause.code)) from cause


def _check_times(token: StatusListToken, *, now: datetime, skew: timedelta) -> None:
    """Section 8.3, steps 3a, 4b and 4c."""
    begins = max(token.issued_at, token.not_before or token.issued_at)
    if begins - times.aware(now) > skew:
        raise StatusError(Code.STATUS_NOT_YET_VALID)
    if now - _valid_until(token) >= skew:
        raise StatusError(Code.STATUS_EXPIRED)


def _valid_until(token: StatusListToken) -> datetime:
    """Return `exp`; a list without one is believed for its `ttl`, or for a day."""
    return token.expires_at or _after(token.issued_at, token.ttl or _DAY)


def _fresh_until(token: StatusListToken) -> datetime:
    """Return when to look for a newer list (section 13.7): `iat` and `ttl`, never after `exp`."""
    until = _valid_until(token)
    return until if token.ttl is None else min(until, _after(token.issued_at, token.ttl))


def _after(moment: datetime, duration: timedelta) -> datetime:
    try:
        return moment + duration
    except OverflowError:
        return _END


def _moment(claims: Mapping[str, Json], name: str) -> datetime | None:
    return times.from_numeric_date(claims[name]) if name in claims else None


def _ttl(claims: Mapping[str, Json]) -> timedelta | None:
    """Read `ttl`, a positive number of seconds; one beyond reason counts as the limit."""
    if "ttl" not in claims:
        return None
    seconds = claims["ttl"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        raise MalformedError(Code.STATUS_SYNTAX, "ttl")
    return timedelta(seconds=min(seconds, limits.MAX_STATUS_TTL_SECONDS))


def _check_no_audience(claims: Mapping[str, Json]) -> None:
    """A token for named audiences is for none of krid's (RFC 7519, section 4.1.3)."""
    if "aud" in claims:
        raise MalformedError(Code.STATUS_SYNTAX, "aud")


def prepare(
    statuses: StatusBits,
    *,
    uri: str,
    alg: Alg,
    now: datetime,
    lifetime: timedelta,
    ttl: timedelta | None = None,
    issuer: str | None = None,
    key_id: str | None = None,
    certificates: Sequence[bytes] = (),
) -> Prepared[str]:
    """Make everything of a Status List Token but the signature (section 5.1).

    `certificates` are DER, the signer's first, and become `x5c`; `issuer` becomes `iss`.

    Raises:
        MisuseError: `misuse.lifetime` for a lifetime of less than a second, or a `ttl` of less
            than a second or more than the lifetime; `misuse.naive_time`.
    """
    _check_lifetimes(lifetime, ttl)
    claims: dict[str, Json] = {
        "sub": uri,
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(_after(now, lifetime)),
        "status_list": {"bits": statuses.bits, "lst": statuses.encode()},
    }
    if ttl is not None:
        claims["ttl"] = int(ttl.total_seconds())
    if issuer is not None:
        claims["iss"] = issuer
    header = _header(key_id, certificates)
    return jws.prepare(header, strict_json.dumps(claims), alg=alg)


def _check_lifetimes(lifetime: timedelta, ttl: timedelta | None) -> None:
    shortest = timedelta(seconds=1)
    if lifetime < shortest or (ttl is not None and not shortest <= ttl <= lifetime):
        raise MisuseError(Code.MISUSE_LIFETIME)


def _header(key_id: str | None, certificates: Sequence[bytes]) -> dict[str, Json]:
    header: dict[str, Json] = {"typ": TYP}
    if key_id is not None:
        header["kid"] = key_id
    if certificates:
        header["x5c"] = [b64encode(der).decode("ascii") for der in certificates]
    return header
