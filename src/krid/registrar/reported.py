"""By what one request is told from another, so that each counts once however often it is told."""

from hashlib import sha256

from krid.exchange import AuthenticatedRequest


def request_key(request: AuthenticatedRequest) -> str:
    """Return the digest of sender and nonce, as hexadecimal text.

    The bytes of a request do not do: a verifier signs one request anew for each wallet that
    fetches it, and an ECDSA signature has a twin that verifies as well. Nor does what a wallet
    adds (`wallet_nonce`): whoever sees a link could make as many as he likes.
    """
    asked = request.request
    words = f"{asked.client_id}\x00{asked.nonce}".encode()
    return sha256(b"krid-report-1\x00" + words).hexdigest()
