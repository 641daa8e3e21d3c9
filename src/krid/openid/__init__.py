"""Wire forms of OpenID for Verifiable Presentations and Credential Issuance.

What is here already: signed presentation requests and their answers (`krid.openid.vp`), and the
proof that a wallet holds a key (`krid.openid.vci`). Endpoints, encryption and the other client
identifier prefixes are not here yet.
"""

from krid.openid import vci, vp

__all__ = ["vci", "vp"]
