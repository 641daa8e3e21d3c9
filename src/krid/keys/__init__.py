"""Algorithms, public keys, and the `Signer` port behind which private keys stay.

>>> from krid.keys import Alg, LocalKey
>>> key = LocalKey.generate(Alg.ES256)
>>> signature = key.sign(b"message")
>>> key.public_key.verify(b"message", signature, alg=Alg.ES256)
"""

from krid.keys.alg import Alg, BbsAlg, Curve
from krid.keys.local import LocalKey
from krid.keys.public import PublicKey
from krid.keys.signer import KeyAgreement, Prepared, Signer

__all__ = [
    "Alg",
    "BbsAlg",
    "Curve",
    "KeyAgreement",
    "LocalKey",
    "Prepared",
    "PublicKey",
    "Signer",
]
