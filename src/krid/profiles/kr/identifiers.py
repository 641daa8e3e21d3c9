"""What the cards are called on the wire: but for ISO's own names, published by no government."""

from typing import Final

VCT: Final = "urn:krid:kr:resident-card:1"
"""The `vct` of the card as an SD-JWT VC."""

DOCTYPE: Final = "org.krid.kr.resident.1"
"""The document type of the card as an ISO mdoc."""

NAMESPACE: Final = "org.krid.kr.resident.1"
"""The one namespace of the mdoc; as in the EU's PID, it bears the name of the document type."""

COUNTRY: Final = "KR"
"""The issuing country (ISO 3166-1 alpha-2)."""

LICENCE_VCT: Final = "urn:krid:kr:driving-licence:1"
"""The `vct` of the driving licence as an SD-JWT VC."""

LICENCE_DOCTYPE: Final = "org.iso.18013.5.1.mDL"
"""The document type of the driving licence as an ISO mdoc: that of ISO/IEC 18013-5."""

LICENCE_NAMESPACE: Final = "org.iso.18013.5.1"
"""The namespace of what every country's driving licence says."""

LICENCE_DOMESTIC: Final = "org.iso.18013.5.1.KR"
"""The namespace of what a Korean driving licence says beside it."""
