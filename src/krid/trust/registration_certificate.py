"""Registration certificates of verifiers as signed JWTs (ETSI TS 119 475, V1.2.1, clause 5.2).

krid reads what a wallet decides by: the subject, its name and purposes, and what it may ask.
Where editions differ, both spellings of a member are read, but never both in one place. The
`values` that a claim may be restricted to are passed over: the claim counts as permitted.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Self, final

from krid._core import limits, shape, strict_json, times
from krid._core.arguments import typed
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared
from krid.model import (
    ClaimPath,
    IssuerHint,
    Permission,
    Registration,
    StatusReference,
    encode_status,
    parse_status,
)

TYP: Final = "rc-wrp+jwt"

_SYNTAX: Final = Code.REGISTRATION_SYNTAX
_LONGEST: Final = timedelta(days=limits.MAX_REGISTRATION_DAYS)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCertificate:
    """A registration certificate as it came: read, not verified.

    `intermediary` is who asks in the subject's name. Without an `exp`, it ends twelve months
    after it was issued.
    """

    subject: str
    name: str
    intermediary: str | None
    purposes: Mapping[str, str]
    permissions: tuple[Permission, ...]
    issued_at: datetime
    valid_until: datetime
    status: StatusReference | None
    jws: Jws = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the compact serialisation; checks neither signature, dates nor subject.

        Raises:
            MalformedError: `registration.syntax`, `input.size`, `status.syntax`,
                `time.numeric_date`, and those of `Jws.parse` and `Jws.claims`.
            ContentError: `registration.syntax` for another `typ`.
            UnsupportedError: those of `Jws.parse`; `status.mechanism`.
        """
        typed("text", text, str)
        if len(text) > limits.MAX_REGISTRATION_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        parsed = Jws.parse(text)
        parsed.check_typ(TYP, refusal=_SYNTAX)
        claims = parsed.claims()
        issued_at = times.from_numeric_date(claims.get("iat"))
        return cls(
            subject=_required(claims, "sub"),
            name=_required(claims, "name"),
            intermediary=_intermediary(claims),
            purposes=MappingProxyType(dict(_purposes(claims.get("purpose", ())))),
            permissions=tuple(_permissions(claims.get("credentials", ()))),
            issued_at=issued_at,
            valid_until=_end(claims, issued_at),
            status=parse_status(claims["status"]) if "status" in claims else None,
            jws=parsed,
        )

    @property
    def hint(self) -> IssuerHint:
        """What the certificate says about who signed it."""
        return IssuerHint(
            format=TYP, type=TYP, alg=self.jws.alg, certificates=self.jws.certificates()
        )

    def registration(self, *, evidence: str) -> Registration:
        """Return what the certificate says; whoever calls this has verified it."""
        return Registration(
            id=self.subject,
            name=self.name,
            purposes=self.purposes,
            permissions=self.permissions,
            valid_until=self.valid_until,
            evidence=evidence,
        )


def prepare(
    registration: Registration,
    *,
    country: str,
    registry_uri: str,
    entitlements: Sequence[str],
    alg: Alg,
    certificates: Sequence[bytes],
    now: datetime,
    lifetime: timedelta,
    status: StatusReference | None,
) -> Prepared[str]:
    """Make everything of a registration certificate but the registrar's signature.

    `certificates` are DER, the registrar's first. `evidence` and `valid_until` of the
    registration are not written; `lifetime` says when the certificate ends.
    """
    claims: JsonObject = {
        "sub": registration.id,
        "name": registration.name,
        "country": country,
        "registry_uri": registry_uri,
        "entitlements": list(entitlements),
        "purpose": [{"lang": lang, "value": text} for lang, text in registration.purposes.items()],
        "credentials": [one for each in registration.permissions for one in _encode(each)],
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(now + lifetime),
    }
    if status is not None:
        claims["status"] = dict(encode_status(status))
    chain: list[Json] = [b64encode(der).decode("ascii") for der in certificates]
    header: JsonObject = {"typ": TYP, "x5c": chain, "iat": times.to_numeric_date(now)}
    return jws.prepare(header, strict_json.dumps(claims), alg=alg)


def _required(members: Mapping[str, Any], name: str) -> str:
    value = shape.text(members.get(name), _SYNTAX)
    if not value:
        raise MalformedError(_SYNTAX, name)
    return value


def _intermediary(claims: Mapping[str, Json]) -> str | None:
    """Read who asks in the subject's name: `intermediary`, and `act` to the same end."""
    named = [
        _required(shape.mapping(claims[member], _SYNTAX), "sub")
        for member in ("intermediary", "act")
        if member in claims
    ]
    if len(set(named)) > 1:
        raise MalformedError(_SYNTAX, "act")
    return named[0] if named else None


def _end(claims: Mapping[str, Json], issued_at: datetime) -> datetime:
    if "exp" in claims:
        return times.from_numeric_date(claims["exp"])
    try:
        return issued_at + _LONGEST
    except OverflowError as cause:
        raise MalformedError(_SYNTAX, "iat") from cause


def _either(members: Mapping[str, Any], *names: str) -> object:
    """Return the one of several spellings of a member that is there."""
    there = [name for name in names if name in members]
    if len(there) > 1:
        raise MalformedError(_SYNTAX, " and ".join(there))
    return members[there[0]] if there else None


def _purposes(value: object) -> Iterator[tuple[str, str]]:
    entries = shape.sequence(value, _SYNTAX)
    if len(entries) > limits.MAX_REGISTRATION_PURPOSES:
        raise MalformedError(_SYNTAX, "purpose")
    seen: set[str] = set()
    for entry in entries:
        members = shape.mapping(entry, _SYNTAX)
        lang = _required(members, "lang")
        if lang in seen:
            raise MalformedError(_SYNTAX, "purpose")
        seen.add(lang)
        yield lang, shape.text(_either(members, "value", "content"), _SYNTAX)


def _permissions(value: object) -> Iterator[Permission]:
    entries = shape.sequence(value, _SYNTAX)
    if len(entries) > limits.MAX_REGISTRATION_CREDENTIALS:
        raise MalformedError(_SYNTAX, "credentials")
    for entry in entries:
        members = shape.mapping(entry, _SYNTAX)
        yield Permission(
            format=_required(members, "format"),
            types=_types(shape.mapping(members.get("meta"), _SYNTAX)),
            claims=_claims(_either(members, "claim", "claims")),
        )


def _types(meta: Mapping[str, Any]) -> frozenset[str]:
    """Read the types as DCQL writes them (OpenID4VP 1.0, appendices B.2.3 and B.3.5)."""
    if "doctype_value" in meta:
        return frozenset({_required(meta, "doctype_value")})
    return frozenset(shape.texts(meta.get("vct_values"), _SYNTAX))


def _claims(value: object) -> frozenset[ClaimPath] | None:
    """Read the claims; where none are named, all are meant (annex B.2.9)."""
    if value is None:
        return None
    entries = shape.sequence(value, _SYNTAX)
    if len(entries) > limits.MAX_QUERY_CLAIMS:
        raise MalformedError(_SYNTAX, "claim")
    return frozenset(_path(shape.mapping(entry, _SYNTAX).get("path")) for entry in entries)


def _path(value: object) -> ClaimPath:
    path = tuple(shape.sequence(value, _SYNTAX))
    steps = all(step is None or isinstance(step, str) or _is_index(step) for step in path)
    if not 0 < len(path) <= limits.MAX_QUERY_PATH or not steps:
        raise MalformedError(_SYNTAX, "path")
    return path


def _is_index(step: object) -> bool:
    return type(step) is int and step >= 0


def _encode(permission: Permission) -> Iterator[JsonObject]:
    """Write one entry for each doctype, for an entry names one alone; `vct` values go together."""
    kinds = sorted(permission.types)
    metas: list[JsonObject] = [{"vct_values": list(kinds)}]
    if permission.format == "mso_mdoc":
        metas = [{"doctype_value": kind} for kind in kinds]
    for meta in metas:
        members: JsonObject = {"format": permission.format, "meta": meta}
        if permission.claims is not None:
            paths = sorted(permission.claims, key=repr)
            members["claim"] = [{"path": list(path)} for path in paths]
        yield members
