"""Who stands behind an issuer, as a query names them (OpenID4VP 1.0, section 6.1.1)."""

from dataclasses import dataclass
from typing import Final, final

AKI: Final = "aki"
"""The key identifier of a certificate's issuer, in base64url (RFC 5280, section 4.2.1.1)."""

ETSI_TL: Final = "etsi_tl"
"""A trusted list of ETSI TS 119 612, by its identifier."""

OPENID_FEDERATION: Final = "openid_federation"
"""An entity of a federation, by its identifier."""


@final
@dataclass(frozen=True, slots=True)
class TrustedAuthority:
    """An authority or a framework of trust: its kind and its name there.

    `kind` is `AKI`, `ETSI_TL`, `OPENID_FEDERATION`, or one that krid does not know.
    """

    kind: str
    name: str
