"""eddsa-jcs-2022: Ed25519 over the hashes of canonical JSON (W3C Data Integrity EdDSA, 3.3)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from krid._core import jcs, times
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError, UnsupportedError
from krid.keys import Alg, Prepared, PublicKey
from krid.proofs.model import Proof

CRYPTOSUITE: Final = "eddsa-jcs-2022"
_CONTEXT: Final = "@context"


def prepare(
    document: Mapping[str, Json], *, verification_method: str, purpose: str, created: datetime
) -> Prepared[JsonObject]:
    """Prepare a proof over a document that has none; completion returns the proof object.

    The signature may be made anywhere, by an Ed25519 key (section 3.3.1).

    Raises:
        MalformedError: `json.syntax` or `json.number` for a document that has no canonical form.
        MisuseError: `misuse.naive_time`.
    """
    options: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "verificationMethod": verification_method,
        "created": times.to_rfc3339(created),
        "proofPurpose": purpose,
    }
    if _CONTEXT in document:
        options[_CONTEXT] = document[_CONTEXT]
    return Prepared(_hash_data(document, options), Alg.EDDSA, lambda value: _finish(options, value))


def verify(document: Mapping[str, Json], proof: Proof, *, key: PublicKey, purpose: str) -> None:
    """Check a proof over a document, given without its proof (section 3.3.2).

    Does not check that the key belongs to the proof's verificationMethod, nor its dates.

    Raises:
        UnsupportedError: `di.suite` for another cryptosuite, or a key that is not Ed25519.
        MalformedError: `di.purpose`, or `di.context` when the proof was made for another context.
        SignatureError: `di.signature`.
    """
    if proof.cryptosuite != CRYPTOSUITE:
        raise UnsupportedError(Code.DI_SUITE)
    if proof.purpose != purpose:
        raise MalformedError(Code.DI_PURPOSE)
    if key.alg is not Alg.EDDSA:
        raise UnsupportedError(Code.DI_SUITE, "the key is of another suite")
    options = jcs.without(proof.members, "proofValue")
    data = _hash_data(_in_context(document, options), options)
    key.verify(data, proof.value, alg=Alg.EDDSA, refusal=Code.DI_SIGNATURE)


def _finish(options: JsonObject, signature: bytes) -> JsonObject:
    import base58

    return options | {"proofValue": "z" + base58.b58encode(signature).decode("ascii")}


def _hash_data(document: Mapping[str, Json], options: Mapping[str, Json]) -> bytes:
    """Hash the options and the document, one after the other (section 3.3.4)."""
    return (
        hashlib.sha256(jcs.canonical(dict(options))).digest()
        + hashlib.sha256(jcs.canonical(dict(document))).digest()
    )


def _in_context(document: Mapping[str, Json], options: Mapping[str, Json]) -> Mapping[str, Json]:
    """Take the context that the proof was made for, which the document's must begin with."""
    if _CONTEXT not in options:
        return document
    signed, present = _listed(options[_CONTEXT]), _listed(document.get(_CONTEXT))
    if present[: len(signed)] != signed:
        raise MalformedError(Code.DI_CONTEXT)
    return {**document, _CONTEXT: options[_CONTEXT]}


def _listed(context: Json) -> list[Json]:
    return list(context) if isinstance(context, list | tuple) else [context]
