"""Keys of BBS in DID documents: Multikeys `bls12_381-g2-pub`, as vc-di-bbs writes them.

They are no `PublicKey`, for they verify by other means, and they need the extra `krid[bbs]`. A
document with such a key reads without it.
"""

from typing import TYPE_CHECKING, Final

from krid.did.document import DidDocument
from krid.did.syntax import Did
from krid.did.verification_method import Purpose
from krid.errors import Code, KridError, ResolutionError

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey

_TYPE: Final = "Multikey"
_MATERIAL: Final = "publicKeyMultibase"


def bbs_key_for(document: DidDocument, purpose: Purpose, reference: str) -> "BbsPublicKey":
    """Return one key of BBS, named by `#fragment` or its whole DID URL, as `key_for` does.

    Raises:
        ResolutionError: `did.url_syntax`, `did.key_not_found`, `did.key_purpose`,
            `did.key_controller`, `did.key_expired`; `did.key_type` for a key of another kind, or
            one that is no point.
        MisuseError: `misuse.extra`.
    """
    from krid.bbs import BbsPublicKey

    method = document.method_for(purpose, reference)
    text = method.members.get(_MATERIAL)
    if method.type != _TYPE or not isinstance(text, str):
        raise ResolutionError(Code.DID_KEY_TYPE)
    try:
        return BbsPublicKey.parse_multikey(text)
    except KridError as cause:
        raise ResolutionError(Code.DID_KEY_TYPE, str(cause.code)) from cause


def did_key_of(key: "BbsPublicKey") -> Did:
    """Return the did:key of a key of BBS."""
    return Did("key", key.multikey)
