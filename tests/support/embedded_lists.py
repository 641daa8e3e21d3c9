"""Status lists with a Data Integrity proof, and looking one up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core import strict_json
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.model import BitstringEntry, IssuerHint, IssuerKey
from krid.proofs import PlainSuite, ProofOptions, with_proof
from krid.status import Bitstring, StatusLists
from krid.status.bitstring_credential import compose_bitstring
from krid.status.embedded import EmbeddedProof
from krid.status.fetch import Fetching
from krid.vcdi.holder import did_of, method_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
URI = "https://mois.example/status/1"
KEYS = {alg: LocalKey.generate(alg) for alg in (Alg.EDDSA, Alg.ES256, Alg.ES384)}


class Pinned:
    """Believes one key, and remembers what it was asked."""

    def __init__(self, key: LocalKey) -> None:
        self.trusted = IssuerKey(key=key.public_key, issuer=did_of(key.public_key), path="pinned")
        self.asked: list[IssuerHint] = []

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        self.asked.append(hint)
        return self.trusted


def signed(
    suite: PlainSuite, key: LocalKey, *, purpose: str = "assertionMethod", **dates: datetime
) -> dict[str, Any]:
    listed = compose_bitstring(
        Bitstring.zeros(1).with_value(7, 1, size=1),
        uri=URI,
        purposes=["revocation"],
        issuer=did_of(key.public_key),
        now=NOW,
        lifetime=timedelta(days=1),
    )
    made: dict[str, Any] = {"created": NOW, **dates}
    options = ProofOptions(verification_method=method_of(key.public_key), purpose=purpose, **made)
    proof = suite.prepare(listed, options, alg=key.alg).sign_with(key)
    return with_proof(listed, proof)


def look_up(listed: dict[str, Any], index: int, key: LocalKey) -> Pinned:
    trust = Pinned(key)
    found = {URI: strict_json.dumps(listed)}
    lists = StatusLists(Fetching(found.__getitem__), issuers=trust, securings=(EmbeddedProof(),))
    entry = BitstringEntry(uri=URI, index=index, purpose="revocation")
    lists.check(entry, issuer=trust.trusted, now=NOW)
    return trust


def refusal(listed: dict[str, Any], key: LocalKey, index: int = 6) -> Code:
    with pytest.raises(KridError) as caught:
        look_up(listed, index, key)
    return caught.value.code
