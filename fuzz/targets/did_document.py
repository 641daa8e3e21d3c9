"""DID documents from outside, and everything one may ask of them."""

from datetime import UTC, datetime

from krid.did import Did, DidDocument, Purpose
from krid.errors import KridError

_DID = Did.parse("did:web:issuer.example")
_NOW = datetime(2026, 6, 1, tzinfo=UTC)


def target(data: bytes) -> None:
    try:
        document = DidDocument.parse(data, did=_DID).at(_NOW)
    except KridError:
        return
    for purpose in Purpose:
        document.keys_for(purpose)
        for method in document.methods:
            try:
                document.key_for(purpose, method.id)
            except KridError:
                continue
    if document.to_json()["id"] != str(_DID):
        raise AssertionError("a document about another DID was taken")
