"""Linting an mdoc: every deviation from ISO/IEC 18013-5 that the bytes alone show.

The checks are those of `parse` and `verify`, called one by one. What needs the verifier's own
knowledge is left out: whom it trusts, and the session that the device signed. The issuer's
signature is checked with the certificate that the credential brings along.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from krid._core import cbor, limits, shape, times
from krid._core.cbor import Embedded
from krid.cose import Mac0, MacAlg, Sign1
from krid.errors import Code, MalformedError, UnsupportedError
from krid.mdoc import device_auth, parse, verify
from krid.mdoc.lint_cbor import lint_cbor
from krid.mdoc.lint_elements import lint_issued, lint_items, lint_mandatory, lint_namespaces
from krid.mdoc.lint_mso import lint_mso
from krid.mdoc.lint_rules import RULES
from krid.mdoc.model import (
    SIGNING_ALGS,
    DeviceResponse,
    Elements,
    IssuerSignedItem,
    MobileSecurityObject,
)
from krid.model import Finding, Findings, IssuerKey
from krid.model.certificate_findings import lint_chain

LINT_SKEW: Final = timedelta(seconds=60)
"""How far clocks may differ before a date counts as broken."""

_SYNTAX: Final = Code.MDOC_SYNTAX


def lint(raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
    """Return every deviation of a credential or response, errors first.

    Raises:
        MisuseError: `misuse.naive_time`.
    """
    times.aware(now)
    into = Findings(RULES)
    if len(raw) > limits.MAX_INPUT_BYTES:
        into.add(Code.CBOR_SIZE, "")
        return into.ordered()
    value = into.check("", partial(cbor.decode, raw))
    if isinstance(value, Mapping) and "issuerAuth" in value:
        mso, issued = _lint_credential(value, "", now, into)
        if mso is not None:
            lint_issued(issued, mso, into)
    elif value is not None:
        _lint_response(value, now, into)
    elif not into.found:
        into.refused("", MalformedError(_SYNTAX))
    if not any(each.code is Code.CBOR_SIZE for each in into.found.values()):
        lint_cbor(raw, into)
    return into.ordered()


def _lint_response(value: object, now: datetime, into: Findings) -> None:
    """Check a DeviceResponse member by member (section 8.3.2.1.2.2)."""
    known = {"version", "documents", "documentErrors", "status"}
    members = _members("response", value, known, into)
    if members is None:
        return
    version = into.check("version", lambda: shape.text(members.get("version"), _SYNTAX))
    status = into.check("status", lambda: shape.integer(members.get("status"), _SYNTAX))
    listed = members.get("documents", ())
    documents = into.check("documents", lambda: shape.sequence(listed, _SYNTAX))
    errors = into.check(
        "documentErrors", lambda: shape.sequence(members.get("documentErrors", ()), _SYNTAX)
    )
    for number, codes in enumerate((errors or ())[: limits.MAX_DOCUMENTS]):
        into.check(f"documentErrors[{number}]", partial(parse.read_error_codes, codes))
    for name, several in (("documents", documents), ("documentErrors", errors)):
        if len(several or ()) > limits.MAX_DOCUMENTS:
            into.add(Code.MDOC_LIMIT, name)
    for number, document in enumerate((documents or ())[: limits.MAX_DOCUMENTS]):
        _lint_document(document, f"documents[{number}]", now, into)
    if version is not None:
        response = DeviceResponse(version, (), (), 0)
        into.check("version", lambda: verify.check_response_version(response))
    if status is not None:
        answered = DeviceResponse("", (), (), status)
        into.check("status", lambda: verify.check_response_status(answered))
    if documents is not None and not documents:
        empty = DeviceResponse("", (), (), 0)
        into.check("documents", lambda: verify.check_documents_present(empty))


def _lint_document(value: object, place: str, now: datetime, into: Findings) -> None:
    members = _members(place, value, {"docType", "issuerSigned", "deviceSigned", "errors"}, into)
    if members is None:
        return
    doctype = into.check(f"{place}.docType", lambda: shape.text(members.get("docType"), _SYNTAX))
    mso, _ = _lint_credential(members.get("issuerSigned"), f"{place}.issuerSigned", now, into)
    into.check(f"{place}.errors", lambda: parse.read_errors(members.get("errors", {})))
    _lint_device(members.get("deviceSigned"), mso, f"{place}.deviceSigned", into)
    if mso is not None:
        lint_mandatory(mso, into)
        if doctype is not None and doctype != mso.doctype:
            into.add(Code.MDOC_DOCTYPE, f"{place}.docType")


def _lint_credential(
    value: object, place: str, now: datetime, into: Findings
) -> tuple[MobileSecurityObject | None, Mapping[str, tuple[IssuerSignedItem, ...]]]:
    """Check an IssuerSigned: elements, signature, mobile security object (section 9.3.1)."""
    members = _members(place, value, {"nameSpaces", "issuerAuth"}, into)
    if members is None:
        return None, {}
    issued = lint_namespaces(members.get("nameSpaces", {}), into)
    auth = into.check("issuerAuth", partial(Sign1.from_value, members.get("issuerAuth")))
    mso = None if auth is None else lint_mso(auth.payload, into)
    lint_items(issued, mso, into)
    if auth is not None:
        _lint_signer(auth, mso, now, into)
    if mso is not None:
        _lint_validity(mso, now, into)
    return mso, issued


def _lint_signer(
    auth: Sign1, mso: MobileSecurityObject | None, now: datetime, into: Findings
) -> None:
    """Check algorithm, certificates, and the signature by the first of them."""
    from krid.x509.profile import MDOC_SIGNER_PROFILE

    into.check("issuerAuth alg", lambda: verify.check_signing_alg(auth))
    into.check("issuerAuth x5chain", lambda: verify.check_certificate_present(auth))
    chain = into.check("issuerAuth x5chain", auth.x5chain) or ()
    parsed = lint_chain(chain, place="x5chain", profile=MDOC_SIGNER_PROFILE, now=now, into=into)
    leaf = next(iter(parsed), None)
    if leaf is None:
        return
    into.check(
        "issuerAuth signature",
        lambda: auth.verify(leaf.public_key, refusal=Code.MDOC_ISSUER_SIGNATURE),
    )
    if mso is None:
        return
    key = into.check("x5chain[0]", lambda: leaf.public_key)
    if key is not None:
        signer = IssuerKey(
            key=key, issuer="", path="", not_before=leaf.not_before, not_after=leaf.not_after
        )
        into.check(
            "mso.validityInfo.signed", lambda: verify.check_signed_within_certificate(mso, signer)
        )
    if mso.validity.valid_until > leaf.not_after:
        into.add(Code.MDOC_OUTLIVES, "mso.validityInfo.validUntil")


def _lint_validity(mso: MobileSecurityObject, now: datetime, into: Findings) -> None:
    into.check("mso.version", lambda: verify.check_mso_version(mso))
    into.check("mso.validityInfo", lambda: verify.check_validity_order(mso))
    into.check(
        "mso.validityInfo", lambda: verify.check_validity_period(mso, now=now, skew=LINT_SKEW)
    )


def _lint_device(
    value: object, mso: MobileSecurityObject | None, place: str, into: Findings
) -> None:
    """Check what the device added, but for its signature over the session (section 9.1.3)."""
    if value is None:
        into.add(Code.MDOC_DEVICE_AUTH, place)
        return
    members = _members(place, value, {"nameSpaces", "deviceAuth"}, into)
    if members is None:
        return
    elements = into.check(
        f"{place}.nameSpaces", lambda: _device_elements(members.get("nameSpaces"))
    )
    auth = into.check(
        f"{place}.deviceAuth", lambda: parse.read_device_auth(members.get("deviceAuth"))
    )
    if auth is not None:
        into.check(f"{place}.deviceAuth", lambda: _check_device_alg(auth))
        if auth.payload is not None:
            into.add(Code.COSE_PAYLOAD, f"{place}.deviceAuth")
    if mso is None:
        return
    info = mso.device_key_info
    if elements is not None:
        into.check(
            f"{place}.nameSpaces",
            lambda: device_auth.check_key_authorizations(info.authorizations, elements),
        )
    if isinstance(auth, Sign1) and auth.alg.curve is not info.key.curve:
        into.refused(f"{place}.deviceAuth", UnsupportedError(Code.ALG_KEY))


def _device_elements(value: object) -> Elements:
    if not isinstance(value, Embedded):
        raise MalformedError(_SYNTAX, "not an embedded item")
    return parse.read_device_elements(cbor.decode(value.content))


def _check_device_alg(auth: Sign1 | Mac0) -> None:
    """The algorithm is one that the standard lists (sections 9.1.3.5 and 9.1.3.6)."""
    allowed = auth.alg in SIGNING_ALGS if isinstance(auth, Sign1) else auth.alg is MacAlg.HMAC_256
    if not allowed:
        raise UnsupportedError(Code.ALG_NOT_ALLOWED)


def _members(
    place: str, value: object, known: set[str], into: Findings
) -> Mapping[str, object] | None:
    """Read a map, and go on where it has members that it should not have."""
    read = into.check(place, lambda: parse.known_members(value, known))
    if read is None and isinstance(value, Mapping):
        return MappingProxyType({name: value[name] for name in known if name in value})
    return read
