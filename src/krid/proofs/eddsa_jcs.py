"""eddsa-jcs-2022 in two calls, as DID logs use it (W3C Data Integrity EdDSA, 3.3)."""

from collections.abc import Mapping
from datetime import datetime

from krid._core.strict_json import Json, JsonObject
from krid.keys import Alg, Prepared, PublicKey
from krid.proofs.checks import check_purpose
from krid.proofs.jcs_suites import EDDSA_JCS
from krid.proofs.model import Proof
from krid.proofs.options import ProofOptions


def prepare(
    document: Mapping[str, Json], *, verification_method: str, purpose: str, created: datetime
) -> Prepared[JsonObject]:
    """Prepare a proof over a document that has none; completion returns the proof object.

    The signature may be made anywhere, by an Ed25519 key (section 3.3.1).

    Raises:
        MalformedError: `json.syntax` or `json.number` for a document that has no canonical form.
        MisuseError: `misuse.naive_time`.
    """
    options = ProofOptions(
        verification_method=verification_method, purpose=purpose, created=created
    )
    return EDDSA_JCS.prepare(document, options, alg=Alg.EDDSA)


def verify(document: Mapping[str, Json], proof: Proof, *, key: PublicKey, purpose: str) -> None:
    """Check a proof over a document, given without its proof (section 3.3.2).

    Does not check that the key belongs to the proof's verificationMethod, nor its dates.

    Raises:
        UnsupportedError: `di.suite` for another cryptosuite, or a key that is not Ed25519.
        MalformedError: `di.purpose`, `di.proof_value`, or `di.context` when the proof was made for
            another context.
        SignatureError: `di.signature`.
    """
    check_purpose(proof, purpose)
    EDDSA_JCS.verify(document, proof, key=key)
