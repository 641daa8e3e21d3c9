"""Blank nodes get new numbers, in an order that a key decides (vc-di-bbs, section 3.2.1).

The order of canonical labels tells about what they stand for, also about what is not shown.
ecdsa-sd-2023 hides it behind digests, which would link proofs; a number among few links nobody.
"""

import hashlib
import hmac
from collections.abc import Mapping

from krid._core import base64url


def shuffled(canonical: Mapping[str, str], hmac_key: bytes) -> dict[str, str]:
    """Map each node to `b` and its place in the order of the digests of its canonical label."""
    digests = {
        node: "u" + base64url.encode(hmac.digest(hmac_key, label.encode(), hashlib.sha256))
        for node, label in canonical.items()
    }
    place = {digest: number for number, digest in enumerate(sorted(digests.values()))}
    return {node: f"b{place[digest]}" for node, digest in digests.items()}
