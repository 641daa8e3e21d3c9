"""What the card is called on the wire: krid's own names, published by no government."""

from typing import Final

VCT: Final = "urn:krid:kr:resident-card:1"
"""The `vct` of the card as an SD-JWT VC."""

DOCTYPE: Final = "org.krid.kr.resident.1"
"""The document type of the card as an ISO mdoc."""

NAMESPACE: Final = "org.krid.kr.resident.1"
"""The one namespace of the mdoc; as in the EU's PID, it bears the name of the document type."""

COUNTRY: Final = "KR"
"""The issuing country (ISO 3166-1 alpha-2)."""
