"""A credential as the issuer hands it over."""

from dataclasses import dataclass, field
from typing import final


@final
@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A signed credential: its format, and its bytes as they go on the wire.

    An SD-JWT is ASCII text here, an mdoc the CBOR of IssuerSigned.
    """

    format: str
    raw: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The credential as text, for formats that are text."""
        return self.raw.decode("ascii")
