"""COSE messages with one signature or one MAC (RFC 9052, RFC 9053), over strict CBOR.

Several signers (COSE_Sign), several recipients (COSE_Mac) and encryption are not here.
"""

from krid.cose.headers import (
    ALG,
    CONTENT_TYPE,
    CRIT,
    CWT_CLAIMS,
    KID,
    TYP,
    X5CHAIN,
    HeaderMap,
    Headers,
    Label,
    x5chain_value,
)
from krid.cose.mac0 import Mac0, MacAlg, MacKey
from krid.cose.payload import Placement, Tagging
from krid.cose.sign1 import Sign1, prepare

__all__ = [
    "ALG",
    "CONTENT_TYPE",
    "CRIT",
    "CWT_CLAIMS",
    "KID",
    "TYP",
    "X5CHAIN",
    "HeaderMap",
    "Headers",
    "Label",
    "Mac0",
    "MacAlg",
    "MacKey",
    "Placement",
    "Sign1",
    "Tagging",
    "prepare",
    "x5chain_value",
]
