"""did:webvh 1.0 (Decentralized Identity Foundation): did:web with a history that can be checked.

The DID holds the hash of its first log entry, each entry the hash of the one before. Keys that
the log names sign entries, keys may be announced before they are used, witnesses may approve.

>>> from datetime import UTC, datetime
>>> from krid.did import webvh
>>> from krid.keys import Alg, LocalKey
>>> key, now = LocalKey.generate(Alg.EDDSA), datetime(2026, 6, 1, tzinfo=UTC)
>>> document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": webvh.draft("issuer.example")}
>>> prepared = webvh.prepare_creation(
...     document, key=key.public_key, changes=webvh.UNCHANGED, now=now
... )
>>> log = prepared.sign_with(key)
>>> webvh.read(log.encode(), now=now).latest.number
1
"""

from krid.did.methods.webvh.history import History, Version, read
from krid.did.methods.webvh.identifier import Identifier, draft
from krid.did.methods.webvh.method import DidWebvh, with_services
from krid.did.methods.webvh.parameters import Parameters, key_hash
from krid.did.methods.webvh.rule import UNWITNESSED, WitnessRule
from krid.did.methods.webvh.witness import check as check_witnesses
from krid.did.methods.webvh.witness import encode_file as encode_approvals
from krid.did.methods.webvh.witness import prepare_approval
from krid.did.methods.webvh.write import (
    UNCHANGED,
    Changes,
    parallel_web,
    prepare_creation,
    prepare_deactivation,
    prepare_update,
)

__all__ = [
    "UNCHANGED",
    "UNWITNESSED",
    "Changes",
    "DidWebvh",
    "History",
    "Identifier",
    "Parameters",
    "Version",
    "WitnessRule",
    "check_witnesses",
    "draft",
    "encode_approvals",
    "key_hash",
    "parallel_web",
    "prepare_approval",
    "prepare_creation",
    "prepare_deactivation",
    "prepare_update",
    "read",
    "with_services",
]
