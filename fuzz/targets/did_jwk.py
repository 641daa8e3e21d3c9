"""did:jwk: any identifier is a document or a refusal."""

from krid._core.clock import SystemClock
from krid.did import DidJwk, Purpose, Resolver
from krid.errors import KridError

_RESOLVER = Resolver((DidJwk(),), clock=SystemClock())


def target(data: bytes) -> None:
    try:
        text = data.decode("utf-8", "surrogateescape")
        document = _RESOLVER.resolve(f"did:jwk:{text}").document
    except KridError:
        return
    if document.to_json()["id"] != f"did:jwk:{text}":
        raise AssertionError("a document about another DID was made")
    for purpose in Purpose:
        document.keys_for(purpose)
