"""A bank's mobile app that has the wallet inside, as a library."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

import krid
from bank.consent_text import consent_text
from bank.surroundings import Surroundings
from krid.exchange import AuthenticatedRequest
from krid.net import run
from krid.openid import vci
from krid.openid.vci import wallet as taking
from krid.openid.vp import wallet as showing
from krid.wallet import Card

Agree: TypeAlias = Callable[[str], bool]
"""Shows a person a text, and returns whether they agree."""


@dataclass(frozen=True)
class Shown:
    """An answer went out; `response_code` is what the browser brings back to the bank."""

    response_code: str | None


@dataclass(frozen=True)
class NotShown:
    """The verifier was told that it gets nothing; `reason` is for the person alone."""

    reason: str


@dataclass(frozen=True)
class NotTaken:
    """An answer went out, and the verifier refused it; the verifier's page says why."""


class NotReadyError(Exception):
    """An issuer wants to be asked again later, which this app does not do."""


class BankApp:
    """The app: one wallet file, which opens to a PIN, and the protocols around it."""

    def __init__(self, wallet: krid.Wallet, around: Surroundings, agree: Agree) -> None:
        self.wallet = wallet
        self.around = around
        self._agree = agree

    @classmethod
    def install(cls, path: Path, pin: krid.Pin, around: Surroundings, agree: Agree) -> Self:
        """Make a new wallet file."""
        kept = krid.Wallet.create(
            path,
            unlock=pin,
            trust=around.cards,
            registrations=around.registrations,
            clock=around.clock,
        )
        return cls(kept, around, agree)

    @classmethod
    def start(cls, path: Path, pin: krid.Pin, around: Surroundings, agree: Agree) -> Self:
        """Open the wallet file again.

        Raises:
            StoreError: `store.pin`, and what else `krid.Wallet.open` raises.
        """
        kept = krid.Wallet.open(
            path,
            unlock=pin,
            trust=around.cards,
            registrations=around.registrations,
            clock=around.clock,
        )
        return cls(kept, around, agree)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.wallet.close()

    def take(self, link: str, *, typed: str) -> tuple[Card, ...]:
        """Fetch the cards that an offer is for; each is verified before it is kept.

        Raises:
            KridError: the offer or its code are refused, or a card is.
            NotReadyError: the issuer defers, as this bank never does.
        """
        wire, setup = self.around.wire, self.around.issuance()
        offer = run(taking.fetch_offer(link), wire)
        grant = vci.GrantType.PRE_AUTHORIZED_CODE
        issuer = run(taking.discover(setup, offer.issuer, grant=grant), wire)
        session = run(taking.redeem_offer(setup, issuer, offer, tx_code=typed), wire)
        return tuple(self._fetch(setup, session, each) for each in offer.configurations)

    def _fetch(self, setup: taking.WalletSetup, session: taking.Session, name: str) -> Card:
        key = self.wallet.signer(self.wallet.new_key())
        outcome = run(
            taking.request_credentials(setup, session, name, keys=[key]), self.around.wire
        )
        if not isinstance(outcome, taking.Received):
            raise NotReadyError
        card = self.wallet.add(outcome.credentials[0])
        if outcome.notification_id is not None:
            news = taking.notify(setup, session, outcome.notification_id, vci.Event.ACCEPTED)
            run(news, self.around.wire)
        return card

    def show(self, link: str) -> Shown | NotShown | NotTaken:
        """Answer whoever asks, if they may, there is a card, and the person agrees.

        Raises:
            KridError: nobody trusted asks, or the verifier can't be reached.
        """
        asked = run(showing.read_request(self.around.presentation(), link), self.around.wire)
        try:
            found = self.wallet.match(asked)
        except krid.TrustError as refusal:
            return self._refuse(asked, str(refusal.code))
        if isinstance(found, krid.NoMatch):
            return self._refuse(asked, "no card")
        selection = found.minimum
        if not self._agree(consent_text(found, selection)):
            return self._refuse(asked, "declined")
        answer = self.wallet.present(found.consent(to=selection))
        try:
            sent = run(showing.send(asked, answer), self.around.wire)
        except krid.RejectedError:
            return NotTaken()
        return Shown(_response_code(sent))

    def _refuse(self, asked: AuthenticatedRequest, reason: str) -> NotShown:
        run(showing.refuse(asked), self.around.wire)
        return NotShown(reason)


def _response_code(sent: showing.Sent) -> str | None:
    return None if sent.open is None else parse_qs(urlsplit(sent.open).query)["response_code"][0]
