"""Every rule of ISO/IEC 18013-5 that krid holds to, each broken by one forgery.

The documents are put together here from CBOR, apart from krid's own issuing, and signed properly
after each change, so that nothing but the one rule is broken.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid import mdoc
from krid._core import cbor, limits
from krid._core.cbor import DateTime, Embedded, Tagged
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MalformedError,
    SignatureError,
    TrustError,
    UnsupportedError,
    ValidityError,
)
from krid.keys import Alg, LocalKey, cose_key
from krid.model import IssuerHint, IssuerKey

SIGNER = LocalKey.generate(Alg.ES256)
DEVICE = LocalKey.generate(Alg.ES256)
OTHER = LocalKey.generate(Alg.ES256)
ES256K = LocalKey.generate(Alg.ES256K)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
CERTIFICATE_BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
CERTIFICATE_ENDS = datetime(2026, 12, 31, tzinfo=UTC)
DOCTYPE = "org.example.card"
TRANSCRIPT = cbor.encode([None, None, ["test", b"session"]])

Change = Callable[[Any], Any]


@dataclass
class Issuers:
    """Trusts the certificate `ds`, and `k1` for a key on a curve that no mdoc may use."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        keys = {b"ds": SIGNER, b"k1": ES256K}
        if hint.certificates[0] not in keys or hint.type != DOCTYPE or now != NOW:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return IssuerKey(
            key=keys[hint.certificates[0]].public_key,
            issuer="CN=Invented",
            path="a fake",
            not_before=CERTIFICATE_BEGINS,
            not_after=CERTIFICATE_ENDS,
        )


def sign1(key: LocalKey, protected: bytes, unprotected: object, payload: bytes) -> list[Any]:
    message = cbor.encode(["Signature1", protected, b"", payload])
    return [protected, unprotected, payload, key.sign(message)]


def forge(**changes: Change) -> bytes:
    """Make a device response; each change sees a part of it before the next is made."""

    def part(name: str, value: Any) -> Any:
        return changes.pop(name)(value) if name in changes else value

    items = part(
        "items",
        [
            {
                "digestID": number,
                "random": bytes([number]) * 16,
                "elementIdentifier": name,
                "elementValue": value,
            }
            for number, (name, value) in enumerate([("name", "Invented"), ("adult", True)])
        ],
    )
    embedded = [Embedded.of(item) for item in items]
    mso = part(
        "mso",
        {
            "version": "1.0",
            "digestAlgorithm": "SHA-256",
            "valueDigests": {
                "ns": {
                    number: mdoc.DigestAlg.SHA256.digest(item.raw)
                    for number, item in enumerate(embedded)
                }
            },
            "deviceKeyInfo": {
                "deviceKey": cose_key.encode(DEVICE.public_key),
                "keyAuthorizations": {
                    "nameSpaces": ["own"],
                    "dataElements": {"ns": ["note"]},
                },
            },
            "docType": DOCTYPE,
            "validityInfo": {
                "signed": DateTime("2026-05-01T00:00:00Z"),
                "validFrom": DateTime("2026-05-01T00:00:00Z"),
                "validUntil": DateTime("2026-07-01T00:00:00Z"),
            },
        },
    )
    payload = part("payload", Embedded.of(mso).raw)
    issuer_auth = part("issuer_auth", sign1(SIGNER, cbor.encode({1: -7}), {33: b"ds"}, payload))
    issuer_signed = part(
        "issuer_signed", {"nameSpaces": {"ns": list(embedded)}, "issuerAuth": issuer_auth}
    )
    doctype = part("doctype", DOCTYPE)
    own = part("own", Embedded.of({}))
    authentic = part(
        "authentic",
        ["DeviceAuthentication", cbor.decode(TRANSCRIPT), doctype, own],
    )
    to_be_signed = Embedded.of(authentic).raw
    signature = sign1(part("device", DEVICE), cbor.encode({1: -7}), {}, to_be_signed)
    signature[2] = None
    device_auth = part("device_auth", {"deviceSignature": signature})
    document = part(
        "document",
        {
            "docType": doctype,
            "issuerSigned": issuer_signed,
            "deviceSigned": part("device_signed", {"nameSpaces": own, "deviceAuth": device_auth}),
        },
    )
    response = part("response", {"version": "1.0", "documents": [document], "status": 0})
    assert not changes
    return cbor.encode(response)


def verify(raw: bytes) -> tuple[mdoc.VerifiedDocument, ...]:
    return mdoc.verify(
        mdoc.parse_device_response(raw),
        issuers=Issuers(),
        transcript=mdoc.SessionTranscript.parse(TRANSCRIPT),
        reader_key=mdoc.NO_READER_KEY,
        now=NOW,
        skew=timedelta(0),
    )


def put(**members: Any) -> Change:
    """Set members of a map."""
    return lambda value: value | members


def drop(name: str) -> Change:
    """Leave a member of a map out."""
    return lambda value: {key: member for key, member in value.items() if key != name}


def inside(name: str, change: Change) -> Change:
    """Change a member of a map."""
    return lambda value: value | {name: change(value[name])}


def at(position: int, new: Any) -> Change:
    """Replace a member of an array."""
    return lambda value: [*value[:position], new, *value[position + 1 :]]


def item(position: int, change: Change) -> Change:
    """Change a member of an array."""
    return lambda value: [*value[:position], change(value[position]), *value[position + 1 :]]


def always(new: Any) -> Change:
    """Replace the whole."""
    return lambda _: new


def flipped(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


def tdate(**texts: str) -> Change:
    return inside("validityInfo", put(**{name: DateTime(text) for name, text in texts.items()}))


def resign(protected: dict[Any, Any], unprotected: Any, key: LocalKey = SIGNER) -> Change:
    return lambda auth: sign1(key, cbor.encode(protected), unprotected, auth[2])


def shown(change: Change) -> Change:
    """Change the list of elements after the issuer signed."""
    return inside("nameSpaces", inside("ns", change))


def altered(**members: Any) -> Change:
    """Change one element after the issuer signed."""

    def change(embedded: Embedded) -> Embedded:
        decoded = cbor.decode(embedded.content)
        assert isinstance(decoded, dict)
        return Embedded.of(decoded | members)

    return change


def reembedded(embedded: Embedded) -> Embedded:
    """The same element, its length spelt longer than the issuer did."""
    raw = b"\xd8\x18\x59" + len(embedded.content).to_bytes(2, "big") + embedded.content
    return Embedded(raw, embedded.content)


def device_key(**changes: Any) -> Change:
    members = {int(label[1:]) * -1: value for label, value in changes.items()}
    return inside("deviceKeyInfo", inside("deviceKey", lambda key: key | members))


def test_the_document_that_is_forged_is_good() -> None:
    (verified,) = verify(forge())
    assert verified.credential.claims == {"ns": {"name": "Invented", "adult": True}}


def test_what_may_differ_is_good_too() -> None:
    own = Embedded.of({"own": {"any": 1}, "ns": {"note": "hi"}})
    (verified,) = verify(forge(own=always(own)))
    assert verified.device_elements == {"own": {"any": 1}, "ns": {"note": "hi"}}
    assert verify(forge(issuer_auth=lambda auth: Tagged(18, auth)))
    assert verify(forge(mso=put(new=1)))
    assert verify(forge(items=item(0, put(new=1))))
    assert verify(forge(issuer_auth=resign({1: -7}, {33: [b"ds", b"ca"], 4: b"kid"})))


# One line for each rule: what is changed, the kind of refusal, and its code.
FORGERIES: dict[str, tuple[dict[str, Change], type[KridError], Code]] = {
    # The device response (8.3.2.1.2.2)
    "response: version": ({"response": put(version="2.0")}, UnsupportedError, Code.MDOC_VERSION),
    "response: minor version": (
        {"response": put(version="1.1")},
        UnsupportedError,
        Code.MDOC_VERSION,
    ),
    "response: version number": ({"response": put(version=1)}, MalformedError, Code.MDOC_SYNTAX),
    "response: no version": ({"response": drop("version")}, MalformedError, Code.MDOC_SYNTAX),
    "response: status": ({"response": put(status=10)}, ContentError, Code.MDOC_STATUS),
    "response: negative status": ({"response": put(status=-1)}, ContentError, Code.MDOC_STATUS),
    "response: no status": ({"response": drop("status")}, MalformedError, Code.MDOC_SYNTAX),
    "response: false status": ({"response": put(status=False)}, MalformedError, Code.MDOC_SYNTAX),
    "response: text status": ({"response": put(status="0")}, MalformedError, Code.MDOC_SYNTAX),
    "response: no documents": (
        {"response": drop("documents")},
        ContentError,
        Code.MDOC_NO_DOCUMENT,
    ),
    "response: empty documents": (
        {"response": put(documents=[])},
        ContentError,
        Code.MDOC_NO_DOCUMENT,
    ),
    "response: documents map": ({"response": put(documents={})}, MalformedError, Code.MDOC_SYNTAX),
    "response: unknown member": ({"response": put(new=1)}, MalformedError, Code.MDOC_SYNTAX),
    "response: array": ({"response": always([])}, MalformedError, Code.MDOC_SYNTAX),
    "response: too many documents": (
        {"response": inside("documents", lambda value: value * (limits.MAX_DOCUMENTS + 1))},
        MalformedError,
        Code.MDOC_LIMIT,
    ),
    "response: too many errors": (
        {"response": put(documentErrors=[{}] * (limits.MAX_DOCUMENTS + 1))},
        MalformedError,
        Code.MDOC_LIMIT,
    ),
    "response: error code": (
        {"response": put(documentErrors=[{"a": "0"}])},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    # The document
    "document: no type": ({"document": drop("docType")}, MalformedError, Code.MDOC_SYNTAX),
    "document: type number": ({"document": put(docType=1)}, MalformedError, Code.MDOC_SYNTAX),
    "document: no issuerSigned": (
        {"document": drop("issuerSigned")},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "document: no deviceSigned": (
        {"document": drop("deviceSigned")},
        MalformedError,
        Code.MDOC_DEVICE_AUTH,
    ),
    "document: unknown member": ({"document": put(new=1)}, MalformedError, Code.MDOC_SYNTAX),
    "document: not a map": ({"document": always("x")}, MalformedError, Code.MDOC_SYNTAX),
    "document: errors": ({"document": put(errors={"ns": 1})}, MalformedError, Code.MDOC_SYNTAX),
    # The issuer's part
    "issuer: no issuerAuth": (
        {"issuer_signed": drop("issuerAuth")},
        MalformedError,
        Code.COSE_SYNTAX,
    ),
    "issuer: unknown member": ({"issuer_signed": put(new=1)}, MalformedError, Code.MDOC_SYNTAX),
    "issuer: namespaces array": (
        {"issuer_signed": put(nameSpaces=[])},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "issuer: namespace number": (
        {"issuer_signed": put(nameSpaces={1: []})},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "issuer: elements map": (
        {"issuer_signed": inside("nameSpaces", put(ns={}))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "issuer: too many elements": (
        {"issuer_signed": shown(lambda value: value * 1001)},
        MalformedError,
        Code.MDOC_LIMIT,
    ),
    # 9.3.1 step 1: the certificate
    "x5chain: none": ({"issuer_auth": resign({1: -7}, {})}, TrustError, Code.MDOC_X5CHAIN),
    "x5chain: protected": (
        {"issuer_auth": resign({1: -7, 33: b"ds"}, {})},
        TrustError,
        Code.MDOC_X5CHAIN,
    ),
    "x5chain: text": (
        {"issuer_auth": resign({1: -7}, {33: "ds"})},
        MalformedError,
        Code.COSE_HEADER,
    ),
    "x5chain: empty": (
        {"issuer_auth": resign({1: -7}, {33: []})},
        MalformedError,
        Code.X509_CHAIN_LENGTH,
    ),
    "x5chain: unknown": (
        {"issuer_auth": resign({1: -7}, {33: b"rogue"})},
        TrustError,
        Code.TRUST_UNKNOWN_ISSUER,
    ),
    "issuer: not trusted for this type": (
        {"mso": put(docType="another"), "doctype": always("another")},
        TrustError,
        Code.TRUST_UNKNOWN_ISSUER,
    ),
    "issuer: algorithm outside the standard": (
        {"issuer_auth": resign({1: -47}, {33: b"k1"}, ES256K)},
        UnsupportedError,
        Code.ALG_NOT_ALLOWED,
    ),
    "issuer: algorithm of another curve": (
        {"issuer_auth": resign({1: -35}, {33: b"ds"})},
        UnsupportedError,
        Code.ALG_KEY,
    ),
    "issuer: no algorithm": (
        {"issuer_auth": resign({}, {33: b"ds", 1: -7})},
        MalformedError,
        Code.COSE_HEADER,
    ),
    "issuer: tagged as a MAC": (
        {"issuer_auth": lambda auth: Tagged(17, auth)},
        MalformedError,
        Code.COSE_SYNTAX,
    ),
    "issuer: detached payload": (
        {"issuer_auth": at(2, None)},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    # 9.3.1 step 2: the issuer's signature
    "signature: changed": (
        {"issuer_auth": item(3, flipped)},
        SignatureError,
        Code.MDOC_ISSUER_SIGNATURE,
    ),
    "signature: zero": (
        {"issuer_auth": at(3, bytes(64))},
        SignatureError,
        Code.MDOC_ISSUER_SIGNATURE,
    ),
    "signature: empty": ({"issuer_auth": at(3, b"")}, SignatureError, Code.MDOC_ISSUER_SIGNATURE),
    "signature: by another": (
        {"issuer_auth": resign({1: -7}, {33: b"ds"}, OTHER)},
        SignatureError,
        Code.MDOC_ISSUER_SIGNATURE,
    ),
    # The mobile security object (9.1.2.4)
    "mso: version": ({"mso": put(version="2.0")}, UnsupportedError, Code.MDOC_VERSION),
    "mso: version number": ({"mso": put(version=1)}, MalformedError, Code.MDOC_MSO_SYNTAX),
    "mso: not embedded": (
        {"payload": lambda raw: cbor.encode({"version": "1.0"})},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    "mso: embedded twice": (
        {"payload": lambda raw: Embedded.wrap(raw).raw},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    "mso: trailing bytes": (
        {"payload": lambda raw: raw + b"\x00"},
        MalformedError,
        Code.CBOR_TRAILING,
    ),
    "mso: not a map": (
        {"payload": lambda raw: Embedded.of([]).raw},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    **{
        f"mso: no {name}": ({"mso": drop(name)}, MalformedError, Code.MDOC_MSO_SYNTAX)
        for name in (
            "version",
            "digestAlgorithm",
            "valueDigests",
            "deviceKeyInfo",
            "docType",
            "validityInfo",
        )
    },
    "mso: digest algorithm MD5": (
        {"mso": put(digestAlgorithm="MD5")},
        UnsupportedError,
        Code.MDOC_DIGEST_ALG,
    ),
    "mso: digest algorithm in lower case": (
        {"mso": put(digestAlgorithm="sha-256")},
        UnsupportedError,
        Code.MDOC_DIGEST_ALG,
    ),
    "mso: another digest algorithm than used": (
        {"mso": put(digestAlgorithm="SHA-512")},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "mso: digests array": ({"mso": put(valueDigests=[])}, MalformedError, Code.MDOC_MSO_SYNTAX),
    "mso: digest identifier text": (
        {"mso": put(valueDigests={"ns": {"0": b""}})},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    "mso: digest identifier negative": (
        {"mso": put(valueDigests={"ns": {-1: b""}})},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    "mso: digest identifier too large": (
        {"mso": put(valueDigests={"ns": {2**31: b""}})},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    "mso: digest text": (
        {"mso": put(valueDigests={"ns": {0: ""}})},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    "mso: status of an unknown mechanism": (
        {"mso": put(status={"identifier_list": {}})},
        UnsupportedError,
        Code.STATUS_MECHANISM,
    ),
    **{
        f"mso: status {number}": ({"mso": put(status=status)}, MalformedError, Code.STATUS_SYNTAX)
        for number, status in enumerate(
            [
                [],
                {"status_list": []},
                {"status_list": {"idx": 1}},
                {"status_list": {"uri": "u"}},
                {"status_list": {"idx": -1, "uri": "u"}},
                {"status_list": {"idx": True, "uri": "u"}},
                {"status_list": {"idx": "1", "uri": "u"}},
                {"status_list": {"idx": 1, "uri": b"u"}},
            ]
        )
    },
    # The device key
    "device key: off the curve": (
        {"mso": device_key(_3=bytes(32))},
        MalformedError,
        Code.MDOC_DEVICE_KEY,
    ),
    "device key: private": (
        {"mso": device_key(_4=bytes(32))},
        MalformedError,
        Code.MDOC_DEVICE_KEY,
    ),
    "device key: unknown curve": ({"mso": device_key(_1=99)}, MalformedError, Code.MDOC_DEVICE_KEY),
    "device key: missing": (
        {"mso": inside("deviceKeyInfo", drop("deviceKey"))},
        MalformedError,
        Code.MDOC_DEVICE_KEY,
    ),
    **{
        f"authorizations {number}": (
            {"mso": inside("deviceKeyInfo", put(keyAuthorizations=value))},
            MalformedError,
            Code.MDOC_MSO_SYNTAX,
        )
        for number, value in enumerate(
            [
                [],
                {"nameSpaces": "ns"},
                {"nameSpaces": [1]},
                {"dataElements": []},
                {"dataElements": {"ns": "note"}},
                {"nameSpaces": ["ns"], "dataElements": {"ns": ["note"]}},
            ]
        )
    },
    # Elements (8.3.2.1.2.2, 9.1.2.5)
    "element: not embedded": (
        {"issuer_signed": shown(item(0, lambda each: cbor.decode(each.content)))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "element: bytes without tag": (
        {"issuer_signed": shown(item(0, lambda each: each.content))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "element: embedded twice": (
        {"issuer_signed": shown(item(0, lambda each: Embedded.wrap(each.raw)))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "element: trailing bytes": (
        {"issuer_signed": shown(item(0, lambda each: Embedded.wrap(each.content + b"\x00")))},
        MalformedError,
        Code.CBOR_TRAILING,
    ),
    **{
        f"element: no {name}": ({"items": item(0, drop(name))}, MalformedError, Code.MDOC_SYNTAX)
        for name in ("digestID", "random", "elementIdentifier", "elementValue")
    },
    "element: identifier number": (
        {"items": item(0, put(elementIdentifier=1))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "element: digest identifier negative": (
        {"items": item(0, put(digestID=-1))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "element: digest identifier too large": (
        {"items": item(0, put(digestID=2**31))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "element: random text": (
        {"items": item(0, put(random="x" * 16))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "element: short random": (
        {"items": item(0, put(random=bytes(15)))},
        ContentError,
        Code.MDOC_RANDOM,
    ),
    "element: tagged value": (
        {"items": item(0, put(elementValue=Tagged(18, [])))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "element: same bytes twice": (
        {"issuer_signed": shown(lambda value: [*value, value[0]])},
        ContentError,
        Code.MDOC_ELEMENT_REPEATED,
    ),
    "element: same name twice": (
        {"items": item(1, put(elementIdentifier="name"))},
        ContentError,
        Code.MDOC_ELEMENT_REPEATED,
    ),
    # 9.3.1 step 3: the digests
    "digest: value changed": (
        {"issuer_signed": shown(item(1, altered(elementValue=False)))},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "digest: name changed": (
        {"issuer_signed": shown(item(1, altered(elementIdentifier="senior")))},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "digest: random changed": (
        {"issuer_signed": shown(item(1, altered(random=bytes(16))))},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "digest: of another element": (
        {"issuer_signed": shown(item(1, altered(digestID=0)))},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "digest: member added": (
        {"issuer_signed": shown(item(1, altered(new=1)))},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "digest: other bytes for the same value": (
        {"issuer_signed": shown(item(1, reembedded))},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "digest: cut off": (
        {"mso": inside("valueDigests", inside("ns", lambda value: value | {1: value[1][:-1]}))},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "digest: empty": (
        {"mso": inside("valueDigests", inside("ns", lambda value: value | {1: b""}))},
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "digest: unknown identifier": (
        {"issuer_signed": shown(item(1, altered(digestID=2)))},
        SignatureError,
        Code.MDOC_DIGEST_MISSING,
    ),
    "digest: in another namespace": (
        {"issuer_signed": inside("nameSpaces", lambda value: {"other": value["ns"]})},
        SignatureError,
        Code.MDOC_DIGEST_MISSING,
    ),
    # 9.3.1 step 4: the type
    "doctype: of the document": ({"doctype": always("another")}, ContentError, Code.MDOC_DOCTYPE),
    # 9.3.1 step 5: the validity
    "validity: expired": (
        {"mso": tdate(validUntil="2026-05-31T23:59:59Z")},
        ValidityError,
        Code.MDOC_EXPIRED,
    ),
    "validity: not yet": (
        {"mso": tdate(validFrom="2026-06-01T00:00:01Z")},
        ValidityError,
        Code.MDOC_NOT_YET_VALID,
    ),
    "validity: from before signed": (
        {"mso": tdate(signed="2026-05-01T00:00:01Z")},
        ValidityError,
        Code.MDOC_VALIDITY_ORDER,
    ),
    "validity: until before from": (
        {"mso": tdate(validFrom="2026-06-02T00:00:00Z", validUntil="2026-06-01T00:00:00Z")},
        ValidityError,
        Code.MDOC_VALIDITY_ORDER,
    ),
    "validity: until at from": (
        {"mso": tdate(validFrom="2026-06-01T00:00:00Z", validUntil="2026-06-01T00:00:00Z")},
        ValidityError,
        Code.MDOC_VALIDITY_ORDER,
    ),
    "validity: signed before the certificate": (
        {"mso": tdate(signed="2025-12-31T23:59:59Z")},
        ValidityError,
        Code.MDOC_SIGNED_OUTSIDE,
    ),
    "validity: signed after the certificate": (
        {
            "mso": tdate(
                signed="2026-12-31T00:00:01Z",
                validFrom="2027-01-01T00:00:00Z",
                validUntil="2027-02-01T00:00:00Z",
            )
        },
        ValidityError,
        Code.MDOC_SIGNED_OUTSIDE,
    ),
    "validity: not a date": ({"mso": tdate(signed="soon")}, MalformedError, Code.MDOC_MSO_SYNTAX),
    "validity: date without tag": (
        {"mso": inside("validityInfo", put(signed="2026-05-01T00:00:00Z"))},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    "validity: no end": (
        {"mso": inside("validityInfo", drop("validUntil"))},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    "validity: expected update": (
        {"mso": tdate(expectedUpdate="soon")},
        MalformedError,
        Code.MDOC_MSO_SYNTAX,
    ),
    # mdoc authentication (9.1.3)
    "device: neither": ({"device_auth": always({})}, MalformedError, Code.MDOC_DEVICE_AUTH),
    "device: both": (
        {"device_auth": put(deviceMac=[cbor.encode({1: 5}), {}, None, bytes(32)])},
        MalformedError,
        Code.MDOC_DEVICE_AUTH,
    ),
    "device: unknown kind": ({"device_auth": put(new=1)}, MalformedError, Code.MDOC_SYNTAX),
    "device: auth missing": (
        {"device_signed": drop("deviceAuth")},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "device: namespaces missing": (
        {"device_signed": drop("nameSpaces")},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "device: unknown member": ({"device_signed": put(new=1)}, MalformedError, Code.MDOC_SYNTAX),
    "device: a MAC that nobody can check": (
        {"device_auth": always({"deviceMac": [cbor.encode({1: 5}), {}, None, bytes(32)]})},
        SignatureError,
        Code.MDOC_DEVICE_MAC,
    ),
    "device: another key": ({"device": always(OTHER)}, SignatureError, Code.MDOC_DEVICE_SIGNATURE),
    "device: the issuer's key": (
        {"device": always(SIGNER)},
        SignatureError,
        Code.MDOC_DEVICE_SIGNATURE,
    ),
    "device: signature changed": (
        {"device_auth": inside("deviceSignature", item(3, flipped))},
        SignatureError,
        Code.MDOC_DEVICE_SIGNATURE,
    ),
    "device: another session": (
        {"authentic": at(1, [None, None, ["test", b"another"]])},
        SignatureError,
        Code.MDOC_DEVICE_SIGNATURE,
    ),
    "device: another context": (
        {"authentic": at(0, "ReaderAuthentication")},
        SignatureError,
        Code.MDOC_DEVICE_SIGNATURE,
    ),
    "device: another type": (
        {"authentic": at(2, "another")},
        SignatureError,
        Code.MDOC_DEVICE_SIGNATURE,
    ),
    "device: own elements added later": (
        {"device_signed": put(nameSpaces=Embedded.of({"own": {"any": 1}}))},
        SignatureError,
        Code.MDOC_DEVICE_SIGNATURE,
    ),
    "device: attached payload": (
        {"device_auth": inside("deviceSignature", at(2, b""))},
        MalformedError,
        Code.COSE_PAYLOAD,
    ),
    "device: algorithm outside the standard": (
        {"device_auth": inside("deviceSignature", at(0, cbor.encode({1: -47})))},
        UnsupportedError,
        Code.ALG_NOT_ALLOWED,
    ),
    "device: algorithm of another curve": (
        {"device_auth": inside("deviceSignature", at(0, cbor.encode({1: -35})))},
        UnsupportedError,
        Code.ALG_KEY,
    ),
    "device: own namespaces not embedded": (
        {"device_signed": put(nameSpaces={})},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "device: own elements array": (
        {"own": always(Embedded.of({"own": []}))},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    "device: too many own elements": (
        {"own": always(Embedded.of({"own": {str(each): 1 for each in range(2001)}}))},
        MalformedError,
        Code.MDOC_LIMIT,
    ),
    "device: own elements spelt otherwise": (
        {"device_signed": inside("nameSpaces", reembedded)},
        SignatureError,
        Code.MDOC_DEVICE_SIGNATURE,
    ),
    "device: own element in the issuer's place": (
        {"own": always(Embedded.of({"ns": {"adult": True}}))},
        ContentError,
        Code.MDOC_KEY_AUTHORIZATION,
    ),
    "device: authorised by itself": (
        {
            "own": always(Embedded.of({"other": {"note": 1}, "keyAuthorizations": {"other": 1}})),
        },
        ContentError,
        Code.MDOC_KEY_AUTHORIZATION,
    ),
    "device: authorised elsewhere": (
        {
            "own": always(Embedded.of({"other": {"note": 1}})),
            "mso": put(keyAuthorizations={"nameSpaces": ["other"]}),
        },
        ContentError,
        Code.MDOC_KEY_AUTHORIZATION,
    ),
    "device: key in the header": (
        {
            "device": always(OTHER),
            "device_auth": inside(
                "deviceSignature", at(1, {-1: cose_key.encode(OTHER.public_key)})
            ),
        },
        SignatureError,
        Code.MDOC_DEVICE_SIGNATURE,
    ),
    "device: algorithm unprotected": (
        {"device_auth": inside("deviceSignature", lambda auth: [b"", {1: -7}, *auth[2:]])},
        MalformedError,
        Code.COSE_HEADER,
    ),
    "device: algorithm in both headers": (
        {"device_auth": inside("deviceSignature", at(1, {1: -8}))},
        MalformedError,
        Code.COSE_HEADER,
    ),
    "device: a MAC with an issuer's signature inside": (
        {"device_auth": lambda auth: {"deviceMac": auth["deviceSignature"]}},
        UnsupportedError,
        Code.ALG_UNKNOWN,
    ),
    "device: an issuer's signature": (
        {"device_auth": always({"deviceSignature": [cbor.encode({1: -7}), {}, b"x", bytes(64)]})},
        MalformedError,
        Code.COSE_PAYLOAD,
    ),
    "issuer: crit that nobody knows": (
        {"issuer_auth": resign({1: -7, 2: [99], 99: 1}, {33: b"ds"})},
        UnsupportedError,
        Code.COSE_CRIT,
    ),
    "issuer: HMAC for a signature": (
        {"issuer_auth": resign({1: 5}, {33: b"ds"})},
        UnsupportedError,
        Code.ALG_UNKNOWN,
    ),
    "digest: one identifier in two namespaces": (
        {
            "issuer_signed": inside("nameSpaces", lambda value: {**value, "own": [value["ns"][0]]}),
        },
        SignatureError,
        Code.MDOC_DIGEST_MISSING,
    ),
    "digest: swapped between namespaces": (
        {
            "mso": inside(
                "valueDigests",
                lambda value: {"ns": value["ns"], "own": {0: value["ns"][1]}},
            ),
            "issuer_signed": inside("nameSpaces", lambda value: {**value, "own": [value["ns"][0]]}),
        },
        SignatureError,
        Code.MDOC_DIGEST,
    ),
    "device: own element not authorised": (
        {"own": always(Embedded.of({"ns": {"note": 1, "adult": True}}))},
        ContentError,
        Code.MDOC_KEY_AUTHORIZATION,
    ),
    "device: own namespace not authorised": (
        {"own": always(Embedded.of({"other": {"note": 1}}))},
        ContentError,
        Code.MDOC_KEY_AUTHORIZATION,
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgery(name: str) -> None:
    changes, kind, code = FORGERIES[name]
    with pytest.raises(kind) as error:
        verify(forge(**changes))
    assert error.value.code is code


def test_a_device_that_may_sign_nothing_signs_nothing() -> None:
    own = always(Embedded.of({"own": {"any": 1}}))
    without = inside("deviceKeyInfo", drop("keyAuthorizations"))
    with pytest.raises(ContentError) as error:
        verify(forge(own=own, mso=without))
    assert error.value.code is Code.MDOC_KEY_AUTHORIZATION


BOMBS: dict[str, tuple[bytes, Code]] = {
    "nothing": (b"", Code.CBOR_SYNTAX),
    "nested arrays": (b"\x81" * 1_000_000, Code.CBOR_DEPTH),
    "nested maps": (b"\xa1\x00" * 100_000, Code.CBOR_DEPTH),
    "nested tags": (b"\xd2" * 1_000_000, Code.CBOR_DEPTH),
    "nested embedded items": (b"\xd8\x18" * 1_000_000, Code.CBOR_DEPTH),
    "a huge byte string": (b"\xa1\x67version\x5b\x40" + bytes(7), Code.CBOR_SYNTAX),
    "a huge text": (b"\xa1\x67version\x7b\x40" + bytes(7), Code.CBOR_SYNTAX),
    "a huge array": (b"\xa1\x69documents\x9b\x40" + bytes(7), Code.CBOR_SYNTAX),
    "a huge map": (b"\xbb\x40" + bytes(7), Code.CBOR_SYNTAX),
    "an endless map": (b"\xbf\x67version\x631.0\xff", Code.CBOR_INDEFINITE),
    "a repeated member": (b"\xa2\x66status\x00\x66status\x01", Code.CBOR_DUPLICATE_KEY),
    "an unknown tag": (b"\xa1\x67version\xd9\x03\xe7\x00", Code.CBOR_TAG),
    "a tag on a tag": (b"\xa1\x67version\xd8\x18\xd8\x18\x40", Code.CBOR_TAG),
    "too many bytes": (bytes(limits.MAX_INPUT_BYTES + 1), Code.CBOR_SIZE),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str) -> None:
    raw, code = BOMBS[name]
    for parse in (mdoc.parse_device_response, mdoc.parse_issuer_signed, mdoc.parse_any):
        with pytest.raises(MalformedError) as error:
            parse(raw)
        assert error.value.code is code


@pytest.mark.parametrize("bomb", [b"\x81" * 10_000, b"\x9b\x40" + bytes(7), b"\x9f\xff"])
def test_bombs_in_embedded_items(bomb: bytes) -> None:
    embedded = Embedded.wrap(bomb)
    for changes in (
        {"payload": always(embedded.raw)},
        {"issuer_signed": shown(item(0, always(embedded)))},
        {"device_signed": put(nameSpaces=embedded)},
        {"issuer_auth": at(0, bomb)},
    ):
        with pytest.raises(MalformedError) as error:
            verify(forge(**changes))
        assert error.value.code in {Code.CBOR_DEPTH, Code.CBOR_SYNTAX, Code.CBOR_INDEFINITE}
