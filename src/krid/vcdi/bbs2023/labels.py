"""Blank nodes get new numbers, in an order that a key decides (vc-di-bbs, section 3.2.1).

The order of canonical labels tells about what they stand for, also about what is not shown.
ecdsa-sd-2023 hides it behind digests, which would link proofs; a number among few links nobody.
"""

from krid.ld import LabelFactory, Labels, hmac_name


def shuffled_labels(hmac_key: bytes) -> LabelFactory:
    """Replace canonical names by `b` and their place in the order of their digests."""

    def factory(canonical: Labels) -> Labels:
        digests = {node: hmac_name(hmac_key, name) for node, name in canonical.items()}
        place = {digest: number for number, digest in enumerate(sorted(digests.values()))}
        return {node: f"_:b{place[digest]}" for node, digest in digests.items()}

    return factory
