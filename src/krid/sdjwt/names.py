"""Names on the wire (RFC 9901, and SD-JWT VC draft-19, section 2.2.2.3)."""

from typing import Final

SD: Final = "_sd"
SD_ALG: Final = "_sd_alg"
DOTS: Final = "..."

RESERVED: Final = frozenset({SD, SD_ALG, DOTS})
"""What no claim may be called at any level."""

ALWAYS_SHOWN: Final = (
    *("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "aud"),
)
"""Claims of an SD-JWT VC that, sub-claims included, must not be selectively disclosable.

All are named by the draft but `aud`, which RFC 9901, section 9.7, lists as security-critical.
"""

TYP_VC: Final = "dc+sd-jwt"
TYP_KB: Final = "kb+jwt"
