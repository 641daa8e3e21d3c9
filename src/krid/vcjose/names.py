"""Names on the wire (VC-JOSE-COSE, section 3; RFC 8392; VCDM 1.1, section 6.3.1)."""

from enum import Enum, unique
from typing import Final


@unique
class Form(Enum):
    """How a credential is secured; the value is the format identifier."""

    JWT = "vc+jwt"
    """Data model 2.0 as the payload of a JWS."""
    COSE = "vc+cose"
    """Data model 2.0 as the payload of a COSE_Sign1."""
    JWT_1_1 = "jwt_vc_json"
    """Data model 1.1 in the claim `vc` of a JWT (OpenID4VP 1.0, appendix B.1.3.1)."""


CREDENTIAL_TYPES: Final = {
    Form.JWT: ("vc+jwt",),
    Form.COSE: ("application/vc+cose",),
    Form.JWT_1_1: ("JWT",),
}
PRESENTATION_TYPES: Final = {
    Form.JWT: ("vp+jwt",),
    Form.COSE: ("application/vp+cose",),
    Form.JWT_1_1: ("JWT",),
}
MEDIA_TYPES: Final = {
    Form.JWT: "application/vc+jwt",
    Form.COSE: "application/vc+cose",
    Form.JWT_1_1: "application/jwt",
}

REGISTERED: Final = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce")
"""Claims of a JWT that stand beside a credential or presentation."""

CWT_NAMES: Final = {
    1: "iss",
    2: "sub",
    3: "aud",
    4: "exp",
    5: "nbf",
    6: "iat",
    7: "jti",
    8: "cnf",
    10: "nonce",
}
"""The same by their labels in a CWT (RFC 8392, RFC 8747, RFC 9711)."""
