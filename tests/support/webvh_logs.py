"""Logs of did:webvh with one thing changed: what a forger with or without keys would publish."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from krid.did.methods.webvh import entry as hashes
from krid.did.methods.webvh.identifier import PLACEHOLDER
from krid.did.methods.webvh.rule import key_url
from krid.keys import Alg, LocalKey, multikey
from krid.proofs import prepare

NOW = datetime(2026, 6, 1, tzinfo=UTC)
START = NOW - timedelta(days=100)
KEYS = [LocalKey.generate(Alg.EDDSA) for _ in range(4)]
Json = dict[str, Any]
Change = Callable[[Json], None]


def encoded(index: int) -> str:
    return multikey.encode(KEYS[index].public_key)


def nothing(_entry: Json) -> None:
    """Change nothing."""


@dataclass
class Step:
    """One entry: its parameters, who signs, and what is changed before and after signing.

    `before` may change anything, and the hashes fit what it made. `between` changes what is
    hashed already, `after` what is signed already.
    """

    parameters: Json | None = None
    signer: int = 0
    before: Change = nothing
    between: Change = nothing
    after: Change = nothing
    state: Json | None = None
    host: str = "issuer.example"


def first(**changes: Any) -> Json:
    """The parameters of an honest first entry."""
    members = {"method": "did:webvh:1.0", "scid": PLACEHOLDER, "updateKeys": [encoded(0)]}
    return {name: value for name, value in (members | changes).items() if value is not ...}


def build(*steps: Step) -> list[Json]:
    """Make the entries of a log, chained and signed, each with its changes."""
    entries: list[Json] = []
    for index, step in enumerate(steps):
        entry = _draft(index, step, entries)
        if index == 0:
            _name(entry)
        else:
            digest = hashes.entry_hash(entry, after=entries[-1]["versionId"])
            entry["versionId"] = f"{index + 1}-{digest}"
        step.between(entry)
        entry["proof"] = [proof(entry, step.signer)]
        step.after(entry)
        entries.append(entry)
    return entries


def _draft(index: int, step: Step, entries: list[Json]) -> Json:
    scid = entries[0]["parameters"]["scid"] if entries else PLACEHOLDER
    state = step.state or {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": f"did:webvh:{scid}:{step.host}",
    }
    parameters = step.parameters if step.parameters is not None else ({} if index else first())
    entry = {
        "versionId": PLACEHOLDER,
        "versionTime": (START + timedelta(days=index)).isoformat()[:19] + "Z",
        "parameters": parameters,
        "state": state,
    }
    step.before(entry)
    return entry


def _name(entry: Json) -> None:
    """Put the hash of the first entry in the place of the placeholder."""
    scid = hashes.scid(entry)
    text = json.dumps(entry).replace(PLACEHOLDER, scid)
    entry.clear()
    entry.update(json.loads(text))
    entry["versionId"] = f"1-{hashes.entry_hash(entry, after=scid)}"


def proof(entry: Json, signer: int, **changes: Any) -> Json:
    key = KEYS[signer]
    made = prepare(
        {name: value for name, value in entry.items() if name != "proof"},
        verification_method=changes.pop("verification_method", key_url(key.public_key)),
        purpose=changes.pop("purpose", "assertionMethod"),
        created=NOW,
    ).sign_with(key)
    return {**made, **changes}


def approval(version_id: str, signer: int) -> Json:
    return proof({"versionId": version_id}, signer)


def log_bytes(entries: list[Json]) -> bytes:
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


def did_of(entries: list[Json]) -> str:
    return str(entries[0]["state"]["id"])
