"""Entries of a did:webvh log, signed by the right key: every rule behind the signature.

The input is `parameters`, a line feed, and `state`, for an entry that follows an honest one.
"""

from datetime import UTC, datetime, timedelta

from krid._core import strict_json
from krid._core.strict_json import Json
from krid.did import webvh
from krid.did.methods.webvh import entry as hashes
from krid.did.methods.webvh.rule import key_url
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.proofs import prepare

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_KEY = LocalKey.generate(Alg.EDDSA)
_FIRST = webvh.prepare_creation(
    {"@context": ["https://www.w3.org/ns/did/v1"], "id": webvh.draft("a.example")},
    key=_KEY.public_key,
    changes=webvh.Changes(portable=True),
    now=_NOW - timedelta(days=2),
).sign_with(_KEY)


def target(data: bytes) -> None:
    parameters, _, state = data.partition(b"\n")
    try:
        line = _sign(strict_json.loads(parameters), _state(state))
    except KridError:
        return
    history = webvh.read(_FIRST.encode() + line, now=_NOW)
    if history.versions[0] != _FIRST.latest:
        raise AssertionError("an entry changed the one before it")


def _state(raw: bytes) -> Json:
    """Put the hash of this run's log in the place of the placeholder."""
    return strict_json.loads(raw.replace(b"{SCID}", _FIRST.scid.encode()))


def _sign(parameters: Json, state: Json) -> bytes:
    entry: dict[str, Json] = {
        "versionId": _FIRST.latest.version_id,
        "versionTime": "2026-05-31T00:00:00Z",
        "parameters": parameters,
        "state": state,
    }
    digest = hashes.entry_hash(entry, after=_FIRST.latest.version_id)
    entry["versionId"] = f"2-{digest}"
    proof = prepare(
        entry,
        verification_method=key_url(_KEY.public_key),
        purpose="assertionMethod",
        created=_NOW,
    ).sign_with(_KEY)
    return strict_json.dumps(entry | {"proof": proof})
