"""Lists of trusted entities in JSON (ETSI TS 119 602), as European wallets use them.

Written after the published JSON schema and public implementations.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from krid._core import limits, shape, strict_json, times
from krid._core.times import aware
from krid.errors import Code, KridError, MalformedError, TrustError, UnsupportedError
from krid.jose import Jws
from krid.model import IssuerHint, IssuerKey, IssuerKeys
from krid.trust.etsi import jades
from krid.trust.etsi.identity import read_certificates
from krid.trust.etsi.model import (
    ListPointer,
    ServiceState,
    TrustedList,
    TrustedService,
    VerifiedList,
    newest_first,
)
from krid.trust.lists import Seen, check_no_rollback, check_time, end_of

LIST_FORMAT: Final = "trusted-list"
"""The format of a trusted list, as a hint names it; the type is that of the list."""

_VERSION: Final = 1


def verify_json_list(
    text: str, *, signers: IssuerKeys, now: datetime, max_age: timedelta, seen: Seen
) -> VerifiedList:
    """Read and verify a list in JSON with its JAdES signature in compact form.

    `signers` are asked for the format `trusted-list` and the type of the list (`LoTEType`): a
    `KeyTrust` pins the operator's keys. The list counts until its next update or the end of its
    signer's certificate, and no longer than `max_age` after its date. `seen` is the mark of the
    last list from the same operator, or `FIRST_LIST`. Services without certificates are read and
    never match. Signatures by RSA are not taken.

    Raises:
        TrustError: `list.signer`, with the reason as its detail; `list.rollback`, `list.entry`.
        SignatureError: `list.signature`.
        ValidityError: `list.not_yet_valid`, `list.expired`.
        MalformedError: `list.syntax`, `input.size`, `time.rfc3339`; those of a JWS.
        UnsupportedError: `list.version`, `alg.unknown`, `alg.key`, `jws.crit`.
        MisuseError: `misuse.option` for an age that is not positive, `misuse.naive_time`.
    """
    signed, certificates = jades.parse(text)
    listed = parse_list(signed.payload)
    signer = _find_signer(signed, certificates, listed, signers, aware(now))
    signed.verify(signer.public_key, refusal=Code.LIST_SIGNATURE)
    until = end_of(listed.issued_at, listed.next_update, signer.not_after, max_age=max_age)
    check_time(issued_at=listed.issued_at, valid_until=until, now=now)
    check_no_rollback(listed.mark, seen)
    return VerifiedList(listed, f"{signer.issuer} ({signer.path})", until)


def parse_list(payload: bytes) -> TrustedList:
    """Read the payload of a list; believes nothing.

    Raises:
        MalformedError: `list.syntax`, `input.size`, `time.rfc3339`, or a `json.*` code.
        UnsupportedError: `list.version`.
    """
    document = strict_json.loads_object(payload, max_bytes=limits.MAX_LIST_BYTES)
    lote = _map(document.get("LoTE"))
    scheme = _map(lote.get("ListAndSchemeInformation"))
    if shape.integer(scheme.get("LoTEVersionIdentifier"), Code.LIST_SYNTAX) != _VERSION:
        raise UnsupportedError(Code.LIST_VERSION)
    services = tuple(_services(_rows(lote.get("TrustedEntitiesList", ()))))
    if sum(len(each.states) for each in services) > limits.MAX_LIST_ENTRIES:
        raise MalformedError(Code.INPUT_SIZE)
    return TrustedList(
        operator=_name(scheme.get("SchemeOperatorName")),
        territory=_text_or_none(scheme, "SchemeTerritory"),
        type=_text_or_none(scheme, "LoTEType"),
        number=_number(scheme.get("LoTESequenceNumber")),
        issued_at=_moment(scheme.get("ListIssueDateTime")),
        next_update=_moment(scheme.get("NextUpdate")),
        services=services,
        pointers=tuple(
            _pointer(_map(each)) for each in _rows(scheme.get("PointersToOtherLoTE", ()))
        ),
    )


def _find_signer(
    signed: Jws,
    certificates: tuple[bytes, ...],
    listed: TrustedList,
    signers: IssuerKeys,
    now: datetime,
) -> IssuerKey:
    key_id = signed.header.get("kid")
    hint = IssuerHint(
        format=LIST_FORMAT,
        type=listed.type or "",
        alg=signed.alg,
        key_id=key_id if isinstance(key_id, str) else None,
        certificates=certificates,
    )
    try:
        return signers.find(hint, now=now)
    except KridError as cause:
        raise TrustError(Code.LIST_SIGNER, str(cause.code)) from cause


def _services(entities: Sequence[object]) -> Iterator[TrustedService]:
    for entity in entities:
        members = _map(entity)
        provider = _name(_map(members.get("TrustedEntityInformation")).get("TEName"))
        for service in _rows(members.get("TrustedEntityServices")):
            yield _service(_map(service), provider)


def _service(members: Mapping[str, Any], provider: str) -> TrustedService:
    information = _map(members.get("ServiceInformation"))
    history = [_map(each) for each in _rows(members.get("ServiceHistory", ()))]
    identity = _map(information.get("ServiceDigitalIdentity"))
    objects = [_map(each) for each in _rows(identity.get("X509Certificates", ()))]
    certificates, left_out = read_certificates([_text(each, "val") for each in objects])
    return TrustedService(
        provider=provider,
        name=_name(information.get("ServiceName")),
        certificates=certificates,
        states=newest_first([_present(information, history), *map(_former_state, history)]),
        left_out=left_out,
    )


def _pointer(members: Mapping[str, Any]) -> ListPointer:
    identities = [_map(each) for each in _rows(members.get("ServiceDigitalIdentities"))]
    rows = [row for each in identities for row in _rows(each.get("X509Certificates", ()))]
    certificates, _ = read_certificates([_text(_map(row), "val") for row in rows])
    qualifiers = [_map(each) for each in _rows(members.get("LoTEQualifiers", ()))]
    first = qualifiers[0] if qualifiers else {}
    return ListPointer(
        location=_text(members, "LoTELocation"),
        certificates=certificates,
        territory=_text_or_none(first, "SchemeTerritory"),
        type=_text_or_none(first, "LoTEType"),
        media_type=_text_or_none(first, "MimeType"),
    )


def _present(information: Mapping[str, Any], history: Sequence[object]) -> ServiceState:
    """Read the present state, which must say since when where there were others before it."""
    state = _state(information)
    if history and state.since is None:
        raise MalformedError(Code.LIST_SYNTAX, "a present state without its date")
    return state


def _state(information: Mapping[str, Any]) -> ServiceState:
    """Read the present state, of which the profiles of many lists say nothing but the type."""
    since = information.get("StatusStartingTime")
    return ServiceState(
        type=_text_or_none(information, "ServiceTypeIdentifier"),
        status=_text_or_none(information, "ServiceStatus"),
        since=None if since is None else _moment(since),
    )


def _former_state(members: Mapping[str, Any]) -> ServiceState:
    return ServiceState(
        type=_text_or_none(members, "ServiceTypeIdentifier"),
        status=_text(members, "ServiceStatus"),
        since=_moment(members.get("StatusStartingTime")),
    )


def _name(value: object) -> str:
    """Choose one of the names in several languages: the English one, else the first."""
    names = [_map(each) for each in _rows(value)]
    if not names:
        raise MalformedError(Code.LIST_SYNTAX, "name")
    english = [each for each in names if _text(each, "lang") == "en"]
    return _text((english or names)[0], "value")


def _number(value: object) -> int:
    number = shape.integer(value, Code.LIST_SYNTAX)
    if number < 1:
        raise MalformedError(Code.LIST_SYNTAX, "sequence number")
    return number


def _moment(value: object) -> datetime:
    return times.from_rfc3339(shape.text(value, Code.LIST_SYNTAX))


def _map(value: object) -> Mapping[str, Any]:
    return shape.mapping(value, Code.LIST_SYNTAX)


def _rows(value: object) -> Sequence[Any]:
    return shape.sequence(value, Code.LIST_SYNTAX)


def _text(members: Mapping[str, Any], name: str) -> str:
    return shape.text(members.get(name), Code.LIST_SYNTAX)


def _text_or_none(members: Mapping[str, Any], name: str) -> str | None:
    return _text(members, name) if name in members else None
