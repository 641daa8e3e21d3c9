import pytest

from krid.errors import Code, ContentError, KridError, MalformedError, TrustError
from krid.mdoc import ResponseStatus


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (MalformedError(Code.CBOR_SYNTAX), 11),
        (MalformedError(Code.CBOR_DEPTH), 11),
        (MalformedError(Code.MDOC_REQUEST), 12),
        (MalformedError(Code.COSE_SYNTAX), 12),
        (MalformedError(Code.COSE_HEADER), 12),
        (TrustError(Code.MDOC_READER_AUTH), 10),
        (ContentError(Code.MDOC_AGE_REQUESTS), 10),
    ],
)
def test_the_status_for_a_request_that_was_refused(refusal: KridError, status: int) -> None:
    assert ResponseStatus.of(refusal).value == status
