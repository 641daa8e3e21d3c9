"""A registered bank for the tests: the one of `presentation`, and what it may ask."""

from dataclasses import replace
from typing import Any

import presentation as p
from registers import note

from krid.errors import Code, KridError
from krid.exchange import AuthenticatedRequest
from krid.model import Permission
from krid.net import run
from krid.openid import vp
from krid.openid.vp import wallet
from krid.profiles import HAIP_PRESENTATION
from krid.registrar.parties import NewParty, Overasked, PartyRegister, Use

NAME_ONLY = Permission("dc+sd-jwt", frozenset({p.VCT}), frozenset({("name",)}))
NUMBER = "VATKR-SAMPLE-1"
ACCOUNT = Use(
    id="open_account",
    purposes={"ko": "계좌 개설", "en": "Open an account"},
    names=frozenset({p.BY_HASH.client_id}),
    permissions=(NAME_ONLY,),
    since=p.NOW - p.DAY,
    until=None,
)
BANK = NewParty(number=NUMBER, name={"ko": "견본은행", "en": "Sample Bank"}, uses=(ACCOUNT,))
NOTE = note(p.NOW)


def asked(*names: str, bank: p.Bank | None = None) -> AuthenticatedRequest:
    """Let the bank ask for some claims, and a phone read it."""
    bank = bank or p.Bank()
    begun = bank.begin(p.card(*names))
    return run(wallet.read_request(p.phone(), begun.link), p.Wire(bank))


def terms(**changes: Any) -> vp.Terms:
    words: dict[str, Any] = {"trust": p.VERIFIERS, "policy": HAIP_PRESENTATION, "now": p.NOW}
    return vp.Terms(**(words | changes))


def report(register: PartyRegister, request: AuthenticatedRequest, **changes: Any) -> Overasked:
    """Report a request as the endpoint does."""
    found = vp.read_reported(request.signed, terms(**changes))
    return register.report(
        found.request,
        digest=found.digest,
        asked_at=found.asked_at,
        actor="wallet-report",
        now=p.NOW,
    )


def refusal(action: Any) -> Code:
    """Return the code with which something is refused."""
    try:
        action()
    except KridError as error:
        return error.code
    raise AssertionError("not refused")


def use(**changes: Any) -> Use:
    return replace(ACCOUNT, **changes)
