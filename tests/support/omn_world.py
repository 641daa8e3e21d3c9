"""A small OpenDID of its own: a trust agent, issuers, a holder, and what they sign."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from krid.did.methods.omn import OmnDocuments, OmnList
from krid.did.methods.omn.proof import signed_bytes
from krid.keys import Alg, Curve, LocalKey
from krid.opendid import Unlocking

Json = dict[str, Any]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SKEW = timedelta(seconds=60)
AGE = timedelta(minutes=5)
NONCE = "m" + b64encode(bytes(16)).decode().rstrip("=")
SCHEMA = "https://issuer.example/schema?name=mdl"
AGENT, ISSUER, OTHER, HOLDER = (f"did:omn:{name}" for name in ("tas", "issuer", "other", "holder"))
AUTH = {"assert": 1, "pin": 2, "bio": 4}
_TYPES = {Curve.P256: "Secp256r1", Curve.SECP256K1: "Secp256k1"}


def multibase(raw: bytes) -> str:
    return "m" + b64encode(raw).decode()


def sign(key: LocalKey, document: Mapping[str, Any], proof: Mapping[str, Any]) -> str:
    return multibase(bytes((31,)) + key.sign(signed_bytes(document, proof)))


def proof_of(url: str, key: LocalKey, **changes: Any) -> Json:
    return {
        "type": f"{_TYPES[key.public_key.curve]}Signature2018",
        "created": "2026-06-01T00:00:00Z",
        "verificationMethod": url,
        "proofPurpose": "assertionMethod",
        **changes,
    }


@dataclass
class Party:
    """Somebody with a DID and keys; `listed` are those for assertions."""

    did: str
    version: str = "1"
    alg: Alg = Alg.ES256
    listed: tuple[str, ...] = ("assert", "pin", "bio")
    changes: Json = field(default_factory=dict)
    keys: dict[str, LocalKey] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = self.keys or {name: LocalKey.generate(self.alg) for name in AUTH}

    def url(self, key_id: str) -> str:
        return f"{self.did}?versionId={self.version}#{key_id}"

    def document(self) -> bytes:
        kind = f"{_TYPES[self.keys['assert'].public_key.curve]}VerificationKey2018"
        made: Json = {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": self.did,
            "controller": AGENT,
            "created": "2026-01-01T00:00:00Z",
            "updated": "2026-01-01T00:00:00Z",
            "versionId": self.version,
            "deactivated": False,
            "verificationMethod": [
                {
                    "id": name,
                    "type": kind,
                    "controller": AGENT,
                    "publicKeyMultibase": multibase(key.public_key.compressed),
                    "authType": AUTH[name],
                }
                for name, key in self.keys.items()
            ],
            "assertionMethod": list(self.listed),
            **{name: each for name, each in self.changes.items() if name != "status"},
        }
        stated = proof_of(self.url("assert"), self.keys["assert"])
        made["proof"] = {**stated, "proofValue": sign(self.keys["assert"], made, stated)}
        if "status" in self.changes:
            made = {"didDoc": made, "status": self.changes["status"]}
        return json.dumps(made).encode()


@dataclass
class World:
    """Everybody's documents, as the ledger has them."""

    agent: Party = field(default_factory=lambda: Party(AGENT))
    issuer: Party = field(default_factory=lambda: Party(ISSUER))
    other: Party = field(default_factory=lambda: Party(OTHER))
    holder: Party = field(default_factory=lambda: Party(HOLDER))

    @property
    def documents(self) -> OmnDocuments:
        parties = (self.agent, self.issuer, self.other, self.holder)
        return OmnDocuments(OmnList({each.did: each.document() for each in parties}))

    def credential(self, issuer: Party | None = None, **changes: Any) -> Json:
        """Issue a credential; `claims`, `subject`, `proof` and `signed_by` are changed apart."""
        by = issuer or self.issuer
        claims = changes.pop("claims", CLAIMS)
        subject = {"id": changes.pop("subject", HOLDER), "claims": claims}
        stated_changes = changes.pop("proof", {})
        key = changes.pop("signed_by", by).keys["assert"]
        made = {**_credential(by.did), "credentialSubject": subject, **changes}
        stated = proof_of(by.url("assert"), key, **stated_changes)
        return sign_credential(made, stated, key)

    def certificate(self, did: str = ISSUER, role: str = "Issuer", **changes: Any) -> bytes:
        claims = [
            claim("org.opendid.v1.subject", "o=Example,c=KR"),
            claim("org.opendid.v1.role", role),
        ]
        made = {
            "type": ["VerifiableCredential", "CertificateVC"],
            "id": f"cert {did}",
            "subject": did,
            "claims": claims,
        }
        issuer = changes.pop("issuer", self.agent)
        return encode(self.credential(issuer, **{**made, **changes}))

    def presentation(
        self,
        *credentials: Json,
        keys: Sequence[str] = ("pin",),
        proof: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Json:
        made: Json = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": "presentation",
            "type": ["VerifiablePresentation"],
            "holder": HOLDER,
            "validFrom": "2026-06-01T00:00:00Z",
            "validUntil": "2026-06-01T01:00:00Z",
            "verifierNonce": NONCE,
            "verifiableCredential": list(credentials or (self.credential(),)),
            **changes,
        }
        return sign_presentation(made, self.holder, keys, proof or {})

    def terms(self, **changes: Any) -> Json:
        """Return the keyword arguments for verifying a presentation."""
        return {
            "documents": self.documents,
            "unlocking": Unlocking.PIN_OR_BIOMETRIC,
            "nonce": NONCE,
            "now": NOW,
            "skew": SKEW,
            "max_age": AGE,
            **changes,
        }


def claim(code: str, value: str, **changes: Any) -> Json:
    return {
        "code": code,
        "caption": code,
        "value": value,
        "type": "text",
        "format": "plain",
        **changes,
    }


CLAIMS = [claim("name", "Hong Gildong"), claim("birth", "1990-13-01"), claim("sex", "M")]


def _credential(issuer: str) -> Json:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "credential",
        "type": ["VerifiableCredential"],
        "issuer": {"id": issuer, "name": "issuer"},
        "issuanceDate": "2026-01-01T00:00:00Z",
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2027-01-01T00:00:00Z",
        "encoding": "UTF-8",
        "formatVersion": "1.0",
        "language": "ko",
        "evidence": [{"type": "DocumentVerification", "verifier": issuer}],
        "credentialSchema": {"id": SCHEMA, "type": "OsdSchemaCredential"},
    }


def sign_credential(made: Json, stated: Json, key: LocalKey) -> Json:
    """Sign as an issuer does: all claims, and each alone."""
    subject = made["credentialSubject"]
    values = [
        sign(key, {**made, "credentialSubject": {**subject, "claims": [each]}}, stated)
        for each in subject["claims"]
    ]
    whole = sign(key, made, stated)
    return {**made, "proof": {**stated, "proofValue": whole, "proofValueList": values}}


def show(credential: Json, *indexes: int) -> Json:
    """Leave out all claims but some, as a holder does."""
    subject, proof = credential["credentialSubject"], dict(credential["proof"])
    proof.pop("proofValue")
    values = proof["proofValueList"]
    return {
        **credential,
        "credentialSubject": {**subject, "claims": [subject["claims"][each] for each in indexes]},
        "proof": {**proof, "proofValueList": [values[each] for each in indexes]},
    }


def sign_presentation(
    made: Json, holder: Party, keys: Sequence[str], changes: Mapping[str, Any]
) -> Json:
    proofs = []
    for name in keys:
        stated = proof_of(holder.url(name), holder.keys[name], **changes)
        proofs.append({**stated, "proofValue": sign(holder.keys[name], made, stated)})
    return {**made, "proof": proofs[0]} if len(proofs) == 1 else {**made, "proofs": proofs}


def record(credential: Json, status: str | None = "ACTIVE", **changes: Any) -> bytes:
    """Return the ledger's record of a credential."""
    return encode(
        {
            "id": credential["id"],
            "issuer": {"did": credential["issuer"]["id"], "certVcRef": "https://tas.example/cert"},
            "subject": credential["credentialSubject"]["id"],
            "credentialSchema": credential["credentialSchema"],
            "status": status,
            **changes,
        }
    )


def encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
