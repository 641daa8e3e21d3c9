"""Any bytes are a checkpoint or refused; nobody without the log's key signs one."""

from contextlib import suppress

from krid.errors import KridError
from krid.keys import Curve, PublicKey
from krid.ledger import NO_WITNESSES, Checkpoint, LedgerKey, Witness, Witnesses

# The public key of the first test of RFC 8032, section 7.1.
KEY = PublicKey.from_raw(
    Curve.ED25519,
    bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
)
LOG = LedgerKey("ledger.example/trust", KEY)
WITNESSES = Witnesses(1, (Witness("witness.example", KEY),))


def target(data: bytes) -> None:
    with suppress(KridError):
        LedgerKey.parse(data.decode("latin-1"))
    try:
        checkpoint = Checkpoint.parse(data)
    except KridError:
        return
    if checkpoint.raw != data:
        raise AssertionError("a checkpoint changed on its way")
    for witnesses in (NO_WITNESSES, WITNESSES):
        try:
            checkpoint.verify(log=LOG, witnesses=witnesses)
        except KridError:
            continue
        raise AssertionError("a checkpoint that nobody signed")
