"""The cards of the state as those who ask in the town take them: one or the other."""

from typing import Final

from krid import query
from krid.model import ClaimPath, CredentialQuery, Query
from krid.profiles import kr

_ADULT: Final[ClaimPath] = ("age_equal_or_over", "19")
_IDENTITY: Final[tuple[ClaimPath, ...]] = (("name",), ("birthdate",), _ADULT)


def identity() -> Query:
    """Ask for name, birth date and "19 or older", from a resident card or a driving licence."""
    return query.of(
        query.any_of(query.sdjwt("id", vct=kr.VCT, claims=_IDENTITY), *_licences(_IDENTITY))
    )


def adult() -> Query:
    """Ask for "19 or older" and nothing else, from either card in either format."""
    return query.of(
        query.any_of(
            query.sdjwt("card", vct=kr.VCT, claims=(_ADULT,)),
            query.mdoc("mdoc", doctype=kr.DOCTYPE, claims={kr.NAMESPACE: ["age_over_19"]}),
            *_licences((_ADULT,)),
        )
    )


def _licences(paths: tuple[ClaimPath, ...]) -> tuple[CredentialQuery, CredentialQuery]:
    """Ask for the same claims from the licence in both of its formats."""
    places = [claim.mdoc_path for claim in kr.LICENCE_CLAIMS if claim.path in paths]
    elements = {
        space: [str(element) for each, element in places if each == space]
        for space in (kr.LICENCE_NAMESPACE, kr.LICENCE_DOMESTIC)
        if any(each == space for each, _ in places)
    }
    return (
        query.sdjwt("licence", vct=kr.LICENCE_VCT, claims=paths),
        query.mdoc("licence_mdoc", doctype=kr.LICENCE_DOCTYPE, claims=elements),
    )
