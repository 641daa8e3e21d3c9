"""OpenID4VC High Assurance Interoperability Profile 1.0 (HAIP), as a value."""

from datetime import timedelta
from typing import Final

from krid.exchange import ResponseMode
from krid.jose import Enc
from krid.keys import Alg
from krid.model import Profile
from krid.openid.vci.offer import GrantType
from krid.openid.vci.policy import IssuancePolicy
from krid.openid.vp.client_id import Prefix
from krid.openid.vp.policy import PresentationPolicy

HAIP: Final = Profile(
    name="haip",
    algs=frozenset({Alg.ES256, Alg.ES384, Alg.ES512}),
    formats=frozenset({"dc+sd-jwt", "mso_mdoc"}),
    max_lifetime=timedelta(days=5 * 365 + 2),
    max_age=timedelta(minutes=5),
    skew=timedelta(minutes=1),
    status_required=False,
)
"""The values of HAIP 1.0 and, where it names none, krid's own choice.

- `algs`: ES256 is the one that everybody must support (section 7); its two longer siblings of
  ISO 18013-5 are let in beside it. EdDSA and secp256k1 are not.
- `formats`: the two credential formats of section 6.
- `max_lifetime`: HAIP recommends a limit without a number; five years is krid's.
- `max_age`, `skew`: HAIP names none; a person answers within minutes, and clocks are set by
  network time.
- `status_required`: section 6.1 asks for an `exp`, a status, or both. krid always sets an end, so
  the status may be left out; a deployment with long-lived cards sets it, as `kr.PROFILE` does.

Key attestation, certificates in `x5c` and the other rules about messages are kept where those
messages are read.
"""

HAIP_ISSUANCE: Final = IssuancePolicy(
    name="haip",
    grants=frozenset({GrantType.AUTHORIZATION_CODE, GrantType.PRE_AUTHORIZED_CODE}),
    algs=HAIP.algs,
    push_required=True,
    iss_required=True,
    scope_required=True,
    dpop_required=True,
    dpop_nonce_required=False,
    client_attestation_required=True,
    challenge_required=False,
    key_attestation_required=True,
    certificates_required=True,
    signed_metadata_required=False,
    max_age=HAIP.max_age,
    skew=HAIP.skew,
)
"""HAIP 1.0, section 4, for issuers and wallets; where it leaves a choice, what krid chose.

- `grants`: the authorization code is a must; the other grant is not forbidden, and serves counters.
- `push_required`, `iss_required`, `dpop_required`: section 4, by way of the FAPI 2.0 profile. So
  is PKCE with S256, which krid always asks for.
- `scope_required`: sections 4.1 to 4.3.
- `client_attestation_required`: section 4.4.1 asks for client authentication and names wallet
  attestations as the way that interoperates.
- `key_attestation_required`: section 4.5.1 makes wallets support it; that issuers insist on it is
  krid's choice, since an assurance that nobody asks for assures nothing. Loosen it with
  `dataclasses.replace`.
- `certificates_required`: sections 4.1, 4.4.1 and 4.5.1: `x5c`, not self-signed.
- `dpop_nonce_required`, `challenge_required`, `signed_metadata_required`: for ecosystems to say;
  wallets handle all three wherever a server asks for them.
"""

HAIP_PRESENTATION: Final = PresentationPolicy(
    name="haip",
    prefixes=frozenset({Prefix.X509_HASH}),
    modes=frozenset({ResponseMode.DIRECT_POST_JWT, ResponseMode.DC_API_JWT}),
    algs=HAIP.algs,
    encs=(Enc.A256GCM, Enc.A128GCM),
    signed_required=True,
    dc_api_signed_required=False,
    reference_required=True,
    certificates_required=True,
    lifetime=HAIP.max_age,
    skew=HAIP.skew,
)
"""HAIP 1.0, section 5, for verifiers and wallets; where it leaves a choice, what krid chose.

- `prefixes`: `x509_hash` is the one that signed requests must use.
- `modes`: answers are sealed, posted or through the Digital Credentials API.
- `encs`: both must be named by verifiers, and wallets should use A256GCM. The key is on P-256,
  and of one request alone, as krid's verifier always makes it.
- `signed_required`, `reference_required`: section 5.1. Through the DC API, unsigned requests are
  the third of three ways that wallets must take (section 5.2).
- `certificates_required`: with the request comes a certificate that is not self-signed.
- `lifetime`: for requests that do not say when they end, krid's choice.

That on one device the browser goes back to the verifier, and the answer is for the session that
began alone (section 5.1), krid's verifier sees to whatever the policy.
"""
