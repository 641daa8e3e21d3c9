"""One forgery for every rule of JWS and JWE, each refused with its code."""

import json
from base64 import b64encode

import pytest
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

from krid._core import base64url, limits
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    UnsupportedError,
)
from krid.jose import Enc, Jwe, Jws, jwe, jws
from krid.keys import Alg, Curve, LocalKey, jwk

KEY = LocalKey.generate(Alg.ES256)
GOOD = jws.sign({"typ": "JWT", "kid": "1"}, b'{"sub":"x"}', KEY)
HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


def encoded(value: object) -> str:
    return base64url.encode(json.dumps(value).encode())


def with_header(header: object) -> str:
    """Sign a header as it stands, however wrong it is."""
    signing_input = f"{encoded(header)}.{PAYLOAD}"
    return f"{signing_input}.{base64url.encode(KEY.sign(signing_input.encode()))}"


def with_raw_header(raw: bytes) -> str:
    return f"{base64url.encode(raw)}.{PAYLOAD}.{SIGNATURE}"


PARSED = [
    ("two parts", f"{HEADER}.{PAYLOAD}", Code.JWS_SYNTAX),
    ("four parts", f"{GOOD}.x", Code.JWS_SYNTAX),
    ("five parts", f"{GOOD}..", Code.JWS_SYNTAX),
    ("empty", "", Code.JWS_SYNTAX),
    ("empty header", f".{PAYLOAD}.{SIGNATURE}", Code.JSON_SYNTAX),
    ("padding in header", f"{HEADER}=.{PAYLOAD}.{SIGNATURE}", Code.BASE64URL_SYNTAX),
    ("padding in payload", f"{HEADER}.{PAYLOAD}=.{SIGNATURE}", Code.BASE64URL_SYNTAX),
    ("padding in signature", f"{GOOD}==", Code.BASE64URL_SYNTAX),
    ("white space", f"{HEADER}. {PAYLOAD}.{SIGNATURE}", Code.BASE64URL_SYNTAX),
    ("new line", f"{GOOD}\n", Code.BASE64URL_SYNTAX),
    ("stray bits", f"{HEADER}.{PAYLOAD}.YR", Code.BASE64URL_SYNTAX),
    ("not ASCII", f"{HEADER}.{PAYLOAD}é.{SIGNATURE}", Code.BASE64URL_SYNTAX),
    ("JSON serialisation", json.dumps({"payload": PAYLOAD}), Code.JWS_SYNTAX),
    ("too large", "A" * (limits.MAX_INPUT_BYTES + 1), Code.INPUT_SIZE),
    ("header is an array", with_header(["ES256"]), Code.JSON_NOT_OBJECT),
    ("header is no JSON", with_raw_header(b"{"), Code.JSON_SYNTAX),
    ("header is no UTF-8", with_raw_header(b'{"alg":"ES256","kid":"\xff"}'), Code.JSON_SYNTAX),
    (
        "alg twice",
        with_raw_header(b'{"alg":"ES256","alg":"none"}'),
        Code.JSON_DUPLICATE_NAME,
    ),
    (
        "header too large",
        with_header({"alg": "ES256", "x": "x" * limits.MAX_JWT_HEADER_BYTES}),
        Code.JSON_SIZE,
    ),
    ("alg missing", with_header({}), Code.ALG_UNKNOWN),
    ("alg none", with_header({"alg": "none"}), Code.ALG_UNKNOWN),
    ("alg None", with_header({"alg": "None"}), Code.ALG_UNKNOWN),
    ("alg lower case", with_header({"alg": "es256"}), Code.ALG_UNKNOWN),
    ("alg is a list", with_header({"alg": ["ES256"]}), Code.ALG_UNKNOWN),
    ("alg HS256", with_header({"alg": "HS256"}), Code.ALG_UNKNOWN),
    ("alg RS256", with_header({"alg": "RS256"}), Code.ALG_UNKNOWN),
    ("crit", with_header({"alg": "ES256", "crit": ["x"], "x": 1}), Code.JWS_CRIT),
    ("crit empty", with_header({"alg": "ES256", "crit": []}), Code.JWS_CRIT),
    ("b64 false", with_header({"alg": "ES256", "b64": False}), Code.JWS_CRIT),
    ("b64 true", with_header({"alg": "ES256", "b64": True}), Code.JWS_CRIT),
    ("kid is a number", with_header({"alg": "ES256", "kid": 1}), Code.JWS_HEADER),
    ("typ is null", with_header({"alg": "ES256", "typ": None}), Code.JWS_HEADER),
    ("cty is a list", with_header({"alg": "ES256", "cty": ["x"]}), Code.JWS_HEADER),
]


@pytest.mark.parametrize(("text", "code"), [row[1:] for row in PARSED], ids=[r[0] for r in PARSED])
def test_a_jws_that_must_not_parse(text: str, code: Code) -> None:
    with pytest.raises(KridError) as error:
        Jws.parse(text)
    assert error.value.code is code
    assert isinstance(error.value, MalformedError | UnsupportedError)


@pytest.mark.parametrize("position", range(len(GOOD)))
def test_a_changed_character_is_refused(position: int) -> None:
    other = "A" if GOOD[position] != "A" else "B"
    changed = GOOD[:position] + other + GOOD[position + 1 :]
    with pytest.raises(KridError):
        Jws.parse(changed).verify(KEY.public_key)


SIGNED = [
    ("other payload", f"{HEADER}.{encoded({'sub': 'y'})}.{SIGNATURE}"),
    ("other header", f"{encoded({'alg': 'ES256', 'kid': '2'})}.{PAYLOAD}.{SIGNATURE}"),
    ("no signature", f"{HEADER}.{PAYLOAD}."),
    ("half a signature", f"{HEADER}.{PAYLOAD}.{base64url.encode(bytes(32))}"),
    ("zero signature", f"{HEADER}.{PAYLOAD}.{base64url.encode(bytes(64))}"),
    ("longer signature", f"{HEADER}.{PAYLOAD}.{base64url.encode(bytes(65))}"),
]


@pytest.mark.parametrize("text", [row[1] for row in SIGNED], ids=[row[0] for row in SIGNED])
def test_a_signature_that_does_not_match(text: str) -> None:
    with pytest.raises(SignatureError) as error:
        Jws.parse(text).verify(KEY.public_key)
    assert error.value.code is Code.JWS_SIGNATURE


def test_a_signature_in_der_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    assert isinstance(KEY.native, ec.EllipticCurvePrivateKey)
    der = KEY.native.sign(f"{HEADER}.{PAYLOAD}".encode(), ec.ECDSA(SHA256()))
    with pytest.raises(SignatureError) as error:
        Jws.parse(f"{HEADER}.{PAYLOAD}.{base64url.encode(der)}").verify(KEY.public_key)
    assert error.value.code is Code.JWS_SIGNATURE


def test_the_refusal_of_a_signature_is_the_callers() -> None:
    with pytest.raises(SignatureError) as error:
        Jws.parse(GOOD).verify(LocalKey.generate(Alg.ES256).public_key, refusal=Code.KB_SIGNATURE)
    assert error.value.code is Code.KB_SIGNATURE


def test_an_embedded_key_is_not_believed() -> None:
    attacker = LocalKey.generate(Alg.ES256)
    forged = jws.sign({"jwk": jwk.encode_public(attacker.public_key)}, b"{}", attacker)
    with pytest.raises(SignatureError) as error:
        Jws.parse(forged).verify(KEY.public_key)
    assert error.value.code is Code.JWS_SIGNATURE


@pytest.mark.parametrize("alg", [alg for alg in Alg if alg is not Alg.ES256])
def test_an_algorithm_of_another_key_is_refused(alg: Alg) -> None:
    with pytest.raises(UnsupportedError) as error:
        Jws.parse(GOOD).verify(LocalKey.generate(alg).public_key)
    assert error.value.code is Code.ALG_KEY


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt", "JWT2", "", "text/JWT", "x/y"])
def test_another_type_is_refused(typ: str) -> None:
    with pytest.raises(ContentError) as error:
        Jws.parse(with_header({"alg": "ES256", "typ": typ})).check_typ("JWT")
    assert error.value.code is Code.JWS_TYP


def test_a_missing_type_is_refused_with_the_callers_code() -> None:
    with pytest.raises(ContentError) as error:
        Jws.parse(with_header({"alg": "ES256"})).check_typ("kb+jwt", refusal=Code.KB_TYP)
    assert error.value.code is Code.KB_TYP


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"[]", Code.JWS_PAYLOAD),
        (b'"text"', Code.JWS_PAYLOAD),
        (b"", Code.JSON_SYNTAX),
        (b"{}x", Code.JSON_SYNTAX),
        (b'{"a":1,"a":2}', Code.JSON_DUPLICATE_NAME),
        (b'{"a":NaN}', Code.JSON_NUMBER),
        (b"[" * 100_000, Code.JSON_DEPTH),
    ],
)
def test_a_payload_that_is_no_claims_set(payload: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        Jws.parse(jws.sign({}, payload, KEY)).claims()
    assert error.value.code is code


CHAINS = [
    ("text", b64encode(b"der").decode()),
    ("empty", []),
    ("numbers", [1]),
    ("base64url", ["_-8"]),
    ("no padding", ["AA"]),
    ("stray bits", ["AB=="]),
    ("line break", ["AAAA\nAAAA"]),
    ("not ASCII", ["AAAé"]),
    ("too many", ["AAAA"] * (limits.MAX_CHAIN_LENGTH + 1)),
    ("too large", [b64encode(bytes(limits.MAX_CERTIFICATE_BYTES + 1)).decode()]),
]


@pytest.mark.parametrize("chain", [row[1] for row in CHAINS], ids=[row[0] for row in CHAINS])
def test_certificates_that_are_not_strict(chain: object) -> None:
    with pytest.raises(MalformedError) as error:
        Jws.parse(with_header({"alg": "ES256", "x5c": chain})).certificates()
    assert error.value.code is Code.JWS_HEADER


@pytest.mark.parametrize("name", ["alg", "crit", "b64"])
def test_a_caller_may_not_name_what_krid_decides(name: str) -> None:
    with pytest.raises(MisuseError) as error:
        jws.prepare({name: "ES256"}, b"", alg=Alg.ES256)
    assert error.value.code is Code.MISUSE_OPTION


def test_a_header_without_a_json_form() -> None:
    with pytest.raises(MalformedError) as error:
        jws.prepare({"kid": "\ud800"}, b"", alg=Alg.ES256)
    assert error.value.code is Code.JSON_SYNTAX


# JWE

BOX = LocalKey.generate_on(Curve.P256)
SEALED = jwe.encrypt(b"secret", to=BOX.public_key, enc=Enc.A256GCM, key_id="1")
HEAD, CEK, IV, CIPHERTEXT, TAG = SEALED.split(".")
EPK = json.loads(base64url.decode(HEAD))["epk"]


def sealed(**changes: object) -> str:
    header = json.loads(base64url.decode(HEAD)) | changes
    return f"{encoded(header)}..{IV}.{CIPHERTEXT}.{TAG}"


def without(name: str) -> str:
    header = json.loads(base64url.decode(HEAD))
    del header[name]
    return f"{encoded(header)}..{IV}.{CIPHERTEXT}.{TAG}"


SEALS = [
    ("four parts", f"{HEAD}..{IV}.{CIPHERTEXT}", Code.JWE_SYNTAX),
    ("six parts", f"{SEALED}.", Code.JWE_SYNTAX),
    ("empty", "", Code.JWE_SYNTAX),
    ("a JWS", GOOD, Code.JWE_SYNTAX),
    ("JSON serialisation", json.dumps({"ciphertext": CIPHERTEXT}), Code.JWE_SYNTAX),
    ("too large", "A" * (limits.MAX_INPUT_BYTES + 1), Code.INPUT_SIZE),
    ("an encrypted key", f"{HEAD}.AAAA.{IV}.{CIPHERTEXT}.{TAG}", Code.JWE_SYNTAX),
    ("a short iv", f"{HEAD}..AAAA.{CIPHERTEXT}.{TAG}", Code.JWE_SYNTAX),
    ("no iv", f"{HEAD}...{CIPHERTEXT}.{TAG}", Code.JWE_SYNTAX),
    ("a short tag", f"{HEAD}..{IV}.{CIPHERTEXT}.{TAG[:16]}", Code.JWE_SYNTAX),
    ("no ciphertext", f"{HEAD}..{IV}..{TAG}", Code.JWE_SYNTAX),
    ("no tag", f"{HEAD}..{IV}.{CIPHERTEXT}.", Code.JWE_SYNTAX),
    ("padding", f"{SEALED}==", Code.BASE64URL_SYNTAX),
    ("stray text", f"{HEAD}..{IV}.{CIPHERTEXT} .{TAG}", Code.BASE64URL_SYNTAX),
    ("header no object", f"{encoded([])}..{IV}.{CIPHERTEXT}.{TAG}", Code.JSON_NOT_OBJECT),
    ("alg missing", without("alg"), Code.JWE_ALG),
    ("alg dir", sealed(alg="dir"), Code.JWE_ALG),
    ("alg key wrap", sealed(alg="ECDH-ES+A128KW"), Code.JWE_ALG),
    ("alg RSA1_5", sealed(alg="RSA1_5"), Code.JWE_ALG),
    ("alg PBES2", sealed(alg="PBES2-HS256+A128KW", p2c=2**31), Code.JWE_ALG),
    ("enc missing", without("enc"), Code.JWE_ALG),
    ("enc CBC", sealed(enc="A128CBC-HS256"), Code.JWE_ALG),
    ("enc A192GCM", sealed(enc="A192GCM"), Code.JWE_ALG),
    ("enc is a list", sealed(enc=["A256GCM"]), Code.JWE_ALG),
    ("zip", sealed(zip="DEF"), Code.JWE_ZIP),
    ("zip null", sealed(zip=None), Code.JWE_ZIP),
    ("crit", sealed(crit=["exp"], exp=1), Code.JWE_CRIT),
    ("kid is a number", sealed(kid=1), Code.JWE_HEADER),
    ("apu is a number", sealed(apu=1), Code.JWE_HEADER),
    ("apv is loose", sealed(apv="AB"), Code.BASE64URL_SYNTAX),
    ("epk missing", without("epk"), Code.JWE_HEADER),
    ("epk is text", sealed(epk="x"), Code.JWE_HEADER),
    ("epk off the curve", sealed(epk={**EPK, "y": EPK["x"]}), Code.KEY_POINT),
    ("epk is private", sealed(epk={**EPK, "d": EPK["x"]}), Code.KEY_PRIVATE),
    ("epk is symmetric", sealed(epk={**EPK, "k": EPK["x"]}), Code.KEY_PRIVATE),
    ("epk has no x", sealed(epk={"kty": "EC", "crv": "P-256"}), Code.KEY_SYNTAX),
    ("epk on P-256K", sealed(epk={**EPK, "crv": "P-256K"}), Code.KEY_TYPE),
    (
        "epk on P-384",
        sealed(epk=jwk.encode_public(LocalKey.generate(Alg.ES384).public_key)),
        Code.JWE_ALG,
    ),
]


@pytest.mark.parametrize(("text", "code"), [row[1:] for row in SEALS], ids=[r[0] for r in SEALS])
def test_a_jwe_that_must_not_parse(text: str, code: Code) -> None:
    with pytest.raises(KridError) as error:
        Jwe.parse(text)
    assert error.value.code is code
    assert isinstance(error.value, MalformedError | UnsupportedError)


@pytest.mark.parametrize(
    "text",
    [
        sealed(kid="2"),
        sealed(apu="AAAA"),
        sealed(enc="A128GCM"),
        sealed(epk=jwk.encode_public(LocalKey.generate_on(Curve.P256).public_key)),
        sealed(epk={**EPK, "generate": "RSA", "size": 2**14}),  # orders to jwcrypto's JWK
        f"{HEAD}..{'A' * 16}.{CIPHERTEXT}.{TAG}",
        f"{HEAD}..{IV}.AAAA.{TAG}",
        f"{HEAD}..{IV}.{CIPHERTEXT}.{'A' * 22}",
    ],
)
def test_a_changed_jwe_does_not_decrypt(text: str) -> None:
    with pytest.raises(SignatureError) as error:
        jwe.decrypt(text, key=BOX)
    assert error.value.code is Code.JWE_DECRYPT


def test_a_jwe_for_another_key_does_not_decrypt() -> None:
    with pytest.raises(SignatureError) as error:
        jwe.decrypt(SEALED, key=LocalKey.generate_on(Curve.P256))
    assert error.value.code is Code.JWE_DECRYPT


def test_a_jwe_for_another_curve_is_refused() -> None:
    with pytest.raises(UnsupportedError) as error:
        jwe.decrypt(SEALED, key=LocalKey.generate_on(Curve.X25519))
    assert error.value.code is Code.ALG_KEY


def test_an_epk_of_small_order_is_refused() -> None:
    key = LocalKey.generate_on(Curve.X25519)
    good = jwe.encrypt(b"x", to=key.public_key, enc=Enc.A128GCM)
    header = json.loads(base64url.decode(good.split(".")[0]))
    header["epk"]["x"] = base64url.encode(bytes(32))
    with pytest.raises(KridError) as error:
        jwe.decrypt(".".join((encoded(header), *good.split(".")[1:])), key=key)
    assert error.value.code is Code.JWE_DECRYPT


@pytest.mark.parametrize("curve", [Curve.P384, Curve.ED25519, Curve.SECP256K1])
def test_krid_does_not_encrypt_to_other_curves(curve: Curve) -> None:
    with pytest.raises(MisuseError) as error:
        jwe.encrypt(b"x", to=LocalKey.generate_on(curve).public_key, enc=Enc.A128GCM)
    assert error.value.code is Code.ALG_KEY


def test_krid_does_not_encrypt_nothing() -> None:
    with pytest.raises(MisuseError) as error:
        jwe.encrypt(b"", to=BOX.public_key, enc=Enc.A128GCM)
    assert error.value.code is Code.MISUSE_OPTION


def test_a_jwe_that_jwcrypto_would_take_and_krid_does_not() -> None:
    message = JWE(b"x", protected='{"alg":"ECDH-ES","enc":"A256GCM","zip":"DEF"}')
    message.add_recipient(JWK(**jwk.encode_public(BOX.public_key)))
    with pytest.raises(UnsupportedError) as error:
        jwe.decrypt(message.serialize(compact=True), key=BOX)
    assert error.value.code is Code.JWE_ZIP
