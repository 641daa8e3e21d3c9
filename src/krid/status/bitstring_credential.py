"""The credential around a bitstring: read, verified, made (Bitstring Status List, section 2.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self, final

from krid._core import shape, strict_json, times
from krid._core.strict_json import JsonObject
from krid.errors import Code, ContentError, MalformedError, MisuseError, StatusError
from krid.jose import jws
from krid.keys import Alg, Prepared
from krid.model import IssuerKey, IssuerKeys, encode_messages
from krid.status import jwt_form
from krid.status.bitstring import Bitstring
from krid.status.claims import duration, later
from krid.status.lists import BitstringList
from krid.status.securing import TYP, TYPE, SecuredCredential
from krid.status.signer import find_signer
from krid.status.values import StatusPurpose

_SYNTAX: Final = Code.STATUS_SYNTAX
_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_SUBJECT_TYPE: Final = "BitstringStatusList"
_DAY: Final = timedelta(days=1)
_END: Final = datetime.max.replace(microsecond=0, tzinfo=UTC)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BitstringCredential:
    """A status list credential, read and not verified; its list is still compressed.

    krid wants an `id` and a beginning, which the standard leaves open: without an `id`, one list
    could be served in the place of another, and without a date, an old one in that of a new one.
    """

    id: str
    issued_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    purposes: frozenset[str]
    size: int | None
    ttl: timedelta | None
    encoded_list: str = field(repr=False)

    @classmethod
    def parse(cls, credential: JsonObject) -> Self:
        """Read the members of a credential.

        Raises:
            ContentError: `status.credential` when it is none for a bitstring.
            MalformedError: `status.syntax`, `time.rfc3339`, `time.numeric_date`.
        """
        _check_kind(shape.mapping(credential, _SYNTAX))
        subject = shape.mapping(credential.get("credentialSubject"), _SYNTAX)
        _check_subject_kind(subject)
        begins = _moments(credential, "validFrom", "nbf")
        issued = _moments(credential, "iat") or begins
        if not issued:
            raise MalformedError(_SYNTAX, "validFrom")
        return cls(
            id=shape.text(credential.get("id"), _SYNTAX),
            issued_at=max(issued),
            valid_from=max(begins + issued),
            valid_until=min(_moments(credential, "validUntil", "exp"), default=None),
            purposes=frozenset(_one_or_more(subject.get("statusPurpose"))),
            size=shape.integer(subject["statusSize"], _SYNTAX) if "statusSize" in subject else None,
            ttl=_ttl(subject),
            encoded_list=shape.text(subject.get("encodedList"), _SYNTAX),
        )


def verify_bitstring(
    secured: SecuredCredential,
    *,
    uri: str,
    issuers: IssuerKeys,
    now: datetime,
    skew: timedelta,
    obtained_at: datetime | None = None,
) -> BitstringList:
    """Verify the credential of the list at an address (section 3.2, step 4).

    The list is expanded only after its proof was verified. Whether its signer may speak for the
    issuer of a given credential is not checked here but by `check_speaks_for`.

    `obtained_at` is when the list was fetched, from which its `ttl` counts; where nobody knows,
    it counts from when the list was signed.

    Raises:
        StatusError: `status.subject`, `status.issuer`; `status.not_yet_valid`,
            `status.expired` by the list's own dates or those of its proof.
        ContentError: `status.credential`.
        SignatureError: `status.signature`.
        MalformedError: `status.syntax`, `status.inflated_size`, `base64url.syntax`, and those
            of `BitstringCredential.parse`.
        MisuseError: `misuse.naive_time`.
    """
    parsed, signer = _authenticate(secured, uri=uri, issuers=issuers, now=now)
    _check_times(parsed, now=now, skew=skew)
    return _opened(parsed, signer, obtained_at)


def verify_historical_bitstring(
    secured: SecuredCredential, *, uri: str, issuers: IssuerKeys, at: datetime, now: datetime
) -> BitstringList:
    """Verify the credential of a list that must have held at a moment in the past.

    Raises:
        StatusError: `status.historical` unless its validity encloses the moment and it states
            an end; others as `verify_bitstring`.
        ContentError, SignatureError, MalformedError: as `verify_bitstring`.
    """
    parsed, signer = _authenticate(secured, uri=uri, issuers=issuers, now=now)
    ends = parsed.valid_until
    if ends is None or not parsed.valid_from <= times.aware(at) <= ends:
        raise StatusError(Code.STATUS_HISTORICAL)
    return _opened(parsed, signer, None)


def prepare_bitstring(
    statuses: Bitstring,
    *,
    uri: str,
    purposes: Sequence[str],
    issuer: str,
    alg: Alg,
    now: datetime,
    lifetime: timedelta,
    size: int = 1,
    messages: Mapping[int, str] | None = None,
    ttl: timedelta | None = None,
    key_id: str | None = None,
    certificates: Sequence[bytes] = (),
) -> Prepared[str]:
    """Make everything of a status list credential but the signature, as VC-JWT.

    `size` is the bits of one status, `messages` are the texts of the statuses by their value; a
    list with the purpose `message` states both.

    Raises:
        MisuseError: `misuse.lifetime` for a lifetime of less than a second, or a `ttl` of less
            than a second or more than the lifetime; `misuse.option` without a purpose, or for
            the purpose `message` without a message for each status; `misuse.naive_time`.
    """
    credential = compose_bitstring(
        statuses,
        uri=uri,
        purposes=purposes,
        issuer=issuer,
        now=now,
        lifetime=lifetime,
        size=size,
        messages=messages,
        ttl=ttl,
    )
    credential["iat"] = times.to_numeric_date(now)
    header = jwt_form.header(TYP, key_id, certificates)
    return jws.prepare(header, strict_json.dumps(credential), alg=alg)


def compose_bitstring(
    statuses: Bitstring,
    *,
    uri: str,
    purposes: Sequence[str],
    issuer: str,
    now: datetime,
    lifetime: timedelta,
    size: int = 1,
    messages: Mapping[int, str] | None = None,
    ttl: timedelta | None = None,
) -> JsonObject:
    """Write the credential of a status list, for whatever secures it.

    Raises:
        MisuseError: as `prepare_bitstring`.
    """
    shortest = timedelta(seconds=1)
    if lifetime < shortest or (ttl is not None and not shortest <= ttl <= lifetime):
        raise MisuseError(Code.MISUSE_LIFETIME)
    if not purposes:
        raise MisuseError(Code.MISUSE_OPTION, "purposes")
    subject: JsonObject = {
        "type": _SUBJECT_TYPE,
        "statusPurpose": purposes[0] if len(purposes) == 1 else list(purposes),
        **_meanings(purposes, size, messages or {}),
        "encodedList": statuses.encode(),
    }
    if ttl is not None:
        subject["ttl"] = ttl // timedelta(milliseconds=1)
    return {
        "@context": [_CONTEXT],
        "id": uri,
        "type": ["VerifiableCredential", TYPE],
        "issuer": issuer,
        "validFrom": times.to_rfc3339(now),
        "validUntil": times.to_rfc3339(later(now, lifetime)),
        "credentialSubject": subject,
    }


def _meanings(purposes: Sequence[str], size: int, messages: Mapping[int, str]) -> JsonObject:
    """Say how long a status is and what it means, as lists of messages must (section 2.2)."""
    is_of_messages = StatusPurpose.MESSAGE in purposes
    if (messages or is_of_messages) and messages.keys() != set(range(1 << size)):
        raise MisuseError(Code.MISUSE_OPTION, "a message for each status")
    members: JsonObject = {"statusSize": size} if size > 1 or is_of_messages else {}
    if messages:
        members["statusMessages"] = encode_messages(messages)
    return members


def _authenticate(
    secured: SecuredCredential, *, uri: str, issuers: IssuerKeys, now: datetime
) -> tuple[BitstringCredential, IssuerKey]:
    parsed = BitstringCredential.parse(secured.credential)
    if parsed.id != uri:
        raise StatusError(Code.STATUS_SUBJECT)
    signer = find_signer(secured.hint, issuers, now=now, named_by=None)
    secured.verify(signer.public_key)
    return _within(parsed, secured), signer


def _within(parsed: BitstringCredential, secured: SecuredCredential) -> BitstringCredential:
    """A list holds no earlier and no longer than its proof does, where that says so."""
    begins = [parsed.valid_from, *(each for each in (secured.begins,) if each is not None)]
    ends = [each for each in (parsed.valid_until, secured.ends) if each is not None]
    return replace(parsed, valid_from=max(begins), valid_until=min(ends, default=None))


def _check_times(parsed: BitstringCredential, *, now: datetime, skew: timedelta) -> None:
    if parsed.valid_from - times.aware(now) > skew:
        raise StatusError(Code.STATUS_NOT_YET_VALID)
    if parsed.valid_until is not None and now - parsed.valid_until > skew:
        raise StatusError(Code.STATUS_EXPIRED)


def _opened(
    parsed: BitstringCredential, signer: IssuerKey, obtained_at: datetime | None
) -> BitstringList:
    """Expand the list; it grows old from when it came, whenever it is verified."""
    ends = parsed.valid_until or _END
    begins = parsed.issued_at if obtained_at is None else times.aware(obtained_at)
    return BitstringList(
        uri=parsed.id,
        statuses=Bitstring.decode(parsed.encoded_list),
        purposes=parsed.purposes,
        size=parsed.size,
        signer=signer,
        issued_at=parsed.issued_at,
        fresh_until=min(ends, later(begins, parsed.ttl or _DAY)),
        valid_until=ends,
        ttl=parsed.ttl,
    )


def _check_kind(credential: Mapping[str, Any]) -> None:
    contexts = credential.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != [_CONTEXT]:
        raise ContentError(Code.STATUS_CREDENTIAL, "@context")
    if not {"VerifiableCredential", TYPE}.issubset(_one_or_more(credential.get("type"))):
        raise ContentError(Code.STATUS_CREDENTIAL, "type")


def _check_subject_kind(subject: Mapping[str, Any]) -> None:
    if _SUBJECT_TYPE not in _one_or_more(subject.get("type")):
        raise ContentError(Code.STATUS_CREDENTIAL, "credentialSubject.type")


def _one_or_more(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else shape.texts(value, _SYNTAX)


def _moments(credential: JsonObject, *names: str) -> list[datetime]:
    """Read the dates that are there: those of the credential, and those of a JWT around it."""
    return [_moment(name, credential[name]) for name in names if name in credential]


def _moment(name: str, value: object) -> datetime:
    if name.startswith("valid"):
        return times.from_rfc3339(shape.text(value, _SYNTAX))
    return times.from_numeric_date(value)


def _ttl(subject: Mapping[str, Any]) -> timedelta | None:
    """Read `ttl`, a positive number of milliseconds."""
    if "ttl" not in subject:
        return None
    return duration(subject["ttl"], unit=timedelta(milliseconds=1))
