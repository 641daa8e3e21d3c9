"""A card verified where there is no network: list, receipt and checkpoint are at hand.

The issuer is trusted because a ledger says so; the verifier carries a receipt of that, the key
of the ledger, and the newest checkpoint that it has seen.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from ledgers import DAY, KEY, MOIS, NOW, new_ledger, terms

import krid
from krid import profiles
from krid.ledger import (
    Checkpoint,
    LedgerIssuers,
    ReceiptBox,
    Removal,
    Role,
    TrustedIssuerAdded,
    TrustedIssuerRemoved,
)
from krid.ledger.embedded import Ledger
from krid.model import Check, StatusReference, VerifiedCredential
from krid.net import NoNetwork
from krid.sdjwt import SdJwtVcFormat
from krid.status import Fetching, Offline, StatusListIssuer, StatusLists
from krid.trust import LedgerTrust

STATE = krid.LocalKey.generate(krid.Alg.ES256)
VCT = "https://mois.example/card"
LIST = "https://mois.example/status/1"
LISTED = TrustedIssuerAdded(
    issuer=MOIS,
    roles=frozenset({Role.ISSUER}),
    types=frozenset({VCT}),
    keys=(STATE.public_key,),
)


def issued(status: StatusReference) -> bytes:
    clock = krid.FixedClock(NOW)
    issuer = krid.Issuer(MOIS, signer=STATE, profile=profiles.HAIP, clock=clock)
    return issuer.issue_sdjwt(
        vct=VCT, claims={"name": "Hong"}, holder=krid.BEARER, lifetime=DAY, status=status
    ).raw


def carried(ledger: Ledger, known: Checkpoint | None) -> LedgerTrust:
    """Return trust by the receipt that a phone fetched, as the bytes that it stored."""
    receipt = ledger.standing(LISTED.subject).encode()
    return LedgerTrust(LedgerIssuers(ReceiptBox.read([receipt]).standing, terms=terms(known=known)))


def verified(card: bytes, trust: LedgerTrust, lists: StatusLists) -> VerifiedCredential:
    return krid.verify_presentation(
        card,
        credential_format=SdJwtVcFormat(),
        trust=trust,
        status=lists,
        profile=profiles.HAIP,
        challenge=krid.BEARER,
        now=NOW,
    )


def test_list_receipt_and_checkpoint_are_enough(tmp_path: Path) -> None:
    cards = StatusListIssuer(LIST, 1_000)
    card = issued(cards.allocate())
    token = cards.publish(STATE, now=NOW, lifetime=DAY, ttl=timedelta(hours=1), issuer=MOIS)
    with new_ledger(tmp_path) as ledger:
        ledger.append([LISTED])
        seen = ledger.seal(KEY, now=NOW)
        trust = carried(ledger, seen)
    # At home the list is fetched once; on the road every use of the network fails.
    home = StatusLists(Fetching({LIST: token}.__getitem__), issuers=trust)
    verified(card, trust, home)
    road = StatusLists(Offline(greatest_age=timedelta(hours=8)), issuers=trust)
    road.restore(home.export(), now=NOW)
    shown = verified(card, trust, road)
    assert shown.claims["name"] == "Hong"
    assert {each.check for each in shown.evidence} >= {Check.ISSUER, Check.STATUS}
    with pytest.raises(krid.StatusError) as error:
        verified(card, trust, StatusLists(NoNetwork(), issuers=trust))
    assert error.value.code is krid.Code.STATUS_UNAVAILABLE


def test_a_removed_issuer_is_refused_by_the_next_receipt(tmp_path: Path) -> None:
    cards = StatusListIssuer(LIST, 1_000)
    card = issued(cards.allocate())
    with new_ledger(tmp_path) as ledger:
        ledger.append([LISTED])
        first = ledger.seal(KEY, now=NOW)
        before = ledger.standing(LISTED.subject)
        ledger.append([TrustedIssuerRemoved(issuer=MOIS, reason=Removal.COMPROMISED)])
        second = ledger.seal(KEY, now=NOW)
        after = carried(ledger, first)
    nothing = StatusLists(NoNetwork(), issuers=after)
    with pytest.raises(krid.KridError) as error:
        verified(card, after, nothing)
    assert error.value.code is krid.Code.TRUST_UNKNOWN_ISSUER
    # Who has seen the second checkpoint takes no receipt from before it.
    stale = LedgerTrust(LedgerIssuers(ReceiptBox([before]).standing, terms=terms(known=second)))
    with pytest.raises(krid.KridError) as error:
        verified(card, stale, nothing)
    assert error.value.code is krid.Code.LEDGER_ROLLED_BACK
