"""did:omn, the DIDs of the Korean OpenDID system (OmniOne).

This is the open-source system, not the government's `did:kr`. What krid reads follows its
published documents and code; krid writes none.
"""

from krid.did.methods.omn.claim_proofs import verify_claims
from krid.did.methods.omn.document import AuthType, OmnDocument, OmnKey, State
from krid.did.methods.omn.documents import OmnDocuments
from krid.did.methods.omn.method import DidOmn, OmnHttp, OmnList, OmnSource
from krid.did.methods.omn.reference import KeyReference

__all__ = [
    "AuthType",
    "DidOmn",
    "KeyReference",
    "OmnDocument",
    "OmnDocuments",
    "OmnHttp",
    "OmnKey",
    "OmnList",
    "OmnSource",
    "State",
    "verify_claims",
]
