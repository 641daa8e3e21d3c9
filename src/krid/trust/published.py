"""Choosing among the keys that an issuer publishes, the same for metadata and federations."""

from collections.abc import Sequence

from krid.errors import Code, TrustError
from krid.model import IssuerHint, fits
from krid.sdjwt.issuer_metadata import PublishedKey


def named(keys: Sequence[PublishedKey], hint: IssuerHint) -> Sequence[PublishedKey]:
    """List the keys that the hint's identifier names or, without one, that fit its algorithm."""
    if hint.key_id is not None:
        return [key for key in keys if key.key_id == hint.key_id]
    return [key for key in keys if fits(key.key, hint.alg)]


def only(candidates: Sequence[PublishedKey], hint: IssuerHint) -> PublishedKey:
    """Return the one key that can have signed; krid tries no keys.

    Raises:
        TrustError: `trust.key` when there is none, `alg.key` when none is for the algorithm,
            `trust.ambiguous` when there are several.
    """
    if not candidates:
        raise TrustError(Code.TRUST_KEY)
    fitting = [each for each in candidates if fits(each.key, hint.alg)]
    if not fitting:
        raise TrustError(Code.ALG_KEY)
    if len(fitting) > 1:
        raise TrustError(Code.TRUST_AMBIGUOUS)
    return fitting[0]
