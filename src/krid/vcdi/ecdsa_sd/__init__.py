"""ecdsa-sd-2023: selective disclosure by ECDSA (Data Integrity ECDSA 1.0, section 3.6)."""

from krid.vcdi.ecdsa_sd.suite import NAME, EcdsaSd, ProofSecrets
from krid.vcdi.ecdsa_sd.values import BaseValue, DerivedValue

__all__ = ["NAME", "BaseValue", "DerivedValue", "EcdsaSd", "ProofSecrets"]
