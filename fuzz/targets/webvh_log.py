"""did:webvh logs: any bytes are verified versions, with a fault perhaps, or a refusal."""

from datetime import UTC, datetime

from krid.did import webvh
from krid.errors import KridError

_NOW = datetime(2026, 6, 1, tzinfo=UTC)


def target(data: bytes) -> None:
    try:
        history = webvh.read(data, now=_NOW)
    except KridError:
        return
    again = webvh.read(history.encode(), now=_NOW)
    if again.versions != history.versions or again.fault is not None:
        raise AssertionError("what was verified does not verify again")
    webvh.with_services(history.latest)
