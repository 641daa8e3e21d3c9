import pytest

from krid.errors import Code, UnsupportedError
from krid.keys import Alg, Curve

# The IANA registries "JSON Web Signature Algorithms" and "COSE Algorithms".
REGISTERED = {
    Alg.ES256: ("ES256", -7, "ESP256", -9),
    Alg.ES384: ("ES384", -35, "ESP384", -51),
    Alg.ES512: ("ES512", -36, "ESP512", -52),
    Alg.EDDSA: ("EdDSA", -8, "Ed25519", -19),
    Alg.ES256K: ("ES256K", -47, "ES256K", -47),
}


@pytest.mark.parametrize("alg", Alg)
def test_names_and_numbers_are_the_registered_ones(alg: Alg) -> None:
    jose, cose, jose_alias, cose_alias = REGISTERED[alg]
    assert Alg.from_jose(jose) is Alg.from_jose(jose_alias) is alg
    assert Alg.from_cose(cose) is Alg.from_cose(cose_alias) is alg
    assert (alg.jose, alg.cose) == (jose, cose)
    assert Alg.of_curve(alg.curve) is alg


def test_signature_sizes() -> None:
    assert {alg.jose: alg.signature_size for alg in Alg} == {
        "ES256": 64,
        "ES384": 96,
        "ES512": 132,
        "EdDSA": 64,
        "ES256K": 64,
    }


@pytest.mark.parametrize("curve", Curve)
def test_curves_are_found_by_name_and_number(curve: Curve) -> None:
    assert Curve.from_jose(curve.jose) is curve
    assert Curve.from_cose(curve.cose) is curve


def test_multicodecs_are_those_of_the_table() -> None:
    from multiformats import multicodec

    names = {
        Curve.P256: "p256-pub",
        Curve.P384: "p384-pub",
        Curve.P521: "p521-pub",
        Curve.SECP256K1: "secp256k1-pub",
        Curve.ED25519: "ed25519-pub",
        Curve.X25519: "x25519-pub",
    }
    assert {curve: multicodec.get(name).code for curve, name in names.items()} == {
        curve: curve.multicodec for curve in Curve
    }


def test_x25519_signs_nothing() -> None:
    with pytest.raises(UnsupportedError) as error:
        Alg.of_curve(Curve.X25519)
    assert error.value.code is Code.ALG_KEY
