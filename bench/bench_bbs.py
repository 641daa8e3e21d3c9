"""BBS against one pairing of the binding: 20 messages, half of them shown."""

from py_arkworks_bls12381 import GT, G1Point, G2Point
from ratio import Line, show

from krid import bbs
from krid._core.entropy import system_entropy

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


if __name__ == "__main__":
    main()
