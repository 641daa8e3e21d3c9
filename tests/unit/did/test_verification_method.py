from typing import Any

import base58
import pytest

from krid.did import Did, verification_method
from krid.errors import Code, MalformedError
from krid.keys import Curve, LocalKey, PublicKey, jwk, multikey

DID = Did.parse("did:example:1")
CUT_KEY = "z" + base58.b58encode(b"\x80\x24\x02" + bytes(31)).decode()
KEYS = {curve: LocalKey.generate_on(curve).public_key for curve in Curve}


def parse(kind: str, **members: Any) -> PublicKey | None:
    value = {"id": "#k", "type": kind, "controller": str(DID), **members}
    return verification_method.parse(DID, value).key


def in_base58(key: PublicKey) -> str:
    return base58.b58encode(key.compressed).decode()


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.curve.name)
def test_reads_every_curve_in_the_two_types_of_the_standard(key: PublicKey) -> None:
    assert parse("Multikey", publicKeyMultibase=multikey.encode(key)) == key
    for kind in ("JsonWebKey", "JsonWebKey2020"):
        assert parse(kind, publicKeyJwk=dict(jwk.encode_public(key))) == key


@pytest.mark.parametrize(
    ("kind", "curve"),
    [
        ("Ed25519VerificationKey2018", Curve.ED25519),
        ("X25519KeyAgreementKey2019", Curve.X25519),
        ("EcdsaSecp256k1VerificationKey2019", Curve.SECP256K1),
        ("EcdsaSecp256r1VerificationKey2019", Curve.P256),
        ("P256Key2021", Curve.P256),
        ("P384Key2021", Curve.P384),
        ("P521Key2021", Curve.P521),
    ],
)
def test_reads_base58_of_older_suites(kind: str, curve: Curve) -> None:
    assert parse(kind, publicKeyBase58=in_base58(KEYS[curve])) == KEYS[curve]


@pytest.mark.parametrize(
    ("kind", "curve"),
    [
        ("Ed25519VerificationKey2020", Curve.ED25519),
        ("X25519KeyAgreementKey2020", Curve.X25519),
        ("EcdsaSecp256k1VerificationKey2019", Curve.SECP256K1),
    ],
)
def test_reads_multibase_of_older_suites(kind: str, curve: Curve) -> None:
    assert parse(kind, publicKeyMultibase=multikey.encode(KEYS[curve])) == KEYS[curve]


def test_reads_hex_compressed_and_not() -> None:
    key = KEYS[Curve.SECP256K1]
    kind = "EcdsaSecp256k1VerificationKey2019"
    assert parse(kind, publicKeyHex=key.compressed.hex()) == key
    assert parse(kind, publicKeyHex="04" + key.raw.hex()) == key


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("Bls12381G2Key2020", {"publicKeyBase58": "1" * 130}),
        ("RsaVerificationKey2018", {"publicKeyJwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}),
        ("EcdsaSecp256k1RecoveryMethod2020", {"blockchainAccountId": "eip155:1:0x00"}),
        ("Multikey", {"publicKeyMultibase": "z" + "1" * 5_000}),
        (
            "Multikey",
            {
                "publicKeyMultibase": "zUC7EK3ZakmukHhuncwkbySmomv3FmrkmS36E4Ks5rsb6VQSRpoCrx6Hb8e2Nk6UvJFSdyw9NK1scFXJp21gNNYFjVWNgaqyGnkyhtagagCpQb5B7tagJu3HDbjQ8h5ypoHjwBb"
            },
        ),
        ("FutureKey2030", {"publicKeyJwk": dict(jwk.encode_public(KEYS[Curve.P256]))}),
    ],
)
def test_leaves_foreign_keys_alone(kind: str, members: dict[str, Any]) -> None:
    assert parse(kind, **members) is None


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("Multikey", {}),
        ("Multikey", {"publicKeyMultibase": ""}),
        ("Multikey", {"publicKeyMultibase": 1}),
        ("Multikey", {"publicKeyMultibase": "z6Mk0OIl"}),
        ("Multikey", {"publicKeyMultibase": CUT_KEY}),
        ("Multikey", {"publicKeyJwk": dict(jwk.encode_public(KEYS[Curve.P256]))}),
        ("JsonWebKey", {"publicKeyMultibase": multikey.encode(KEYS[Curve.P256])}),
        ("JsonWebKey", {"publicKeyJwk": "text"}),
        ("JsonWebKey", {"publicKeyJwk": {**jwk.encode_public(KEYS[Curve.P256]), "d": "AA"}}),
        ("RsaVerificationKey2018", {"publicKeyJwk": {"kty": "RSA", "n": "AQAB", "d": "AQAB"}}),
        (
            "Multikey",
            {"publicKeyMultibase": multikey.encode(KEYS[Curve.P256]), "secretKeyMultibase": "z1"},
        ),
        ("FutureKey2030", {"privateKeyJwk": {}}),
        (
            "P256Key2021",
            {
                "publicKeyMultibase": multikey.encode(KEYS[Curve.P256]),
                "publicKeyBase58": in_base58(KEYS[Curve.P256]),
            },
        ),
        ("Ed25519VerificationKey2020", {"publicKeyMultibase": multikey.encode(KEYS[Curve.X25519])}),
        ("Ed25519VerificationKey2018", {"publicKeyBase58": in_base58(KEYS[Curve.P256])}),
        ("X25519KeyAgreementKey2019", {"publicKeyBase58": "1" * 31}),
        ("P256Key2021", {"publicKeyHex": "zz"}),
        ("P256Key2021", {"publicKeyHex": " " + KEYS[Curve.P256].compressed.hex()}),
        ("P256Key2021", {"publicKeyHex": "04" + "00" * 64}),
        ("P256Key2021", {"publicKeyJwk": dict(jwk.encode_public(KEYS[Curve.P384]))}),
        ("Multikey", {"publicKeyMultibase": multikey.encode(KEYS[Curve.P256]), "expires": 1}),
    ],
)
def test_broken_keys_are_refused(kind: str, members: dict[str, Any]) -> None:
    with pytest.raises(MalformedError) as error:
        parse(kind, **members)
    assert error.value.code is Code.DID_DOCUMENT


def test_a_date_that_is_none() -> None:
    with pytest.raises(MalformedError) as error:
        parse("Multikey", publicKeyMultibase=multikey.encode(KEYS[Curve.P256]), revoked="soon")
    assert error.value.code is Code.TIME_RFC3339
