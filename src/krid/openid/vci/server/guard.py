"""Who is asking: the DPoP proof and the client's authentication of one request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from krid.errors import BindingError, Code, TrustError
from krid.keys import PublicKey, jwk
from krid.openid.oauth import client_attestation as attested
from krid.openid.oauth import dpop
from krid.openid.oauth.dpop import DpopProof
from krid.openid.oauth.http import Call
from krid.openid.oauth.refusal import OauthError, refusing
from krid.openid.vci.server.setup import IssuerSetup

DPOP_NONCES: Final = "dpop"
CHALLENGES: Final = "client attestation"


@final
@dataclass(frozen=True, slots=True)
class Caller:
    """A client as it showed itself: None where nothing was shown.

    `instance` and `dpop_key` are thumbprints of keys that signed for this very request. Anybody
    can make a DPoP proof: it is burnt (`burn`) when it is known that the request is for something.
    """

    client_id: str | None
    instance: str | None = field(repr=False)
    proof: DpopProof | None = field(repr=False)

    @property
    def dpop_key(self) -> str | None:
        """The thumbprint of the key that signed the DPoP proof, None without one."""
        return None if self.proof is None else self.proof.thumbprint


def identify(setup: IssuerSetup, call: Call, form: Mapping[str, str], name: str) -> Caller:
    """Find out who calls an endpoint of the authorization server, by its name.

    Raises:
        RefusalError: `invalid_dpop_proof`, `use_dpop_nonce`, `invalid_client`,
            `use_attestation_challenge` or `use_fresh_attestation`.
    """
    proof = dpop_proof(setup, call, url=setup.url(name), access_token=None)
    with refusing(OauthError.INVALID_CLIENT):
        client_id, instance = _client(setup, call, form, proof)
    return Caller(client_id, instance, proof)


def dpop_proof(
    setup: IssuerSetup, call: Call, *, url: str, access_token: str | None
) -> DpopProof | None:
    """Verify the DPoP proof of a request, if it has one, but for its first use: see `burn`.

    Raises:
        RefusalError: `invalid_dpop_proof` or `use_dpop_nonce`.
    """
    with refusing(OauthError.INVALID_DPOP_PROOF):
        text = call.header(dpop.HEADER)
        if text is None:
            return None
        proof = dpop.verify_proof(
            text,
            method=call.method,
            url=url,
            access_token=access_token,
            algs=setup.policy.algs,
            now=setup.now,
            max_age=setup.policy.max_age,
        )
        if setup.policy.dpop_nonce_required:
            dpop.check_nonce(proof, setup.nonces(DPOP_NONCES), now=setup.now)
        return proof


def burn(setup: IssuerSetup, proof: DpopProof | None) -> None:
    """Check that a DPoP proof was not used before, and remember that it was.

    To be called just before a request has an effect, and for whoever has a grant, a token or a
    client's name alone: what is remembered for a stranger would fill the store.

    Raises:
        RefusalError: `invalid_dpop_proof`.
        StoreError: `oauth.busy`.
    """
    if proof is None:
        return
    with refusing(OauthError.INVALID_DPOP_PROOF):
        dpop.check_first_use(proof, setup.store, now=setup.now, max_age=setup.policy.max_age)


def fresh_dpop_nonce(setup: IssuerSetup) -> dict[str, str]:
    """Return the header with a nonce for the next DPoP proof, none where none is demanded."""
    if not setup.policy.dpop_nonce_required:
        return {}
    nonce = setup.nonces(DPOP_NONCES).make(now=setup.now, entropy=setup.entropy)
    return {dpop.NONCE_HEADER: nonce}


def fresh_challenge(setup: IssuerSetup) -> str:
    """Return a challenge for the next proof of a client attestation."""
    return setup.nonces(CHALLENGES).make(now=setup.now, entropy=setup.entropy)


def _client(
    setup: IssuerSetup, call: Call, form: Mapping[str, str], proof: DpopProof | None
) -> tuple[str | None, str | None]:
    named = form.get("client_id")
    text = call.header(attested.HEADER)
    if text is None:
        if setup.policy.client_attestation_required:
            raise TrustError(Code.CLIENT_ATTESTATION_MISSING)
        return named, None
    attestation = attested.verify_attestation(
        text,
        trust=setup.trust,
        algs=setup.policy.algs,
        now=setup.now,
        skew=setup.policy.skew,
        certificates_required=setup.policy.certificates_required,
    )
    if named is not None and named != attestation.client_id:
        raise BindingError(Code.OAUTH_CLIENT)
    _check_possession(setup, call, attestation, proof)
    return attestation.client_id, _thumbprint(attestation.key)


def _check_possession(
    setup: IssuerSetup,
    call: Call,
    attestation: attested.ClientAttestation,
    proof: DpopProof | None,
) -> None:
    """Check that the attested instance itself calls: by a proof of its own, or by DPoP."""
    text = call.header(attested.POP_HEADER)
    if text is None:
        _check_combined(setup, attestation, proof)
        return
    pop = attested.verify_pop(
        text,
        attestation=attestation,
        audience=setup.identifier,
        algs=setup.policy.algs,
        now=setup.now,
        max_age=setup.policy.max_age,
    )
    if setup.policy.challenge_required:
        attested.check_challenge(pop, setup.nonces(CHALLENGES), now=setup.now)
    attested.check_first_use(pop, setup.store, now=setup.now, max_age=setup.policy.max_age)


def _check_combined(
    setup: IssuerSetup, attestation: attested.ClientAttestation, proof: DpopProof | None
) -> None:
    """Check that the DPoP proof is by the attested key, with a challenge as its nonce (7.3)."""
    if proof is None or proof.key != attestation.key:
        raise BindingError(Code.CLIENT_ATTESTATION_POP)
    if setup.policy.challenge_required and not setup.policy.dpop_nonce_required:
        setup.nonces(CHALLENGES).check(
            proof.nonce, now=setup.now, refusal=Code.CLIENT_ATTESTATION_CHALLENGE
        )


def _thumbprint(key: PublicKey) -> str:
    return jwk.key_id(key)
