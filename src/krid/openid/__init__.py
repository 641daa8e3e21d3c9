"""Wire forms of OpenID for Verifiable Presentations and Credential Issuance.

Issuance (`krid.openid.vci`) and presentation (`krid.openid.vp`) are here with both their sides,
and the pieces of OAuth that they need (`krid.openid.oauth`).
"""

from krid.openid import oauth, vci, vp

__all__ = ["oauth", "vci", "vp"]
