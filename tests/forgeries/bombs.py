"""Hostile inputs by their names: too large to store, so each is made anew from its recipe.

`bench/bench_hostile.py` measures them, and `test_files.py` hands them to the command line.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from krid._core import base64url, cbor, limits
from krid._core.cbor import DateTime, Embedded
from krid.errors import Code
from krid.jose import jws
from krid.keys import Alg, LocalKey, cose_key

MILLION: Final = 1_000_000
KEY = LocalKey.generate(Alg.EDDSA)
TEXT_LIMIT: Final = limits.MAX_SDJWT_BYTES * 3 // 4 - 2_000
"""Bytes of a payload that just fits into an SD-JWT."""

SDJWT, MDOC, REQUEST = "dc+sd-jwt", "mso_mdoc", "mdoc-request"
TYPE, STATUS = "type-metadata", "statuslist+jwt"


@dataclass(frozen=True)
class Bomb:
    """One hostile input: what reads it, how it is made, and with which code it is refused."""

    format: str
    make: Callable[[], bytes]
    code: Code


def token(payload: bytes, typ: str = SDJWT, **header: Any) -> bytes:
    return jws.sign({"typ": typ, **header}, payload, KEY).encode()


def signed(payload: bytes) -> bytes:
    """An SD-JWT without disclosures; its signature is good, for whoever knows the key."""
    return token(payload) + b"~"


def claim(value: bytes) -> bytes:
    return signed(b'{"vct":"urn:example:card","a":' + value + b"}")


def disclosed(*disclosures: bytes) -> bytes:
    texts = (base64url.encode(each).encode() for each in disclosures)
    return b"~".join((token(b'{"vct":"urn:example:card"}'), *texts, b""))


def each_disclosed(count: int, value: bytes) -> bytes:
    return disclosed(*(b'["salt-%d","n%d",%s]' % (n, n, value) for n in range(count)))


def repeated_parent() -> bytes:
    """A disclosure that holds the digest of the one that it stands in."""
    from krid.sdjwt import HashAlg

    child = base64url.encode(b'["salt","child",{"_sd":["parent"]}]')
    inner = HashAlg.SHA256.digest(child)
    parent = base64url.encode(b'["salt","parent",{"_sd":["%s"]}]' % inner.encode())
    outer = HashAlg.SHA256.digest(parent)
    payload = b'{"vct":"urn:example:card","_sd":["%s","parent"]}' % outer.encode()
    return b"~".join((token(payload), child.encode(), parent.encode(), b""))


def chained(length: int) -> bytes:
    """Disclosures of which each stands inside the next."""
    from krid.sdjwt import HashAlg

    links, digest = [], "none"
    for _ in range(length):
        links.append(base64url.encode(b'["salt","c",{"_sd":["%s"]}]' % digest.encode()))
        digest = HashAlg.SHA256.digest(links[-1])
    payload = b'{"vct":"urn:example:card","_sd":["%s"]}' % digest.encode()
    return b"~".join((token(payload), *(link.encode() for link in links), b""))


def as_json(**more: object) -> bytes:
    parts = token(b'{"vct":"urn:example:card"}').decode().split(".")
    one: dict[str, object] = dict(zip(("protected", "payload", "signature"), parts, strict=True))
    return json.dumps({**one, "header": {"disclosures": []}, **more}).encode()


VALUES: Final = limits.MAX_JWT_VALUES


def sdjwt() -> Iterator[tuple[str, Callable[[], bytes], Code]]:
    deep, size, number = Code.JSON_DEPTH, Code.JSON_SIZE, Code.JSON_NUMBER
    yield "10 MB of nested arrays", lambda: signed(b"[" * 10 * MILLION), Code.INPUT_SIZE
    yield "nested arrays within the size", lambda: signed(b"[" * TEXT_LIMIT), deep
    yield "nested objects", lambda: signed(b'{"a":' * (TEXT_LIMIT // 5)), deep
    yield "empty arrays", lambda: claim(b"[" + b"[]," * 900_000 + b"1]"), size
    yield "a few empty arrays too many", lambda: claim(b"[" + b"[]," * VALUES + b"1]"), size
    yield "objects", lambda: claim(b"[" + b'{"a":1},' * VALUES + b"1]"), size
    yield "numbers", lambda: claim(b"[" + b"1.5e3," * 400_000 + b"1]"), size
    yield "long numbers", lambda: claim(b"[" + (b"0." + b"1" * 60 + b",") * 45_000 + b"1]"), size
    yield "a giant integer", lambda: claim(b"9" * 2 * MILLION), number
    yield "a giant exponent", lambda: claim(b"1e" + b"9" * 2 * MILLION), number
    yield "NaN", lambda: claim(b"NaN"), number
    yield "NaN at the end", lambda: claim(b"[" + b"1.5," * (VALUES - 9) + b"NaN]"), number
    yield "a member twice, far apart", lambda: claim(_members()), Code.JSON_DUPLICATE_NAME
    yield "escapes, and a lone surrogate", lambda: claim(_escapes()), Code.JSON_SYNTAX
    yield "text, and a byte of no UTF-8", lambda: claim(_letters()), Code.JSON_SYNTAX
    yield "blanks, and a member twice", lambda: signed(_blanks()), Code.JSON_DUPLICATE_NAME
    yield "60,000 digests", lambda: claim(_digests(60_000)), size
    yield "100,000 disclosures", lambda: each_disclosed(100_000, b"1"), Code.SDJWT_DISCLOSURE_LIMIT
    yield (
        "millions of tildes",
        lambda: signed(b"{}") + b"~" * 4_000_000,
        Code.SDJWT_DISCLOSURE_LIMIT,
    )
    yield "one disclosure again and again", _same, Code.SDJWT_DISCLOSURE_REPEATED
    yield "empty disclosures", lambda: signed(b"{}") + b"~" * 1_999, Code.SDJWT_DISCLOSURE_SYNTAX
    yield "unused disclosures", lambda: each_disclosed(2_000, b"1"), Code.SDJWT_DISCLOSURE_UNUSED
    for name, value in (
        ("deep", b"[" * 60 + b"1" + b"]" * 60),
        ("wide", b"[" + b"{}," * 370 + b"1]"),
        ("of numbers", b"[" + b"1.50," * 280 + b"1]"),
    ):
        yield (
            f"disclosures that are {name}",
            lambda value=value: each_disclosed(1_900, value),  # type: ignore[misc]  # bound at once
            Code.SDJWT_DISCLOSURE_SYNTAX,
        )
    yield "a disclosure of nested arrays", _deep_disclosure, Code.SDJWT_DISCLOSURE_SYNTAX
    yield "a disclosure that repeats its parent", repeated_parent, Code.SDJWT_DIGEST_REPEATED
    yield "a chain of disclosures", lambda: chained(2_000), deep
    yield "long base64url, and a bad letter", _bad_letter, Code.SDJWT_DISCLOSURE_SYNTAX
    yield "a long signature", _long_signature, Code.BASE64URL_SYNTAX
    yield "a long header", lambda: token(b"{}", x="a" * 2 * MILLION) + b"~", size
    yield (
        "7,000 certificates",
        lambda: token(b'{"vct":"x"}', x5c=["AAAA"] * 7_000) + b"~",
        (Code.JWS_HEADER),
    )
    yield "JSON: 10 MB of nested arrays", lambda: _json(b"[" * 10 * MILLION), Code.INPUT_SIZE
    yield "JSON: nested arrays within the size", lambda: _json(b"[" * 4 * MILLION), deep
    yield "JSON: 100,000 disclosures", _json_disclosures, size
    yield "JSON: many unknown members", lambda: as_json(**{f"x{n}": 1 for n in range(90_000)}), size
    yield "JSON: a wide header", lambda: as_json(header={"x": [[]] * 120_000}), size
    yield (
        "JSON: a long payload, and a bad letter",
        (lambda: as_json(payload="a" * 3_900_000 + "!")),
        Code.SDJWT_JSON_SYNTAX,
    )


def _members() -> bytes:
    names = b",".join(b'"%d":1' % each for each in range(VALUES // 2))
    return b"{" + names + b',"0":1}'


def _escapes() -> bytes:
    return b'"' + rb"\ud83d\ude00" * (TEXT_LIMIT // 12 - 9) + rb"\ud800" + b'"'


def _letters() -> bytes:
    return b'"' + b"\xc3\xa9" * (TEXT_LIMIT // 2 - 99) + b'\xff"'


def _blanks() -> bytes:
    return b"{" + b" " * (TEXT_LIMIT - 99) + b'"a":1,"a":1}'


def _digests(count: int) -> bytes:
    return b'{"_sd":[' + b",".join(b'"%043d"' % each for each in range(count)) + b"]}"


def _same() -> bytes:
    return disclosed(*[b'["salt","n",1]'] * 2_000)


def _deep_disclosure() -> bytes:
    return disclosed(b'["salt","n",' + b"[" * 2 * MILLION)


def _bad_letter() -> bytes:
    return disclosed(b'["salt","n","' + b"x" * 2_900_000) + b"x!~"


def _long_signature() -> bytes:
    return token(b"{}") + b"A" * 4_000_000 + b"!~"


def _json(value: bytes) -> bytes:
    return b'{"payload":"e30","signatures":[],"disclosures":' + value


def _json_disclosures() -> bytes:
    return as_json(header={"disclosures": ["AA"] * 100_000})


# CBOR


def wide(count: int, item: bytes = b"\x80") -> bytes:
    return b"\x9a" + count.to_bytes(4, "big") + item * count


def within(value: bytes) -> bytes:
    """A device response with a value in the place of its documents."""
    return b"\xa2\x67version\x631.0\x69documents" + value


def issued(count: int, value: bytes) -> bytes:
    """An IssuerSigned with elements of one value each."""
    items = b"".join(Embedded.wrap(_item(number, value)).raw for number in range(count))
    auth = cbor.encode([cbor.encode({1: -7}), {33: b"ds"}, b"x", bytes(64)])
    head = b"\xa2\x6anameSpaces\xa1\x62ns\x9a" + count.to_bytes(4, "big")
    return head + items + b"\x6aissuerAuth" + auth


def _item(number: int, value: bytes) -> bytes:
    members = {"digestID": number, "random": bytes(16), "elementIdentifier": str(number)}
    return b"\xa4" + cbor.encode(members)[1:] + b"\x6celementValue" + value


def with_auth(protected: bytes, payload: bytes) -> bytes:
    return cbor.encode({"issuerAuth": [protected, {33: b"ds"}, payload, bytes(64)]})


def colliding(count: int) -> bytes:
    """A map whose keys are pairs of numbers with one hash, for tuples are hashed unkeyed."""
    word, first, members = 2**64, 0, b""
    one, two, five = 11400714785074694791, 14029467366897019727, 2870177450012600261
    made = 0
    while made < count:
        first += 1
        state = (five + first * two) % word
        state = (state << 31 | state >> 33) * one % word
        second = (12345 - state) * pow(two, -1, word) % word
        if second < 2**61 - 1:
            members += b"\x82" + cbor.encode(first) + cbor.encode(second) + b"\x00"
            made += 1
    return b"\xb9" + count.to_bytes(2, "big") + members


def mdoc() -> Iterator[tuple[str, Callable[[], bytes], Code]]:
    deep, size, syntax = Code.CBOR_DEPTH, Code.CBOR_SIZE, Code.CBOR_SYNTAX
    huge = (2**62).to_bytes(8, "big")
    yield "10 MB of nested arrays", lambda: b"\x81" * 10 * MILLION, deep
    yield "nested maps", lambda: b"\xa1\x00" * 5 * MILLION, deep
    yield "tags inside tags", lambda: b"\xd2" * 10 * MILLION, deep
    yield "embedded items inside embedded items", lambda: b"\xd8\x18" * 5 * MILLION, deep
    yield "indefinite arrays", lambda: b"\x9f" * 10 * MILLION, Code.CBOR_INDEFINITE
    yield "an indefinite map", lambda: b"\xbf\x67version\x631.0\xff", Code.CBOR_INDEFINITE
    for name, first in (
        ("bytes", b"\x5b"),
        ("text", b"\x7b"),
        ("array", b"\x9b"),
        ("map", b"\xbb"),
    ):
        yield f"a huge {name}", lambda first=first: within(first + huge), syntax  # type: ignore[misc]  # bound at once
    yield "a huge array, and 10 MB", lambda: b"\x9b" + huge + b"\x01" * 10 * MILLION, size
    yield "NaN", lambda: within(b"\x81\xf9\x7e\x00"), Code.CBOR_NAN
    yield "NaN at the end", lambda: within(wide(20_000)[:-1] + b"\xf9\x7e\x00"), Code.CBOR_NAN
    yield "a key twice", lambda: b"\xa2\x66status\x00\x66status\x01", Code.CBOR_DUPLICATE_KEY
    yield "a key twice, far apart", _keys, Code.CBOR_DUPLICATE_KEY
    yield "keys made to collide", lambda: colliding(800), Code.CBOR_KEY
    yield "many keys made to collide", lambda: colliding(10_000), Code.CBOR_KEY
    yield "9 MB of empty arrays", lambda: wide(9 * MILLION), size
    yield "empty arrays", lambda: within(wide(249_000)), size
    yield "empty maps", lambda: within(wide(249_000, b"\xa0")), size
    yield "10 MB of text, and a byte of no UTF-8", _text, syntax
    yield "60,000 elements", lambda: issued(60_000, b"\x01"), size
    yield "2,001 elements", lambda: issued(2_001, b"\x01"), Code.MDOC_LIMIT
    yield "elements that are deep", lambda: issued(2_000, b"\x81" * 28 + b"\x01"), size
    yield "elements that are wide", lambda: issued(1_900, wide(8_000)), size
    yield "40 elements that are wide", lambda: issued(40, wide(240_000)), size
    yield "100,000 digests", lambda: with_auth(cbor.encode({1: -7}), _digests_of(100_000)), size
    yield "a protected header of 10 MB", lambda: with_auth(b"\x81" * 10 * MILLION, b"x"), deep
    yield "a wide protected header", lambda: with_auth(wide(30_000), b"x"), size
    yield "10,000 certificates", _certificates, Code.X509_CHAIN_LENGTH
    yield "documents that are wide", _documents, size


def _keys() -> bytes:
    members = b"".join(cbor.encode(str(each)) + b"\x01" for each in range(11_000))
    return b"\xba" + (11_001).to_bytes(4, "big") + members + b"\x610\x01"


def _text() -> bytes:
    size = 10 * MILLION
    return within(b"\x7a" + size.to_bytes(4, "big") + b"a" * (size - 1) + b"\xff")


def _digests_of(count: int) -> bytes:
    return Embedded.of({"valueDigests": {"ns": dict.fromkeys(range(count), b"")}}).raw


def _mso() -> bytes:
    moment = DateTime("2026-06-01T00:00:00Z")
    return Embedded.of(
        {
            "version": "1.0",
            "digestAlgorithm": "SHA-256",
            "valueDigests": {},
            "deviceKeyInfo": {"deviceKey": cose_key.encode(KEY.public_key)},
            "docType": "org.example.card",
            "validityInfo": {"signed": moment, "validFrom": moment, "validUntil": moment},
        }
    ).raw


def _certificates() -> bytes:
    unprotected = {33: [b"der"] * 10_000}
    return cbor.encode({"issuerAuth": [cbor.encode({1: -8}), unprotected, _mso(), bytes(64)]})


def _documents() -> bytes:
    own = Embedded.of({"own": {"a": [[]] * 200_000}})
    document: Any = {
        "docType": "org.example.card",
        "issuerSigned": {"issuerAuth": [cbor.encode({1: -8}), {33: b"ds"}, _mso(), bytes(64)]},
        "deviceSigned": {"nameSpaces": own, "deviceAuth": {}},
    }
    return cbor.encode({"version": "1.0", "documents": [document] * 32, "status": 0})


def request() -> Iterator[tuple[str, Callable[[], bytes], Code]]:
    items: Any = {"docType": "x", "nameSpaces": {"ns": {"a": True}}}

    def asking(**more: object) -> bytes:
        doc = {"itemsRequest": Embedded.of({**items, **more})}
        return cbor.encode({"version": "1.0", "docRequests": [doc]})

    yield "10 MB", lambda: bytes(10 * MILLION), Code.CBOR_SIZE
    yield "nested arrays", lambda: b"\x81" * 60_000, Code.CBOR_DEPTH
    yield "a huge array", lambda: b"\xa1\x6bdocRequests\x9b\x40" + bytes(7), Code.CBOR_SYNTAX
    yield "an indefinite map", lambda: b"\xbf\x67version\x631.0\xff", Code.CBOR_INDEFINITE
    yield "NaN", _nan_request, Code.CBOR_NAN
    yield (
        "a key twice",
        lambda: b"\xa2\x67version\x631.0\x67version\x631.0",
        Code.CBOR_DUPLICATE_KEY,
    )
    yield "a wide request", lambda: asking(requestInfo={"a": [[]] * 60_000}), Code.CBOR_SIZE
    yield (
        "5,000 elements",
        lambda: asking(nameSpaces={"ns": {str(each): True for each in range(5_000)}}),
        Code.MDOC_LIMIT,
    )


def _nan_request() -> bytes:
    doc = {"itemsRequest": Embedded.wrap(b"\xa1\x67docType\xf9\x7e\x00")}
    return cbor.encode({"version": "1.0", "docRequests": [doc]})


def type_metadata() -> Iterator[tuple[str, Callable[[], bytes], Code]]:
    def about(**members: object) -> bytes:
        return json.dumps({"vct": "urn:example:card", **members}).encode()

    syntax, size = Code.TYPE_SYNTAX, Code.JSON_SIZE
    shown = [{"locale": "en", "label": "x"}] * 1_000
    yield "10 MB of nested arrays", lambda: b"[" * 10 * MILLION, size
    yield "nested arrays within the size", lambda: b'{"vct":' + b"[" * 500_000, Code.JSON_DEPTH
    yield "NaN", lambda: b'{"vct":NaN}', Code.JSON_NUMBER
    yield "a member twice", lambda: b'{"vct":"a","vct":"b"}', Code.JSON_DUPLICATE_NAME
    yield "20,000 claims", lambda: about(claims=[{"path": [str(n)]} for n in range(20_000)]), size
    yield (
        "one claim again and again",
        lambda: about(claims=[{"path": ["a"], "display": shown}] * 13),
        size,
    )
    yield "4,000 claims", lambda: about(claims=[{"path": [str(n)]} for n in range(4_000)]), syntax
    yield "a long path", lambda: about(claims=[{"path": ["a"] * 15_000}]), syntax
    yield (
        "a long locale",
        lambda: about(display=[{"locale": "en-" + "a-" * 200_000 + "!", "name": "x"}]),
        syntax,
    )
    yield (
        "a long svg_id",
        lambda: about(claims=[{"path": ["a"], "svg_id": "a" * 500_000 + "-"}]),
        syntax,
    )


def status() -> Iterator[tuple[str, Callable[[], bytes], Code]]:
    def listing(lst: str) -> bytes:
        claims = {"sub": "x", "iat": 1, "status_list": {"bits": 1, "lst": lst}}
        return token(json.dumps(claims).encode(), STATUS)

    def inflated() -> bytes:
        return listing(base64url.encode(zlib.compress(bytes(64 * MILLION), 9)))

    yield "10 MB of nested arrays", lambda: token(b"[" * 10 * MILLION, STATUS), Code.INPUT_SIZE
    yield (
        "nested arrays within the size",
        lambda: token(b"[" * 3 * MILLION, STATUS),
        (Code.JSON_DEPTH),
    )
    yield (
        "empty arrays",
        lambda: token(b'{"a":[' + b"[]," * 100_000 + b"1]}", STATUS),
        (Code.JSON_SIZE),
    )
    yield (
        "a member twice",
        lambda: token(b'{"sub":"a","sub":"b"}', STATUS),
        (Code.JSON_DUPLICATE_NAME),
    )
    yield "64 MB in 83 kB", inflated, Code.STATUS_INFLATED_SIZE
    yield (
        "long base64url, and a bad letter",
        lambda: listing("A" * 2_500_000 + "!"),
        (Code.BASE64URL_SYNTAX),
    )
    yield (
        "long base64 of no ZLIB",
        lambda: listing(b64encode(bytes(1_800_000)).decode()),
        (Code.STATUS_SYNTAX),
    )


BOMBS: Final[dict[tuple[str, str], Bomb]] = {
    (kind, name): Bomb(kind, make, code)
    for kind, rows in (
        (SDJWT, sdjwt),
        (MDOC, mdoc),
        (REQUEST, request),
        (TYPE, type_metadata),
        (STATUS, status),
    )
    for name, make, code in rows()
}
