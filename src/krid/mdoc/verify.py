"""Verifying an mdoc: one function for each rule of ISO/IEC 18013-5, in the order of its text.

Issuer data authentication is section 9.3.1, mdoc authentication section 9.1.3. The status of a
document is not checked here; what its issuer says about it is handed on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import final

from krid._core import limits, times
from krid.cose import X5CHAIN, Sign1
from krid.errors import (
    Code,
    ContentError,
    MisuseError,
    SignatureError,
    TrustError,
    UnsupportedError,
    ValidityError,
)
from krid.mdoc.device_auth import ReaderKey, check_device_auth, check_key_authorizations
from krid.mdoc.model import (
    FORMAT,
    MIN_RANDOM_BYTES,
    SIGNING_ALGS,
    VERSION,
    DeviceResponse,
    Document,
    Elements,
    IssuerSigned,
    IssuerSignedItem,
    MobileSecurityObject,
    ValidityInfo,
)
from krid.mdoc.transcript import SessionTranscript
from krid.model import (
    AcceptedCredential,
    Check,
    Evidence,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    Trail,
    VerifiedCredential,
    as_entries,
)


@final
@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """One document of a device response, proved.

    `credential.claims` holds what the issuer signed, `device_elements` what the device alone
    asserts and the issuer authorised it to: the two are never mixed.
    """

    credential: VerifiedCredential
    device_elements: Elements = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class _Terms:
    """Whom to believe, and when it is."""

    issuers: IssuerKeys
    now: datetime
    skew: timedelta


@final
@dataclass(frozen=True, slots=True)
class _IssuerProof:
    """What issuer data authentication proved."""

    issuer: IssuerKey
    claims: Elements = field(repr=False)


def verify(
    response: DeviceResponse,
    *,
    issuers: IssuerKeys,
    transcript: SessionTranscript,
    reader_key: ReaderKey,
    now: datetime,
    skew: timedelta,
) -> tuple[VerifiedDocument, ...]:
    """Verify every document of a device response; one that fails, fails them all.

    `reader_key` is the reader's key of this session, with which a device MAC is verified. `skew`
    is how far clocks may differ, at most 300 seconds. Status is not checked. There is no time in
    what a device signs: that it is fresh, the transcript's nonce alone shows.

    Raises:
        RejectedError: `mdoc.status`, `mdoc.no_document`, or the code of the broken rule.
        UnsupportedError: `mdoc.version`, `alg.not_allowed` or `alg.key`.
        MisuseError: `misuse.naive_time`, or `misuse.option` for a skew out of range.
    """
    _check_clock(now, skew)
    with Trail() as trail:
        trail.check = Check.SYNTAX
        check_response_version(response)
        check_response_status(response)
        check_documents_present(response)
    terms = _Terms(issuers, now, skew)
    return tuple(
        _verify_document(document, terms, transcript, reader_key) for document in response.documents
    )


def accept(
    credential: IssuerSigned, *, issuers: IssuerKeys, now: datetime, skew: timedelta
) -> AcceptedCredential:
    """Verify an issued credential as its holder; there is no device signature yet.

    That the holder has the private half of the device key is not checked here.

    Raises:
        RejectedError: the code of the broken rule.
        UnsupportedError: `mdoc.version` or `alg.not_allowed`.
        MisuseError: `misuse.naive_time`, or `misuse.option` for a skew out of range.
    """
    _check_clock(now, skew)
    with Trail() as trail:
        proof = _authenticate_issuer(credential, _Terms(issuers, now, skew), trail)
    mso = credential.mso
    return AcceptedCredential(
        format=FORMAT,
        type=mso.doctype,
        issuer=proof.issuer.issuer,
        signer=proof.issuer,
        claims=proof.claims,
        withholdable=tuple((namespace, item.identifier) for namespace, item in credential.items()),
        holder=mso.device_key_info.key,
        valid_from=mso.validity.valid_from,
        valid_until=mso.validity.valid_until,
        status=as_entries(mso.status),
    )


def verify_issued(
    credential: IssuerSigned, *, issuers: IssuerKeys, now: datetime, skew: timedelta
) -> VerifiedCredential:
    """Verify an issued credential that nobody presents: what its issuer signed, and no more.

    `holder` is None, since no device has shown that it holds the device key.

    Raises:
        RejectedError: the code of the broken rule.
        UnsupportedError: `mdoc.version` or `alg.not_allowed`.
        MisuseError: `misuse.naive_time`, or `misuse.option` for a skew out of range.
    """
    _check_clock(now, skew)
    with Trail() as trail:
        proof = _authenticate_issuer(credential, _Terms(issuers, now, skew), trail)
    mso = credential.mso
    return VerifiedCredential(
        format=FORMAT,
        type=mso.doctype,
        issuer=proof.issuer.issuer,
        signer=proof.issuer,
        claims=proof.claims,
        holder=None,
        valid_until=mso.validity.valid_until,
        status=as_entries(mso.status),
        evidence=trail.evidence,
    )


def _verify_document(
    document: Document, terms: _Terms, transcript: SessionTranscript, reader_key: ReaderKey
) -> VerifiedDocument:
    mso = document.issuer_signed.mso
    with Trail() as trail:
        proof = _authenticate_issuer(document.issuer_signed, terms, trail)
        trail.check = Check.TYPE
        trail.add(check_doctype(document))
        trail.check = Check.HOLDER
        trail.add(check_device_auth(document, transcript=transcript, reader_key=reader_key))
        trail.check = Check.DEVICE_ELEMENTS
        allowed = mso.device_key_info.authorizations
        trail.add(check_key_authorizations(allowed, document.device_signed.elements))
    credential = VerifiedCredential(
        format=FORMAT,
        type=mso.doctype,
        issuer=proof.issuer.issuer,
        signer=proof.issuer,
        claims=proof.claims,
        holder=mso.device_key_info.key,
        valid_until=mso.validity.valid_until,
        status=as_entries(mso.status),
        evidence=trail.evidence,
    )
    return VerifiedDocument(credential, document.device_signed.elements)


def _authenticate_issuer(credential: IssuerSigned, terms: _Terms, trail: Trail) -> _IssuerProof:
    """Follow the inspection procedure for issuer data authentication (section 9.3.1)."""
    trail.check = Check.ISSUER
    issuer = _check_certificate(credential, terms)
    trail.prove(Check.ISSUER, issuer.path)
    trail.check = Check.ISSUER_SIGNATURE
    trail.add(_check_issuer_signature(credential, issuer))
    trail.check = Check.INTEGRITY
    check_mso_version(credential.mso)
    items = list(credential.items())
    check_elements_once(items)
    check_randoms(items)
    trail.add(_check_digests(credential))
    trail.check = Check.VALIDITY
    check_validity_order(credential.mso)
    check_signed_within_certificate(credential.mso, issuer)
    trail.add(check_validity_period(credential.mso, now=terms.now, skew=terms.skew))
    return _IssuerProof(issuer, _claims(credential))


def _check_clock(now: datetime, skew: timedelta) -> None:
    times.aware(now)
    if not timedelta(0) <= skew <= timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS):
        raise MisuseError(Code.MISUSE_OPTION, "skew")


def check_response_version(response: DeviceResponse) -> None:
    """The device response has a version that this code was written for (8.3.2.1.2.2)."""
    if response.version != VERSION:
        raise UnsupportedError(Code.MDOC_VERSION)


def check_response_status(response: DeviceResponse) -> None:
    """The device says that all went well (section 8.3.2.1.2.3)."""
    if response.status != 0:
        raise ContentError(Code.MDOC_STATUS, f"status {response.status}")


def check_documents_present(response: DeviceResponse) -> None:
    """A response that says it succeeded holds a document (8.3.2.1.2.2)."""
    if not response.documents:
        raise ContentError(Code.MDOC_NO_DOCUMENT)


def _check_certificate(credential: IssuerSigned, terms: _Terms) -> IssuerKey:
    """The signer's certificate is there, unprotected, and trusted (9.3.1 step 1, 9.1.2.4)."""
    auth = credential.issuer_auth
    check_signing_alg(auth)
    check_certificate_present(auth)
    hint = IssuerHint(
        format=FORMAT, type=credential.mso.doctype, alg=auth.alg, certificates=auth.x5chain()
    )
    return terms.issuers.find(hint, now=terms.now)


def check_signing_alg(auth: Sign1) -> None:
    """The algorithm is one that the standard lists (sections 9.1.2.4 and 9.1.3.6)."""
    if auth.alg not in SIGNING_ALGS:
        raise UnsupportedError(Code.ALG_NOT_ALLOWED)


def check_certificate_present(auth: Sign1) -> None:
    """The signer's certificate is there, and unprotected (section 9.1.2.4)."""
    if X5CHAIN not in auth.headers.unprotected:
        raise TrustError(Code.MDOC_X5CHAIN)


def _check_issuer_signature(credential: IssuerSigned, issuer: IssuerKey) -> Evidence:
    """The issuer signed the mobile security object (9.3.1 step 2)."""
    auth = credential.issuer_auth
    auth.verify(issuer.public_key, refusal=Code.MDOC_ISSUER_SIGNATURE)
    return Evidence(Check.ISSUER_SIGNATURE, auth.alg.jose)


def check_mso_version(mso: MobileSecurityObject) -> None:
    """The mobile security object has a version that this code was written for (9.1.2.4)."""
    if mso.version != VERSION:
        raise UnsupportedError(Code.MDOC_VERSION)


def check_elements_once(items: Sequence[tuple[str, IssuerSignedItem]]) -> None:
    """Each element stands once in its namespace, so that it has one value (8.3.2.1.2.2)."""
    if len({(namespace, item.identifier) for namespace, item in items}) != len(items):
        raise ContentError(Code.MDOC_ELEMENT_REPEATED)


def check_randoms(items: Sequence[tuple[str, IssuerSignedItem]]) -> None:
    """Each random hides its element's value from whoever guesses it (section 9.1.2.5)."""
    sizes = {len(item.random) for _, item in items}
    if min(sizes, default=MIN_RANDOM_BYTES) < MIN_RANDOM_BYTES:
        raise ContentError(Code.MDOC_RANDOM)


def _check_digests(credential: IssuerSigned) -> Evidence:
    """The digest of each element is the one that the issuer signed (9.3.1 step 3)."""
    mso, count = credential.mso, 0
    for namespace, items in credential.namespaces.items():
        digests = mso.value_digests.get(namespace, {})
        computed = mso.digest_alg.digests([item.embedded.raw for item in items])
        for item, digest in zip(items, computed, strict=True):
            if digests.get(item.digest_id) != digest:
                check_digest(mso, digests, item)
        count += len(items)
    return Evidence(Check.INTEGRITY, f"{count} disclosed, {mso.digest_alg.wire}")


def check_digest(
    mso: MobileSecurityObject, digests: Mapping[int, bytes], item: IssuerSignedItem
) -> None:
    """The digest of one element is the one that the issuer signed."""
    expected = digests.get(item.digest_id)
    if expected is None:
        raise SignatureError(Code.MDOC_DIGEST_MISSING)
    if mso.digest_alg.digest(item.embedded.raw) != expected:
        raise SignatureError(Code.MDOC_DIGEST)


def check_doctype(document: Document) -> Evidence:
    """The document is of the type that the issuer signed (9.3.1 step 4)."""
    doctype = document.issuer_signed.mso.doctype
    if document.doctype != doctype:
        raise ContentError(Code.MDOC_DOCTYPE)
    return Evidence(Check.TYPE, doctype)


def check_validity_order(mso: MobileSecurityObject) -> None:
    """Signed first, then valid, then not valid any more (section 9.1.2.4)."""
    validity = mso.validity
    if not validity.signed <= validity.valid_from < validity.valid_until:
        raise ValidityError(Code.MDOC_VALIDITY_ORDER)


def check_signed_within_certificate(mso: MobileSecurityObject, issuer: IssuerKey) -> None:
    """The issuer signed while the signer's certificate was valid (9.3.1 step 5, first item)."""
    signed = mso.validity.signed
    if issuer.not_before is not None and signed < issuer.not_before:
        raise ValidityError(Code.MDOC_SIGNED_OUTSIDE)
    if issuer.not_after is not None and signed > issuer.not_after:
        raise ValidityError(Code.MDOC_SIGNED_OUTSIDE)


def check_validity_period(mso: MobileSecurityObject, *, now: datetime, skew: timedelta) -> Evidence:
    """The document is valid now (9.3.1 step 5, second and third items)."""
    if mso.validity.valid_from - now > skew:
        raise ValidityError(Code.MDOC_NOT_YET_VALID)
    if now - mso.validity.valid_until > skew:
        raise ValidityError(Code.MDOC_EXPIRED)
    return Evidence(Check.VALIDITY, _validity_text(mso.validity))


def _validity_text(validity: ValidityInfo) -> str:
    until = f"until {times.to_rfc3339(validity.valid_until)}"
    if validity.expected_update is None:
        return until
    return f"{until}, update expected {times.to_rfc3339(validity.expected_update)}"


def _claims(credential: IssuerSigned) -> Elements:
    return MappingProxyType(
        {
            namespace: MappingProxyType({item.identifier: item.value for item in items})
            for namespace, items in credential.namespaces.items()
        }
    )
