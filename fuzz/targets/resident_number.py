"""Any text is a resident registration number that is written back as it came, or is refused."""

from krid.errors import KridError
from krid.registrar import ResidentNumber


def target(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        number = ResidentNumber.parse(text)
    except KridError:
        return
    if number.encode() != text or number.is_impossible is not (number.birth_date is None):
        raise AssertionError("a number was read as another one")
    if number.century not in {1800, 1900, 2000}:
        raise AssertionError("a number of no century")
