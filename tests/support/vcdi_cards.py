"""Credentials with embedded proofs for tests: who issues them, and what they say."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from krid._core.entropy import system_entropy
from krid.formats.holders import LocalDidHolders
from krid.keys import Alg, LocalKey
from krid.model import (
    BEARER,
    NO_STATUS,
    Challenge,
    IssueOrder,
    VerifiedCredential,
)
from krid.proofs import ProofOptions, input_document, parse_proofs, with_proof
from krid.trust import KeyTrust
from krid.vcdi.format import VcdiFormat
from krid.vcdi.holder import did_of, method_of
from krid.vcdi.suites import Suites

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
V2 = "https://www.w3.org/ns/credentials/v2"
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
TYPE = "PermanentResidentCardCredential"
KEYS = {alg: LocalKey.generate(alg) for alg in (Alg.EDDSA, Alg.ES256, Alg.ES384)}
HOLDER = LocalKey.generate(Alg.ES256)
CHALLENGE = Challenge(audience="https://bank.example", nonce="n-0S6_WzA2Mj")
SUITES = Suites()
EDDSA, JCS, ECDSA, ECDSA_JCS, SD = (
    "eddsa-rdfc-2022",
    "eddsa-jcs-2022",
    "ecdsa-rdfc-2019",
    "ecdsa-jcs-2019",
    "ecdsa-sd-2023",
)
ALGS = {EDDSA: Alg.EDDSA, JCS: Alg.EDDSA, ECDSA: Alg.ES256, ECDSA_JCS: Alg.ES256, SD: Alg.ES256}
CLAIMS: dict[str, Any] = {
    "@context": CITIZENSHIP,
    "credentialSubject": {
        "type": ["PermanentResident", "Person"],
        "givenName": "Gildong",
        "familyName": "Hong",
        "birthCountry": "Arcadia",
        "residentSince": "2015-01-01",
        "permanentResidentCard": {"type": "PermanentResidentCard", "identifier": "83627465"},
    },
}


def format_of(suite: str | None, **changes: Any) -> VcdiFormat:
    return replace(VcdiFormat(suite=suite, holders=LocalDidHolders()), **changes)


def trust() -> KeyTrust:
    return KeyTrust.of(*(key.public_key for key in KEYS.values()))


def issuer_of(suite: str, alg: Alg | None = None) -> LocalKey:
    return KEYS[alg or ALGS[suite]]


def order(suite: str, alg: Alg | None = None, **changes: Any) -> IssueOrder:
    """An order of a credential that is bound to HOLDER."""
    key = issuer_of(suite, alg).public_key
    whole: dict[str, Any] = {
        "type": TYPE,
        "claims": CLAIMS,
        "holder": HOLDER.public_key,
        "issuer": did_of(key),
        "alg": key.alg,
        "key_id": method_of(key),
        "certificates": (),
        "signed_at": NOW,
        "valid_from": NOW,
        "valid_until": NOW + 365 * DAY,
        "status": NO_STATUS,
    }
    return IssueOrder(**(whole | changes))


def issue(suite: str, alg: Alg | None = None, **changes: Any) -> bytes:
    prepared = format_of(suite).prepare_issue(order(suite, alg, **changes), entropy=system_entropy)
    return prepared.sign_with(issuer_of(suite, alg))


def present(
    card: bytes,
    *paths: tuple[str | int | None, ...],
    signer: LocalKey = HOLDER,
    challenge: Challenge = CHALLENGE,
    now: datetime = NOW,
) -> bytes:
    prepared = format_of(None).prepare_presentation(
        card, disclose=paths, challenge=challenge, alg=signer.alg, now=now
    )
    return prepared.sign_with(signer)


def verify(shown: bytes, *, form: VcdiFormat | None = None, **changes: Any) -> VerifiedCredential:
    settings: dict[str, Any] = {
        "issuers": trust(),
        "challenge": CHALLENGE,
        "now": NOW,
        "skew": timedelta(0),
        "max_age": timedelta(minutes=5),
    }
    return (form or format_of(None)).verify(shown, **(settings | changes))


def changed(raw: bytes, **changes: Any) -> bytes:
    """The document with other members; Ellipsis takes one away."""
    whole = json.loads(raw) | changes
    return json.dumps({name: value for name, value in whole.items() if value is not ...}).encode()


def with_changed_proof(raw: bytes, **changes: Any) -> bytes:
    """The document whose one proof has other members."""
    return changed(
        raw, proof=json.loads(changed(json.dumps(json.loads(raw)["proof"]).encode(), **changes))
    )


def signed(document: Mapping[str, Any], suite: str, key: LocalKey, **options: Any) -> bytes:
    """Any document with one more proof of any kind."""
    whole: dict[str, Any] = {
        "verification_method": method_of(key.public_key),
        "purpose": "assertionMethod",
        "created": NOW,
    }
    made = ProofOptions(**(whole | options))
    proofs = parse_proofs(document) if "proof" in document else ()
    covered = input_document(document, made.previous, proofs)
    proof = SUITES.plain_named(suite).prepare(covered, made, alg=key.alg).sign_with(key)
    return json.dumps(with_proof(document, proof)).encode()


__all__ = ["BEARER", "CHALLENGE", "HOLDER", "NOW", "SD", "TYPE", "V2"]
