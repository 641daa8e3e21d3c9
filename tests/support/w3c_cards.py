"""W3C credentials for tests: documents that keep every rule, and what signs them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from krid._core.entropy import system_entropy
from krid.keys import Alg, LocalKey
from krid.model import (
    BEARER,
    NO_STATUS,
    Challenge,
    CredentialFormat,
    IssueOrder,
    OrderedStatus,
    VerifiedCredential,
)
from krid.trust import KeyTrust

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ISSUER = "https://mois.example"
TYPE = "ExampleResidentCard"
V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
KEY = LocalKey.generate(Alg.ES256)
HOLDER = LocalKey.generate(Alg.ES256)
TRUST = KeyTrust.of(KEY.public_key)
CHALLENGE = Challenge(audience="https://bank.example", nonce="n-0S6_WzA2Mj")
SUBJECT = {"id": "did:example:resident", "family_name": "Kim", "level": 3}


def without(members: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out members that are Ellipsis: None is a value of JSON."""
    return {name: value for name, value in members.items() if value is not ...}


def document(**changes: Any) -> dict[str, Any]:
    """A credential of data model 2.0; a member that is Ellipsis is left out."""
    whole = {
        "@context": [V2],
        "type": ["VerifiableCredential", TYPE],
        "issuer": ISSUER,
        "credentialSubject": dict(SUBJECT),
    }
    return without(whole | changes)


def document_1_1(**changes: Any) -> dict[str, Any]:
    """A credential of data model 1.1."""
    return document(**{"@context": [V1], "issuanceDate": "2026-06-01T00:00:00Z", **changes})


def presentation(**changes: Any) -> dict[str, Any]:
    """A presentation of data model 2.0 with one credential that is not secured."""
    whole = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [document()],
    }
    return without(whole | changes)


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def order(**changes: Any) -> IssueOrder:
    """An order of a credential that is bound to HOLDER."""
    whole: dict[str, Any] = {
        "type": TYPE,
        "claims": {"credentialSubject": dict(SUBJECT)},
        "holder": HOLDER.public_key,
        "issuer": ISSUER,
        "alg": KEY.alg,
        "key_id": None,
        "certificates": (),
        "signed_at": NOW,
        "valid_from": NOW,
        "valid_until": NOW + 365 * DAY,
        "status": NO_STATUS,
    }
    return IssueOrder(**(whole | changes))


def issue(
    credential_format: CredentialFormat, *, status: OrderedStatus = NO_STATUS, **changes: Any
) -> bytes:
    """A credential, signed by KEY."""
    made = order(status=status, **changes)
    return credential_format.prepare_issue(made, entropy=system_entropy).sign_with(KEY)


def present(
    credential_format: CredentialFormat,
    card: bytes,
    *paths: tuple[str | int | None, ...],
    signer: LocalKey = HOLDER,
    now: datetime = NOW,
) -> bytes:
    """A presentation for CHALLENGE."""
    prepared = credential_format.prepare_presentation(
        card, disclose=paths, challenge=CHALLENGE, alg=signer.alg, now=now
    )
    return prepared.sign_with(signer)


def verify(credential_format: CredentialFormat, shown: bytes, **changes: Any) -> VerifiedCredential:
    """Verify for CHALLENGE at NOW, unless told otherwise."""
    settings: dict[str, Any] = {
        "issuers": TRUST,
        "challenge": CHALLENGE,
        "now": NOW,
        "skew": timedelta(0),
        "max_age": timedelta(minutes=5),
    }
    return credential_format.verify(shown, **(settings | changes))


__all__ = [
    "BEARER",
    "CHALLENGE",
    "HOLDER",
    "ISSUER",
    "KEY",
    "NOW",
    "SUBJECT",
    "TRUST",
    "TYPE",
    "document",
    "document_1_1",
    "issue",
    "order",
    "present",
    "presentation",
    "raw",
    "verify",
    "without",
]
