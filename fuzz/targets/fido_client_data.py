"""Any client data, signed with the right key: no page but the wallet's is believed."""

import hashlib
import json
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fido2 import cbor

from krid._core import base64url
from krid._core.clock import FixedClock
from krid.errors import KridError
from krid.fido import Ceremonies, Credential, RelyingParty, Synced

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
ORIGIN = "https://wallet.example"
PARTY = RelyingParty("wallet.example", name="A wallet", origins=(ORIGIN,), synced=Synced.REFUSED)
KEY = Ed25519PrivateKey.from_private_bytes(b"fuzz" * 8)
COSE = {1: 1, 3: -8, -1: 6, -2: KEY.public_key().public_bytes_raw()}
CREDENTIAL = Credential(b"id", cbor.encode(COSE), b"user", bytes(32), 7, backup_eligible=False)
DATA = hashlib.sha256(b"wallet.example").digest() + b"\x05\0\0\0\x08"


def target(data: bytes) -> None:
    ceremonies = Ceremonies(PARTY, clock=CLOCK, entropy=bytes)
    ceremonies.ask([CREDENTIAL])
    response = {
        "clientDataJSON": base64url.encode(data),
        "authenticatorData": base64url.encode(DATA),
        "signature": base64url.encode(KEY.sign(DATA + hashlib.sha256(data).digest())),
    }
    name = base64url.encode(b"id")
    answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
    try:
        ceremonies.complete(json.dumps(answer).encode())
    except KridError:
        return
    said = json.loads(data)
    if (said["type"], said["origin"]) != ("webauthn.get", ORIGIN) or said.get("crossOrigin"):
        raise AssertionError("client data that breaks a rule was taken")
    if said["challenge"] != base64url.encode(bytes(32)):
        raise AssertionError("another challenge was taken")
