"""What bbs-2023 hashes, and the options that a proof was made with (sections 3.3.8 and 3.4)."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from krid._core import shape, times
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.ld import Processor
from krid.proofs import in_context_of

CRYPTOSUITE: Final = "bbs-2023"
_TYPE: Final = "DataIntegrityProof"
_VALUE: Final = "proofValue"


def options_of(proof: Mapping[str, Json]) -> JsonObject:
    """Return a proof without its value.

    Raises:
        UnsupportedError: `di.suite` for another cryptosuite.
        MalformedError: `di.syntax` for another type, or a moment that is none.
    """
    if proof.get("type") != _TYPE:
        raise MalformedError(Code.DI_SYNTAX, "type")
    if proof.get("cryptosuite") != CRYPTOSUITE:
        raise UnsupportedError(Code.DI_SUITE)
    for name in ("created", "expires"):
        if name in proof:
            _check_moment(proof[name], name)
    return {name: value for name, value in proof.items() if name != _VALUE}


def value_of(proof: Mapping[str, Json]) -> str:
    """Return the value of a proof as text.

    Raises:
        MalformedError: `di.proof_value`.
    """
    return shape.text(proof.get(_VALUE), Code.DI_PROOF_VALUE)


def header(
    processor: Processor,
    document: Mapping[str, Json],
    options: Mapping[str, Json],
    mandatory: Iterable[str],
) -> bytes:
    """Return the header of BBS: the hashes of options and of mandatory statements.

    Raises:
        MalformedError: `di.context` when the proof was made for another context.
    """
    config = in_context_of(document, options)
    proof_hash = hashlib.sha256(processor.canonicalize(config).text.encode()).digest()
    return proof_hash + hashlib.sha256("".join(mandatory).encode()).digest()


def _check_moment(value: Json, name: str) -> None:
    try:
        times.from_rfc3339(shape.text(value, Code.DI_SYNTAX))
    except KridError as cause:
        raise MalformedError(Code.DI_SYNTAX, name) from cause
