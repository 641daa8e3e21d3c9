import pytest

from krid.keys import Alg, LocalKey, Prepared


def _prepared(alg: Alg) -> Prepared[bytes]:
    return Prepared(b"to be signed", alg, lambda signature: b"to be signed" + signature)


@pytest.mark.parametrize("alg", Alg)
def test_a_signer_completes(alg: Alg) -> None:
    key = LocalKey.generate(alg)
    finished = _prepared(alg).sign_with(key)
    key.public_key.verify(b"to be signed", finished.removeprefix(b"to be signed"), alg=alg)


def test_the_signature_may_come_from_elsewhere() -> None:
    assert _prepared(Alg.ES256).complete(bytes(64)) == b"to be signed" + bytes(64)


def test_steps_follow_in_order() -> None:
    prepared = _prepared(Alg.ES256).then(len).then(str)
    assert prepared.complete(bytes(64)) == "76"
    assert prepared.to_be_signed == b"to be signed"


def test_the_repr_shows_no_bytes() -> None:
    assert "to be" not in repr(_prepared(Alg.ES256))
