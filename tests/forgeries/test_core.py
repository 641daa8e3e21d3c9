"""Every rule of the strict encodings, each broken by one forgery."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address
from uuid import UUID

import cbor2
import pytest

from krid._core import base64url, cbor, limits, strict_json, times
from krid._core.cbor import Tagged
from krid.errors import Code, MalformedError


@pytest.mark.parametrize(
    "text",
    [
        "QQ==",  # padding
        "A",  # an impossible length
        "QR",  # four stray bits
        "QUJ",  # two stray bits
        "QUI+",  # a character of plain base64
        "QUI/",
        "QU I",
        "QUI\n",
        "\nQUJD",
        "QUJD=",
        "Q\u00e9JD",
        "QUJ\u017f",  # a letter that upper-casing would make an ASCII one
        "\ud800",
        "QUJD\x00",
    ],
)
def test_base64url(text: str) -> None:
    with pytest.raises(MalformedError) as error:
        base64url.decode(text)
    assert error.value.code is Code.BASE64URL_SYNTAX


DEEP = limits.MAX_JSON_DEPTH + 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.JSON_SYNTAX),
        (b" ", Code.JSON_SYNTAX),
        (b"{}{}", Code.JSON_SYNTAX),
        (b"{} x", Code.JSON_SYNTAX),
        (b"[1,]", Code.JSON_SYNTAX),
        (b'{"a":1,}', Code.JSON_SYNTAX),
        (b"{'a':1}", Code.JSON_SYNTAX),
        (b"{a:1}", Code.JSON_SYNTAX),
        (b"[01]", Code.JSON_SYNTAX),
        (b"[+1]", Code.JSON_SYNTAX),
        (b"[1.]", Code.JSON_SYNTAX),
        (b"[.5]", Code.JSON_SYNTAX),
        (b"[0x1]", Code.JSON_SYNTAX),
        (b"[1e]", Code.JSON_SYNTAX),
        (b"[tru]", Code.JSON_SYNTAX),
        (b"/* */ 1", Code.JSON_SYNTAX),
        (b'"\x01"', Code.JSON_SYNTAX),
        (b'"\t"', Code.JSON_SYNTAX),
        (b'"\\x41"', Code.JSON_SYNTAX),
        (b'"\\u12"', Code.JSON_SYNTAX),
        (b'"open', Code.JSON_SYNTAX),
        (b"\xef\xbb\xbf{}", Code.JSON_SYNTAX),  # a byte order mark
        ("{}".encode("utf-16"), Code.JSON_SYNTAX),
        (b'"\xff"', Code.JSON_SYNTAX),
        (b'"\xc0\xaf"', Code.JSON_SYNTAX),  # an overlong slash
        (b'"\xed\xa0\x80"', Code.JSON_SYNTAX),  # a surrogate in UTF-8
        (b'"\\ud800"', Code.JSON_SYNTAX),
        (b'"\\udfff"', Code.JSON_SYNTAX),
        (b'"\\uDE00\\uD83D"', Code.JSON_SYNTAX),
        (b'{"\\ud800":1}', Code.JSON_SYNTAX),
        (b'{"a":["x","\\uD800y"]}', Code.JSON_SYNTAX),
        (b"\xc2\xa0{}", Code.JSON_SYNTAX),  # white space that JSON does not know
        (b"NaN", Code.JSON_NUMBER),
        (b"[Infinity]", Code.JSON_NUMBER),
        (b"-Infinity", Code.JSON_NUMBER),
        (b"1e999", Code.JSON_NUMBER),
        (b"-1e999", Code.JSON_NUMBER),
        (b"1" * 65, Code.JSON_NUMBER),
        (b"0." + b"1" * 63, Code.JSON_NUMBER),
        (b'{"a":1,"a":1}', Code.JSON_DUPLICATE_NAME),
        (b'{"a":1,"\\u0061":2}', Code.JSON_DUPLICATE_NAME),
        (b'[{"b":{"a":1,"c":2,"a":3}}]', Code.JSON_DUPLICATE_NAME),
        (b"[" * DEEP + b"]" * DEEP, Code.JSON_DEPTH),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, Code.JSON_DEPTH),
        (b"[" * 5_000 + b"]" * 5_000, Code.JSON_DEPTH),
        (b"[" + b"0," * limits.MAX_JSON_VALUES + b"0]", Code.JSON_SIZE),
    ],
)
def test_json(raw: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        strict_json.loads(raw)
    assert error.value.code is code


@pytest.mark.parametrize("raw", [b"[]", b"1", b'"{}"', b"null"])
def test_json_object(raw: bytes) -> None:
    with pytest.raises(MalformedError) as error:
        strict_json.loads_object(raw)
    assert error.value.code is Code.JSON_NOT_OBJECT


@pytest.mark.parametrize("loads", [strict_json.loads, strict_json.loads_object])
def test_json_size_is_the_callers(loads: object) -> None:
    assert callable(loads)
    assert loads(b'{"a":1}', max_bytes=7) == {"a": 1}
    with pytest.raises(MalformedError) as error:
        loads(b'{"a":1}', max_bytes=6)
    assert error.value.code is Code.JSON_SIZE


CBOR_DEEP = limits.MAX_CBOR_DEPTH + 1


@pytest.mark.parametrize(
    ("spelt", "code"),
    [
        ("", Code.CBOR_SYNTAX),
        ("18", Code.CBOR_SYNTAX),  # cut off inside a head
        ("4201", Code.CBOR_SYNTAX),  # cut off inside a string
        ("8201", Code.CBOR_SYNTAX),  # cut off inside an array
        ("a101", Code.CBOR_SYNTAX),  # a key without a value
        ("d2", Code.CBOR_SYNTAX),  # a tag without an item
        ("1c", Code.CBOR_SYNTAX),  # reserved
        ("5d", Code.CBOR_SYNTAX),
        ("fc", Code.CBOR_SYNTAX),
        ("ff", Code.CBOR_SYNTAX),  # a break of nothing
        ("81ff", Code.CBOR_SYNTAX),
        ("f800", Code.CBOR_SYNTAX),  # a simple value spelt in two bytes where one is due
        ("f814", Code.CBOR_SYNTAX),  # false spelt in two bytes
        ("61ff", Code.CBOR_SYNTAX),
        ("62c0af", Code.CBOR_SYNTAX),
        ("63eda080", Code.CBOR_SYNTAX),  # a surrogate in UTF-8
        ("0000", Code.CBOR_TRAILING),
        ("a000", Code.CBOR_TRAILING),
        ("f6f6", Code.CBOR_TRAILING),
        ("5f4101ff", Code.CBOR_INDEFINITE),
        ("7f6161ff", Code.CBOR_INDEFINITE),
        ("9f01ff", Code.CBOR_INDEFINITE),
        ("bf6161f6ff", Code.CBOR_INDEFINITE),
        ("819fff", Code.CBOR_INDEFINITE),
        ("d8185f41f6ff", Code.CBOR_INDEFINITE),
        ("a201010102", Code.CBOR_DUPLICATE_KEY),
        ("a2616101616102", Code.CBOR_DUPLICATE_KEY),
        ("a20101180102", Code.CBOR_DUPLICATE_KEY),  # the same number, once spelt longer
        ("81a2200020f6", Code.CBOR_DUPLICATE_KEY),
        ("a201f6f5f6", Code.CBOR_DUPLICATE_KEY),  # 1 and true are one key in Python
        ("a1f5f6", Code.CBOR_KEY),
        ("a1f6f6", Code.CBOR_KEY),
        ("a1f93c00f6", Code.CBOR_KEY),
        ("a1f97e00f6", Code.CBOR_KEY),
        ("a180f6", Code.CBOR_KEY),
        ("a1a0f6", Code.CBOR_KEY),
        ("a1d280f6", Code.CBOR_KEY),
        ("a1d81841f6f6", Code.CBOR_KEY),
        ("a1c06161f6", Code.CBOR_KEY),
        ("a1f7f6", Code.CBOR_KEY),
        ("81a1816161f6", Code.CBOR_KEY),
        ("f97e00", Code.CBOR_NAN),
        ("f9fe00", Code.CBOR_NAN),
        ("f97c01", Code.CBOR_NAN),
        ("fa7fc00000", Code.CBOR_NAN),
        ("faffc00001", Code.CBOR_NAN),
        ("fb7ff8000000000000", Code.CBOR_NAN),
        ("fbfff0000000000001", Code.CBOR_NAN),
        ("8201f97e00", Code.CBOR_NAN),
        ("a16161f97e00", Code.CBOR_NAN),
        ("d281f97e00", Code.CBOR_NAN),
        ("f7", Code.CBOR_SIMPLE),
        ("e0", Code.CBOR_SIMPLE),
        ("f3", Code.CBOR_SIMPLE),
        ("f820", Code.CBOR_SIMPLE),
        ("f8ff", Code.CBOR_SIMPLE),
        ("8201f7", Code.CBOR_SIMPLE),
        ("a16161e0", Code.CBOR_SIMPLE),
        ("d2f7", Code.CBOR_SIMPLE),
        ("c001", Code.CBOR_TAG),  # a date-time that is not text
        ("c04161", Code.CBOR_TAG),
        ("d903ec01", Code.CBOR_TAG),  # a full date that is not text
        ("d8186161", Code.CBOR_TAG),  # an embedded item that is not a byte string
        ("d818d81841f6", Code.CBOR_TAG),
        ("d81880", Code.CBOR_TAG),
    ],
)
def test_cbor(spelt: str, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        cbor.decode(bytes.fromhex(spelt))
    assert error.value.code is code


ALLOWED_TAGS = {0, 17, 18, 24, 61, 1004}
TAGS = {*range(300), *range(990, 1050), 1040, 43000, 55799, 2**16, 2**32, 2**64 - 1}
OF_EVERY_KIND = (
    "00",
    "20",
    "4101",
    "6161",
    "80",
    "820001",
    "a0",
    "a10102",
    "f6",
    "fb400921fb54442d18",
)


@pytest.mark.parametrize("tag", sorted(TAGS - ALLOWED_TAGS))
def test_cbor_tag(tag: int) -> None:
    head = cbor2.dumps(cbor2.CBORTag(tag, 0))[:-1]
    for item in OF_EVERY_KIND:
        for around in ("{}", "81{}", "a101{}"):
            with pytest.raises(MalformedError) as error:
                cbor.decode(bytes.fromhex(around.format(head.hex() + item)))
            assert error.value.code is Code.CBOR_TAG


@pytest.mark.parametrize("head", ["81", "a100", "d2"])
def test_cbor_depth(head: str) -> None:
    with pytest.raises(MalformedError) as error:
        cbor.decode(bytes.fromhex(head) * CBOR_DEEP + b"\x00")
    assert error.value.code is Code.CBOR_DEPTH


def test_cbor_size_is_the_callers() -> None:
    assert cbor.decode(b"\x41\x00", max_bytes=2) == b"\x00"
    with pytest.raises(MalformedError) as error:
        cbor.decode(b"\x41\x00", max_bytes=1)
    assert error.value.code is Code.CBOR_SIZE


@pytest.mark.parametrize(
    "value",
    [
        2**64,
        -(2**64) - 1,
        object(),
        {1, 2},
        frozenset({1}),
        bytearray(b"a"),
        memoryview(b"a"),
        datetime(2026, 6, 1, tzinfo=UTC),
        date(2026, 6, 1),
        Decimal("1.5"),
        Fraction(1, 2),
        1j,
        UUID(int=0),
        IPv4Address("192.0.2.1"),
        cbor2.undefined,
        cbor2.CBORSimpleValue(0),
        cbor2.CBORTag(18, 0),
        Tagged(24, b""),
        Tagged(99, 0),
        {True: 1},
        {None: 1},
        {1.5: 1},
        {(1, 2): 1},
        [Tagged(18, [object()])],
    ],
    ids=lambda value: type(value).__name__,
)
def test_cbor_value(value: object) -> None:
    with pytest.raises(MalformedError) as error:
        cbor.encode(value)
    assert error.value.code is Code.CBOR_VALUE


@pytest.mark.parametrize("value", [float("nan"), [float("nan")], {"a": float("-nan")}])
def test_cbor_nan_is_not_written(value: object) -> None:
    with pytest.raises(MalformedError) as error:
        cbor.encode(value)
    assert error.value.code is Code.CBOR_NAN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-06-01",
        "2026-06-01T00:00:00",
        "2026-06-01T00:00Z",
        "2026-06-01 00:00:00Z",
        "20260601T000000Z",
        "2026-W23-1T00:00:00Z",
        "2026-06-01T00:00:00.Z",
        "2026-06-01T00:00:00,5Z",
        "2026-06-01T00:00:00.1234567890Z",
        "2026-06-01T24:00:00Z",
        "2026-06-01T23:60:00Z",
        "2026-06-01T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-06-00T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-06-01T00:00:00+9",
        "2026-06-01T00:00:00+0900",
        "2026-06-01T00:00:00+24:00",
        "2026-06-01T00:00:00+00:60",
        "2026-06-01T00:00:00+09:00:30",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2026-06-01T00:00:00Z ",
        "2026-06-01T00:00:00Z\n",
        "\uff12026-06-01T00:00:00Z",
    ],
)
def test_rfc3339(text: str) -> None:
    with pytest.raises(MalformedError) as error:
        times.from_rfc3339(text)
    assert error.value.code is Code.TIME_RFC3339


@pytest.mark.parametrize(
    "value",
    [
        True,
        "1",
        None,
        [],
        float("nan"),
        float("inf"),
        float("-inf"),
        10**400,
        -(10**400),
        1e300,
        253_402_300_800,
        -62_135_596_801,
    ],
)
def test_numeric_date(value: object) -> None:
    with pytest.raises(MalformedError) as error:
        times.from_numeric_date(value)
    assert error.value.code is Code.TIME_NUMERIC_DATE
