"""Any bytes as a CSV file of residents: read whole exactly where no error is listed."""

from datetime import date

from krid.cardtypes import bundled
from krid.errors import KridError
from krid.registrar.country import Country
from krid.registrar.csv_load import check_people, read_people

_DAY = date(2026, 6, 1)
_COUNTRY = Country.of([bundled("kr-resident")])


def target(data: bytes) -> None:
    lines = data.splitlines(keepends=True)
    errors = check_people(lines, _COUNTRY, day=_DAY).errors
    try:
        count = len(list(read_people(lines, _COUNTRY, day=_DAY)))
    except KridError as error:
        if not errors or errors[0].code is not error.code:
            raise AssertionError("the check saw another error") from error
        return
    if errors or count != len(lines) - 1:
        raise AssertionError("the check refused what is read")
