"""Status lists with a Data Integrity proof: signed, read, looked up, and refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core import strict_json
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.model import BitstringEntry, IssuerHint, IssuerKey
from krid.proofs import ECDSA_JCS, EDDSA_JCS, PlainSuite, ProofOptions, with_proof
from krid.status import Bitstring, StatusLists
from krid.status.bitstring_credential import compose_bitstring
from krid.status.embedded import EmbeddedProof
from krid.status.fetch import Fetching
from krid.vcdi.holder import did_of, method_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
URI = "https://mois.example/status/1"
KEYS = {alg: LocalKey.generate(alg) for alg in (Alg.EDDSA, Alg.ES256, Alg.ES384)}
CASES = [(EDDSA_JCS, Alg.EDDSA), (ECDSA_JCS, Alg.ES256), (ECDSA_JCS, Alg.ES384)]


class Pinned:
    """Believes one key, and remembers what it was asked."""

    def __init__(self, key: LocalKey) -> None:
        self.trusted = IssuerKey(key=key.public_key, issuer=did_of(key.public_key), path="pinned")
        self.asked: list[IssuerHint] = []

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        self.asked.append(hint)
        return self.trusted


def signed(suite: PlainSuite, key: LocalKey, *, purpose: str = "assertionMethod") -> dict[str, Any]:
    listed = compose_bitstring(
        Bitstring.zeros(1).with_value(7, 1, size=1),
        uri=URI,
        purposes=["revocation"],
        issuer=did_of(key.public_key),
        now=NOW,
        lifetime=timedelta(days=1),
    )
    options = ProofOptions(
        verification_method=method_of(key.public_key), purpose=purpose, created=NOW
    )
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


@pytest.mark.parametrize(("suite", "alg"), CASES)
def test_a_list_says_what_it_was_given(suite: PlainSuite, alg: Alg) -> None:
    listed = signed(suite, KEYS[alg])
    trust = look_up(listed, 6, KEYS[alg])
    assert trust.asked[0].alg is alg
    assert trust.asked[0].key_id == method_of(KEYS[alg].public_key)
    assert refusal(listed, KEYS[alg], 7) is Code.STATUS_REVOKED


@pytest.mark.parametrize(("suite", "alg"), CASES)
def test_a_list_that_was_changed_is_refused(suite: PlainSuite, alg: Alg) -> None:
    listed = signed(suite, KEYS[alg])
    listed["credentialSubject"]["encodedList"] = Bitstring.zeros(1).encode()
    assert refusal(listed, KEYS[alg]) is Code.STATUS_SIGNATURE


def test_what_is_refused_before_the_proof() -> None:
    key = KEYS[Alg.ES256]
    listed = signed(ECDSA_JCS, key)
    bare = {name: each for name, each in listed.items() if name != "proof"}
    assert refusal(bare, key) is Code.DI_NO_PROOF
    twice = {**listed, "proof": [listed["proof"], {**listed["proof"]}]}
    assert refusal(twice, key) is Code.DI_SUITE
    selective = {**listed, "proof": {**listed["proof"], "cryptosuite": "ecdsa-sd-2023"}}
    assert refusal(selective, key) is Code.DI_SUITE
    assert refusal(signed(ECDSA_JCS, key, purpose="authentication"), key) is Code.DI_PURPOSE
    assert refusal({**listed, "issuer": "did:example:other"}, key) is Code.DI_METHOD
    named = {**listed, "issuer": "https://mois.example"}
    assert refusal(named, key) is Code.STATUS_SIGNATURE


def test_its_media_type_is_that_of_a_credential() -> None:
    assert EmbeddedProof().media_types == ("application/vc",)
