"""A platform authenticator and its browser in software, made of fido2's classes."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256, CoseKey, EdDSA
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from krid._core import base64url

FLAG = AuthenticatorData.FLAG
PRESENT_AND_VERIFIED = FLAG.UP | FLAG.UV


@dataclass
class Held:
    """One credential inside the authenticator."""

    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    user: str
    prf_secret: bytes
    counter: int = 0

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(message)
        return self.key.sign(message, ec.ECDSA(SHA256()))

    def cose(self) -> CoseKey:
        kind: Any = EdDSA if isinstance(self.key, ed25519.Ed25519PrivateKey) else ES256
        made: CoseKey = kind.from_cryptography_key(self.key.public_key())
        return made


@dataclass
class SoftAuthenticator:
    """Answers options as a browser does; the fields are what a forger changes."""

    origin: str = "https://wallet.example"
    flags: FLAG = PRESENT_AND_VERIFIED
    alg: int = -7
    rp_id: str | None = None
    type: str | None = None
    cross_origin: bool = False
    prf: bool = True
    counts: bool = True
    held: dict[str, Held] = field(default_factory=dict)

    def create(self, options: Mapping[str, Any]) -> bytes:
        curve = ed25519.Ed25519PrivateKey.generate() if self.alg == -8 else None
        key = curve or ec.generate_private_key(ec.SECP256R1())
        held = Held(key, options["user"]["id"], secrets.token_bytes(32))
        raw_id = secrets.token_bytes(16)
        name = base64url.encode(raw_id)
        self.held[name] = held
        attested = AttestedCredentialData.create(bytes(16), raw_id, held.cose())
        data = AuthenticatorData.create(
            self._hash(options["rp"]["id"]), self.flags | FLAG.AT, held.counter, attested
        )
        packed = AttestationObject.create("none", data, {})
        response = {
            "clientDataJSON": self._client_data("webauthn.create", options),
            "attestationObject": base64url.encode(packed),
        }
        return self._answer(name, response, {"prf": {"enabled": True}} if self.prf else {})

    def get(self, options: Mapping[str, Any], *, which: str | None = None) -> bytes:
        asked = [each["id"] for each in options["allowCredentials"]]
        name = which or next(each for each in asked if each in self.held)
        held = self.held[name]
        held.counter += self.counts
        data = AuthenticatorData.create(self._hash(options["rpId"]), self.flags, held.counter)
        client_data = self._client_data("webauthn.get", options)
        digest = hashlib.sha256(base64url.decode(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": base64url.encode(data),
            "signature": base64url.encode(held.sign(data + digest)),
            "userHandle": held.user,
        }
        salts = options["extensions"]["prf"]["evalByCredential"]
        return self._answer(name, response, self._outputs(held, salts.get(name)))

    def _outputs(self, held: Held, salt: Mapping[str, str] | None) -> dict[str, Any]:
        if salt is None or not self.prf:
            return {}
        asked = b"WebAuthn PRF\0" + base64url.decode(salt["first"])
        output = hmac.digest(held.prf_secret, hashlib.sha256(asked).digest(), "sha256")
        return {"prf": {"results": {"first": base64url.encode(output)}}}

    def _hash(self, rp_id: str) -> bytes:
        return hashlib.sha256((self.rp_id or rp_id).encode()).digest()

    def _client_data(self, kind: str, options: Mapping[str, Any]) -> str:
        return CollectedClientData.create(
            self.type or kind, options["challenge"], self.origin, self.cross_origin
        ).b64

    def _answer(self, name: str, response: Mapping[str, Any], outputs: Mapping[str, Any]) -> bytes:
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "response": response,
                "clientExtensionResults": outputs,
            }
        ).encode()
