"""A register, a counter and a phone: a card from the application to the loss of the phone.

Run it with `python examples/registrar_office.py`; it needs `pip install 'krid[registrar]'`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import krid
from krid.cardtypes import bundled, bundled_text
from krid.keys import Alg, LocalKey
from krid.profiles import HAIP
from krid.registrar import Inventor, Noted, Registrar, Role, SampleAuthority

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
PROFILE = replace(HAIP, name="registrar", max_lifetime=timedelta(days=5 * 366))


def open_register(folder: Path) -> Registrar:
    """Begin the register of a country whose card type comes with krid."""
    authority = SampleAuthority.make(
        "https://registrar.example", country="UT", now=NOW, entropy=krid.system_entropy
    )
    place = folder / "register.db"
    Registrar.begin(place, [bundled_text("eu-pid").encode()], actor="installer", now=NOW)
    return Registrar.open(place, signers=authority.signers(PROFILE))


def main() -> tuple[str, str]:
    """Return the states in which the card was before and after the phone was lost."""
    with TemporaryDirectory() as folder, open_register(Path(folder)) as registrar:
        people = Inventor((bundled("eu-pid"),), "example", NOW.date(), faces=None).people(3)
        handles = registrar.residents.enter_many(people, actor="clerk-3", reason="born", now=NOW)
        person, phone = handles[0], LocalKey.generate(Alg.ES256)
        wallet: Noted = {"actor": "wallet-1", "reason": "first_card", "now": NOW}
        card = registrar.cards.apply(person, "eu-pid", phone.public_key, replaces=False, **wallet)
        ticket = registrar.desk.hand_out(
            person, "eu-pid", replaces=False, actor="clerk-3", reason="recognised", now=NOW
        )
        registrar.cards.enrol_by_ticket(card, ticket.qr_text, **wallet)
        made = registrar.cards.issue(card, **wallet)
        registrar.cards.activate(card, **wallet)
        print(f"{card} was issued as {', '.join(made)}")
        before = registrar.cards.card(card).stage

        registrar.cards.lose_phone(
            person, role=Role.HOLDER, actor="call-centre", reason="phone_lost", now=NOW
        )
        for line in registrar.log.of(card):
            print(f"{line.seq}: {line.actor} {line.action} ({line.reason})")
        head = registrar.audit(expected=None).head
        print(f"the end of the log, to be written down: {head.encode()}")
        return before.value, registrar.cards.card(card).stage.value


if __name__ == "__main__":
    print(" then ".join(main()))
