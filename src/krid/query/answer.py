"""Whether what was verified is what was asked for: the verifier's half of matching."""

from krid.errors import Code, ContentError
from krid.model import ClaimQuery, CredentialQuery, VerifiedCredential, select, value_at
from krid.query.match import is_wanted


def check_answer(query: CredentialQuery, credential: VerifiedCredential) -> None:
    """Check the type, the presence and the values of what a query asked for.

    Raises:
        ContentError: `query.format`, `query.type`, `query.claim_missing` or `query.value`.
    """
    if credential.format != query.format:
        raise ContentError(Code.QUERY_FORMAT)
    if credential.type not in query.types:
        raise ContentError(Code.QUERY_TYPE)
    for claim in query.claims:
        _check_claim(claim, credential)


def _check_claim(claim: ClaimQuery, credential: VerifiedCredential) -> None:
    paths = select(credential.claims, claim.path)
    if not paths:
        raise ContentError(Code.QUERY_CLAIM_MISSING, "/".join(str(step) for step in claim.path))
    wanted = (is_wanted(value_at(credential.claims, path), claim) for path in paths)
    if claim.values and not any(wanted):
        raise ContentError(Code.QUERY_VALUE, "/".join(str(step) for step in claim.path))
