"""Any JSON or CBOR as a `status` claim: a reference that is written as it was read, or refused."""

from krid._core import cbor, strict_json
from krid.errors import KridError
from krid.model import encode_status, parse_status


def target(data: bytes) -> None:
    for read in (strict_json.loads, cbor.decode):
        try:
            reference = parse_status(read(data))
        except KridError:
            continue
        if parse_status(encode_status(reference)) != reference:
            raise AssertionError("a reference changed on its way")
