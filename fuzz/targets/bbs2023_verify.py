"""A derived credential that is changed anywhere does not verify.

The first two bytes say where in the JSON text the others are put.
"""

import json
from functools import cache

from krid import bbs
from krid._core import strict_json
from krid._core.entropy import system_entropy
from krid._core.strict_json import JsonObject
from krid.errors import KridError
from krid.ld import BUNDLED_PROCESSOR
from krid.vcdi import bbs2023

KEY = bbs.LocalBbsKey.derive(bytes(32), suite=bbs2023.SUITE)
CARD: JsonObject = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "credentialSubject": {"name": "Hong", "home": {"city": "Seoul", "street": "Sejong-daero"}},
}
OPTIONS: JsonObject = {
    "type": "DataIntegrityProof",
    "cryptosuite": "bbs-2023",
    "verificationMethod": "did:example:issuer#1",
    "proofPurpose": "assertionMethod",
}


@cache
def _derived() -> bytes:
    issued = bbs2023.prepare(
        CARD,
        options=OPTIONS,
        mandatory_pointers=["/issuer"],
        public_key=KEY.public_key,
        binding=bbs2023.UNBOUND,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    ).sign_with(KEY)
    derived = bbs2023.derive(
        issued,
        selective_pointers=["/credentialSubject/home/city"],
        presentation_header=b"moment",
        issuer_key=KEY.public_key,
        secrets=bbs2023.NO_SECRETS,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    )
    return json.dumps(derived).encode()


def target(data: bytes) -> None:
    honest = _derived()
    at = int.from_bytes(data[:2], "big") % (len(honest) + 1)
    forged = honest[:at] + data[2:] + honest[at + len(data[2:]) :]
    try:
        card = strict_json.loads_object(forged)
        verified = bbs2023.verify(
            card,
            issuer_key=KEY.public_key,
            presentation_header=b"moment",
            nym_domain=None,
            processor=BUNDLED_PROCESSOR,
        )
    except KridError:
        return
    shown = BUNDLED_PROCESSOR.canonicalize(verified.document).text
    if shown != BUNDLED_PROCESSOR.canonicalize(_unsecured(honest)).text:
        raise AssertionError("a forgery verifies")


def _unsecured(raw: bytes) -> JsonObject:
    members = strict_json.loads_object(raw)
    return {name: value for name, value in members.items() if name != "proof"}
