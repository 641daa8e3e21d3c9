"""W3C credentials, as a profile: the formats of the W3C family and OpenID4VC's form of them."""

from datetime import timedelta
from typing import Final

from krid.keys import Alg, BbsAlg
from krid.model import Profile

W3C: Final = Profile(
    name="w3c",
    algs=frozenset({Alg.ES256, Alg.ES384, Alg.ES512, Alg.EDDSA}),
    formats=frozenset({"vc+jwt", "vc+cose", "vc+sd-jwt", "jwt_vc_json", "ldp_vc"}),
    max_lifetime=timedelta(days=5 * 365 + 2),
    max_age=timedelta(minutes=5),
    skew=timedelta(minutes=1),
    status_required=False,
    bbs_algs=frozenset({BbsAlg.SHA256}),
)
"""What krid takes of the W3C family; the specifications leave all of it to deployments.

- `algs`: the NIST curves and Ed25519; `bbs_algs`: the ciphersuite of bbs-2023.
- `formats`: VC-JOSE-COSE, Data Integrity, and data model 1.1 as OpenID4VP names it.
- The times are those of `HAIP`.
"""
