"""The claims of an OpenDID credential: any JSON object is verified or refused."""

from krid._core import strict_json
from krid.did.methods.omn import verify_claims
from krid.errors import KridError
from krid.keys import Curve, PublicKey

# A point of P-256 that belongs to nobody's card: the curve's base point (FIPS 186, D.1.2.3).
KEY = PublicKey.from_compressed(
    Curve.P256,
    bytes.fromhex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
)


def target(data: bytes) -> None:
    """Verify what is a JSON object."""
    try:
        credential = strict_json.loads_object(data)
        verify_claims(credential, key=KEY)
    except KridError:
        return
