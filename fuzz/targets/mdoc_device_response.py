"""DeviceResponse: any bytes are a response or refused, shown to people, and written again."""

from krid import mdoc
from krid.errors import KridError


def target(data: bytes) -> None:
    try:
        response = mdoc.parse_device_response(data)
        mdoc.MdocFormat().inspect(data)
        again = mdoc.parse_device_response(mdoc.encode_device_response(response))
    except KridError:
        return
    if len(again.documents) != len(response.documents) or again.status != response.status:
        raise AssertionError
