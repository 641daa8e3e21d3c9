"""Any bytes as an SD-JWT in JSON serialisation: read, written, converted, inspected."""

from contextlib import suppress

from krid.errors import KridError
from krid.sdjwt import JwsJson, SdJwtVcFormat, Serialisation

_FORMAT = SdJwtVcFormat()


def target(data: bytes) -> None:
    """Read a JSON serialisation; nothing but KridError may come out."""
    _FORMAT.recognises(data)
    _convert(data)
    try:
        form = JwsJson.parse(data)
        if JwsJson.parse(form.encode()) != form:
            raise AssertionError("another value comes back")
        general = form.converted(Serialisation.GENERAL)
        if general.presentation_text() != form.presentation_text():
            raise AssertionError("another SD-JWT comes of it")
        _FORMAT.inspect(data)
    except KridError:
        return


def _convert(data: bytes) -> None:
    """Write the bytes as JSON if they are compact text, and read them again."""
    with suppress(KridError):
        form = JwsJson.from_compact(data.decode("latin-1"), Serialisation.FLATTENED)
        if form.compact().encode("latin-1") != data:
            raise AssertionError("the way back leads elsewhere")
        JwsJson.parse(form.encode())
