"""The features of bbs-2023 beside its baseline, and the bytes that announce them."""

from enum import Enum, unique
from typing import NamedTuple


class _FeatureRow(NamedTuple):
    option: str
    base_header: bytes
    derived_header: bytes
    has_secret: bool
    has_pseudonym: bool


@unique
class Feature(_FeatureRow, Enum):
    """A `featureOption` (vc-di-bbs, section 4, table 2 and table 4)."""

    BASELINE = "baseline", b"\xd9\x5d\x02", b"\xd9\x5d\x03", False, False
    HOLDER_BINDING = "anonymous_holder_binding", b"\xd9\x5d\x04", b"\xd9\x5d\x05", True, False
    PSEUDONYM = "pseudonym", b"\xd9\x5d\x06", b"\xd9\x5d\x07", False, True
    HOLDER_BINDING_PSEUDONYM = (
        "holder_binding_pseudonym",
        b"\xd9\x5d\x08",
        b"\xd9\x5d\x09",
        True,
        True,
    )
