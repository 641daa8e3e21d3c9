"""All key proofs of one credential request, verified together (section 8.2.1, appendix F)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from krid.errors import BindingError, Code, MalformedError, UnsupportedError
from krid.keys import Alg, PublicKey
from krid.model import IssuerKeys
from krid.openid.vci.configuration import AttestationDemand, CredentialConfiguration, ProofDemand
from krid.openid.vci.credential_request import Proofs, ProofType
from krid.openid.vci.key_attestation import KeyAttestation, verify_key_attestation
from krid.openid.vci.key_proof import KeyProof
from krid.openid.vci.policy import IssuancePolicy

_NO_LEVEL: Final = AttestationDemand()


@final
@dataclass(frozen=True, slots=True)
class ProvedKeys:
    """Keys to issue to, each once, and the one nonce that all their proofs answer.

    Whether the nonce is the issuer's and unused is for the caller to check.
    """

    keys: tuple[PublicKey, ...]
    nonce: str = field(repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRules:
    """What proofs must be made for: the issuer `audience`, the client, and a policy.

    `client_id` is None for a token that was had without one. `trust` says who may vouch for keys.
    """

    audience: str
    client_id: str | None
    policy: IssuancePolicy
    trust: IssuerKeys
    now: datetime


def verify_proofs(
    proofs: Proofs, configuration: CredentialConfiguration, rules: ProofRules
) -> ProvedKeys:
    """Verify every proof and return the keys (appendix F.4).

    Where keys must be attested, those of the attestation are meant, all of them: each key that
    signs must be among them.

    Raises:
        MalformedError: `proof.syntax`, `key.attestation_syntax`, the `jws.*` and `key.*` codes.
        UnsupportedError: `issuance.proof_type`, `alg.unknown`, `alg.not_allowed`, `key.type`.
        SignatureError: `proof.signature`, `key.attestation_signature`.
        BindingError: `proof.audience`, `proof.iat`, `proof.client`, `proof.nonce`,
            `key.attestation_iat`, `key.attestation_nonce`, `key.attestation_key`,
            `key.attestation_missing`, `issuance.batch` for one key twice.
        ValidityError, ContentError, TrustError: the other codes of `verify_key_attestation`.
    """
    demand = configuration.proofs.get(proofs.type.value)
    if demand is None:
        raise UnsupportedError(Code.ISSUANCE_PROOF_TYPE)
    if proofs.type is ProofType.ATTESTATION:
        attestation = _attestation(proofs.texts[0], demand, rules)
        return ProvedKeys(attestation.keys, _attested_nonce(attestation))
    signed = [_signed(text, demand, rules) for text in proofs.texts]
    nonce = _common_nonce(signed)
    keys = tuple(proof.key for proof in signed)
    if len(set(keys)) != len(keys):
        raise BindingError(Code.ISSUANCE_BATCH)
    if demand.attestation is None and not rules.policy.key_attestation_required:
        return ProvedKeys(keys, nonce)
    return ProvedKeys(_attested_keys(signed, demand, rules, nonce), nonce)


def _signed(text: str, demand: ProofDemand, rules: ProofRules) -> KeyProof:
    proof = KeyProof.parse(text)
    if proof.jws.alg not in _algs(demand, rules):
        raise UnsupportedError(Code.ALG_NOT_ALLOWED, proof.jws.alg.jose)
    proof.check(audience=rules.audience, now=rules.now, max_age=rules.policy.max_age)
    if proof.client_id is not None and proof.client_id != rules.client_id:
        raise BindingError(Code.PROOF_CLIENT)
    return proof


def _common_nonce(signed: list[KeyProof]) -> str:
    nonces = {proof.nonce for proof in signed}
    if None in nonces:
        raise MalformedError(Code.PROOF_SYNTAX, "nonce")
    if len(nonces) != 1:
        raise BindingError(Code.PROOF_NONCE)
    return str(nonces.pop())


def _attested_keys(
    signed: list[KeyProof], demand: ProofDemand, rules: ProofRules, nonce: str
) -> tuple[PublicKey, ...]:
    """Verify each attestation once, and that it covers the keys that show it."""
    known: dict[str, KeyAttestation] = {}
    for proof in signed:
        text = proof.attestation
        if text is None:
            raise BindingError(Code.KEY_ATTESTATION_MISSING)
        if text not in known:
            known[text] = _attestation(text, demand, rules)
        if _attested_nonce(known[text]) != nonce:
            raise BindingError(Code.KEY_ATTESTATION_NONCE)
        if known[text].expires is None:
            raise MalformedError(Code.KEY_ATTESTATION_SYNTAX, "exp")
        if proof.key not in known[text].keys:
            raise BindingError(Code.KEY_ATTESTATION_KEY)
    return tuple(dict.fromkeys(key for each in known.values() for key in each.keys))


def _attestation(text: str, demand: ProofDemand, rules: ProofRules) -> KeyAttestation:
    return verify_key_attestation(
        text,
        trust=rules.trust,
        demand=demand.attestation or _NO_LEVEL,
        algs=_algs(demand, rules),
        now=rules.now,
        max_age=rules.policy.max_age,
        skew=rules.policy.skew,
        certificates_required=rules.policy.certificates_required,
    )


def _attested_nonce(attestation: KeyAttestation) -> str:
    if attestation.nonce is None:
        raise MalformedError(Code.KEY_ATTESTATION_SYNTAX, "nonce")
    return attestation.nonce


def _algs(demand: ProofDemand, rules: ProofRules) -> frozenset[Alg]:
    named = set(demand.algs)
    return frozenset(
        alg for alg in rules.policy.algs if alg.jose in named or alg.jose_alias in named
    )
