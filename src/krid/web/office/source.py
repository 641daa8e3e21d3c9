"""Cards of a registrar over OpenID4VCI: the wallet's key is the phone."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, final

from krid._core import limits
from krid.errors import (
    BindingError,
    Code,
    ContentError,
    KridError,
    MalformedError,
    SignatureError,
    StoreError,
    TrustError,
    ValidityError,
)
from krid.keys import PublicKey
from krid.openid.vci import Event
from krid.openid.vci.server import CredentialOrder, Denied, Made, News
from krid.openid.vci.server.ports import Decision
from krid.registrar.lifecycle import HELD, PENDING, Stage
from krid.registrar.mobile import Via
from krid.web.issuer.records import DeskRecord, DeskRecords, Progress
from krid.web.office.office import Office
from krid.web.office.tickets import IC_CARD, IcCardReader

if TYPE_CHECKING:
    from krid.exchange import IssuedCredential
    from krid.registrar.mobile import MobileCard

_ACTOR: Final = "wallet"
_HOUR: Final = timedelta(hours=1)
_REFUSALS: Final = (ContentError, TrustError, SignatureError, ValidityError, MalformedError)
"""What a registrar says of an application: also what the certificate of an IC card lacks."""


@final
@dataclass(frozen=True, slots=True)
class RegistrarSource:
    """The port `CredentialSource` over a registrar: subjects are the secrets of offers.

    The first credential of an offer applies, enrols and issues; the others are fetched with the
    same key. All that is refused stands in the registrar's log, as does all that is fetched: so
    an offer may be asked about so often an hour, and no more.
    """

    office: Office
    records: DeskRecords
    reader: IcCardReader = field(repr=False)

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:  # noqa: ARG002  the port's words
        """Name the one credential of each kind."""
        return (configuration,)

    def decide(self, order: CredentialOrder) -> Decision:
        """Issue the card, or hand over what was issued.

        Raises:
            StoreError: `oauth.busy` for an offer that is asked about too often.
        """
        if not self.records.is_in_time(
            f"asked {order.subject}", most=limits.MAX_OFFER_REQUESTS, spell=_HOUR
        ):
            raise StoreError(Code.OAUTH_BUSY)
        try:
            credential = self._credential(order)
        except KridError as error:
            if isinstance(error, _REFUSALS) or error.code is Code.SESSION_UNKNOWN:
                self._refused(order.subject, error)
                return Denied()
            raise
        return Made((credential,))

    def told(self, news: News) -> None:
        """Activate a card that is in the wallet in every form, and revoke one that is not kept.

        A card that was suspended or has ended meanwhile stays so; the registrar's log says it.
        """
        try:
            record = self.records.find(news.subject)
        except KridError:
            return  # so long ago that nobody looks any more
        with suppress(ContentError):
            if news.event is Event.ACCEPTED:
                self._accepted(news, record)
            elif record.progress is not Progress.KEPT and not self._is_renewed(record):
                self._not_kept(news, record)
            # Else it is renewed when the wallet asks again: it may have deleted one form alone,
            # and in the place of a renewed card there is no other any more.

    def _not_kept(self, news: News, record: DeskRecord) -> None:
        self.records.advance(news.subject, Progress.FAILED)
        if record.card:
            self.office.registrar.cards.revoke(record.card, **self.office.note(_ACTOR, "not_kept"))
            self.office.publish()

    def _accepted(self, news: News, record: DeskRecord) -> None:
        accepted = tuple(sorted({*record.accepted, news.configuration}))
        done = set(accepted) == self.office.formats.keys()
        if not done:
            self.records.put(news.subject, replace(record, accepted=accepted))
        else:
            self.records.settle(news.subject, replace(record, accepted=accepted))
            self.office.registrar.cards.activate(
                record.card, **self.office.note(_ACTOR, "received")
            )

    def _credential(self, order: CredentialOrder) -> "IssuedCredential":
        record, (key,) = self.records.find(order.subject), order.keys
        if record.progress is Progress.KEPT or self._is_over(record):
            record = self._renewal(order.subject, record, key)
        card_id = record.card or self._enrolled(order.subject, record, key)
        cards = self.office.registrar.cards
        if cards.card(card_id).stage is Stage.ENROLLED and self._is_phone(card_id, key):
            self._issue(card_id)
            self.office.publish()
            self.records.put(
                order.subject, replace(record, card=card_id, progress=Progress.FETCHED)
            )
        made = cards.fetch(card_id, key, **self.office.note(_ACTOR, "fetch"))
        wanted = self.office.formats[order.configuration]
        if wanted not in made:
            raise ContentError(Code.REGISTER_STAGE)
        return made[wanted]

    def _issue(self, card_id: str) -> None:
        """Issue a card, once more where the register changed while it was signed."""
        cards, note = self.office.registrar.cards, self.office.note(_ACTOR, "enrolled")
        try:
            cards.issue(card_id, **note)
        except ContentError as error:
            if error.code is not Code.REGISTER_CHANGED:
                raise
            cards.issue(card_id, **note)

    def _renewal(self, ticket: str, record: DeskRecord, key: PublicKey) -> DeskRecord:
        """Go on with the card that the register has enrolled for this very phone since.

        That is so after a move and the like. An old card that is near its end is renewed now.

        Raises:
            ContentError: `register.stage` when there is none, `register.*` when there can be none.
        """
        waiting = self.office.waiting_card(record.resident_id) or self._due(record, key)
        if waiting is None or waiting.key != key:
            if record.progress is Progress.KEPT:
                self.records.settle(ticket, record)
            raise ContentError(Code.REGISTER_STAGE)
        begun = replace(record, card=waiting.id, accepted=(), progress=Progress.OFFERED)
        self.records.put(ticket, begun)
        return begun

    def _due(self, record: DeskRecord, key: PublicKey) -> "MobileCard | None":
        """Renew the card of a ticket if its end is near and this is its phone."""
        cards = self.office.registrar.cards
        if not record.card:
            return None
        card = cards.card(record.card)
        if card.key != key or not self.office.is_due(card):
            return None
        return cards.card(cards.renew(card.id, **self.office.note(_ACTOR, "near_its_end")))

    def _is_over(self, record: DeskRecord) -> bool:
        """Tell whether the card of a ticket has ended, so that none can come of it any more."""
        if not record.card:
            return False
        return self.office.registrar.cards.card(record.card).stage not in HELD | PENDING

    def _is_renewed(self, record: DeskRecord) -> bool:
        if not record.card:
            return False
        return self.office.registrar.cards.card(record.card).via is Via.SAME_PHONE

    def _is_phone(self, card_id: str, key: PublicKey) -> bool:
        """Tell whether a key is that of the phone; fetching with another one is refused."""
        return self.office.registrar.cards.card(card_id).key == key

    def _enrolled(self, ticket: str, record: DeskRecord, key: PublicKey) -> str:
        cards, office = self.office.registrar.cards, self.office
        card_id = cards.apply(
            record.resident_id,
            office.card_type,
            key,
            replaces=True,
            **office.note(_ACTOR, "offer"),
        )
        if ticket.startswith(IC_CARD):
            self._tap(card_id, ticket)
        else:
            cards.enrol_by_ticket(card_id, ticket, **office.note(_ACTOR, "office_qr"))
        # At once: the ticket is used up, and the wallet may have to ask again for this very card.
        self.records.put(ticket, replace(record, card=card_id))
        return card_id

    def _tap(self, card_id: str, ticket: str) -> None:
        """Let the chip on the reader answer for a card; that there is none is written down."""
        note, registrar = self.office.note(_ACTOR, "ic_card"), self.office.registrar
        challenge = registrar.cards.challenge(card_id, **note)
        try:
            chip = self.reader.take(ticket)
        except ContentError:
            with registrar.core.work("answer", card_id, **note):
                raise
        answer = chip.answer(challenge)
        registrar.cards.enrol_by_ic_card(card_id, challenge.value, answer, **note)

    def _refused(self, ticket: str, error: KridError) -> None:
        """Write down why nothing comes of an offer, for the page that shows it."""
        with suppress(BindingError):
            record = self.records.find(ticket)
            if record.progress is Progress.OFFERED:
                failed = replace(record, progress=Progress.FAILED, code=str(error.code))
                self.records.put(ticket, failed)
