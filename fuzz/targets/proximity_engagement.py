"""Device engagements: any bytes are one or refused; what was read is written and read again."""

from krid.errors import KridError
from krid.proximity import DeviceEngagement, OtherMethod, ident_value


def target(data: bytes) -> None:
    try:
        found = DeviceEngagement.parse(data)
    except KridError:
        check_uri(data)
        return
    if DeviceEngagement.from_uri(found.to_uri()) != found or found.raw != data:
        raise AssertionError
    known = [each for each in found.methods if not isinstance(each, OtherMethod)]
    again = DeviceEngagement.of(found.key, methods=known)
    if again.key != found.key or list(again.methods) != known:
        raise AssertionError
    if len(ident_value(found.key_bytes)) != 16:
        raise AssertionError


def check_uri(data: bytes) -> None:
    try:
        DeviceEngagement.from_uri(data.decode("latin-1"))
    except KridError:
        return
