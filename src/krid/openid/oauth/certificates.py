"""Certificates in the header of what a wallet provider or an issuer signs (HAIP 1.0, section 4)."""

from base64 import b64encode
from collections.abc import Sequence

from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, TrustError
from krid.jose import Jws


def x5c(certificates: Sequence[bytes]) -> JsonObject:
    """Write certificates as a header has them; none means no member."""
    if not certificates:
        return {}
    return {"x5c": [b64encode(der).decode("ascii") for der in certificates]}


def check_certificates(signed: Jws, refusal: Code) -> None:
    """Check that a JWS comes with certificates, the first of which is not self-signed.

    Whether they lead to an anchor is for the source of trust to say.

    Raises:
        TrustError: `refusal`.
    """
    from krid.x509 import Certificate

    try:
        chain = [Certificate.parse(der) for der in signed.certificates()]
    except KridError as cause:
        raise TrustError(refusal) from cause
    if not chain or chain[0].is_self_issued:
        raise TrustError(refusal)
