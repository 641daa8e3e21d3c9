"""Any text is a moment that is written back as the same one, or is refused; so is any number."""

from krid._core import strict_json, times
from krid.errors import KridError


def target(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        moment = times.from_rfc3339(text)
        if times.from_rfc3339(times.to_rfc3339(moment)) != moment.replace(microsecond=0):
            raise AssertionError("a date-time changed on its way")
    except KridError:
        pass
    try:
        moment = times.from_numeric_date(strict_json.loads(data))
    except KridError:
        return
    if times.from_numeric_date(times.to_numeric_date(moment)) != moment.replace(microsecond=0):
        raise AssertionError("a moment changed on its way")
