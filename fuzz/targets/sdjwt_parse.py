"""Any text as an SD-JWT or SD-JWT+KB: parsed, inspected, and its disclosures put in place."""

from krid.errors import KridError
from krid.sdjwt import Presentation, SdJwtVcFormat, present
from krid.sdjwt.reveal import locate, reveal

_FORMAT = SdJwtVcFormat()


def target(data: bytes) -> None:
    """Read a presentation; nothing but KridError may come out."""
    _FORMAT.recognises(data)
    try:
        _FORMAT.inspect(data)
        sd_jwt = Presentation.parse(data.decode("latin-1")).sd_jwt
        reveal(sd_jwt.payload, sd_jwt.disclosures)
        paths = locate(sd_jwt.payload, sd_jwt.disclosures)
        if present.bearer(sd_jwt, disclose=tuple(paths)) != sd_jwt.text:
            raise AssertionError("disclosing everything gives another text")
    except KridError:
        return
