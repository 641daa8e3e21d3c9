"""The proof of an OpenDID credential: one signature for each claim, so that claims can be left out.

What is signed for a claim is the credential with this claim alone and the proof without its
values, as for a document. There are no salts: whoever sees a signature can guess its claim.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from krid._core import limits, shape
from krid._core.frozen import freeze
from krid._core.strict_json import Json
from krid.did.methods.omn.proof import CURVES, read_signature, signed_bytes
from krid.errors import Code, MalformedError
from krid.keys import Alg, PublicKey

_PURPOSE: Final = "assertionMethod"


def verify_claims(credential: Mapping[str, Json], *, key: PublicKey) -> Sequence[object]:
    """Verify the signature of every claim of a decoded credential, and return the claims.

    `key` is the issuer's, found by whoever trusts it. Does not check dates, status, schema, that
    the holder is the subject, nor the holder's own proof around a presentation.

    Raises:
        MalformedError: `omn.proof` when the proof is malformed, of another purpose or curve, or
            has not exactly one signature for each claim; `omn.syntax` for malformed claims.
        SignatureError: `omn.signature`.
    """
    subject = shape.mapping(credential.get("credentialSubject"), Code.OMN_SYNTAX)
    claims = shape.sequence(subject.get("claims"), Code.OMN_SYNTAX)
    proof = shape.mapping(credential.get("proof"), Code.OMN_PROOF)
    signatures = _signatures(proof, key, len(claims))
    for claim, signature in zip(claims, signatures, strict=True):
        shape.mapping(claim, Code.OMN_SYNTAX)
        alone = {**credential, "credentialSubject": {**subject, "claims": [claim]}}
        key.verify(
            signed_bytes(alone, proof),
            signature,
            alg=Alg.of_curve(key.curve),
            refusal=Code.OMN_SIGNATURE,
        )
    return tuple(map(freeze, claims))


def _signatures(proof: Mapping[str, Json], key: PublicKey, count: int) -> Sequence[bytes]:
    """Read the signatures: as many as there are claims, or a claim would go unsigned."""
    if proof.get("proofPurpose") != _PURPOSE:
        raise MalformedError(Code.OMN_PROOF, "purpose")
    if CURVES.get(shape.text(proof.get("type"), Code.OMN_PROOF)) is not key.curve:
        raise MalformedError(Code.OMN_PROOF, "a key of another curve")
    values = shape.sequence(proof.get("proofValueList"), Code.OMN_PROOF)
    if len(values) != count or not 0 < count <= limits.MAX_QUERY_CLAIMS:
        raise MalformedError(Code.OMN_PROOF, "not one signature for each claim")
    return [read_signature(value) for value in values]
