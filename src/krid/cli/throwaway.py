"""A document signer's certificate for experiments: its root is made and thrown away."""

from datetime import timedelta

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.keys import LocalKey

_HOUR = timedelta(hours=1)
_LIFETIME = timedelta(days=456)


def certificate_for(key: LocalKey) -> tuple[bytes, ...]:
    """Make a certificate in DER that only who pins the key will believe."""
    from krid.x509 import MDOC_SIGNER
    from krid.x509.issue import self_signed_ca, sign_certificate

    now = SystemClock().now()
    root_key = LocalKey.generate(key.alg)
    root = self_signed_ca(
        root_key,
        common_name="Throwaway root",
        country="ZZ",
        valid_from=now - _HOUR,
        valid_until=now + _LIFETIME,
        issuer_uri="https://issuer.example",
        entropy=system_entropy,
    )
    leaf = sign_certificate(
        key.public_key,
        ca=root,
        ca_key=root_key,
        leaf=MDOC_SIGNER,
        common_name="Throwaway document signer",
        valid_from=now - _HOUR,
        valid_until=now + _LIFETIME,
        entropy=system_entropy,
    )
    return (leaf.der,)
