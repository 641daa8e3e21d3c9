"""What an issuer and a wallet demand of each other, as a value: see `krid.profiles`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import final

from krid.keys import Alg
from krid.openid.vci.offer import GrantType


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuancePolicy:
    """What must hold in an issuance; code never asks for a policy's name, only for its values.

    PKCE with S256 is not among them: krid knows nothing else. What the issuer enforces, the
    wallet does by itself, and refuses an issuer that could not take it.

    - `grants`: those that are offered, and used.
    - `algs`: for DPoP proofs, attestations and key proofs.
    - `push_required`: authorization requests are pushed (RFC 9126).
    - `iss_required`: authorization responses name their server (RFC 9207).
    - `scope_required`: every credential has a scope, and the wallet asks for it by that.
    - `dpop_required`, `dpop_nonce_required`: tokens are bound to a key (RFC 9449), with nonces of
      the server in the proofs.
    - `client_attestation_required`, `challenge_required`: wallets authenticate themselves by an
      attestation, with challenges of the server in the proofs.
    - `key_attestation_required`: keys are vouched for, whatever a configuration says.
    - `certificates_required`: attestations and signed metadata come with certificates.
    - `signed_metadata_required`: the wallet takes no metadata without a trusted signature.
    - `max_age`: how old a proof may be; `skew`: how far clocks may differ.
    """

    name: str
    grants: frozenset[GrantType]
    algs: frozenset[Alg]
    push_required: bool
    iss_required: bool
    scope_required: bool
    dpop_required: bool
    dpop_nonce_required: bool
    client_attestation_required: bool
    challenge_required: bool
    key_attestation_required: bool
    certificates_required: bool
    signed_metadata_required: bool
    max_age: timedelta
    skew: timedelta

    @property
    def alg_names(self) -> tuple[str, ...]:
        """The algorithms by their names in JOSE, sorted."""
        return tuple(sorted(alg.jose for alg in self.algs))
