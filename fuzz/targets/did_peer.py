"""did:peer: any identifier is a document about this DID, or a refusal."""

from krid._core.clock import SystemClock
from krid.did import DidPeer, Purpose, Resolver
from krid.errors import KridError

_RESOLVER = Resolver((DidPeer(),), clock=SystemClock())


def target(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        document = _RESOLVER.resolve(f"did:peer:{text}").document
    except KridError:
        return
    if document.to_json()["id"] != f"did:peer:{text}":
        raise AssertionError("a document about another DID was made")
    for purpose in Purpose:
        document.keys_for(purpose)
