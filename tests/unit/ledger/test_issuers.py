from dataclasses import replace
from pathlib import Path

from ledgers import (
    ADDED,
    CARD,
    DAY,
    ISSUER_KEY,
    KEY,
    MOIS,
    NOW,
    REMOVED,
    new_ledger,
    refused,
    terms,
)

from krid.errors import Code
from krid.ledger import LedgerIssuers, ReceiptBox, Role
from krid.model.trusted_issuers import TrustedIssuer, TrustedIssuers


def test_a_database_is_a_register_of_trusted_issuers(tmp_path: Path) -> None:
    with new_ledger(tmp_path) as ledger:
        ledger.append([replace(ADDED, valid_from=NOW, valid_until=NOW + DAY)])
        checkpoint = ledger.seal(KEY, now=NOW)
        issuers = LedgerIssuers(ledger.standing, terms=terms())
        register: TrustedIssuers = issuers
        assert register.find(MOIS, now=NOW) == TrustedIssuer(
            id=MOIS,
            keys=(ISSUER_KEY,),
            types=frozenset({CARD}),
            valid_from=NOW,
            valid_until=NOW + DAY,
            evidence="entry 0 of ledger.example/trust, sealed 2026-06-01T00:00:00+00:00",
        )
        assert issuers.known == checkpoint
        ledger.append([REMOVED])
        newer = ledger.seal(KEY, now=NOW)
        refused(Code.TRUST_UNKNOWN_ISSUER, lambda: issuers.find(MOIS, now=NOW))
        assert issuers.known == newer


def test_a_phone_carries_receipts(tmp_path: Path) -> None:
    by_did = replace(ADDED, issuer="https://b.example", keys=(), did="did:web:b.example")
    watcher = replace(
        ADDED, issuer="https://c.example", roles=frozenset({Role.STATUS, Role.ISSUER})
    )
    with new_ledger(tmp_path) as ledger:
        ledger.append([ADDED, by_did, watcher])
        ledger.seal(KEY, now=NOW)
        files = [ledger.standing(each.subject).encode() for each in (ADDED, by_did, watcher)]
    box = ReceiptBox.read(files)
    issuers = LedgerIssuers(box.standing, terms=terms())
    assert issuers.find(MOIS, now=NOW).keys == (ISSUER_KEY,)
    assert issuers.find("https://b.example", now=NOW).did == "did:web:b.example"
    status = LedgerIssuers(box.standing, terms=terms(), role=Role.STATUS)
    assert status.find("https://c.example", now=NOW).keys == (ISSUER_KEY,)
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: status.find(MOIS, now=NOW))


def test_two_finds_at_once_may_meet_two_histories(tmp_path: Path) -> None:
    """What one thread learns while another verifies is held against the other's receipt, too."""
    from krid.ledger import Checkpoint, LedgerKey
    from krid.ledger.checkpoint import prepare

    with new_ledger(tmp_path) as ledger:
        ledger.append([ADDED])
        ledger.seal(KEY, now=NOW)
        issuers = LedgerIssuers(ledger.standing, terms=terms())
        issuers.find(MOIS, now=NOW)
        log = LedgerKey(ledger.origin, KEY.public_key)
        other: Checkpoint = prepare(log, size=2, root=bytes(32)).sign_with(KEY)
        refused(Code.LEDGER_SPLIT_VIEW, lambda: issuers._remember(other))
        older: Checkpoint = prepare(log, size=1, root=bytes(32)).sign_with(KEY)
        issuers._remember(older)
        assert issuers.known == ledger.checkpoint()
