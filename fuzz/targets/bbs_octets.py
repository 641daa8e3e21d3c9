"""Any bytes are a key or something signed of BBS, or refused; nothing has two spellings."""

from krid.bbs import BbsPublicKey, Interface, LocalBbsKey, Suite, verify_proof
from krid.bbs.commitment import CommitmentProof
from krid.bbs.proof import Proof
from krid.bbs.scheme import Scheme
from krid.bbs.signature import Signature
from krid.errors import KridError

KEY = LocalBbsKey.derive(bytes(32), suite=Suite.SHA256).public_key


def target(data: bytes) -> None:
    for kind in (Signature, Proof):
        _read(kind, data)
    for call in (
        lambda: CommitmentProof.parse(data).check(Scheme(Suite.SHA256, Interface.BLIND)),
        lambda: BbsPublicKey.parse(data),
        lambda: BbsPublicKey.parse_multikey(data.decode("latin-1")),
        lambda: LocalBbsKey.parse_multikey(data.decode("latin-1"), suite=Suite.SHA256),
        lambda: verify_proof(
            KEY,
            data,
            header=b"",
            presentation_header=b"",
            disclosed={0: b"one", 3: b"two"},
            suite=Suite.SHAKE256,
        ),
    ):
        try:
            call()
        except KridError:
            continue


def _read(kind: type[Signature] | type[Proof], data: bytes) -> None:
    try:
        value = kind.parse(data)
    except KridError:
        return
    if value.encode() != data:
        raise AssertionError("two spellings of one value")
