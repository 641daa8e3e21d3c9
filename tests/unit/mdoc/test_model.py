"""The small parts of the model."""

import hashlib

import pytest

from krid.errors import Code, UnsupportedError
from krid.mdoc import DigestAlg


@pytest.mark.parametrize("alg", list(DigestAlg))
def test_digest_algorithms_are_found_by_their_exact_name(alg: DigestAlg) -> None:
    assert DigestAlg.from_wire(alg.wire) is alg
    assert alg.digest(b"x") == hashlib.new(alg.wire.replace("-", ""), b"x").digest()


@pytest.mark.parametrize("name", ["sha-256", "SHA256", "SHA-256 ", "SHA-1", "MD5", "", None, -16])
def test_other_digest_algorithms_are_refused(name: object) -> None:
    with pytest.raises(UnsupportedError) as error:
        DigestAlg.from_wire(name)
    assert error.value.code is Code.MDOC_DIGEST_ALG
