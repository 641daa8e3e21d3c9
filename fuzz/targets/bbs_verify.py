"""A proof, its headers and its messages that differ anywhere from what was proved are refused.

The first bytes choose what is changed and where; the others are put there.
"""

import hashlib
from itertools import count

from krid.bbs import LocalBbsKey, Suite, prove, sign, verify_proof
from krid.errors import KridError

KEY = LocalBbsKey.derive(bytes(32), suite=Suite.SHA256)
HEADER, MOMENT = b"header", b"moment"
MESSAGES = [b"one", b"two", b"three", b"four"]
_NUMBERS = count()


def _entropy(size: int) -> bytes:
    """Give the same proof in each run, so that a finding can be repeated."""
    return hashlib.shake_256(next(_NUMBERS).to_bytes(8, "big")).digest(size)


PROOF = prove(
    KEY.public_key,
    sign(KEY, header=HEADER, messages=MESSAGES),
    header=HEADER,
    presentation_header=MOMENT,
    messages=MESSAGES,
    disclosed={1, 2},
    suite=Suite.SHA256,
    entropy=_entropy,
)
HONEST = [PROOF, HEADER, MOMENT, MESSAGES[1], MESSAGES[2]]


def target(data: bytes) -> None:
    if len(data) < 3:
        return
    parts = list(HONEST)
    which = data[0] % len(parts)
    at = int.from_bytes(data[1:3], "big") % (len(parts[which]) + 1)
    parts[which] = parts[which][:at] + data[3:] + parts[which][at + len(data[3:]) :]
    proof, header, moment, second, third = parts
    try:
        verify_proof(
            KEY.public_key,
            proof,
            header=header,
            presentation_header=moment,
            disclosed={1: second, 2: third},
            suite=Suite.SHA256,
        )
    except KridError:
        return
    if parts != HONEST:
        raise AssertionError("a forgery verifies")
