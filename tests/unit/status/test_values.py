import pytest

from krid.errors import Code, StatusError
from krid.status import APPLICATION_SPECIFIC, check_valid


def test_valid_passes() -> None:
    check_valid(0)


@pytest.mark.parametrize(
    ("value", "code"),
    [(1, Code.STATUS_REVOKED), (2, Code.STATUS_SUSPENDED)]
    + [(value, Code.STATUS_UNKNOWN_VALUE) for value in range(3, 256)],
)
def test_all_else_is_refused(value: int, code: Code) -> None:
    with pytest.raises(StatusError) as error:
        check_valid(value)
    assert error.value.code is code
    if code is Code.STATUS_UNKNOWN_VALUE:
        kind = "application specific" if value in {3, 12, 13, 14, 15} else "reserved"
        assert error.value.detail == kind


def test_names_the_application_specific_values() -> None:
    assert {3, 12, 13, 14, 15} == APPLICATION_SPECIFIC
