"""Hostile shapes: each is refused with its code, and before the work that it asks for is done.

Nothing here is timed (`bench/bench_hostile.py` is). Where a check must come first, what comes
after it is replaced by something that fails when it is called.
"""

import importlib.util
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from krid import mdoc
from krid._core import base64url, cbor, cbor_walk, limits, strict_json
from krid._core.cbor import Embedded, Tagged
from krid._core.entropy import system_entropy
from krid.cose import Sign1
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS
from krid.sdjwt import JwsJson, Presentation, issue, sd
from krid.status import StatusListToken

KEY = LocalKey.generate(Alg.ES256)
VALUES = limits.MAX_JWT_VALUES
ITEMS = limits.MAX_MDOC_ITEMS


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


def token(payload: bytes, typ: str = "dc+sd-jwt") -> str:
    return jws.sign({"typ": typ}, payload, KEY)


def nobody(*_args: object, **_options: object) -> None:
    raise AssertionError("called too early")


UNREAD_JSON = mock.patch.multiple(
    strict_json, _parse=nobody, _parse_quickly=nobody, _code_of_crowd=lambda _: Code.JSON_SIZE
)
UNREAD_CBOR = mock.patch.multiple(cbor, _decode=nobody, _decode_quickly=nobody)


# JSON: values are counted before they are read

CROWDS = {
    "arrays": b"[" + b"[]," * (VALUES // 2) + b"1]",
    "objects": b"[" + b'{"a":1},' * (VALUES // 2) + b"1]",
    "numbers": b"[" + b"1.5e3," * VALUES + b"1]",
    "members": b"{" + b",".join(b'"%d":1' % each for each in range(VALUES + 1)) + b"}",
    "digests": b'{"_sd":[' + b",".join(b'"%d"' % each for each in range(VALUES + 1)) + b"]}",
    "objects with digests": b"[" + b'{"_sd":["0"]},' * (VALUES // 3) + b"1]",
    "digests of elements": b"[" + b'{"...":"0"},' * (VALUES // 2) + b"1]",
    "a repeated member last": b"[" + b'{"a":1},' * (VALUES // 2) + b'{"a":1,"a":1}]',
}


@pytest.mark.parametrize("name", CROWDS)
def test_a_crowd_in_a_payload(name: str) -> None:
    text = token(b'{"a":' + CROWDS[name] + b"}")
    Presentation.parse(token(b"{}") + "~")
    with UNREAD_JSON:
        assert refused(lambda: Presentation.parse(text + "~")) is Code.JSON_SIZE
    listed = token(b'{"a":' + CROWDS[name] + b"}", "statuslist+jwt")
    with pytest.raises(KridError) as error:
        StatusListToken.parse(listed)
    assert error.value.code is Code.JSON_SIZE


def disclosure(number: int, value: bytes) -> str:
    return base64url.encode(b'["salt-%d","n%d",%s]' % (number, number, value))


@pytest.mark.parametrize(
    "value",
    [b"[" + b"{}," * 3 + b"1]", b"[" * 9 + b"1" + b"]" * 9, b"[" + b"1.50," * 8 + b"1]"],
    ids=["wide", "deep", "numbers"],
)
def test_a_crowd_in_all_disclosures_together(value: bytes) -> None:
    """None is large; there are many."""
    texts = [disclosure(number, value) for number in range(limits.MAX_DISCLOSURES)]
    text = "~".join((token(b"{}"), *texts, ""))
    with mock.patch.object(strict_json, "loads_each", nobody):
        assert refused(lambda: Presentation.parse(text)) is Code.SDJWT_DISCLOSURE_SYNTAX
    few = "~".join((token(b"{}"), *texts[:500], ""))
    assert len(Presentation.parse(few).sd_jwt.disclosures) == 500


def test_the_most_disclosures_are_read() -> None:
    claims = {f"claim_{number}": sd(number) for number in range(limits.MAX_DISCLOSURES)}
    made = issue.prepare_plain(claims, typ="x+sd-jwt", alg=KEY.alg, entropy=system_entropy)
    parsed = Presentation.parse(made.sign_with(KEY))
    assert len(parsed.sd_jwt.disclosures) == limits.MAX_DISCLOSURES


def test_a_crowd_in_a_json_serialisation() -> None:
    one = dict(zip(("protected", "payload", "signature"), token(b"{}").split("."), strict=True))
    shapes: list[dict[str, Any]] = [
        {"x": [[]] * VALUES},
        {"header": {"disclosures": ["AA"] * 100_000}},
        {f"x{each}": 1 for each in range(VALUES)},
    ]
    for more in shapes:
        raw = json.dumps({**one, **more}).encode()
        with UNREAD_JSON:
            assert refused(lambda raw=raw: JwsJson.parse(raw)) is Code.JSON_SIZE  # type: ignore[misc]  # bound at once


def test_a_large_status_list_token() -> None:
    text = "a" * (limits.MAX_RESPONSE_BYTES + 1)
    with mock.patch("krid.jose.jws.Jws.parse", nobody):
        assert refused(lambda: StatusListToken.parse(text)) is Code.INPUT_SIZE


@pytest.mark.parametrize(
    "claims",
    [
        {"a": [0] * VALUES},
        {"a": sd([0] * VALUES)},
        {f"n{number}": sd([{}] * 4) for number in range(limits.MAX_DISCLOSURES)},
        {"a": "x" * limits.MAX_SDJWT_BYTES},
    ],
)
def test_what_would_not_be_read_is_not_issued(claims: Any) -> None:
    with pytest.raises(MisuseError) as error:
        issue.prepare_plain(claims, typ="x+sd-jwt", alg=KEY.alg, entropy=system_entropy)
    assert error.value.code is Code.MISUSE_CLAIMS


# Each bomb of the catalogue, by the readers of the library


def load_bench() -> Any:
    path = Path(__file__).parents[2] / "bench" / "bench_hostile.py"
    spec = importlib.util.spec_from_file_location("bench_hostile", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BENCH = load_bench()
BOMBS = BENCH.load()
READERS = BENCH.readers(BOMBS)


@pytest.mark.parametrize("name", BOMBS.BOMBS, ids=": ".join)
def test_a_bomb_is_refused_with_its_code(name: tuple[str, str]) -> None:
    bomb = BOMBS.BOMBS[name]
    assert BENCH.refusal(READERS[bomb.format], bomb.make()) == str(bomb.code)


def test_bounded_memory() -> None:
    """What thousands of wide elements ask for would be a gigabyte."""
    raw = BOMBS.BOMBS[BOMBS.MDOC, "elements that are wide"].make()
    assert BENCH.peak(READERS[BOMBS.MDOC], raw) < 4 * len(raw)


# CBOR: items are counted over everything that is embedded


def item(number: int, value: Any) -> Embedded:
    members = {
        "digestID": number,
        "random": bytes(16),
        "elementIdentifier": str(number),
        "elementValue": value,
    }
    return Embedded.of(members)


def issuer_signed(items: list[Embedded], payload: bytes = b"x", protected: bytes = b"") -> Any:
    auth = [protected or cbor.encode({1: -7}), {33: b"ds"}, payload, bytes(64)]
    return {"nameSpaces": {"ns": items}, "issuerAuth": auth}


def response(*documents: Any) -> bytes:
    return cbor.encode({"version": "1.0", "documents": list(documents), "status": 0})


def document(signed: Any, own: Any = None) -> Any:
    device = {"nameSpaces": Embedded.of(own or {}), "deviceAuth": {}}
    return {"docType": "x", "issuerSigned": signed, "deviceSigned": device}


MANY = [item(number, [[]] * 20) for number in range(limits.MAX_ELEMENTS)]
WIDE: Any = {"own": {"a": [[]] * 2_000}}
DIGESTS = Embedded.of({"valueDigests": {"ns": dict.fromkeys(range(ITEMS // 2), b"")}}).raw

MDOC_CROWDS: dict[str, bytes] = {
    "elements together": response(document(issuer_signed(MANY))),
    "one large element": response(document(issuer_signed([item(0, [[]] * ITEMS)]))),
    "documents together": response(*[document(issuer_signed([]), WIDE)] * limits.MAX_DOCUMENTS),
    "digests": response(document(issuer_signed([], DIGESTS))),
    "digests of documents together": response(
        *[document(issuer_signed([], DIGESTS[: len(DIGESTS) // 2]))] * 4
    ),
    "a tagged signature": response(
        document({"issuerAuth": Tagged(18, [b"", {}, DIGESTS, b""])}),
    ),
}


@pytest.mark.parametrize("name", MDOC_CROWDS)
def test_a_crowd_in_a_device_response(name: str) -> None:
    raw = MDOC_CROWDS[name]
    with mock.patch("krid.mdoc.parse._document", nobody):
        for parse in (mdoc.parse_device_response, mdoc.parse_any):
            assert refused(lambda parse=parse: parse(raw)) is Code.CBOR_SIZE  # type: ignore[misc]  # bound at once


@pytest.mark.parametrize(
    "signed", [issuer_signed(MANY), issuer_signed([], DIGESTS)], ids=["elements", "digests"]
)
def test_a_crowd_in_an_issued_document(signed: Any) -> None:
    raw = cbor.encode(signed)
    with mock.patch("krid.mdoc.parse._issuer_signed", nobody):
        for parse in (mdoc.parse_issuer_signed, mdoc.parse_any):
            assert refused(lambda parse=parse: parse(raw)) is Code.CBOR_SIZE  # type: ignore[misc]  # bound at once


@pytest.mark.parametrize(
    "changes",
    [
        {"issuerSigned": 1},
        {"issuerSigned": {"nameSpaces": 1}},
        {"issuerSigned": {"nameSpaces": {"ns": 1}, "issuerAuth": 1}},
        {"issuerSigned": {"nameSpaces": {"ns": [1]}, "issuerAuth": [b"", {}, 1, b""]}},
        {"issuerSigned": {"issuerAuth": [b"", {}, b"\xd8\x18", b""]}},
        {"issuerSigned": {"issuerAuth": [b"", {}, b"\xd8\x18\x1c", b""]}},
        {"deviceSigned": 1},
        {"deviceSigned": {"nameSpaces": 1}},
    ],
)
def test_counting_leaves_what_is_malformed_to_the_reader(changes: Any) -> None:
    raw = response(document(issuer_signed([])) | changes)
    assert refused(lambda: mdoc.parse_device_response(raw)) is not Code.CBOR_SIZE


def test_a_crowd_in_a_device_request() -> None:
    def asking(info: Any, times: int) -> bytes:
        items = {"docType": "x", "nameSpaces": {"ns": {"a": True}}, "requestInfo": {"a": info}}
        requests = [{"itemsRequest": Embedded.of(items)}] * times
        return cbor.encode({"version": "1.0", "docRequests": requests})

    with mock.patch("krid.mdoc.request._doc_request", nobody):
        for raw in (asking([[]] * ITEMS, 1), asking([[]] * 1_000, limits.MAX_DOCUMENTS)):
            code = refused(lambda raw=raw: mdoc.parse_device_request(raw))  # type: ignore[misc]  # bound at once
            assert code is Code.CBOR_SIZE
    parsed = mdoc.parse_device_request(asking([[]] * 100, limits.MAX_DOCUMENTS))
    assert len(parsed.doc_requests) == limits.MAX_DOCUMENTS


def test_a_crowd_in_a_protected_header() -> None:
    protected = cbor.encode({1: -7, 99: [0] * limits.MAX_COSE_HEADER_ITEMS})
    with UNREAD_CBOR:
        code = refused(lambda: Sign1.from_value([protected, {}, b"", b""]))
    assert code is Code.CBOR_SIZE
    portrait = cbor.encode({1: -7, 33: bytes(20_000)})
    assert Sign1.from_value([portrait, {}, b"", b""]).headers.raw == portrait


def test_long_strings_are_one_item() -> None:
    """A portrait, or the digests of an honest document, are not taken for a crowd."""
    items = [item(0, bytes(200_000)), item(1, "x" * 200_000)]
    cbor_walk.check_crowd([each.content for each in items], max_items=18)
    with pytest.raises(MalformedError):
        cbor_walk.check_crowd([each.content for each in items], max_items=17)


def test_what_would_not_be_read_is_not_issued_as_mdoc() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    validity = mdoc.ValidityInfo(now, now, now + timedelta(days=1))
    orders: list[dict[str, Any]] = [
        {"a": [[]] * ITEMS},
        {str(each): [[]] * 20 for each in range(1_500)},
    ]
    for claims in orders:
        with pytest.raises(MisuseError) as error:
            mdoc.prepare(
                doctype="x",
                claims={"ns": claims},
                holder=KEY.public_key,
                alg=KEY.alg,
                certificates=(b"ds",),
                validity=validity,
                status=NO_STATUS,
                entropy=system_entropy,
            )
        assert error.value.code is Code.MISUSE_CLAIMS
