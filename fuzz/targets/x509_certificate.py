"""Any bytes as one certificate: a value comes out, or krid's own error."""

from krid.errors import KridError
from krid.x509 import Certificate, deviations
from krid.x509.profile import IACA, MDOC_SIGNER_PROFILE


def target(data: bytes) -> None:
    try:
        certificate = Certificate.parse(data)
        deviations(certificate, issuer=certificate, profile=(*IACA, *MDOC_SIGNER_PROFILE))
        _ = certificate.public_key
    except KridError:
        return
