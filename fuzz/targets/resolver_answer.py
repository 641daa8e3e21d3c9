"""What another resolver answers: the first two bytes choose the status."""

from datetime import UTC, datetime

from krid._core.clock import FixedClock
from krid.did import RemoteMethod, Resolver
from krid.net import Response, ScriptedTransport

_DID = "did:example:1"
_ENDPOINT = "https://resolver.example/1.0/identifiers/"
_CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
_STATUS = (200, 200, 200, 303, 400, 404, 406, 410, 500, 501)


def target(data: bytes) -> None:
    status = _STATUS[sum(data[:2]) % len(_STATUS)]
    transport = ScriptedTransport({_ENDPOINT + _DID: Response(status, body=data[2:])})
    resolver = Resolver((RemoteMethod("example", _ENDPOINT),), clock=_CLOCK, transport=transport)
    result = resolver.resolve_result(_DID).to_json()
    document = result["didDocument"]
    if isinstance(document, dict) and document["id"] != _DID:
        raise AssertionError("a document about another DID was taken")
