"""BBS signatures: many messages under one signature, and proofs that show some of them.

The scheme of draft-irtf-cfrg-bbs-signatures over BLS12-381, in both ciphersuites, with the blind
signatures and pseudonyms that bbs-2023 uses in `krid.bbs.blind` and `krid.bbs.pseudonym`. Needs
the extra `krid[bbs]`.

>>> from krid import bbs
>>> from krid._core.entropy import system_entropy
>>> key = bbs.LocalBbsKey.generate(bbs.Suite.SHA256)
>>> messages = [b"Kim", b"1990-01-01", b"KR"]
>>> signature = bbs.sign(key, header=b"a card", messages=messages)
>>> proof = bbs.prove(
...     key.public_key, signature, header=b"a card", presentation_header=b"a nonce",
...     messages=messages, disclosed={2}, suite=bbs.Suite.SHA256, entropy=system_entropy,
... )
>>> bbs.verify_proof(
...     key.public_key, proof, header=b"a card", presentation_header=b"a nonce",
...     disclosed={2: b"KR"}, suite=bbs.Suite.SHA256,
... )

A proof is unlinkable to the signature and to other proofs. The header, the messages that are
shown and the number of those that are not can still tell people apart.
"""

from krid.bbs.commitment import Commitment, ProverBlind
from krid.bbs.plain import prove, verify_proof
from krid.bbs.prepared import PreparedBbs
from krid.bbs.pseudonym import NymSecret, ProverNym
from krid.bbs.public import BbsPublicKey
from krid.bbs.scheme import Interface
from krid.bbs.signature import Statement, prepare, verify
from krid.bbs.signer import BbsSigner, LocalBbsKey, sign
from krid.bbs.suite import Suite

__all__ = [
    "BbsPublicKey",
    "BbsSigner",
    "Commitment",
    "Interface",
    "LocalBbsKey",
    "NymSecret",
    "PreparedBbs",
    "ProverBlind",
    "ProverNym",
    "Statement",
    "Suite",
    "prepare",
    "prove",
    "sign",
    "verify",
    "verify_proof",
]
