"""OpenID for Verifiable Credential Issuance 1.0."""

from krid.openid.vci.key_proof import prepare_key_proof, verify_key_proof

__all__ = ["prepare_key_proof", "verify_key_proof"]
