"""Session transcripts: any bytes are one or refused, whole and put together from their parts."""

from krid import mdoc
from krid.errors import KridError


def target(data: bytes) -> None:
    for given in (data, data[: len(data) // 2]):
        _whole(given)
        _of_parts(given, data[len(given) :] or data)
    _reader_key(data)


def _whole(data: bytes) -> None:
    try:
        transcript = mdoc.SessionTranscript.parse(data)
    except KridError:
        return
    if transcript.raw != data or not transcript.embedded().endswith(data):
        raise AssertionError


def _of_parts(engagement: bytes, reader_key: bytes) -> None:
    for handover in (mdoc.QR_HANDOVER, mdoc.NfcHandover(engagement, reader_key)):
        try:
            made = mdoc.SessionTranscript.of_proximity(
                device_engagement=engagement, reader_key=reader_key, handover=handover
            )
        except KridError:
            continue
        if mdoc.SessionTranscript.parse(made.raw) != made:
            raise AssertionError


def _reader_key(data: bytes) -> None:
    try:
        key = mdoc.parse_reader_key(data)
    except KridError:
        return
    if mdoc.parse_reader_key(mdoc.encode_reader_key(key)) != key:
        raise AssertionError
