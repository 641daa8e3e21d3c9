"""Wire forms of OpenID for Verifiable Presentations and Credential Issuance.

Issuance (`krid.openid.vci`) is here with both its sides, and the pieces of OAuth that it needs
(`krid.openid.oauth`). Of presentation (`krid.openid.vp`) there are signed requests and their
answers; encryption and the other client identifier prefixes are not here yet.
"""

from krid.openid import oauth, vci, vp

__all__ = ["oauth", "vci", "vp"]
