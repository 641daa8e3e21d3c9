"""Every rule for a device request and its reader's signature, each broken by one forgery.

The requests are put together here from CBOR and signed properly after each change, so that nothing
but the one rule is broken.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from krid import mdoc
from krid._core import cbor, limits
from krid._core.cbor import Embedded, Tagged
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MalformedError,
    SignatureError,
    TrustError,
    UnsupportedError,
)
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey

READER = LocalKey.generate(Alg.ES256)
OTHER = LocalKey.generate(Alg.ES256)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
DOCTYPE = "org.example.card"
TRANSCRIPT = cbor.encode([None, None, ["test", b"session"]])

Change = Callable[[Any], Any]


class Readers:
    """Trusts the certificate `reader` for one doctype, at one moment."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if hint.certificates != (b"reader",) or hint.type != DOCTYPE or now != NOW:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        if hint.format != "mdoc-reader":
            raise TrustError(Code.TRUST_FORMAT)
        return IssuerKey(key=READER.public_key, issuer="CN=Reader", path="a fake")


def forge(**changes: Change) -> bytes:
    """Make a device request; each change sees a part of it before the next is made."""

    def part(name: str, value: Any) -> Any:
        return changes.pop(name)(value) if name in changes else value

    items = part(
        "items",
        {
            "docType": DOCTYPE,
            "nameSpaces": {"ns": {"name": True, "age_over_18": False}},
            "requestInfo": {"purpose": "test"},
        },
    )
    embedded = part("embedded", Embedded.of(items))
    authentic = part("authentic", ["ReaderAuthentication", cbor.decode(TRANSCRIPT), embedded])
    protected = cbor.encode({1: -7})
    message = cbor.encode(["Signature1", protected, b"", Embedded.of(authentic).raw])
    signature = part("key", READER).sign(message)
    auth = part("auth", [protected, {33: b"reader"}, None, signature])
    doc = part("doc", {"itemsRequest": embedded, "readerAuth": auth})
    request = part("request", {"version": "1.0", "docRequests": [doc]})
    assert not changes
    return cbor.encode(request)


def verify(raw: bytes) -> tuple[mdoc.VerifiedDocRequest, ...]:
    return mdoc.verify_request(
        mdoc.parse_device_request(raw),
        readers=Readers(),
        transcript=mdoc.SessionTranscript.parse(TRANSCRIPT),
        now=NOW,
    )


def put(**members: Any) -> Change:
    """Set members of a map."""
    return lambda value: value | members


def drop(name: str) -> Change:
    """Leave a member of a map out."""
    return lambda value: {key: member for key, member in value.items() if key != name}


def at(position: int, new: Any) -> Change:
    """Replace a member of an array."""
    return lambda value: [*value[:position], new, *value[position + 1 :]]


def always(new: Any) -> Change:
    """Replace the whole."""
    return lambda _: new


def asking(namespaces: Any) -> dict[str, Change]:
    return {"items": put(nameSpaces=namespaces)}


def test_the_request_that_is_forged_is_good() -> None:
    (verified,) = verify(forge())
    assert verified.items.elements == {"ns": {"name": True, "age_over_18": False}}
    assert verified.items.info == {"purpose": "test"}
    assert verified.reader == "CN=Reader"


def test_what_may_differ_is_good_too() -> None:
    assert verify(forge(auth=lambda auth: Tagged(18, auth)))
    assert verify(forge(items=drop("requestInfo")))
    assert verify(forge(items=put(new=1)))
    assert verify(forge(auth=at(1, {33: [b"reader"], 4: b"kid"})))
    assert (
        len(
            verify(
                forge(request=lambda request: request | {"docRequests": request["docRequests"] * 2})
            )
        )
        == 2
    )


FORGERIES: dict[str, tuple[dict[str, Change], type[KridError], Code]] = {
    # The device request (8.3.2.1.2.1)
    "request: array": ({"request": always([])}, MalformedError, Code.MDOC_REQUEST),
    "request: version": ({"request": put(version="2.0")}, UnsupportedError, Code.MDOC_VERSION),
    "request: minor version": (
        {"request": put(version="1.1")},
        UnsupportedError,
        Code.MDOC_VERSION,
    ),
    "request: version number": ({"request": put(version=1)}, MalformedError, Code.MDOC_REQUEST),
    "request: no version": ({"request": drop("version")}, MalformedError, Code.MDOC_REQUEST),
    "request: unknown member": ({"request": put(new=1)}, MalformedError, Code.MDOC_REQUEST),
    "request: nothing asked": (
        {"request": put(docRequests=[])},
        MalformedError,
        Code.MDOC_REQUEST,
    ),
    "request: no requests": ({"request": drop("docRequests")}, MalformedError, Code.MDOC_REQUEST),
    "request: too many": (
        {"request": lambda request: request | {"docRequests": request["docRequests"] * 33}},
        MalformedError,
        Code.MDOC_LIMIT,
    ),
    "document: array": ({"doc": always([])}, MalformedError, Code.MDOC_REQUEST),
    "document: unknown member": ({"doc": put(new=1)}, MalformedError, Code.MDOC_REQUEST),
    "document: no items": ({"doc": drop("itemsRequest")}, MalformedError, Code.MDOC_REQUEST),
    "document: items not embedded": (
        {"embedded": lambda embedded: cbor.decode(embedded.content)},
        MalformedError,
        Code.MDOC_REQUEST,
    ),
    "items: array": ({"items": always([])}, MalformedError, Code.MDOC_REQUEST),
    "items: no doctype": ({"items": drop("docType")}, MalformedError, Code.MDOC_REQUEST),
    "items: empty doctype": ({"items": put(docType="")}, MalformedError, Code.MDOC_REQUEST),
    "items: no namespaces": ({"items": drop("nameSpaces")}, MalformedError, Code.MDOC_REQUEST),
    "items: empty namespaces": (asking({}), MalformedError, Code.MDOC_REQUEST),
    "items: empty namespace": (asking({"ns": {}}), MalformedError, Code.MDOC_REQUEST),
    "items: one empty namespace": (
        asking({"a": {"name": True}, "b": {}}),
        MalformedError,
        Code.MDOC_REQUEST,
    ),
    "items: namespace array": (asking({"ns": []}), MalformedError, Code.MDOC_REQUEST),
    "items: namespace without name": (
        asking({"": {"name": True}}),
        MalformedError,
        Code.MDOC_REQUEST,
    ),
    "items: element without name": (asking({"ns": {"": True}}), MalformedError, Code.MDOC_REQUEST),
    "items: element number": (asking({"ns": {1: True}}), MalformedError, Code.MDOC_REQUEST),
    "items: retention number": (asking({"ns": {"name": 1}}), MalformedError, Code.MDOC_REQUEST),
    "items: retention null": (asking({"ns": {"name": None}}), MalformedError, Code.MDOC_REQUEST),
    "items: too many elements": (
        asking({"ns": {str(each): True for each in range(2001)}}),
        MalformedError,
        Code.MDOC_LIMIT,
    ),
    "items: too many in all": (
        asking({str(each): {"a": True, "b": True} for each in range(1001)}),
        MalformedError,
        Code.MDOC_LIMIT,
    ),
    "items: info array": ({"items": put(requestInfo=[])}, MalformedError, Code.MDOC_REQUEST),
    "items: infinite info": (
        {"items": put(requestInfo={"a": float("inf")})},
        MalformedError,
        Code.MDOC_SYNTAX,
    ),
    # Reader authentication (9.1.4)
    "reader: no signature": ({"doc": drop("readerAuth")}, TrustError, Code.MDOC_READER_AUTH),
    "reader: null": ({"auth": always(None)}, MalformedError, Code.COSE_SYNTAX),
    "reader: a MAC": ({"auth": lambda auth: Tagged(17, auth)}, MalformedError, Code.COSE_SYNTAX),
    "reader: no certificate": ({"auth": at(1, {})}, TrustError, Code.MDOC_READER_AUTH),
    "reader: protected certificate": (
        {"auth": lambda auth: [cbor.encode({1: -7, 33: b"reader"}), {}, *auth[2:]]},
        TrustError,
        Code.MDOC_READER_AUTH,
    ),
    "reader: unknown certificate": (
        {"auth": at(1, {33: b"other"})},
        TrustError,
        Code.TRUST_UNKNOWN_ISSUER,
    ),
    "reader: not for this doctype": (
        {"items": put(docType="org.example.other")},
        TrustError,
        Code.TRUST_UNKNOWN_ISSUER,
    ),
    "reader: no algorithm": ({"auth": at(0, b"")}, MalformedError, Code.COSE_HEADER),
    "reader: algorithm outside the standard": (
        {"auth": at(0, cbor.encode({1: -47}))},
        UnsupportedError,
        Code.ALG_NOT_ALLOWED,
    ),
    "reader: algorithm of another curve": (
        {"auth": at(0, cbor.encode({1: -35}))},
        UnsupportedError,
        Code.ALG_KEY,
    ),
    "reader: attached payload": ({"auth": at(2, b"")}, MalformedError, Code.COSE_PAYLOAD),
    "reader: another key": ({"key": always(OTHER)}, SignatureError, Code.MDOC_READER_SIGNATURE),
    "reader: signature changed": (
        {"auth": lambda auth: [*auth[:3], auth[3][:-1] + bytes((auth[3][-1] ^ 1,))]},
        SignatureError,
        Code.MDOC_READER_SIGNATURE,
    ),
    "reader: signature cut": (
        {"auth": lambda auth: [*auth[:3], auth[3][:-1]]},
        SignatureError,
        Code.MDOC_READER_SIGNATURE,
    ),
    "reader: another session": (
        {"authentic": at(1, [None, None, ["test", b"another"]])},
        SignatureError,
        Code.MDOC_READER_SIGNATURE,
    ),
    "reader: another context": (
        {"authentic": at(0, "DeviceAuthentication")},
        SignatureError,
        Code.MDOC_READER_SIGNATURE,
    ),
    "reader: more asked than signed": (
        {
            "doc": put(
                itemsRequest=Embedded.of(
                    {"docType": DOCTYPE, "nameSpaces": {"ns": {"portrait": True}}}
                )
            )
        },
        SignatureError,
        Code.MDOC_READER_SIGNATURE,
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgery(name: str) -> None:
    changes, kind, code = FORGERIES[name]
    with pytest.raises(kind) as error:
        verify(forge(**changes))
    assert error.value.code is code


def test_one_request_of_several_without_a_signature() -> None:
    """A signed request lends nothing to the unsigned one beside it."""

    def with_another(request: Any) -> Any:
        (signed,) = request["docRequests"]
        return request | {"docRequests": [signed, drop("readerAuth")(signed)]}

    with pytest.raises(TrustError) as error:
        verify(forge(request=with_another))
    assert error.value.code is Code.MDOC_READER_AUTH


def test_more_than_two_ages() -> None:
    ages = {f"age_over_{each}": False for each in (18, 19, 20)}
    request = mdoc.parse_device_request(forge(**asking({"ns": ages})))
    with pytest.raises(ContentError) as error:
        mdoc.answer_request(request, [])
    assert error.value.code is Code.MDOC_AGE_REQUESTS


def test_any_changed_bit_is_refused() -> None:
    raw = forge()
    for position in range(0, 8 * len(raw), 3):
        changed = bytearray(raw)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(KridError):
            verify(bytes(changed))


BOMBS = {
    "nested arrays": (b"\x81" * 60_000, Code.CBOR_DEPTH),
    "too many bytes": (bytes(limits.MAX_DEVICE_REQUEST_BYTES + 1), Code.CBOR_SIZE),
    "a huge array": (b"\xa1\x6bdocRequests\x9b\x40" + bytes(7), Code.CBOR_SYNTAX),
    "an endless map": (b"\xbf\x67version\x631.0\xff", Code.CBOR_INDEFINITE),
    "a repeated member": (b"\xa2\x67version\x631.0\x67version\x631.0", Code.CBOR_DUPLICATE_KEY),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str) -> None:
    raw, code = BOMBS[name]
    with pytest.raises(MalformedError) as error:
        mdoc.parse_device_request(raw)
    assert error.value.code is code
