"""Credentials whose own proof says which exchange it was made for: derived proofs of bbs-2023."""

from krid.proofs import Proof
from krid.vcdi.bbs_seen import BBS_2023, is_bbs_base
from krid.vcdi.installed import check_installed
from krid.vcdi.model import SecuredCredential


def tying_header(*, audience: str, nonce: str) -> bytes:
    """Return the presentation header of what is derived; empty where there is nothing to tie to."""
    from krid.vcdi.bbs2023 import moment

    return moment.header_for(audience=audience, nonce=nonce) if audience or nonce else b""


def is_tied(secured: SecuredCredential) -> bool:
    """Tell whether a credential was derived for one exchange.

    Raises:
        MalformedError: `di.proof_value` and others of a proof value.
        UnsupportedError: `di.extra` without `krid[bbs]`.
    """
    derived = _derived(secured)
    if not derived:
        return False
    from krid.vcdi.bbs2023 import moment

    return any(moment.is_tied(proof) for proof in derived)


def check_tied(secured: SecuredCredential, *, audience: str, nonce: str) -> None:
    """Check that a credential that was derived for an exchange was for this one.

    Raises:
        BindingError: `di.presentation_header`.
        MalformedError: `di.proof_value` and others of a proof value.
    """
    derived = _derived(secured)
    if not derived:
        return
    from krid.vcdi.bbs2023 import moment

    for proof in derived:
        moment.check_moment(proof, audience=audience, nonce=nonce)


def _derived(secured: SecuredCredential) -> list[Proof]:
    found = [
        proof
        for proof in secured.proofs
        if proof.cryptosuite == BBS_2023 and not is_bbs_base(proof)
    ]
    check_installed(found)
    return found
