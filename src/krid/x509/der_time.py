"""The two spellings of a moment in certificates and revocation lists (RFC 5280, 4.1.2.5)."""

import re
from datetime import UTC, datetime
from typing import Final

from krid.errors import Code, MalformedError
from krid.x509.der import Element

UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
TIMES: Final = frozenset({UTC_TIME, GENERALIZED_TIME})

_DIGITS: Final = {
    UTC_TIME: re.compile(rb"[0-9]{12}Z"),
    GENERALIZED_TIME: re.compile(rb"[0-9]{14}Z"),
}
_FIRST_GENERALIZED_YEAR: Final = 2050


def parse_time(element: Element) -> datetime:
    """Read a moment with seconds and in UTC; up to 2049 it must be a UTCTime.

    Raises:
        MalformedError: `x509.crl_syntax`.
    """
    digits = _DIGITS.get(element.tag)
    if digits is None or digits.fullmatch(element.content) is None:
        raise MalformedError(Code.X509_CRL_SYNTAX, "time")
    text = element.content[:-1].decode("ascii")
    if element.tag == UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif int(text[:4]) < _FIRST_GENERALIZED_YEAR:
        raise MalformedError(Code.X509_CRL_SYNTAX, "time")
    try:
        return datetime.strptime(f"{text}+0000", "%Y%m%d%H%M%S%z").astimezone(UTC)
    except ValueError as cause:
        raise MalformedError(Code.X509_CRL_SYNTAX, "time") from cause
