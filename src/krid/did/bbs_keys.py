"""Keys of BBS in DID documents: Multikeys `bls12_381-g2-pub`, as vc-di-bbs writes them.

They are no `PublicKey`, for they verify by other means, and they need the extra `krid[bbs]`. A
document with such a key reads without it.
"""

from typing import TYPE_CHECKING

from krid.did.document import DidDocument
from krid.did.syntax import Did
from krid.did.verification_method import Purpose

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey


def bbs_key_for(document: DidDocument, purpose: Purpose, reference: str) -> "BbsPublicKey":
    """Return one key of BBS, named by `#fragment` or its whole DID URL, as `key_for` does.

    Raises:
        ResolutionError: `did.url_syntax`, `did.key_not_found`, `did.key_purpose`,
            `did.key_controller`, `did.key_expired`; `did.key_type` for a key of another kind, or
            one that is no point.
        MisuseError: `misuse.extra`.
    """
    return document.bbs_key_for(purpose, reference)


def did_key_of(key: "BbsPublicKey") -> Did:
    """Return the did:key of a key of BBS."""
    return Did("key", key.multikey)
