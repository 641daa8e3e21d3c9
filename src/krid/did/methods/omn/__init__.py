"""did:omn, the DIDs of the Korean OpenDID system (OmniOne).

This is the open-source system, not the government's `did:kr`. What krid reads follows its
published documents and code; krid writes none.
"""

from krid.did.methods.omn.claim_proofs import verify_claims
from krid.did.methods.omn.document import AuthType, OmnDocument, OmnKey, State
from krid.did.methods.omn.method import DidOmn, OmnHttp, OmnList, OmnSource

__all__ = [
    "AuthType",
    "DidOmn",
    "OmnDocument",
    "OmnHttp",
    "OmnKey",
    "OmnList",
    "OmnSource",
    "State",
    "verify_claims",
]
