"""OpenID4VC High Assurance Interoperability Profile 1.0 (HAIP), as a value."""

from datetime import timedelta
from typing import Final

from krid.keys import Alg
from krid.model import Profile

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
