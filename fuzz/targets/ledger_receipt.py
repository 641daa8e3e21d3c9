"""Any bytes are a receipt or refused; a receipt that nobody signed shows nothing."""

from datetime import UTC, datetime, timedelta

from krid.errors import KridError
from krid.keys import Curve, PublicKey
from krid.ledger import (
    FIRST_CONTACT,
    NO_WITNESSES,
    LedgerKey,
    StandingReceipt,
    Terms,
    parse_receipt,
    verify_history,
    verify_standing,
)

# The public key of the first test of RFC 8032, section 7.1.
KEY = PublicKey.from_raw(
    Curve.ED25519,
    bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
)
LOG = LedgerKey("ledger.example/trust", KEY)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TERMS = Terms(
    log=LOG, witnesses=NO_WITNESSES, known=FIRST_CONTACT, greatest_age=timedelta(days=9_999)
)


def target(data: bytes) -> None:
    try:
        receipt = parse_receipt(data)
        if receipt.encode() != data:
            raise AssertionError("a receipt changed on its way")
        if isinstance(receipt, StandingReceipt):
            verify_standing(receipt, subject=receipt.subject, terms=TERMS, now=NOW)
        else:
            verify_history(receipt, terms=TERMS, now=NOW)
    except KridError:
        return
    raise AssertionError("a receipt that nobody signed")
