"""Sets and chains of proofs (VC Data Integrity 1.0, sections 2.1.1, 2.1.2, 4.3 and 4.5)."""

from collections.abc import Mapping, Sequence
from typing import Final

from krid._core import jcs, limits, shape
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError, MisuseError
from krid.proofs.model import Proof

PROOF: Final = "proof"


def parse_proofs(document: Mapping[str, Json]) -> tuple[Proof, ...]:
    """Read all proofs of a document.

    Raises:
        MalformedError: `di.no_proof`; `di.syntax`, also for two proofs of one id; `di.previous`
            for one that follows a proof that is not there, or itself, at once or through others.
    """
    if PROOF not in shape.mapping(document, Code.DI_SYNTAX):
        raise MalformedError(Code.DI_NO_PROOF)
    value = document[PROOF]
    members = value if isinstance(value, list | tuple) else [value]
    if not members:
        raise MalformedError(Code.DI_NO_PROOF)
    if len(members) > limits.MAX_DI_PROOFS:
        raise MalformedError(Code.DI_SYNTAX, "more proofs than the limit")
    proofs = tuple(map(Proof.parse, members))
    names = [proof.id for proof in proofs if proof.id is not None]
    if len(set(names)) != len(names):
        raise MalformedError(Code.DI_SYNTAX, "two proofs of one id")
    _check_order(proofs)
    return proofs


def input_document(
    document: Mapping[str, Json], previous: Sequence[str], proofs: Sequence[Proof]
) -> JsonObject:
    """Return what a proof covers: the document, with the proofs that this one follows.

    Without any it is the document without proofs.

    Raises:
        MalformedError: `di.previous`.
    """
    by_name = {proof.id: proof for proof in proofs}
    if not by_name.keys() >= set(previous):
        raise MalformedError(Code.DI_PREVIOUS)
    bare = jcs.without(document, PROOF)
    followed = [dict(proof.members) for proof in proofs if proof.id in previous]
    return {**bare, PROOF: followed} if followed else bare


def prepared_input(document: Mapping[str, Json], previous: Sequence[str]) -> JsonObject:
    """Return what a new proof of a document must cover (section 4.3).

    Raises:
        MisuseError: `misuse.option` when it follows a proof that is not there.
        MalformedError: `di.syntax`, `di.previous` for the proofs that are there.
    """
    proofs = parse_proofs(document) if PROOF in document else ()
    try:
        return input_document(document, previous, proofs)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_OPTION, "previous") from cause


def with_proof(document: Mapping[str, Json], proof: Mapping[str, Json]) -> JsonObject:
    """Add a finished proof to a document, beside those that it has."""
    if PROOF not in document:
        return {**document, PROOF: proof}
    present = document[PROOF]
    others = list(present) if isinstance(present, list | tuple) else [present]
    return {**document, PROOF: [*others, proof]}


def _check_order(proofs: Sequence[Proof]) -> None:
    """Take away what follows nothing that is left, until nothing is left."""
    left = {proof.id: set(proof.previous) for proof in proofs if proof.id is not None}
    if not all(left.keys() >= set(proof.previous) for proof in proofs):
        raise MalformedError(Code.DI_PREVIOUS)
    while left:
        first = [name for name, previous in left.items() if left.keys().isdisjoint(previous)]
        if not first:
            raise MalformedError(Code.DI_PREVIOUS)
        for name in first:
            del left[name]
