"""SHA-256 multihashes in base58btc: names of things by their content (multiformats)."""

import hashlib
import re
from typing import Final

_PREFIX: Final = bytes((0x12, 32))
_TEXT: Final = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}", re.ASCII)


def sha256_base58(content: bytes) -> str:
    """Return the multihash of some bytes, without a multibase prefix.

    >>> sha256_base58(b"krid")
    'QmeMoMkAuV7vSJP945eB4NbUZQuQgz8fijV4mvDzZ3pMFL'
    """
    import base58

    return base58.b58encode(_PREFIX + hashlib.sha256(content).digest()).decode("ascii")


def is_sha256_base58(text: str) -> bool:
    """Tell whether text has the form of such a multihash: 46 characters that begin with Qm.

    >>> is_sha256_base58("Qm"), is_sha256_base58(sha256_base58(b""))
    (False, True)
    """
    return _TEXT.fullmatch(text) is not None
