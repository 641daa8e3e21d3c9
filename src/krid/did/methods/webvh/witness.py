"""Approval by witnesses (did:webvh 1.0, "DID Witnesses"): the file of their proofs, and thresholds.

A witness that has approved a version has approved all before it. So one proof for each witness
is enough: its latest one that verifies, and that is of this very log.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from krid._core import limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.did.methods.webvh.history import History, check_proof, read_proof
from krid.did.methods.webvh.rule import key_of, key_url
from krid.errors import Code, KridError, MalformedError, RejectedError
from krid.keys import Prepared, PublicKey
from krid.proofs import Proof, prepare

_MAX_BYTES: Final = limits.MAX_WEBVH_WITNESS_BYTES


def is_needed(history: History) -> bool:
    """Tell whether any version must be witnessed."""
    return any(version.witnesses.is_active for version in history.versions)


def check(history: History, raw: bytes | None) -> History:
    """Check that enough witnesses approved each version that must be witnessed.

    `raw` is the file of proofs, None where there is no such file. The first version without its
    approvals, and all after it, are taken out; its fault is `webvh.witness`.

    Raises:
        MalformedError: `webvh.witness_file`.
        RejectedError: `webvh.witness` when not even the first version is left.
    """
    reach = _reach(history, {} if raw is None else _read_file(raw))
    for index, version in enumerate(history.versions):
        rule = version.witnesses
        if sum(reach.get(did, -1) >= index for did in rule.witnesses) < rule.threshold:
            return _cut(history, index)
    return history


def _cut(history: History, index: int) -> History:
    fault = RejectedError(Code.WEBVH_WITNESS, f"version {index + 1}")
    if index == 0:
        raise fault
    return replace(history, versions=history.versions[:index], fault=fault)


def _reach(history: History, proofs: Mapping[str, list[Json]]) -> dict[str, int]:
    """Find the last version that each witness approved, by its place in the log."""
    named = {did for version in history.versions for did in version.witnesses.witnesses}
    reach: dict[str, int] = {}
    for index in range(len(history.versions) - 1, -1, -1):
        version = history.versions[index]
        for did, proof in _attributed(proofs.get(version.version_id, [])):
            if did in named and did not in reach and _approves(version.version_id, proof):
                reach[did] = index
    return reach


def _attributed(proofs: Iterable[Json]) -> Iterator[tuple[str, Proof]]:
    """Return whose proofs these claim to be; what is no proof of anybody is passed over."""
    for members in proofs:
        try:
            proof = read_proof(members)
            yield f"did:key:{key_of(proof.verification_method)}", proof
        except KridError:
            continue


def _approves(version_id: str, proof: Proof) -> bool:
    try:
        _check_approval(version_id, proof)
    except KridError:
        return False
    return True


def _check_approval(version_id: str, proof: Proof) -> None:
    check_proof({"versionId": version_id}, proof, key_of(proof.verification_method))


def _read_file(raw: bytes) -> dict[str, list[Json]]:
    """Read the file of proofs by version; what one proof is stays to be seen.

    Raises:
        MalformedError: `webvh.witness_file`.
    """
    try:
        items = strict_json.loads(raw, max_bytes=_MAX_BYTES)
    except MalformedError as cause:
        raise MalformedError(Code.WEBVH_WITNESS_FILE, str(cause.code)) from cause
    found: dict[str, list[Json]] = {}
    for item in shape.sequence(items, Code.WEBVH_WITNESS_FILE):
        members = shape.mapping(item, Code.WEBVH_WITNESS_FILE)
        version_id = shape.text(members.get("versionId"), Code.WEBVH_WITNESS_FILE)
        proofs = shape.sequence(members.get("proof", []), Code.WEBVH_WITNESS_FILE)
        found.setdefault(version_id, []).extend(proofs)
    return found


def prepare_approval(version_id: str, *, key: PublicKey, created: datetime) -> Prepared[JsonObject]:
    """Prepare a witness's proof over a version; completion returns the proof object.

    Whoever approves has verified the log up to that version, and that it follows the last
    version approved before.
    """
    return prepare(
        {"versionId": version_id},
        verification_method=key_url(key),
        purpose="assertionMethod",
        created=created,
    )


def encode_file(approvals: Mapping[str, Iterable[JsonObject]]) -> bytes:
    """Write the file of proofs: for each version its proofs.

    Publish it before the log with that version.
    """
    return strict_json.dumps(
        [{"versionId": id_, "proof": list(proofs)} for id_, proofs in approvals.items()]
    )
