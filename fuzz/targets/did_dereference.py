"""What follows a DID in a DID URL, and after a line feed the document that a web server has."""

import contextlib
from datetime import UTC, datetime

from krid._core.clock import FixedClock
from krid.did import DidWeb, Resolver
from krid.did.resolution import ResolutionOptions
from krid.errors import KridError
from krid.net import Response, ScriptedTransport

_DID = "did:web:issuer.example"
_ADDRESS = "https://issuer.example/.well-known/did.json"
_CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))


def target(data: bytes) -> None:
    rest, _, document = data.partition(b"\n")
    text = rest.decode("utf-8", "surrogateescape")
    transport = ScriptedTransport({_ADDRESS: Response(200, body=document)})
    resolver = Resolver((DidWeb(),), clock=_CLOCK, transport=transport)
    resolver.resolve_result(_DID).to_json()
    with contextlib.suppress(KridError):
        resolver.dereference(_DID + text).to_json()
    try:
        ResolutionOptions.parse({"accept": text, "versionTime": text}).check()
    except KridError:
        return
