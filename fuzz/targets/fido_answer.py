"""Any answer of an authenticator, and any authenticator data that it signs with the right key."""

import hashlib
import json
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fido2 import cbor

from krid._core import base64url
from krid._core.clock import FixedClock
from krid.errors import Code, KridError
from krid.fido import Ceremonies, Credential, RelyingParty, Synced

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
ORIGIN = "https://wallet.example"
PARTY = RelyingParty("wallet.example", name="A wallet", origins=(ORIGIN,), synced=Synced.REFUSED)
KEY = Ed25519PrivateKey.from_private_bytes(b"fuzz" * 8)
COSE = {1: 1, 3: -8, -1: 6, -2: KEY.public_key().public_bytes_raw()}
CREDENTIAL = Credential(b"id", cbor.encode(COSE), b"user", bytes(32), 7, backup_eligible=False)
CLIENT_DATA = json.dumps(
    {"type": "webauthn.get", "challenge": base64url.encode(bytes(32)), "origin": ORIGIN}
).encode()
RP_ID_HASH = hashlib.sha256(b"wallet.example").digest()


def target(data: bytes) -> None:
    ceremonies = Ceremonies(PARTY, clock=CLOCK, entropy=bytes)
    for complete in (ceremonies.complete, ceremonies.complete_registration):
        try:
            complete(data)
        except KridError as error:
            if error.code not in {Code.FIDO_SYNTAX, Code.FIDO_CHALLENGE}:
                raise AssertionError("an answer that nobody waits for was looked at") from error
    ceremonies.ask([CREDENTIAL])
    try:
        ceremonies.complete(signed(data))
    except KridError:
        return
    if data[:32] != RP_ID_HASH or data[32] & 0x1D != 0x05:
        raise AssertionError("authenticator data that breaks a rule was taken")
    if int.from_bytes(data[33:37], "big") <= CREDENTIAL.sign_count:
        raise AssertionError("a counter that did not grow was taken")


def signed(data: bytes) -> bytes:
    digest = hashlib.sha256(CLIENT_DATA).digest()
    response = {
        "clientDataJSON": base64url.encode(CLIENT_DATA),
        "authenticatorData": base64url.encode(data),
        "signature": base64url.encode(KEY.sign(data + digest)),
    }
    name = base64url.encode(b"id")
    answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
    return json.dumps(answer).encode()
