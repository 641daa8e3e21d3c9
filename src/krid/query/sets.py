"""Which combinations of credentials answer a query (OpenID4VP 1.0, section 6.4.2).

Credential sets do not depend on each other, so each is looked at alone: the work is the number of
options, never that of their combinations.
"""

from collections.abc import Collection

from krid.errors import Code, ContentError
from krid.model import CredentialSet, Query


def answerable(query: Query, held: Collection[str]) -> tuple[CredentialSet, ...]:
    """Return the credential sets, each with those options that can be answered.

    `held` are the ids of credential queries that something answers. A set that is not required
    and that nothing answers is left out.

    Raises:
        ContentError: `query.unanswered` when nothing answers a set that is required.
    """
    found = [_narrowed(each, held) for each in query.sets]
    if any(each.required and not each.options for each in found):
        raise ContentError(Code.QUERY_UNANSWERED)
    return tuple(each for each in found if each.options)


def missing(query: Query, held: Collection[str]) -> tuple[str, ...]:
    """Return the ids without an answer in those required sets that can't be answered."""
    unanswered = [
        each for each in query.sets if each.required and not _narrowed(each, held).options
    ]
    lacking = (
        name
        for each in unanswered
        for option in each.options
        for name in option
        if name not in held
    )
    return tuple(dict.fromkeys(lacking))


def check_chosen(query: Query, chosen: Collection[str]) -> None:
    """Check that these answers are what was asked for, all of it and nothing beside it.

    Raises:
        ContentError: `query.unanswered` when no option of a required set is answered;
            `query.unasked` for an answer that is in no option that is answered.
    """
    found = answerable(query, chosen)
    asked = {name for each in found for option in each.options for name in option}
    if not asked.issuperset(chosen):
        raise ContentError(Code.QUERY_UNASKED)


def _narrowed(each: CredentialSet, held: Collection[str]) -> CredentialSet:
    options = (option for option in each.options if all(name in held for name in option))
    return CredentialSet(tuple(options), each.required)
