"""One entry or hint for each rule of trust in a register, breaking that rule alone."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import pytest

from krid.errors import Code, KridError, MisuseError, ResolutionError, TransportError, TrustError
from krid.keys import Alg, LocalKey, PublicKey, jwk
from krid.model import IssuerHint, TrustedIssuer
from krid.trust import HasDocument, LedgerTrust
from krid.x509 import MDOC_SIGNER, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CARD, MOIS, DID = "urn:example:card", "https://mois.example", "did:web:mois.example"
LEAF, OTHER, THIRD = (LocalKey.generate(Alg.ES256) for _ in range(3))
ROOT = self_signed_ca(
    OTHER,
    common_name="Sample root",
    country="KR",
    valid_from=NOW - DAY,
    valid_until=NOW + 1000 * DAY,
    issuer_uri="https://iaca.example",
    entropy=bytes,
)
CERTIFICATE = sign_certificate(
    LEAF.public_key,
    ca=ROOT,
    ca_key=OTHER,
    leaf=MDOC_SIGNER,
    common_name="Sample signer",
    valid_from=NOW - DAY,
    valid_until=NOW + DAY,
    entropy=bytes,
)
THUMBPRINT = f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{jwk.key_id(LEAF.public_key)}"
ENTRY = TrustedIssuer(
    id=MOIS,
    keys=(LEAF.public_key,),
    types=frozenset({CARD}),
    valid_from=NOW - DAY,
    valid_until=NOW + DAY,
    evidence="block 7 of a sample ledger",
)
BY_DID = replace(ENTRY, keys=(), did=DID)


@dataclass(frozen=True)
class Register:
    """A register with one entry, which it finds under its name or, if it lies, under any."""

    entry: TrustedIssuer
    asked: list[str] = field(default_factory=list)
    lies: bool = False

    def find(self, issuer: str, *, now: datetime) -> TrustedIssuer:
        self.asked.append(issuer)
        if issuer != self.entry.id and not self.lies:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return self.entry


class Unreachable:
    """A register that can't be had."""

    def find(self, issuer: str, *, now: datetime) -> TrustedIssuer:
        raise TransportError(Code.NET_SCHEME)


@dataclass(frozen=True)
class Document:
    def assertion_key(self, fragment_or_url: str) -> PublicKey:
        if fragment_or_url != "#key-1":
            raise ResolutionError(Code.DID_NOT_FOUND)
        return LEAF.public_key

    def assertion_bbs_key(self, fragment_or_url: str) -> NoReturn:
        raise ResolutionError(Code.DID_KEY_TYPE)


@dataclass(frozen=True)
class Resolved:
    document: Document = field(default_factory=Document)


class Resolver:
    def resolve(self, did: str) -> HasDocument:
        assert did == DID
        return Resolved()


def hint(**changes: Any) -> IssuerHint:
    words: dict[str, Any] = {"format": "dc+sd-jwt", "type": CARD, "alg": Alg.ES256, "issuer": MOIS}
    return IssuerHint(**(words | changes))


def found(entry: TrustedIssuer = ENTRY, *, now: datetime = NOW, **changes: Any) -> PublicKey:
    trust = LedgerTrust(Register(entry), resolver=Resolver())
    return trust.find(hint(**changes), now=now).public_key


def refused(code: Code, entry: TrustedIssuer = ENTRY, **words: Any) -> None:
    with pytest.raises(KridError) as error:
        found(entry, **words)
    assert error.value.code is code


def test_the_genuine_passes() -> None:
    assert found() == LEAF.public_key
    assert found(certificates=(CERTIFICATE.der,)) == LEAF.public_key
    assert found(replace(ENTRY, valid_from=None, valid_until=None)) == LEAF.public_key
    assert found(BY_DID, key_id="#key-1") == LEAF.public_key
    assert found(BY_DID, key_id=f"{DID}#key-1") == LEAF.public_key
    answer = LedgerTrust(Register(ENTRY)).find(hint(), now=NOW)
    assert answer.path == "register entry: block 7 of a sample ledger"
    assert answer.authorities == {MOIS}


def test_names_that_a_hint_gives() -> None:
    assert found(replace(BY_DID, id=DID), issuer=None, key_id=f"{DID}#key-1") == LEAF.public_key
    mdoc = replace(ENTRY, id=THUMBPRINT)
    assert found(mdoc, issuer=None, certificates=(CERTIFICATE.der,)) == LEAF.public_key


def test_keys_that_a_hint_chooses() -> None:
    two = replace(ENTRY, keys=(OTHER.public_key, LEAF.public_key))
    assert found(two, key_id=jwk.key_id(LEAF.public_key)) == LEAF.public_key
    assert found(two, certificates=(CERTIFICATE.der,)) == LEAF.public_key
    refused(Code.TRUST_AMBIGUOUS, two)
    refused(Code.TRUST_AMBIGUOUS, two, key_id="another name")
    assert found(key_id="another name") == LEAF.public_key


@pytest.mark.parametrize(
    "changes",
    [{"issuer": "https://other.example"}, {"issuer": None}, {"issuer": None, "key_id": "k"}],
)
def test_nobody_that_is_listed(changes: dict[str, Any]) -> None:
    refused(Code.TRUST_UNKNOWN_ISSUER, **changes)


def test_a_register_that_answers_with_somebody_else() -> None:
    trust = LedgerTrust(Register(ENTRY, lies=True))
    with pytest.raises(TrustError) as error:
        trust.find(hint(issuer="https://other.example"), now=NOW)
    assert error.value.code is Code.TRUST_ISSUER_NAME


def test_another_type() -> None:
    refused(Code.TRUST_TYPE, type="urn:other")
    # Any issuer may sign its status lists, and no card passes for one.
    for kind in ("statuslist+jwt", "statuslist+cwt"):
        assert found(format=kind, type=kind) == LEAF.public_key
        refused(Code.TRUST_TYPE, type=kind)
    refused(Code.TRUST_TYPE, type="BitstringStatusListCredential")
    refused(Code.TRUST_TYPE, replace(ENTRY, types=frozenset()))


@pytest.mark.parametrize("now", [NOW - 1.01 * DAY, NOW + 1.01 * DAY])
def test_outside_its_dates(now: datetime) -> None:
    refused(Code.TRUST_ENDED, now=now)


def test_another_key() -> None:
    refused(Code.TRUST_KEY, alg=Alg.ES384)
    refused(
        Code.TRUST_KEY, replace(ENTRY, keys=(THIRD.public_key,)), certificates=(CERTIFICATE.der,)
    )


def test_a_key_of_another_did_or_of_none() -> None:
    refused(Code.TRUST_ISSUER_NAME, BY_DID, key_id="did:web:other.example#key-1")
    refused(Code.TRUST_AMBIGUOUS, BY_DID)
    refused(Code.DID_NOT_FOUND, BY_DID, key_id="#key-2")
    with pytest.raises(TrustError) as error:
        LedgerTrust(Register(BY_DID)).find(hint(key_id="#key-1"), now=NOW)
    assert error.value.code is Code.TRUST_AMBIGUOUS


def test_a_register_out_of_reach_and_a_naive_time() -> None:
    with pytest.raises(TransportError):
        LedgerTrust(Unreachable()).find(hint(), now=NOW)
    with pytest.raises(MisuseError):
        found(now=datetime(2026, 6, 1))  # noqa: DTZ001  what is to be refused
