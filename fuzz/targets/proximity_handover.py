"""NFC handovers: any bytes are one or refused; what was read is written and read again."""

from krid.errors import KridError, MalformedError
from krid.proximity import HandoverRequest, HandoverSelect, encode_ndef, parse_ndef


def target(data: bytes) -> None:
    try:
        records = parse_ndef(data)
    except MalformedError:
        return
    if parse_ndef(encode_ndef(records)) != records:
        raise AssertionError
    check_select(data)
    try:
        HandoverRequest.parse(data)
    except KridError:
        return


def check_select(data: bytes) -> None:
    try:
        select = HandoverSelect.parse(data)
    except KridError:
        return
    again = HandoverSelect.of(select.engagement, select.carriers)
    if (again.engagement, again.carriers) != (select.engagement, select.carriers):
        raise AssertionError
    try:
        select.methods(None)
    except KridError:
        return
