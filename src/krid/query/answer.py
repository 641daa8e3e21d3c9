"""Whether what was verified is what was asked for: the verifier's half of matching."""

from collections.abc import Collection

from krid.errors import BindingError, Code, ContentError
from krid.model import (
    ClaimPath,
    ClaimQuery,
    CredentialQuery,
    HolderBinding,
    VerifiedCredential,
    is_of_type,
    select,
    value_at,
)
from krid.query.match import is_wanted, stands_under


def check_answer(query: CredentialQuery, credential: VerifiedCredential) -> None:
    """Check all that a query asks for of one credential (OpenID4VP 1.0, section 8.6).

    Where there are claim sets, one of them is enough, whichever it is. Elements of an array that
    are withheld leave no gap, so a claim that was asked for by its index may stand before it.

    Raises:
        ContentError: `query.format`, `query.type`, `query.authority`, `query.claim_missing` or
            `query.value`; of several claim sets, what is wrong with the one liked best.
        BindingError: `query.holder`.
    """
    if credential.format != query.format:
        raise ContentError(Code.QUERY_FORMAT)
    if not is_of_type(query.wanted, credential.types):
        raise ContentError(Code.QUERY_TYPE)
    if not stands_under(query.trusted_authorities, credential.signer.stands_under):
        raise ContentError(Code.QUERY_AUTHORITY)
    if query.holder_binding is HolderBinding.REQUIRED and credential.holder is None:
        raise BindingError(Code.QUERY_HOLDER)
    _check_claims(query, credential)


def check_number(query: CredentialQuery, presentations: Collection[object]) -> None:
    """Check that a query has one answer, or where it allows `multiple`, at least one (8.1).

    Raises:
        ContentError: `query.unanswered` or `query.multiple`.
    """
    if not presentations:
        raise ContentError(Code.QUERY_UNANSWERED)
    if len(presentations) > 1 and not query.multiple:
        raise ContentError(Code.QUERY_MULTIPLE)


def _check_claims(query: CredentialQuery, credential: VerifiedCredential) -> None:
    refusals: list[ContentError] = []
    for option in query.options:
        try:
            for claim in option:
                _check_claim(claim, credential)
        except ContentError as refusal:
            refusals.append(refusal)
        else:
            return
    raise refusals[0]


def _check_claim(claim: ClaimQuery, credential: VerifiedCredential) -> None:
    paths = _presented(claim.path, credential)
    if not paths:
        raise ContentError(Code.QUERY_CLAIM_MISSING, _named(claim))
    wanted = (is_wanted(value_at(credential.claims, path), claim) for path in paths)
    if claim.values and not any(wanted):
        raise ContentError(Code.QUERY_VALUE, _named(claim))


def _presented(path: ClaimPath, credential: VerifiedCredential) -> tuple[ClaimPath, ...]:
    anywhere = tuple(None if isinstance(step, int) else step for step in path)
    return select(credential.claims, anywhere)


def _named(claim: ClaimQuery) -> str:
    return "/".join(str(step) for step in claim.path)
