"""What a leaf certificate must be made for: one value for each purpose."""

from dataclasses import dataclass
from typing import Final, final

MDOC_SIGNER_USAGE: Final = "1.0.18013.5.1.2"
"""ISO 18013-5, annex B: the signer of mobile documents."""

MDOC_READER_USAGE: Final = "1.0.18013.5.1.6"
"""ISO 18013-5, annex B: the reader that authenticates itself to a mobile document."""

VICAL_SIGNER_USAGE: Final = "1.0.18013.5.1.8"
"""ISO 18013-5, annex C: the provider of a list of issuing authorities."""

ANY_USAGE: Final = "2.5.29.37.0"
"""Any purpose (RFC 5280, section 4.2.1.12); it lifts the limit of a CA and makes no leaf fit."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class LeafProfile:
    """One purpose of a leaf certificate.

    `usages` are the OIDs that its extendedKeyUsage must all hold; where there are some,
    `usage_is_critical` says whether that extension must be critical. Where there are none, the
    extension may be absent or hold anything but `foreign_usages` alone: a certificate that is
    made for another role of krid serves for that one only. With `shares_place`, country and state
    of the leaf must be those of the anchor.
    """

    name: str
    usages: frozenset[str] = frozenset()
    usage_is_critical: bool = False
    foreign_usages: frozenset[str] = frozenset()
    shares_place: bool = False


MDOC_SIGNER: Final = LeafProfile(
    name="mdoc signer",
    usages=frozenset({MDOC_SIGNER_USAGE}),
    usage_is_critical=True,
    shares_place=True,
)
"""Signs mobile security objects (ISO 18013-5, annex B, document signer)."""

MDOC_READER: Final = LeafProfile(
    name="mdoc reader", usages=frozenset({MDOC_READER_USAGE}), usage_is_critical=True
)
"""Signs reader authentication (ISO 18013-5, annex B, mdoc reader)."""

VICAL_SIGNER: Final = LeafProfile(name="VICAL signer", usages=frozenset({VICAL_SIGNER_USAGE}))
"""Signs lists of issuing authorities; public texts do not say that the usage is critical."""

DOCUMENT_SIGNER: Final = LeafProfile(
    name="document signer", foreign_usages=frozenset({MDOC_READER_USAGE, VICAL_SIGNER_USAGE})
)
"""Signs SD-JWT VCs, status lists and other documents; no standard names a usage for it."""

VERIFIER: Final = LeafProfile(
    name="verifier", foreign_usages=frozenset({MDOC_SIGNER_USAGE, VICAL_SIGNER_USAGE})
)
"""Signs presentation requests (OpenID4VP 1.0, section 5.9.3)."""
