"""Key proofs as a wallet makes them: signed by each key, or by one whose siblings are attested."""

from collections.abc import Sequence

from krid.errors import Code, UnsupportedError
from krid.keys import Signer
from krid.net import Flow
from krid.openid.vci.configuration import CredentialConfiguration, ProofDemand
from krid.openid.vci.credential_request import Proofs, ProofType
from krid.openid.vci.key_proof import prepare_key_proof
from krid.openid.vci.wallet.setup import KeyAttester, Session, WalletSetup


def prove(
    setup: WalletSetup,
    session: Session,
    described: CredentialConfiguration,
    keys: Sequence[Signer],
    nonce: str | None,
) -> Flow[Proofs]:
    """Prove keys in a way that the issuer takes (section 8.2.1).

    Signed proofs are preferred. Where keys must be attested, one key signs, and one attestation
    vouches for all of them (appendix D.1; HAIP 1.0, section 4.5.1).

    Raises:
        UnsupportedError: `issuance.proof_type`, `key.attestation_missing` for a wallet that has
            nobody to vouch for it, or `alg.not_allowed`.
    """
    signed = described.proofs.get(ProofType.JWT.value)
    if signed is None:
        if ProofType.ATTESTATION.value not in described.proofs:
            raise UnsupportedError(Code.ISSUANCE_PROOF_TYPE)
        text = yield from _attested(_attester(setup), keys, nonce)
        return Proofs(ProofType.ATTESTATION, (text,))
    _check_algs(signed, keys)
    attestation = None
    signers = keys
    if signed.attestation is not None or setup.policy.key_attestation_required:
        attestation = yield from _attested(_attester(setup), keys, nonce)
        signers = keys[:1]
    texts = tuple(_signed(setup, session, key, nonce, attestation) for key in signers)
    return Proofs(ProofType.JWT, texts)


def _signed(
    setup: WalletSetup, session: Session, key: Signer, nonce: str | None, attestation: str | None
) -> str:
    prepared = prepare_key_proof(
        key,
        audience=session.counterpart.issuer,
        nonce=nonce,
        now=setup.now,
        client_id=session.client_id,
        attestation=attestation,
    )
    return prepared.sign_with(key)


def _attested(attester: KeyAttester, keys: Sequence[Signer], nonce: str | None) -> Flow[str]:
    return (yield from attester.attest([key.public_key for key in keys], nonce=nonce))


def _attester(setup: WalletSetup) -> KeyAttester:
    if setup.key_attester is None:
        raise UnsupportedError(Code.KEY_ATTESTATION_MISSING)
    return setup.key_attester


def _check_algs(demand: ProofDemand, keys: Sequence[Signer]) -> None:
    for key in keys:
        if not {key.alg.jose, key.alg.jose_alias} & set(demand.algs):
            raise UnsupportedError(Code.ALG_NOT_ALLOWED, key.alg.jose)
