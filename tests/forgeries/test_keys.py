"""Every rule about keys and signatures, each broken by one forgery."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from krid._core import base64url, limits
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    UnsupportedError,
)
from krid.keys import Alg, Curve, LocalKey, Prepared, PublicKey, cose_key, jwk, multikey, pem

KEYS = {curve: LocalKey.generate_on(curve) for curve in Curve}
P256 = KEYS[Curve.P256]
ED25519 = KEYS[Curve.ED25519]
EC_CURVES = [curve for curve in Curve if curve.kty == "EC"]
OKP_CURVES = [curve for curve in Curve if curve.kty == "OKP"]
ED25519_P = 2**255 - 19


def _by_code(value: object) -> str:
    """Name a case by its code alone: keys differ in every run, names of tests may not."""
    return str(value) if isinstance(value, Code) else ""


def _refused(code: Code, call: Callable[..., object], *arguments: object) -> KridError:
    with pytest.raises(KridError) as error:
        call(*arguments)
    assert error.value.code is code
    return error.value


@pytest.mark.parametrize(
    "name", ["none", "None", "", "HS256", "RS256", "PS256", "es256", "ES256 ", "Ed448", None, 1, -7]
)
def test_alg_unknown_in_jose(name: object) -> None:
    _refused(Code.ALG_UNKNOWN, Alg.from_jose, name)


@pytest.mark.parametrize("number", [0, 5, -37, -257, -7.0, True, None, "ES256", "-7"])
def test_alg_unknown_in_cose(number: object) -> None:
    _refused(Code.ALG_UNKNOWN, Alg.from_cose, number)


@pytest.mark.parametrize(
    "name", ["P-224", "p-256", "Ed448", "X448", "secp256r1", None, 1, ["P-256"]]
)
def test_curve_unknown_in_jose(name: object) -> None:
    _refused(Code.KEY_TYPE, Curve.from_jose, name)


@pytest.mark.parametrize("number", [0, 5, 7, True, 1.0, None, "P-256", [1]])
def test_curve_unknown_in_cose(number: object) -> None:
    _refused(Code.KEY_TYPE, Curve.from_cose, number)


@pytest.mark.parametrize("curve", Curve)
@pytest.mark.parametrize("change", [-1, 1, None])
def test_key_of_wrong_length(curve: Curve, change: int | None) -> None:
    raw = KEYS[curve].public_key.raw
    wrong = {None: b"", -1: raw[:-1], 1: raw + b"\x00"}[change]
    _refused(Code.KEY_POINT, PublicKey.from_raw, curve, wrong)
    _refused(Code.KEY_POINT, PublicKey.from_compressed, curve, wrong[: len(wrong) // 2])


@pytest.mark.parametrize("curve", EC_CURVES)
def test_key_off_its_curve(curve: Curve) -> None:
    raw = bytearray(KEYS[curve].public_key.raw)
    raw[-1] ^= 1
    _refused(Code.KEY_POINT, PublicKey.from_raw, curve, bytes(raw))
    _refused(Code.KEY_POINT, PublicKey.from_raw, curve, bytes(2 * curve.size))
    _refused(Code.KEY_POINT, PublicKey.from_raw, curve, b"\xff" * (2 * curve.size))


@pytest.mark.parametrize("curve", EC_CURVES)
@pytest.mark.parametrize("first", [0, 1, 4, 6, 7])
def test_compressed_point_with_another_first_byte(curve: Curve, first: int) -> None:
    point = bytes((first,)) + KEYS[curve].public_key.compressed[1:]
    _refused(Code.KEY_POINT, PublicKey.from_compressed, curve, point)


def test_compressed_point_without_y() -> None:
    without = next(bytes((2,)) + x.to_bytes(32, "big") for x in range(1, 100) if not _has_y(x))
    _refused(Code.KEY_POINT, PublicKey.from_compressed, Curve.P256, without)


def _has_y(x: int) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(
            ec.SECP256R1(), b"\x02" + x.to_bytes(32, "big")
        )
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("y", [0, 1, ED25519_P - 1])
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_ed25519_key_of_small_order(y: int, sign: int) -> None:
    _refused(Code.KEY_POINT, PublicKey.from_raw, Curve.ED25519, (y | sign).to_bytes(32, "little"))


def test_signature_that_nobody_made_under_the_neutral_element() -> None:
    """The library underneath accepts R = 1 and S = 0 for any message under this key."""
    neutral = (1).to_bytes(32, "little")
    spki = bytes.fromhex("302a300506032b6570032100") + neutral
    members = {"kty": "OKP", "crv": "Ed25519", "x": base64url.encode(neutral)}
    _refused(Code.KEY_POINT, jwk.parse_public, members)
    _refused(Code.KEY_POINT, cose_key.parse, {1: 1, -1: 6, -2: neutral})
    _refused(Code.KEY_POINT, multikey.from_multicodec, b"\xed\x01" + neutral)
    _refused(Code.KEY_POINT, pem.parse_public, spki)


@pytest.mark.parametrize("y", [ED25519_P, ED25519_P + 3, 2**255 - 1])
def test_ed25519_key_spelt_beyond_the_field(y: int) -> None:
    _refused(Code.KEY_POINT, PublicKey.from_raw, Curve.ED25519, y.to_bytes(32, "little"))


@pytest.mark.parametrize("signature", [bytes(64), (1).to_bytes(32, "little") + bytes(32)])
def test_ed25519_key_off_its_curve(signature: bytes) -> None:
    """It is taken for a key, since telling takes as long as verifying, and verifies nothing."""
    key = PublicKey.from_raw(Curve.ED25519, (2).to_bytes(32, "little"))
    with pytest.raises(SignatureError) as error:
        key.verify(b"message", signature, alg=Alg.EDDSA)
    assert error.value.code is Code.JWS_SIGNATURE


@pytest.mark.parametrize(
    "native",
    [rsa.generate_private_key(65537, 2048), ed448.Ed448PrivateKey.generate()],
    ids=["RSA", "Ed448"],
)
def test_key_type_of_another_family(native: rsa.RSAPrivateKey | ed448.Ed448PrivateKey) -> None:
    _refused(Code.KEY_TYPE, PublicKey.from_native, native.public_key())
    _refused(Code.KEY_TYPE, LocalKey.from_native, native)
    public = native.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    private = native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _refused(Code.KEY_TYPE, pem.parse_public, public)
    _refused(Code.KEY_TYPE, pem.parse_private, private)


@pytest.mark.parametrize("curve", [ec.SECP224R1(), ec.BrainpoolP256R1()], ids=lambda c: c.name)
def test_key_type_of_another_curve(curve: ec.EllipticCurve) -> None:
    native = ec.generate_private_key(curve)
    _refused(Code.KEY_TYPE, PublicKey.from_native, native.public_key())
    _refused(Code.KEY_TYPE, LocalKey.from_native, native)


def test_key_type_that_is_no_key() -> None:
    _refused(Code.KEY_TYPE, PublicKey.from_native, P256.native)
    _refused(Code.KEY_TYPE, LocalKey.from_native, P256.public_key.native)
    _refused(Code.KEY_TYPE, LocalKey.from_native, None)


# JWK


def _jwk(curve: Curve = Curve.P256, **changes: object) -> dict[str, object]:
    members = {**jwk.encode_public(KEYS[curve].public_key), **changes}
    return {name: value for name, value in members.items() if value is not ...}


X = base64url.encode(P256.public_key.raw[:32])


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({}, Code.KEY_TYPE),
        ([], Code.KEY_SYNTAX),
        ("key", Code.KEY_SYNTAX),
        (None, Code.KEY_SYNTAX),
        ({1: 2}, Code.KEY_SYNTAX),
        (_jwk(kty=...), Code.KEY_SYNTAX),
        (_jwk(kty="OKP"), Code.KEY_SYNTAX),
        (_jwk(kty="ec"), Code.KEY_SYNTAX),
        (_jwk(Curve.ED25519, kty="EC"), Code.KEY_SYNTAX),
        (_jwk(crv=...), Code.KEY_TYPE),
        (_jwk(crv="P-224"), Code.KEY_TYPE),
        (_jwk(crv="P-384"), Code.KEY_POINT),
        (_jwk(crv="secp256k1"), Code.KEY_POINT),
        ({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, Code.KEY_TYPE),
        (_jwk(x=...), Code.KEY_SYNTAX),
        (_jwk(y=...), Code.KEY_SYNTAX),
        (_jwk(x=1), Code.KEY_SYNTAX),
        (_jwk(x=X + "="), Code.KEY_SYNTAX),
        (_jwk(x="?" + X[1:]), Code.KEY_SYNTAX),
        (_jwk(x=base64url.encode(P256.public_key.raw[:31])), Code.KEY_POINT),
        (_jwk(x="AA" + X), Code.KEY_SYNTAX),
        (_jwk(x=base64url.encode(b"\x00" + P256.public_key.raw[:32])), Code.KEY_POINT),
        (_jwk(x=""), Code.KEY_POINT),
        (_jwk(y=X), Code.KEY_POINT),
        (_jwk(d="AA"), Code.KEY_PRIVATE),
        (_jwk(d=None), Code.KEY_PRIVATE),
        ({"kty": "oct", "k": "AA"}, Code.KEY_PRIVATE),
        ({"kty": "RSA", "n": "AQAB", "e": "AQAB", "p": "AA"}, Code.KEY_PRIVATE),
    ],
)
def test_public_jwk(members: object, code: Code) -> None:
    _refused(code, jwk.parse_public, members)


D = base64url.encode


@pytest.mark.parametrize("curve", Curve)
def test_private_jwk(curve: Curve) -> None:
    members: dict[str, object] = dict(jwk.encode_private(KEYS[curve]))
    other = jwk.encode_private(LocalKey.generate_on(curve))["d"]
    _refused(Code.KEY_NOT_PRIVATE, jwk.parse_private, _jwk(curve))
    _refused(Code.KEY_POINT, jwk.parse_private, {**members, "d": other})
    _refused(Code.KEY_POINT, jwk.parse_private, {**members, "d": D(bytes(curve.size))})
    _refused(Code.KEY_POINT, jwk.parse_private, {**members, "d": D(bytes(curve.size + 1))})
    _refused(Code.KEY_SYNTAX, jwk.parse_private, {**members, "d": 1})
    _refused(Code.KEY_SYNTAX, jwk.parse_private, {**members, "d": "="})


@pytest.mark.parametrize("curve", EC_CURVES)
def test_private_jwk_beyond_the_order(curve: Curve) -> None:
    members: dict[str, object] = dict(jwk.encode_private(KEYS[curve]))
    _refused(Code.KEY_POINT, jwk.parse_private, {**members, "d": D(b"\xff" * curve.size)})


@pytest.mark.parametrize(
    "marks",
    [
        {"use": "enc"},
        {"use": None},
        {"key_ops": []},
        {"key_ops": ["sign"]},
        {"key_ops": ["deriveKey"]},
        {"alg": "ES384"},
        {"alg": "ECDH-ES"},
        {"alg": None},
    ],
)
def test_jwk_marked_for_another_use(marks: dict[str, object]) -> None:
    with pytest.raises(MalformedError) as error:
        jwk.check_marks(marks, alg=Alg.ES256)
    assert error.value.code is Code.KEY_USE


def test_jwk_with_marks_that_are_no_list() -> None:
    with pytest.raises(MalformedError) as error:
        jwk.check_marks({"key_ops": "verify"}, alg=Alg.ES256)
    assert error.value.code is Code.KEY_SYNTAX


# COSE_Key


def _cose(curve: Curve = Curve.P256, **changes: object) -> dict[object, object]:
    labels = {"kty": 1, "crv": -1, "x": -2, "y": -3, "d": -4}
    encoded = cose_key.encode(KEYS[curve].public_key)
    members: dict[object, object] = {label: encoded[label] for label in encoded}
    members |= {labels[name]: value for name, value in changes.items()}
    return {label: value for label, value in members.items() if value is not ...}


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (None, Code.KEY_SYNTAX),
        ([], Code.KEY_SYNTAX),
        (b"", Code.KEY_SYNTAX),
        ({1.0: 2}, Code.KEY_SYNTAX),
        ({True: 2}, Code.KEY_SYNTAX),
        ({}, Code.KEY_TYPE),
        (_cose(kty=...), Code.KEY_TYPE),
        (_cose(kty=3), Code.KEY_TYPE),
        (_cose(kty=4), Code.KEY_TYPE),
        (_cose(kty="EC2"), Code.KEY_TYPE),
        (_cose(kty=2.0), Code.KEY_TYPE),
        (_cose(Curve.ED25519, kty=True), Code.KEY_TYPE),
        (_cose(kty=[2]), Code.KEY_TYPE),
        (_cose(kty=1), Code.KEY_SYNTAX),
        (_cose(Curve.ED25519, kty=2), Code.KEY_SYNTAX),
        (_cose(crv=...), Code.KEY_TYPE),
        (_cose(crv=True), Code.KEY_TYPE),
        (_cose(crv=5), Code.KEY_TYPE),
        (_cose(crv="P-256"), Code.KEY_TYPE),
        (_cose(crv=2), Code.KEY_POINT),
        (_cose(crv=8), Code.KEY_POINT),
        (_cose(x=...), Code.KEY_SYNTAX),
        (_cose(x="x"), Code.KEY_SYNTAX),
        (_cose(x=b""), Code.KEY_POINT),
        (_cose(x=b"\x00" + P256.public_key.raw[:32]), Code.KEY_POINT),
        (_cose(y=...), Code.KEY_SYNTAX),
        (_cose(y=1), Code.KEY_SYNTAX),
        (_cose(y=b""), Code.KEY_POINT),
        (_cose(y=P256.public_key.raw[:32]), Code.KEY_POINT),
        (_cose(d=b"\x00"), Code.KEY_PRIVATE),
        (_cose(Curve.ED25519, d=b"\x00"), Code.KEY_PRIVATE),
    ],
)
def test_cose_key(members: object, code: Code) -> None:
    _refused(code, cose_key.parse, members)


def test_cose_key_compressed_without_y() -> None:
    x = next(x for x in range(1, 100) if not _has_y(x)).to_bytes(32, "big")
    _refused(Code.KEY_POINT, cose_key.parse, _cose(x=x, y=False))
    _refused(Code.KEY_POINT, cose_key.parse, _cose(x=b"", y=True))


# Multikey


def _z(raw: bytes) -> str:
    import base58

    return "z" + base58.b58encode(raw).decode("ascii")


P256_POINT = P256.public_key.compressed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.KEY_SYNTAX),
        ("z", Code.KEY_SYNTAX),
        ("z0", Code.KEY_SYNTAX),  # 0, O, I and l are no letters of base58
        ("zO", Code.KEY_SYNTAX),
        ("zI", Code.KEY_SYNTAX),
        ("zl", Code.KEY_SYNTAX),
        (multikey.encode(P256.public_key) + " ", Code.KEY_SYNTAX),
        (multikey.encode(P256.public_key) + "\n", Code.KEY_SYNTAX),
        (" " + multikey.encode(P256.public_key), Code.KEY_SYNTAX),
        (multikey.encode(P256.public_key)[1:], Code.KEY_SYNTAX),
        ("z\u00e9", Code.KEY_SYNTAX),
        ("\N{ROCKET}", Code.KEY_SYNTAX),
        ("?abc", Code.KEY_SYNTAX),
        ("u!", Code.KEY_SYNTAX),
        ("fXY", Code.KEY_SYNTAX),
        ("z" + "2" * limits.MAX_BASE58_CHARS, Code.KEY_SYNTAX),
        (_z(b"\x80"), Code.KEY_SYNTAX),  # a varint that does not end
        (_z(b"\x80" * 9 + b"\x01"), Code.KEY_SYNTAX),  # one longer than nine bytes
        (_z(b"\xed\x81\x00" + ED25519.public_key.raw), Code.KEY_SYNTAX),  # spelt longer
        (_z(b"\xed\x01"), Code.KEY_POINT),
        (_z(b"\xed\x01" + ED25519.public_key.raw[:-1]), Code.KEY_POINT),
        (_z(b"\xed\x01" + ED25519.public_key.raw + b"\x00"), Code.KEY_POINT),
        (_z(b"\x80\x24" + P256_POINT[:-1]), Code.KEY_POINT),
        (_z(b"\x80\x24\x04" + P256.public_key.raw), Code.KEY_POINT),  # not compressed
        (_z(b"\x81\x24" + P256_POINT), Code.KEY_POINT),  # a point under another curve's prefix
        (_z(b"\x00"), Code.KEY_TYPE),
        (_z(b"\x85\x24" + b"\x00" * 10), Code.KEY_TYPE),  # RSA
        (_z(b"\x86\x26" + b"\x00" * 32), Code.KEY_TYPE),  # a private key
    ],
    ids=_by_code,
)
def test_multikey(text: str, code: Code) -> None:
    _refused(code, multikey.parse, text)


def test_multikey_without_any_byte() -> None:
    _refused(Code.KEY_SYNTAX, multikey.from_multicodec, b"")


# PEM and DER

PUBLIC_PEM, PUBLIC_DER = pem.encode_public(P256.public_key), pem.encode_public_der(P256.public_key)
PRIVATE_PEM = pem.encode_private(P256)
PRIVATE_DER = P256.native.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
ENCRYPTED = P256.native.private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"invented")
)
UNKNOWN_CURVE = PUBLIC_DER.replace(
    bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030155")
)
UNKNOWN_CURVE_PRIVATE = PRIVATE_DER.replace(
    bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030155")
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.KEY_SYNTAX),
        (b"key", Code.KEY_SYNTAX),
        (PUBLIC_DER[:-1], Code.KEY_SYNTAX),
        (PUBLIC_DER + b"\x00", Code.KEY_SYNTAX),
        (PUBLIC_DER[:-1] + bytes((PUBLIC_DER[-1] ^ 1,)), Code.KEY_SYNTAX),
        (PUBLIC_PEM[:-20], Code.KEY_SYNTAX),
        (PUBLIC_PEM.replace(b"PUBLIC KEY", b"CERTIFICATE"), Code.KEY_SYNTAX),
        (PRIVATE_DER, Code.KEY_SYNTAX),
        (PRIVATE_PEM, Code.KEY_PRIVATE),
        (ENCRYPTED, Code.KEY_PRIVATE),
        (PUBLIC_PEM + PRIVATE_PEM, Code.KEY_PRIVATE),
        (UNKNOWN_CURVE, Code.KEY_TYPE),
        (bytes(limits.MAX_KEY_BYTES + 1), Code.INPUT_SIZE),
    ],
    ids=_by_code,
)
def test_public_pem(raw: bytes, code: Code) -> None:
    _refused(code, pem.parse_public, raw)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.KEY_SYNTAX),
        (PRIVATE_DER[:-1], Code.KEY_SYNTAX),
        (PRIVATE_PEM[:-20], Code.KEY_SYNTAX),
        (PUBLIC_DER, Code.KEY_SYNTAX),
        (ENCRYPTED, Code.KEY_SYNTAX),
        (PUBLIC_PEM, Code.KEY_NOT_PRIVATE),
        (UNKNOWN_CURVE_PRIVATE, Code.KEY_TYPE),
        (bytes(limits.MAX_KEY_BYTES + 1), Code.INPUT_SIZE),
    ],
    ids=_by_code,
)
def test_private_pem(raw: bytes, code: Code) -> None:
    _refused(code, pem.parse_private, raw)


# Signatures


@pytest.mark.parametrize("alg", Alg)
def test_signature(alg: Alg) -> None:
    key, other = KEYS[alg.curve], LocalKey.generate(alg)
    signature = key.sign(b"message")
    for public, message, forged in (
        (key.public_key, b"Message", signature),
        (other.public_key, b"message", signature),
        (key.public_key, b"message", signature[:-1] + bytes((signature[-1] ^ 1,))),
        (key.public_key, b"message", bytes(alg.signature_size)),
        (key.public_key, b"message", b"\xff" * alg.signature_size),
    ):
        with pytest.raises(KridError) as error:
            public.verify(message, forged, alg=alg, refusal=Code.KB_SIGNATURE)
        assert error.value.code is Code.KB_SIGNATURE


@pytest.mark.parametrize("alg", Alg)
def test_signature_of_wrong_length(alg: Alg) -> None:
    key = KEYS[alg.curve]
    signature = key.sign(b"message")
    for forged in (b"", signature[:-1], signature + b"\x00", b"\x00" + signature, 2 * signature):
        with pytest.raises(KridError) as error:
            key.public_key.verify(b"message", forged, alg=alg)
        assert error.value.code is Code.JWS_SIGNATURE
        assert "length" in str(error.value)


def test_signature_in_der() -> None:
    native = P256.native
    assert isinstance(native, ec.EllipticCurvePrivateKey)
    from cryptography.hazmat.primitives.hashes import SHA256

    with pytest.raises(KridError) as error:
        P256.public_key.verify(b"m", native.sign(b"m", ec.ECDSA(SHA256())), alg=Alg.ES256)
    assert error.value.code is Code.JWS_SIGNATURE


@pytest.mark.parametrize("alg", Alg)
def test_algorithm_of_another_curve(alg: Alg) -> None:
    signature = KEYS[alg.curve].sign(b"message")
    for other in Alg:
        if other is not alg:
            with pytest.raises(UnsupportedError) as error:
                KEYS[alg.curve].public_key.verify(b"message", signature, alg=other)
            assert error.value.code is Code.ALG_KEY


def test_x25519_does_not_sign() -> None:
    key = KEYS[Curve.X25519]
    with pytest.raises(UnsupportedError) as error:
        key.sign(b"message")
    assert error.value.code is Code.ALG_KEY
    with pytest.raises(UnsupportedError) as error:
        _ = key.alg
    assert error.value.code is Code.ALG_KEY


def test_exchange_with_another_curve() -> None:
    with pytest.raises(MisuseError) as error:
        P256.exchange(KEYS[Curve.P384].public_key)
    assert error.value.code is Code.ALG_KEY


def test_exchange_on_a_curve_that_signs_alone() -> None:
    with pytest.raises(MisuseError) as error:
        ED25519.exchange(ED25519.public_key)
    assert error.value.code is Code.ALG_KEY


@pytest.mark.parametrize("u", [0, 1, ED25519_P - 1, ED25519_P, ED25519_P + 1])
def test_exchange_with_a_point_of_small_order(u: int) -> None:
    peer = PublicKey.from_raw(Curve.X25519, u.to_bytes(32, "little"))
    with pytest.raises(MisuseError) as error:
        KEYS[Curve.X25519].exchange(peer)
    assert error.value.code is Code.KEY_POINT


@pytest.mark.parametrize("size", [0, 63, 65, 70])
def test_prepared_with_a_signature_of_wrong_length(size: int) -> None:
    prepared = Prepared(b"", Alg.ES256, bytes)
    with pytest.raises(MisuseError) as error:
        prepared.complete(bytes(size))
    assert error.value.code is Code.SIGNATURE_LENGTH


def test_prepared_for_another_algorithm() -> None:
    prepared = Prepared(b"", Alg.ES256, bytes)
    with pytest.raises(MisuseError) as error:
        prepared.sign_with(ED25519)
    assert error.value.code is Code.ALG_KEY
