import pickle

import pytest

from krid.keys import Alg, Curve, KeyAgreement, LocalKey, Signer, jwk


@pytest.mark.parametrize("curve", Curve)
def test_the_repr_shows_the_public_half_alone(curve: Curve) -> None:
    key = LocalKey.generate_on(curve)
    secret = jwk.encode_private(key)["d"]
    assert isinstance(secret, str)
    assert secret not in repr(key)
    assert "native" not in repr(key)
    assert repr(key.public_key) in repr(key)


def test_a_private_key_does_not_pickle() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(LocalKey.generate(Alg.ES256))


def test_two_keys_differ() -> None:
    assert LocalKey.generate(Alg.ES256) != LocalKey.generate(Alg.ES256)


@pytest.mark.parametrize(
    "curve", [Curve.P256, Curve.P384, Curve.P521, Curve.SECP256K1, Curve.X25519]
)
def test_both_sides_agree(curve: Curve) -> None:
    ours, theirs = LocalKey.generate_on(curve), LocalKey.generate_on(curve)
    secret = ours.exchange(theirs.public_key)
    assert secret == theirs.exchange(ours.public_key)
    assert len(secret) == curve.size


def test_it_fits_both_ports() -> None:
    key = LocalKey.generate(Alg.ES256)
    signer: Signer = key
    agreement: KeyAgreement = key
    assert signer.public_key == agreement.public_key
