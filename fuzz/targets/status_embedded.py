"""Any JSON as a status list with a proof in it, as it comes and signed anew."""

from datetime import UTC, datetime, timedelta

from krid._core import jcs, strict_json
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey
from krid.proofs import EDDSA_JCS, ProofOptions, with_proof
from krid.status import verify_bitstring
from krid.status.embedded import EmbeddedProof
from krid.vcdi.holder import did_of, method_of

_KEY = LocalKey.generate(Alg.EDDSA)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_URI = "https://mois.example/status/3"
_OPTIONS = ProofOptions(
    verification_method=method_of(_KEY.public_key), purpose="assertionMethod", created=_NOW
)


class _Issuer:
    """Trusts the one key of this target."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=_KEY.public_key, issuer="fuzz", path="fuzz")


def target(data: bytes) -> None:
    """Verify the bytes, and what they say under a good proof; only KridError may come out."""
    _verify(data)
    try:
        document = strict_json.loads_object(data)
        listed = {**jcs.without(document, "proof"), "issuer": did_of(_KEY.public_key)}
        proof = EDDSA_JCS.prepare(listed, _OPTIONS, alg=_KEY.alg).sign_with(_KEY)
        signed = strict_json.dumps(with_proof(listed, proof))
    except KridError:
        return
    _verify(signed)


def _verify(data: bytes) -> None:
    try:
        secured = EmbeddedProof().parse(data)
        found = verify_bitstring(secured, uri=_URI, issuers=_Issuer(), now=_NOW, skew=timedelta(0))
    except KridError:
        return
    if not found.issued_at <= _NOW <= found.valid_until:
        raise AssertionError("a list is believed outside of its time")
