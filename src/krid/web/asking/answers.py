"""What was proved of one claim, by whichever of the Korean cards."""

from krid.model import ClaimPath
from krid.profiles import kr
from krid.web.verifier.records import VisitRecord


def answers(record: VisitRecord, path: ClaimPath) -> list[object]:
    """Return the proved values of a claim, named by its path in an SD-JWT.

    In mdocs of the resident card and of the driving licence it stands elsewhere.
    """
    both = (*kr.CLAIMS, *kr.LICENCE_CLAIMS)
    places = {path, *(claim.mdoc_path for claim in both if claim.path == path)}
    return [value for each in record.proved for at, value in each.claims if at in places]
