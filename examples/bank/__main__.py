"""The story in one go: `cd examples && python -m bank`, with `pip install 'krid[registrar]'`."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import assert_never

from bank.accounts import Opened
from bank.app import BankApp, Shown
from bank.audit import check_trail
from bank.customers import Customer
from bank.login import LoggedIn, NotLoggedIn
from bank.service import Bank
from bank.state import RESIDENT_CARD, invented
from bank.town import Town
from krid import query
from krid.openid.vp.server import Journey, Waiting
from krid.profiles import kr

MINUTES = timedelta(minutes=2)


def open_account(bank: Bank, app: BankApp) -> Customer:
    """Show the ID card, and become a customer."""
    begun = bank.accounts.begin()
    shown = app.show(begun.link)
    assert isinstance(shown, Shown)
    opened = bank.accounts.finish(begun.secret, response_code=shown.response_code, capture=b"")
    assert isinstance(opened, Opened)
    return opened.customer


def log_in(bank: Bank, app: BankApp) -> str:
    """Show the customer card, and return the customer's handle or why it was refused."""
    begun = bank.log_in.begin()
    shown = app.show(begun.link)
    code = shown.response_code if isinstance(shown, Shown) else None
    match bank.log_in.finish(begun.secret, response_code=code):
        case LoggedIn(customer):
            return customer.id
        case NotLoggedIn(reason):
            return reason
        case Waiting():
            return "waiting"
        case _ as never:
            assert_never(never)


def main() -> list[str]:
    """Return what became of three log-ins: at first, while suspended, and afterwards."""
    told: list[str] = []

    def agree(text: str) -> bool:
        print(text, end="\n\n")
        return "Beware" not in text

    with TemporaryDirectory() as folder, Town(Path(folder)) as town:
        bank = town.found_bank("bank.example")
        person = town.state.enter(invented("견본누람", date(1990, 5, 5), serial=1))
        with town.phone("nuram", agree) as app:
            town.state.issue(person, RESIDENT_CARD, app.wallet, {"dc+sd-jwt"})
            customer = open_account(bank, app)
            link, code = bank.offer_card(customer)
            app.take(link, typed=code)
            told.append("in" if log_in(bank, app) == customer.id else "out")

            bank.cards.suspend(customer.id)
            town.clock.wait(MINUTES)  # the bank looks at its list again after a minute
            told.append(log_in(bank, app))
            bank.cards.restore(customer.id)
            town.clock.wait(MINUTES)
            told.append("in" if log_in(bank, app) == customer.id else "out")

            # The bank's marketing asks for more than the bank is registered for.
            address = query.sdjwt("ad", vct=kr.VCT, claims=["name", ("address", "formatted")])
            ad = bank.identity.begin(address, purpose="Send you post", journey=Journey.SAME_DEVICE)
            print(app.show(ad.link))
        lines = check_trail(bank.trail.lines, head=bank.trail.head)
        print(f"{lines} decision in the trail, which ends at {bank.trail.head}")
    return told


if __name__ == "__main__":
    print(main())
