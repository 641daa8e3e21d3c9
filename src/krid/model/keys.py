"""The keys of issuers: a closed alternative, told apart before anything is verified.

A `PublicKey` checks one signature over one message. A `BbsPublicKey` checks proofs over many, by
other means, and its package needs the extra `krid[bbs]`: here it is a name for the type checker.
"""

from typing import TYPE_CHECKING, TypeAlias

from krid.errors import Code, TrustError
from krid.keys import Alg, BbsAlg, PublicKey, jwk

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey

VerificationKey: TypeAlias = "PublicKey | BbsPublicKey"
"""A key with which an issuer's signature is verified."""

VerificationAlg: TypeAlias = Alg | BbsAlg
"""By which algorithm it is."""


def fits(key: VerificationKey, alg: VerificationAlg) -> bool:
    """Tell whether a key is of the kind that an algorithm needs.

    >>> from krid.keys import LocalKey
    >>> key = LocalKey.generate(Alg.ES256).public_key
    >>> fits(key, Alg.ES256), fits(key, Alg.ES384), fits(key, BbsAlg.SHA256)
    (True, False, False)
    """
    if isinstance(alg, Alg):
        return isinstance(key, PublicKey) and key.curve is alg.curve
    return not isinstance(key, PublicKey)


def as_public_key(key: VerificationKey) -> PublicKey:
    """Take a key for one that checks a signature over one message.

    Raises:
        TrustError: `alg.key` for a key of BBS.
    """
    if not isinstance(key, PublicKey):
        raise TrustError(Code.ALG_KEY)
    return key


def as_bbs_key(key: VerificationKey) -> "BbsPublicKey":
    """Take a key for one of BBS.

    Raises:
        TrustError: `alg.key` for any other.
    """
    if isinstance(key, PublicKey):
        raise TrustError(Code.ALG_KEY)
    return key


def as_alg(alg: VerificationAlg) -> Alg:
    """Take an algorithm for one that signs one message.

    Raises:
        TrustError: `alg.key` for one of BBS.
    """
    if not isinstance(alg, Alg):
        raise TrustError(Code.ALG_KEY)
    return alg


def name_of_key(key: VerificationKey) -> str:
    """Name a key by itself: its JWK thumbprint, or the Multikey of one of BBS, which has none."""
    return jwk.key_id(key) if isinstance(key, PublicKey) else key.multikey


def name_of_alg(alg: VerificationAlg) -> str:
    """Name an algorithm for people."""
    return alg.jose if isinstance(alg, Alg) else alg.value
