"""Status List Tokens, JWT and CWT (Token Status List, sections 5 and 8.3; revision 20)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import times
from krid._core.arguments import typed
from krid.cose import Sign1
from krid.errors import Code, MalformedError, StatusError
from krid.jose import Jws
from krid.keys import Alg, Prepared
from krid.model import IssuerHint, IssuerKey, IssuerKeys
from krid.status import cwt_form, jwt_form
from krid.status.bits import StatusBits
from krid.status.claims import ListClaims, later, write_claims
from krid.status.lists import StatusList
from krid.status.signer import find_signer

JWT_MEDIA_TYPE: Final = f"application/{jwt_form.TYP}"
CWT_MEDIA_TYPE: Final = cwt_form.MEDIA_TYPE

_DAY: Final = timedelta(days=1)
_COSE_SIGN1: Final = 0xD2


@final
@dataclass(frozen=True, slots=True)
class StatusListToken:
    """A Status List Token as it came: read, not verified, its list still compressed.

    `hint` is what it says about who signed it, `envelope` the signed message around it.
    """

    claims: ListClaims
    hint: IssuerHint
    envelope: Jws | Sign1 = field(repr=False)

    @classmethod
    def parse(cls, token: str | bytes) -> Self:
        """Read a token in either form; a CWT begins with the tag of its COSE_Sign1.

        Raises:
            ContentError, MalformedError, UnsupportedError: those of `parse_jwt` and `parse_cwt`.
        """
        if isinstance(token, bytes) and token[:1] == bytes((_COSE_SIGN1,)):
            return cls.parse_cwt(token)
        return cls.parse_jwt(token)

    @classmethod
    def parse_jwt(cls, token: str | bytes) -> Self:
        """Read the compact serialisation; checks neither signature nor times.

        Raises:
            ContentError: `jws.typ`.
            MalformedError: `status.syntax`, `base64url.syntax`, `time.numeric_date`, and those
                of `Jws.parse` and `Jws.claims`.
            UnsupportedError: those of `Jws.parse`.
        """
        return cls(*jwt_form.parse(text_of(token)))

    @classmethod
    def parse_cwt(cls, token: bytes) -> Self:
        """Read a tagged COSE_Sign1; checks neither signature nor times.

        Raises:
            ContentError: `cose.typ`.
            MalformedError: `status.syntax`, `time.numeric_date`, `cose.syntax`, `cose.header`,
                `cose.payload`, or a `cbor.*` code.
            UnsupportedError: `alg.unknown` or `cose.crit`.
        """
        return cls(*cwt_form.parse(token))


def verify(
    token: StatusListToken,
    *,
    uri: str,
    issuers: IssuerKeys,
    now: datetime,
    skew: timedelta,
    named_by: str | None = None,
) -> StatusList:
    """Verify a Status List Token for the list at an address (section 8.3, steps 3 to 5).

    The list is inflated only after its signature was verified. Whether its signer may speak for
    the issuer of a given credential is not checked here but by `check_speaks_for`. `named_by`
    is the issuer of the credential that names the list: a token that names nobody is taken as
    that issuer's, if the key says so, too.

    Raises:
        StatusError: `status.subject`, `status.issuer`, `status.not_yet_valid`,
            `status.expired`.
        SignatureError: `status.signature`.
        MalformedError: `status.syntax`, `status.inflated_size`.
    """
    signer = _authenticate(token, uri=uri, issuers=issuers, now=now, named_by=named_by)
    _check_times(token.claims, now=now, skew=skew)
    return _opened(token.claims, signer)


def verify_historical(
    token: StatusListToken,
    *,
    uri: str,
    issuers: IssuerKeys,
    at: datetime,
    now: datetime,
    named_by: str | None = None,
) -> StatusList:
    """Verify a token that must have held at a moment in the past (section 8.4).

    Its signer must be trusted at `now`: a key that was taken back speaks for no past.

    Raises:
        StatusError: `status.historical` unless `iat` and `exp` enclose the moment, for a server
            may pass over the question and answer with its newest list; `status.subject`,
            `status.issuer`.
        SignatureError, MalformedError: as `verify`.
    """
    signer = _authenticate(token, uri=uri, issuers=issuers, now=now, named_by=named_by)
    claims = token.claims
    begins = max(claims.issued_at, claims.not_before or claims.issued_at)
    if claims.expires_at is None or not begins <= times.aware(at) < claims.expires_at:
        raise StatusError(Code.STATUS_HISTORICAL)
    return _opened(claims, signer)


def _authenticate(
    token: StatusListToken, *, uri: str, issuers: IssuerKeys, now: datetime, named_by: str | None
) -> IssuerKey:
    _check_subject(token.claims, uri)
    signer = find_signer(token.hint, issuers, now=now, named_by=named_by)
    token.envelope.verify(signer.public_key, refusal=Code.STATUS_SIGNATURE)
    return signer


def _check_subject(claims: ListClaims, uri: str) -> None:
    """Section 8.3, step 4a: by comparing the two texts, not what they might both lead to."""
    if claims.uri != uri:
        raise StatusError(Code.STATUS_SUBJECT)


def _check_times(claims: ListClaims, *, now: datetime, skew: timedelta) -> None:
    """Section 8.3, steps 3a, 4b and 4c."""
    begins = max(claims.issued_at, claims.not_before or claims.issued_at)
    if begins - times.aware(now) > skew:
        raise StatusError(Code.STATUS_NOT_YET_VALID)
    if now - _valid_until(claims) >= skew:
        raise StatusError(Code.STATUS_EXPIRED)


def _opened(claims: ListClaims, signer: IssuerKey) -> StatusList:
    return StatusList(
        uri=claims.uri,
        statuses=StatusBits.inflate(claims.bits, claims.compressed),
        signer=signer,
        issued_at=claims.issued_at,
        fresh_until=_fresh_until(claims),
        valid_until=_valid_until(claims),
        ttl=claims.ttl,
        aggregation_uri=claims.aggregation_uri,
    )


def _valid_until(claims: ListClaims) -> datetime:
    """Return `exp`; a list without one is believed for its `ttl`, or for a day."""
    return claims.expires_at or later(claims.issued_at, claims.ttl or _DAY)


def _fresh_until(claims: ListClaims) -> datetime:
    """Return when to look for a newer list (section 13.7): `iat` and `ttl`, never after `exp`."""
    until = _valid_until(claims)
    return until if claims.ttl is None else min(until, later(claims.issued_at, claims.ttl))


def text_of(token: str | bytes) -> str:
    """Return a token in compact serialisation as text.

    Raises:
        MalformedError: `jws.syntax`.
    """
    typed("token", token, str, bytes)
    if isinstance(token, str):
        return token
    try:
        return token.decode("ascii")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.JWS_SYNTAX) from cause


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
    aggregation_uri: str | None = None,
) -> Prepared[str]:
    """Make everything of a Status List Token but the signature, as JWT (section 5.1).

    `certificates` are DER, the signer's first, and become `x5c`; `issuer` becomes `iss`.

    Raises:
        MisuseError: `misuse.lifetime` for a lifetime of less than a second, or a `ttl` of less
            than a second or more than the lifetime; `misuse.naive_time`.
        MalformedError: `status.syntax` for an aggregation that is not at an https address.
    """
    claims = write_claims(
        statuses,
        uri=uri,
        now=now,
        lifetime=lifetime,
        ttl=ttl,
        issuer=issuer,
        aggregation_uri=aggregation_uri,
    )
    return jwt_form.prepare(claims, alg=alg, key_id=key_id, certificates=certificates)


def prepare_cwt(
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
    aggregation_uri: str | None = None,
) -> Prepared[bytes]:
    """Make everything of a Status List Token but the signature, as CWT (section 5.2).

    `certificates` are DER, the signer's first, and become `x5chain`.

    Raises:
        MisuseError, MalformedError: as `prepare`.
    """
    claims = write_claims(
        statuses,
        uri=uri,
        now=now,
        lifetime=lifetime,
        ttl=ttl,
        issuer=issuer,
        aggregation_uri=aggregation_uri,
    )
    return cwt_form.prepare(claims, alg=alg, key_id=key_id, certificates=certificates)
