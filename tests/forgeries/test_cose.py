"""Every rule of COSE messages, each broken by one forgery."""

from collections.abc import Callable

import pytest

from krid._core import cbor, limits
from krid._core.cbor import Tagged
from krid.cose import Mac0, MacAlg, MacKey, Placement, Sign1, prepare
from krid.cose.mac0 import create
from krid.errors import Code, KridError, MalformedError, SignatureError, UnsupportedError
from krid.keys import Alg, LocalKey

KEY = LocalKey.generate(Alg.ES256)
OTHER = LocalKey.generate(Alg.ES256)
MAC_KEY = MacKey(bytes(32))
ES256 = cbor.encode({1: -7})
HS256 = cbor.encode({1: 5})

HEADERS: list[tuple[object, object, Code]] = [
    ({1: -7}, {}, Code.COSE_HEADER),  # a map where its bytes belong
    ("a10126", {}, Code.COSE_HEADER),
    (b"", {}, Code.COSE_HEADER),  # no algorithm at all
    (cbor.encode({}), {}, Code.COSE_HEADER),
    (b"", {1: -7}, Code.COSE_HEADER),  # an algorithm that nobody authenticates
    (cbor.encode([1, -7]), {}, Code.COSE_HEADER),
    (ES256, [], Code.COSE_HEADER),
    (ES256, None, Code.COSE_HEADER),
    (ES256, {1: -7}, Code.COSE_HEADER),  # the same label in both maps
    (cbor.encode({1: -7, 4: b""}), {4: b""}, Code.COSE_HEADER),
    (bytes.fromhex("a201260126"), {}, Code.CBOR_DUPLICATE_KEY),
    (ES256 + b"\x00", {}, Code.CBOR_TRAILING),
    (ES256[:-1], {}, Code.CBOR_SYNTAX),
    (ES256, {1.5: 0}, Code.COSE_HEADER),  # labels are integers or text
    (ES256, {True: 0}, Code.COSE_HEADER),
    (ES256, {b"1": 0}, Code.COSE_HEADER),
    (bytes.fromhex("a20126f400"), {}, Code.CBOR_KEY),
    (ES256, {4: "text"}, Code.COSE_HEADER),
    (ES256, {4: None}, Code.COSE_HEADER),
    (cbor.encode({1: -7, 4: 1}), {}, Code.COSE_HEADER),
    (ES256, {2: [4]}, Code.COSE_HEADER),  # crit outside the protected header
    (cbor.encode({1: -7, 2: []}), {}, Code.COSE_HEADER),
    (cbor.encode({1: -7, 2: 4}), {}, Code.COSE_HEADER),
    (cbor.encode({1: -7, 2: [1.5]}), {}, Code.COSE_HEADER),
    (cbor.encode({1: -7, 2: [4]}), {4: b""}, Code.COSE_HEADER),  # critical and not protected
    (cbor.encode({1: -7, 2: [99], 99: 1}), {}, Code.COSE_CRIT),
    (cbor.encode({1: -7, 2: ["new"], "new": 1}), {}, Code.COSE_CRIT),
    (cbor.encode({1: -7, 2: [4, 99], 4: b"", 99: 1}), {}, Code.COSE_CRIT),
    (cbor.encode({1: -999}), {}, Code.ALG_UNKNOWN),
    (cbor.encode({1: "ES256"}), {}, Code.ALG_UNKNOWN),
    (cbor.encode({1: [-7]}), {}, Code.ALG_UNKNOWN),
    (cbor.encode({1: -7.0}), {}, Code.ALG_UNKNOWN),
    (cbor.encode({1: None}), {}, Code.ALG_UNKNOWN),
    (HS256, {}, Code.ALG_UNKNOWN),  # a MAC algorithm in a signature
]


@pytest.mark.parametrize(("protected", "unprotected", "code"), HEADERS)
def test_header(protected: object, unprotected: object, code: Code) -> None:
    with pytest.raises(KridError) as error:
        Sign1.from_value([protected, unprotected, b"", bytes(64)])
    assert error.value.code is code
    assert isinstance(error.value, MalformedError | UnsupportedError)


MESSAGES: list[tuple[object, Code]] = [
    ([], Code.COSE_SYNTAX),
    ({}, Code.COSE_SYNTAX),
    (b"", Code.COSE_SYNTAX),
    (None, Code.COSE_SYNTAX),
    ([ES256, {}, b""], Code.COSE_SYNTAX),
    ([ES256, {}, b"", bytes(64), b""], Code.COSE_SYNTAX),
    ([ES256, {}, "text", bytes(64)], Code.COSE_SYNTAX),
    ([ES256, {}, b"", None], Code.COSE_SYNTAX),
    ([ES256, {}, b"", [bytes(64)]], Code.COSE_SYNTAX),
    (Tagged(17, [ES256, {}, b"", bytes(64)]), Code.COSE_SYNTAX),
    (Tagged(61, [ES256, {}, b"", bytes(64)]), Code.COSE_SYNTAX),
    (Tagged(18, Tagged(18, [ES256, {}, b"", bytes(64)])), Code.COSE_SYNTAX),
]


@pytest.mark.parametrize(("value", "code"), MESSAGES)
def test_sign1_syntax(value: object, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        Sign1.from_value(value)
    assert error.value.code is code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([HS256, {}, b""], Code.COSE_SYNTAX),
        ([HS256, {}, b"", "tag"], Code.COSE_SYNTAX),
        (Tagged(18, [HS256, {}, b"", bytes(32)]), Code.COSE_SYNTAX),
        ([ES256, {}, b"", bytes(32)], Code.ALG_UNKNOWN),  # a signature algorithm in a MAC
        ([cbor.encode({1: 5.0}), {}, b"", bytes(32)], Code.ALG_UNKNOWN),
        ([b"", {1: 5}, b"", bytes(32)], Code.COSE_HEADER),
    ],
)
def test_mac0_syntax(value: object, code: Code) -> None:
    with pytest.raises(KridError) as error:
        Mac0.from_value(value)
    assert error.value.code is code


def _signed(payload: bytes, placement: Placement) -> Sign1:
    return prepare({}, {}, payload, alg=Alg.ES256, placement=placement).sign_with(KEY)


def _changed(message: Sign1, **changes: object) -> Sign1:
    members = dict(
        zip(("protected", "unprotected", "payload", "signature"), message.to_value(), strict=True)
    )
    return Sign1.from_value(list((members | changes).values()))


ATTACHED = _signed(b"hello", Placement.ATTACHED)
DETACHED = _signed(b"hello", Placement.DETACHED)
WITH_CONTENT_TYPE = cbor.encode({1: -7, 3: 0})
ES384 = cbor.encode({1: -35})

VERIFYING: list[tuple[Callable[[], None], type[KridError], Code]] = [
    (lambda: ATTACHED.verify(OTHER.public_key), SignatureError, Code.COSE_SIGNATURE),
    (
        lambda: ATTACHED.verify(OTHER.public_key, refusal=Code.MDOC_ISSUER_SIGNATURE),
        SignatureError,
        Code.MDOC_ISSUER_SIGNATURE,
    ),
    (
        lambda: _changed(ATTACHED, payload=b"hullo").verify(KEY.public_key),
        SignatureError,
        Code.COSE_SIGNATURE,
    ),
    (
        lambda: _changed(ATTACHED, protected=WITH_CONTENT_TYPE).verify(KEY.public_key),
        SignatureError,
        Code.COSE_SIGNATURE,
    ),
    (
        lambda: _changed(ATTACHED, signature=bytes(64)).verify(KEY.public_key),
        SignatureError,
        Code.COSE_SIGNATURE,
    ),
    (
        lambda: _changed(ATTACHED, signature=ATTACHED.signature + b"\x00").verify(KEY.public_key),
        SignatureError,
        Code.COSE_SIGNATURE,
    ),
    (
        lambda: _changed(ATTACHED, protected=ES384).verify(KEY.public_key),
        UnsupportedError,
        Code.ALG_KEY,
    ),
    (
        lambda: ATTACHED.verify(KEY.public_key, external_aad=b"x"),
        SignatureError,
        Code.COSE_SIGNATURE,
    ),
    (lambda: DETACHED.verify(KEY.public_key), MalformedError, Code.COSE_PAYLOAD),
    (
        lambda: ATTACHED.verify(KEY.public_key, payload=b"hello"),
        MalformedError,
        Code.COSE_PAYLOAD,
    ),
    (
        lambda: DETACHED.verify(KEY.public_key, payload=b"hullo"),
        SignatureError,
        Code.COSE_SIGNATURE,
    ),
]


@pytest.mark.parametrize(("verify", "kind", "code"), VERIFYING)
def test_sign1_verify(verify: Callable[[], None], kind: type[KridError], code: Code) -> None:
    with pytest.raises(kind) as error:
        verify()
    assert error.value.code is code


def test_a_mac_is_not_taken_for_a_signature_of_the_same_bytes() -> None:
    mac = create({}, {}, b"hello", key=MAC_KEY, alg=MacAlg.HMAC_256, placement=Placement.ATTACHED)
    with pytest.raises(UnsupportedError) as error:
        Sign1.from_value(mac.to_value())
    assert error.value.code is Code.ALG_UNKNOWN


MAC = create({}, {}, b"hello", key=MAC_KEY, alg=MacAlg.HMAC_256, placement=Placement.ATTACHED)


@pytest.mark.parametrize("tag", [b"", MAC.tag[:8], MAC.tag[:-1], MAC.tag + b"\x00", bytes(32)])
def test_mac0_tag(tag: bytes) -> None:
    with pytest.raises(SignatureError) as error:
        Mac0.from_value([HS256, {}, b"hello", tag]).verify(MAC_KEY)
    assert error.value.code is Code.COSE_MAC


def test_mac0_with_a_shorter_algorithm_than_was_maced() -> None:
    with pytest.raises(SignatureError) as error:
        Mac0.from_value([cbor.encode({1: 4}), {}, b"hello", MAC.tag[:8]]).verify(MAC_KEY)
    assert error.value.code is Code.COSE_MAC


def test_mac0_with_another_key_or_refusal() -> None:
    with pytest.raises(SignatureError) as error:
        MAC.verify(MacKey(bytes(31) + b"\x01"), refusal=Code.MDOC_DEVICE_MAC)
    assert error.value.code is Code.MDOC_DEVICE_MAC


def test_mac0_without_a_payload_or_with_two() -> None:
    without = Mac0.from_value([HS256, {}, None, MAC.tag])
    for message, payload in ((MAC, b"hello"), (without, None)):
        with pytest.raises(MalformedError) as error:
            message.verify(MAC_KEY, payload=payload)
        assert error.value.code is Code.COSE_PAYLOAD


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([], Code.X509_CHAIN_LENGTH),
        ([b"der"] * (limits.MAX_CHAIN_LENGTH + 1), Code.X509_CHAIN_LENGTH),
        ("der", Code.COSE_HEADER),
        (None, Code.COSE_HEADER),
        ([b"der", "der"], Code.COSE_HEADER),
        ([[b"der"]], Code.COSE_HEADER),
    ],
)
def test_x5chain(value: object, code: Code) -> None:
    message = Sign1.from_value([ES256, {33: value}, b"", bytes(64)])
    with pytest.raises(MalformedError) as error:
        message.x5chain()
    assert error.value.code is code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.CBOR_SYNTAX),
        (b"\x84" * 100_000, Code.CBOR_DEPTH),
        (b"\xd2" * 100_000 + b"\x84", Code.CBOR_DEPTH),
        (b"\x5b\x40" + bytes(7), Code.CBOR_SYNTAX),
        (b"\x9b\x40" + bytes(7), Code.CBOR_SYNTAX),
        (b"\x9f\xff", Code.CBOR_INDEFINITE),
        (b"\xd8\x62\x84\x40\xa0\xf6\x40", Code.CBOR_TAG),  # COSE_Sign
        (b"\x84\x43\xa1\x01\x26\xa0\x40\x40\x00", Code.CBOR_TRAILING),
        (bytes(limits.MAX_INPUT_BYTES + 1), Code.CBOR_SIZE),
    ],
    ids=range(9),
)
def test_bombs(raw: bytes, code: Code) -> None:
    for parse in (Sign1.parse, Mac0.parse):
        with pytest.raises(MalformedError) as error:
            parse(raw)
        assert error.value.code is code
