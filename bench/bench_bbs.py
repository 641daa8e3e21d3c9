"""BBS and bbs-2023 against one pairing of the binding: 20 messages, half of them shown."""

from py_arkworks_bls12381 import GT, G1Point, G2Point
from ratio import Line, show

from krid import bbs
from krid._core.entropy import system_entropy
from krid._core.strict_json import JsonObject
from krid.ld import BUNDLED_PROCESSOR
from krid.vcdi import bbs2023

SUITE = bbs.Suite.SHA256
KEY = bbs.LocalBbsKey.generate(SUITE)
MESSAGES = [f"statement {number} of a card".encode() for number in range(20)]
SHOWN = dict(list(enumerate(MESSAGES))[::2])
HEADER, MOMENT = bytes(64), bytes(16)
SIGNATURE = bbs.sign(KEY, header=HEADER, messages=MESSAGES)
G1, G2 = G1Point(), G2Point()


def _prove() -> bytes:
    return bbs.prove(
        KEY.public_key,
        SIGNATURE,
        header=HEADER,
        presentation_header=MOMENT,
        messages=MESSAGES,
        disclosed=SHOWN,
        suite=SUITE,
        entropy=system_entropy,
    )


PROOF = _prove()


def _verify_proof() -> None:
    bbs.verify_proof(
        KEY.public_key,
        PROOF,
        header=HEADER,
        presentation_header=MOMENT,
        disclosed=SHOWN,
        suite=SUITE,
    )


CREDENTIAL: JsonObject = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {f"claim{number}": f"value {number}" for number in range(20)},
}
OPTIONS: JsonObject = {
    "type": "DataIntegrityProof",
    "cryptosuite": "bbs-2023",
    "created": "2026-01-01T00:00:00Z",
    "verificationMethod": "did:example:issuer#1",
    "proofPurpose": "assertionMethod",
}
# All but the claims and the link to their subject is mandatory.
MANDATORY = ["/issuer", "/validFrom"]
SELECTED = [f"/credentialSubject/claim{number}" for number in range(0, 20, 2)]


def _issue() -> JsonObject:
    return bbs2023.prepare(
        CREDENTIAL,
        options=OPTIONS,
        mandatory_pointers=MANDATORY,
        public_key=KEY.public_key,
        binding=bbs2023.UNBOUND,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    ).sign_with(KEY)


def _derive() -> JsonObject:
    return bbs2023.derive(
        ISSUED,
        selective_pointers=SELECTED,
        presentation_header=MOMENT,
        issuer_key=KEY.public_key,
        secrets=bbs2023.NO_SECRETS,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    )


def _verify() -> None:
    bbs2023.verify(
        DERIVED,
        issuer_key=KEY.public_key,
        presentation_header=MOMENT,
        nym_domain=None,
        processor=BUNDLED_PROCESSOR,
    )


ISSUED = _issue()
DERIVED = _derive()


def main() -> None:
    show(
        "BBS, 20 messages, against one pairing",
        [
            Line("one pairing", lambda: GT.pairing(G1, G2)),
            Line("sign", lambda: bbs.sign(KEY, header=HEADER, messages=MESSAGES)),
            Line(
                "verify a signature",
                lambda: bbs.verify(
                    KEY.public_key, SIGNATURE, header=HEADER, messages=MESSAGES, suite=SUITE
                ),
            ),
            Line("prove", _prove),
            Line("verify a proof", _verify_proof),
            Line("public key from octets", lambda: bbs.BbsPublicKey.parse(KEY.public_key.octets)),
        ],
    )
    show(
        "bbs-2023, 20 claims, against one pairing",
        [
            Line("one pairing", lambda: GT.pairing(G1, G2)),
            Line("issue", _issue),
            Line("derive", _derive),
            Line("verify", _verify),
        ],
    )


if __name__ == "__main__":
    main()
