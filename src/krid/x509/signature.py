"""Did one certificate's key sign another (RFC 5280, section 6.1.3, a, 1)?"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from krid.errors import Code, SignatureError, UnsupportedError
from krid.x509 import der
from krid.x509.certificate import Certificate


def verify_signature(child: Certificate, parent: Certificate) -> None:
    """Check that the parent's key signed the child.

    Raises:
        SignatureError: `x509.signature`.
        UnsupportedError: `x509.algorithm` for a certificate whose serial number is not positive
            and that is signed neither by ECDSA nor by Ed25519.
    """
    try:
        _verify(child, parent)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise SignatureError(Code.X509_SIGNATURE) from cause


# Whether one certificate signed another never changes. Refusals are raised, so never kept.
@lru_cache(maxsize=256)
def _verify(child: Certificate, parent: Certificate) -> None:
    if child.serial > 0:
        child.native.verify_directly_issued_by(parent.native)
    else:
        _verify_as_it_came(child, parent)


def _verify_as_it_came(child: Certificate, parent: Certificate) -> None:
    """Check the bytes that were signed, for `native` has another serial number than they have."""
    (certificate,) = der.elements(child.der)
    signed, algorithm, _ = der.members(certificate)
    if algorithm not in der.members(signed)[:3]:
        raise InvalidSignature
    key, signature = parent.native_key, child.native.signature
    parameters = child.native.signature_algorithm_parameters
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
        key.verify(signature, signed.raw, parameters)
    elif isinstance(key, ed25519.Ed25519PublicKey) and parameters is None:
        key.verify(signature, signed.raw)
    else:
        raise UnsupportedError(Code.X509_ALGORITHM, "below a serial number that is not positive")
