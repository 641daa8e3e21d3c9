"""Plain OpenID4VCI 1.0, without a profile on top, as a value."""

from datetime import timedelta
from typing import Final

from krid.keys import Alg
from krid.openid.vci.offer import GrantType
from krid.openid.vci.policy import IssuancePolicy

OPENID4VCI: Final = IssuancePolicy(
    name="openid4vci",
    grants=frozenset({GrantType.AUTHORIZATION_CODE, GrantType.PRE_AUTHORIZED_CODE}),
    algs=frozenset({Alg.ES256, Alg.ES384, Alg.ES512, Alg.EDDSA}),
    push_required=False,
    iss_required=False,
    scope_required=False,
    dpop_required=False,
    dpop_nonce_required=False,
    client_attestation_required=False,
    challenge_required=False,
    key_attestation_required=False,
    certificates_required=False,
    signed_metadata_required=False,
    max_age=timedelta(minutes=5),
    skew=timedelta(minutes=1),
)
"""What OpenID4VCI 1.0 itself demands: it leaves nearly all to profiles.

PKCE, nonces in key proofs and strict identities are krid's own, always. A wallet still uses DPoP,
pushed requests and attestations where it has the keys and the issuer takes them.
"""
