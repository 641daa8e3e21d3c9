"""OpenDID documents: as they are, and signed by the key that they list as `assert`.

In the second reading, `KEY` stands for the key of this run.
"""

import base64

from krid._core import jcs, strict_json
from krid.did import Did
from krid.did.methods.omn import OmnDocument
from krid.errors import KridError
from krid.keys import Alg, LocalKey

_DID = Did.parse("did:omn:issuer")
_KEY = LocalKey.generate(Alg.ES256)
_ENCODED = b"m" + base64.b64encode(_KEY.public_key.compressed)


def target(data: bytes) -> None:
    for raw in (data, _signed(data.replace(b"KEY", _ENCODED))):
        try:
            OmnDocument.parse(raw, did=_DID).to_standard().to_json()
        except KridError:
            continue


def _signed(raw: bytes) -> bytes:
    """Sign what is an object; anything else stays as it is."""
    proof = {
        "type": "Secp256r1Signature2018",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": f"{_DID}#assert",
        "proofPurpose": "assertionMethod",
    }
    try:
        document = jcs.without(strict_json.loads_object(raw), "proof", "proofs")
        signature = _KEY.sign(jcs.canonical(document | {"proof": proof}))
        value = "m" + base64.b64encode(b"\x1f" + signature).decode()
        return strict_json.dumps(document | {"proof": proof | {"proofValue": value}})
    except KridError:
        return raw
