"""Trusted lists in XML (ETSI TS 119 612, versions 5 and 6 of the syntax)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from krid._core import limits, times
from krid.errors import Code, MalformedError, UnsupportedError
from krid.trust.etsi import xml_signature
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
from krid.x509 import Certificate

XmlElement: TypeAlias = Any
"""An element of lxml, whose types are not published with it."""

_TSL: Final = "{http://uri.etsi.org/02231/v2#}"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPE: Final = f"{_TSL}TSLType"
_TERRITORY: Final = f"{_TSL}SchemeTerritory"
_MEDIA_TYPE: Final = "{http://uri.etsi.org/02231/v2/additionaltypes#}MimeType"
_FACTS: Final = frozenset({_TYPE, _TERRITORY, _MEDIA_TYPE})
_VERSIONS: Final = frozenset({"5", "6"})
_MAX_NUMBER_CHARS: Final = 9


def verify_xml_list(
    raw: bytes, *, signers: Sequence[Certificate], now: datetime, max_age: timedelta, seen: Seen
) -> VerifiedList:
    """Read and verify a list in XML with its enveloped XAdES signature.

    `signers` are the certificates of the operator, which other lists or a law publish: one of
    them must have signed. The list counts until its next update or the end of that certificate,
    and no longer than `max_age` after its date. `seen` is the mark of the last list from the
    same operator, or `FIRST_LIST`. Only what the signature covers is read. Revocation of the
    signer is not checked.

    Raises:
        TrustError: `list.signer`, `list.coverage`, `list.rollback`.
        SignatureError: `list.signature`.
        ValidityError: `list.not_yet_valid`, `list.expired`.
        MalformedError: `list.syntax`, also for a list that was closed and has no next update;
            `input.size`, `time.rfc3339`.
        UnsupportedError: `list.version`, `list.algorithm`.
        MisuseError: `misuse.option` for an age that is not positive, `misuse.naive_time`;
            `misuse.extra` without the extra `etsi`.
    """
    signed = xml_signature.verify(raw, signers=signers, now=times.aware(now))
    listed = parse_list(signed.root)
    until = end_of(listed.issued_at, listed.next_update, signed.signer.not_after, max_age=max_age)
    check_time(issued_at=listed.issued_at, valid_until=until, now=now)
    check_no_rollback(listed.mark, seen)
    return VerifiedList(listed, f"{signed.signer.subject} (pinned certificate)", until)


def parse_list(root: XmlElement) -> TrustedList:
    """Read the root element of a list; believes nothing.

    Raises:
        MalformedError: `list.syntax`, `input.size`, `time.rfc3339`.
        UnsupportedError: `list.version`.
    """
    if root.tag != f"{_TSL}TrustServiceStatusList":
        raise MalformedError(Code.LIST_SYNTAX, "root")
    scheme = _child(root, "SchemeInformation")
    if _text(scheme, "TSLVersionIdentifier") not in _VERSIONS:
        raise UnsupportedError(Code.LIST_VERSION)
    services = tuple(_services(root))
    if sum(len(each.states) for each in services) > limits.MAX_LIST_ENTRIES:
        raise MalformedError(Code.INPUT_SIZE)
    return TrustedList(
        operator=_name(scheme, "SchemeOperatorName"),
        territory=_text_or_none(scheme, "SchemeTerritory"),
        type=_text_or_none(scheme, "TSLType"),
        number=_number(scheme),
        issued_at=_moment(scheme, "ListIssueDateTime"),
        next_update=_moment(_child(scheme, "NextUpdate"), "dateTime"),
        services=services,
        pointers=tuple(
            _pointer(pointer)
            for listed in _children(scheme, "PointersToOtherTSL")
            for pointer in _children(listed, "OtherTSLPointer")
        ),
    )


def _services(root: XmlElement) -> Iterator[TrustedService]:
    for listed in _children(root, "TrustServiceProviderList"):
        for provider in _children(listed, "TrustServiceProvider"):
            name = _name(_child(provider, "TSPInformation"), "TSPName")
            for service in _children(_child(provider, "TSPServices"), "TSPService"):
                yield _service(service, name)


def _service(service: XmlElement, provider: str) -> TrustedService:
    information = _child(service, "ServiceInformation")
    former = [
        _state(instance)
        for history in _children(service, "ServiceHistory")
        for instance in _children(history, "ServiceHistoryInstance")
    ]
    certificates, left_out = read_certificates(_identities(information))
    return TrustedService(
        provider=provider,
        name=_name(information, "ServiceName"),
        certificates=certificates,
        states=newest_first([_state(information), *former]),
        left_out=left_out,
    )


def _pointer(pointer: XmlElement) -> ListPointer:
    texts = [
        text
        for listed in _children(pointer, "ServiceDigitalIdentities")
        for text in _identities(listed)
    ]
    facts = {
        fact.tag: _content(fact)
        for additional in _children(pointer, "AdditionalInformation")
        for other in _children(additional, "OtherInformation")
        for fact in other
        if fact.tag in _FACTS
    }
    certificates, _ = read_certificates(texts)
    return ListPointer(
        location=_text(pointer, "TSLLocation"),
        certificates=certificates,
        territory=facts.get(_TERRITORY),
        type=facts.get(_TYPE),
        media_type=facts.get(_MEDIA_TYPE),
    )


def _identities(parent: XmlElement) -> list[str]:
    return [
        _content(certificate)
        for identity in _children(parent, "ServiceDigitalIdentity")
        for each in _children(identity, "DigitalId")
        for certificate in _children(each, "X509Certificate")
    ]


def _state(information: XmlElement) -> ServiceState:
    return ServiceState(
        type=_text(information, "ServiceTypeIdentifier"),
        status=_text(information, "ServiceStatus"),
        since=_moment(information, "StatusStartingTime"),
    )


def _name(parent: XmlElement, name: str) -> str:
    """Choose one of the names in several languages: the English one, else the first."""
    names = _children(_child(parent, name), "Name")
    if not names:
        raise MalformedError(Code.LIST_SYNTAX, name)
    english = [each for each in names if each.get(_LANG) == "en"]
    return _content((english or names)[0])


def _number(scheme: XmlElement) -> int:
    text = _text(scheme, "TSLSequenceNumber")
    if not (text.isascii() and text.isdecimal()) or len(text) > _MAX_NUMBER_CHARS:
        raise MalformedError(Code.LIST_SYNTAX, "TSLSequenceNumber")
    return int(text)


def _moment(parent: XmlElement, name: str) -> datetime:
    return times.from_rfc3339(_text(parent, name))


def _text(parent: XmlElement, name: str) -> str:
    return _content(_child(parent, name))


def _text_or_none(parent: XmlElement, name: str) -> str | None:
    return _text(parent, name) if _children(parent, name) else None


def _child(parent: XmlElement, name: str) -> XmlElement:
    """Return the one child of a name."""
    found = _children(parent, name)
    if len(found) != 1:
        raise MalformedError(Code.LIST_SYNTAX, name)
    return found[0]


def _children(parent: XmlElement, name: str) -> list[XmlElement]:
    found: list[XmlElement] = parent.findall(f"{_TSL}{name}")
    return found


def _content(element: XmlElement) -> str:
    """Return the text of an element that holds nothing else, not even a comment in the text."""
    if len(element):
        raise MalformedError(Code.LIST_SYNTAX, "text")
    return (element.text or "").strip()
