"""Linting a device request: every deviation from ISO/IEC 18013-5 that the bytes alone show.

The checks are those of `parse_device_request` and `verify_request`, called one by one. Left out
is what needs the holder's own knowledge: whom it trusts, and the session that the reader signed.
A request without a signature is no deviation, for the standard lets a reader stay unknown.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Final

from krid._core import cbor, limits, shape, times
from krid.cose import X5CHAIN, Sign1
from krid.errors import Code, MalformedError, UnsupportedError
from krid.mdoc import request as rules
from krid.mdoc.age import MAX_AGE_REQUESTS, count_age_requests
from krid.mdoc.lint_cbor import lint_cbor
from krid.mdoc.lint_rules import REQUEST_RULES
from krid.mdoc.reader_auth import check_present
from krid.mdoc.request import ItemsRequest
from krid.model import Finding, Findings
from krid.model.certificate_findings import lint_chain

_SYNTAX: Final = Code.MDOC_REQUEST


def lint_request(raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
    """Return every deviation of a device request, errors first.

    Raises:
        MisuseError: `misuse.naive_time`.
    """
    times.aware(now)
    into = Findings(REQUEST_RULES)
    read = partial(
        cbor.decode, raw, max_bytes=limits.MAX_DEVICE_REQUEST_BYTES, max_items=limits.MAX_MDOC_ITEMS
    )
    members = into.check("", lambda: shape.mapping(read(), _SYNTAX))
    if members is not None:
        _lint_request(members, now, into)
    if not any(each.code is Code.CBOR_SIZE for each in into.found.values()):
        lint_cbor(raw, into)
    return into.ordered()


def _lint_request(members: Mapping[str, object], now: datetime, into: Findings) -> None:
    """Check a DeviceRequest member by member (section 8.3.2.1.2.1)."""
    into.check("version", lambda: rules.check_version(members))
    into.check("request", lambda: rules.check_members(members, rules.REQUEST_MEMBERS))
    listed = into.check("docRequests", lambda: rules.listed_requests(members)) or ()
    for number, value in enumerate(listed):
        _lint_doc_request(value, f"docRequests[{number}]", now, into)


def _lint_doc_request(value: object, place: str, now: datetime, into: Findings) -> None:
    members = into.check(place, lambda: shape.mapping(value, _SYNTAX))
    if members is None:
        return
    into.check(place, lambda: rules.check_members(members, rules.DOC_MEMBERS))
    items = into.check(
        f"{place}.itemsRequest", lambda: ItemsRequest.parse(members.get("itemsRequest"))
    )
    if items is not None:
        asked = [name for elements in items.elements.values() for name in elements]
        if count_age_requests(asked) > MAX_AGE_REQUESTS:
            into.add(Code.MDOC_AGE_REQUESTS, f"{place}.itemsRequest")
    if "readerAuth" in members:
        _lint_reader(members["readerAuth"], f"{place}.readerAuth", now, into)


def _lint_reader(value: object, place: str, now: datetime, into: Findings) -> None:
    """Check algorithm, payload and certificates; the signature needs the session (9.1.4)."""
    from krid.x509.profile import MDOC_READER_PROFILE

    auth = into.check(place, lambda: Sign1.from_value(value))
    if auth is None:
        return
    into.check(place, lambda: check_present(auth))
    if auth.payload is not None:
        into.refused(place, MalformedError(Code.COSE_PAYLOAD))
    if X5CHAIN not in auth.headers.unprotected:
        return
    chain = into.check(f"{place} x5chain", auth.x5chain) or ()
    parsed = lint_chain(
        chain, place=f"{place} x5chain", profile=MDOC_READER_PROFILE, now=now, into=into
    )
    leaf = parsed[0] if parsed else None
    key = None if leaf is None else into.check(f"{place} x5chain[0]", lambda: leaf.public_key)
    if key is not None and key.curve is not auth.alg.curve:
        into.refused(place, UnsupportedError(Code.ALG_KEY))
