"""Mobile cards from the application to the end: every step of their life is a method here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, final

from sqlalchemy import func, select

from krid._core import times
from krid.errors import Code, ContentError
from krid.exchange import IssuedCredential
from krid.keys import PublicKey, jwk
from krid.registrar import loss
from krid.registrar.book.act import Row
from krid.registrar.book.schema import CARD, CHALLENGE, CREDENTIAL, DELIVERY, DOCUMENT
from krid.registrar.book.values import card_of, entry_of, write_json
from krid.registrar.desk import check_ticket, redeem
from krid.registrar.eligible import check_may_apply, check_may_end, check_may_have
from krid.registrar.enrolment import chip, enrol, known_of, make_room, use_challenge
from krid.registrar.ic_card import (
    CHALLENGE_LIFETIME,
    Answer,
    Challenge,
    challenge_key,
    check_answer,
)
from krid.registrar.issuing import (
    Lined,
    check_may_issue,
    check_may_take_in,
    check_unchanged,
    reserve,
    take_in,
)
from krid.registrar.lifecycle import PENDING, Hold, Role, Stage, Step, after
from krid.registrar.mobile import IssuedEntry, MobileCard, Via
from krid.registrar.renewal import enrol_again
from krid.registrar.signing import CardSigner, Order
from krid.registrar.work import Core, Noted, Work
from krid.status.registry import moments
from krid.x509 import Certificate

_CHALLENGE_BYTES: Final = 32


@final
class Cards:
    """The cards of a register: who may, who does, and what becomes of it.

    `signers` sign credentials by format; `chip_anchors` are the authorities behind IC cards.
    """

    def __init__(
        self,
        core: Core,
        *,
        signers: Mapping[str, CardSigner],
        chip_anchors: Sequence[Certificate],
    ) -> None:
        self._core: Final = core
        self._signers: Final = dict(signers)
        self._anchors: Final = tuple(chip_anchors)

    def card(self, card_id: str) -> MobileCard:
        """Find a card.

        Raises:
            ContentError: `register.unknown_card`.
            StoreError: `register.database`.
        """
        with self._core.book.reading() as connection:
            statement = select(CARD).where(CARD.c.id == card_id)
            row = connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise ContentError(Code.REGISTER_UNKNOWN_CARD)
        return card_of(row)

    def of_person(self, person_id: str) -> tuple[MobileCard, ...]:
        """List the cards of a person, in whatever state, the oldest first."""
        return self._cards(person_id=person_id)

    def on_phone(self, phone: str) -> tuple[MobileCard, ...]:
        """List the cards that a phone applied for or holds, the oldest first."""
        return self._cards(phone=phone)

    def _cards(self, **where: str) -> tuple[MobileCard, ...]:
        statement = select(CARD).filter_by(**where).order_by(CARD.c.applied_at, CARD.c.id)
        with self._core.book.reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return tuple(card_of(row) for row in rows)

    def count(self) -> Mapping[str, Mapping[str, int]]:
        """Count the cards of each type by their state.

        Raises:
            StoreError: `register.database`.
        """
        statement = select(CARD.c.type, CARD.c.state, func.count()).group_by(
            CARD.c.type, CARD.c.state
        )
        counted: dict[str, dict[str, int]] = {}
        with self._core.book.reading() as connection:
            for type_id, state, count in connection.execute(statement):
                counted.setdefault(type_id, {})[state] = count
        return counted

    def credentials(self, card_id: str) -> tuple[IssuedEntry, ...]:
        """List what was made or reserved for a card, in the order of its handles."""
        statement = select(CREDENTIAL).where(CREDENTIAL.c.card_id == card_id)
        with self._core.book.reading() as connection:
            rows = connection.execute(statement.order_by(CREDENTIAL.c.id)).mappings().all()
        return tuple(entry_of(row) for row in rows)

    def apply(
        self,
        person_id: str,
        type_id: str,
        key: PublicKey,
        *,
        replaces: bool,
        actor: str,
        reason: str,
        now: datetime,
    ) -> str:
        """Apply for a card on the phone of a key; nothing is proved yet.

        `replaces` says that the card of another phone is to end. What the same phone applied for
        before is withdrawn.

        Raises:
            ContentError: `register.unknown`, `register.type`, `register.ended`,
                `register.too_young`, `register.no_card`, `register.active_phone`,
                `register.police`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        phone = jwk.key_id(key)
        with self._core.work("apply", person_id, actor=actor, reason=reason, now=now) as work:
            person = work.hold_person(person_id)
            check_may_apply(work, person, type_id, replaces=replaces)
            make_room(work, person_id, type_id, phone)
            row = {
                "id": self._core.handle("c"),
                "person_id": person_id,
                "type": type_id,
                "phone": phone,
                "key": write_json(jwk.encode_public(key)),
                "state": Stage.APPLIED.value,
                "holds": "[]",
                "applied_at": work.at,
            }
            work.act.insert(work.line, CARD, row)
            return str(row["id"])

    def enrol_by_ticket(
        self, card_id: str, qr_text: str, *, actor: str, reason: str, now: datetime
    ) -> None:
        """Prove the person by an office's ticket, which is used up whatever comes of it.

        Raises:
            ContentError: `register.unknown_card`, `register.ticket`, `register.stage`, and as
                `apply`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        note: Noted = {"actor": actor, "reason": reason, "now": now}
        with self._core.work("redeem", card_id, **note) as work:
            work.hold_card(card_id)
            ticket = redeem(work, qr_text)
        with self._core.work("enrol", card_id, **note) as work:
            card = work.hold_card(card_id)
            check_ticket(work, card, ticket)
            enrol(work, card, Via.OFFICE, replaces=ticket["replaces"])

    def challenge(self, card_id: str, *, actor: str, reason: str, now: datetime) -> Challenge:
        """Make a challenge for the IC card of whoever applied.

        Raises:
            ContentError: `register.unknown_card`, `register.stage`; `register.no_card` without a
                card with a chip; `register.ic_blocked`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        value = self._core.book.entropy(_CHALLENGE_BYTES)
        expires = times.aware(now) + CHALLENGE_LIFETIME
        with self._core.work("challenge", card_id, actor=actor, reason=reason, now=now) as work:
            card = work.hold_card(card_id)
            after(Stage(card["state"]), Step.ENROL)
            chip(work, card)
            row = {
                "id": challenge_key(value),
                "card_id": card_id,
                "expires": moments.to_number(expires),
                "state": "open",
            }
            work.act.insert(work.line, CHALLENGE, row)
        return Challenge(card_id, value, expires)

    def enrol_by_ic_card(
        self,
        card_id: str,
        value: bytes,
        answer: bytes,
        *,
        actor: str,
        reason: str,
        now: datetime,
    ) -> None:
        """Prove the person by what their IC card answered to a challenge, which is then used up.

        Raises:
            MalformedError: `register.ic_answer`.
            ContentError: `register.unknown_card`, `register.ic_challenge`, `register.ic_key`,
                `register.ic_blocked`; `register.ic_clone` for a counter that stands still, which
                blocks the chip; `register.stage`, and as `apply`.
            TrustError, SignatureError, ValidityError: as `krid.x509.verify_chain`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        note: Noted = {"actor": actor, "reason": reason, "now": now}
        with self._core.work("answer", card_id, **note) as work:
            use_challenge(work, work.hold_card(card_id), value)
        try:
            with self._core.work("enrol", card_id, **note) as work:
                self._tap(work, work.hold_card(card_id), value, answer)
        except ContentError as error:
            if error.code is Code.REGISTER_IC_CLONE:
                self._block_chip(card_id, actor=actor, now=now)
            raise

    def _tap(self, work: Work, card: Row, value: bytes, raw: bytes) -> None:
        answer = Answer.parse(raw)
        document = chip(work, card)
        check_answer(
            answer,
            value=value,
            card_id=card["id"],
            chip_key=document["chip_key"],
            anchors=self._anchors,
            now=work.now,
        )
        if answer.counter <= document["chip_counter"]:
            raise ContentError(Code.REGISTER_IC_CLONE)
        work.act.update(work.line, DOCUMENT, document, chip_counter=answer.counter)
        enrol(work, card, Via.IC_CARD, replaces=True)

    def _block_chip(self, card_id: str, *, actor: str, now: datetime) -> None:
        with self._core.work("block", card_id, actor=actor, reason="ic_clone", now=now) as work:
            document = chip(work, work.hold_card(card_id))
            work.act.update(work.line, DOCUMENT, document, chip_blocked=True)

    def issue(
        self, card_id: str, *, actor: str, reason: str, now: datetime
    ) -> Mapping[str, IssuedCredential]:
        """Sign the card in every format of its type, and end what it replaces.

        A card that was issued already is issued anew: for a phone that did not get it, and for
        formats that live shorter than the card. The earlier credentials are then revoked.

        Raises:
            ContentError: `register.unknown_card`, `register.stage`, `register.ended`,
                `register.too_young`, `register.no_card`, `register.active_phone`,
                `register.expired`; `register.changed`: then call it again.
            MisuseError: `misuse.claims`, `misuse.format`, `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`, `status.database`.
        """
        note: Noted = {"actor": actor, "reason": reason, "now": now}
        with self._core.work("reserve", card_id, **note) as work:
            known, card = known_of(work, card_id)
            check_may_issue(work, known, card)
            orders = reserve(work, known, [Lined(work.line, card)])
        made = {order.entry_id: self._sign(order) for order in orders}
        with self._core.work("issue", card_id, **note) as work:
            known, card = known_of(work, card_id)
            check_may_take_in(work, known, card, made)
            check_unchanged(work, known, card, {each.entry_id: each for each in orders})
            take_in(work, known, [Lined(work.line, card)], made)
        return {each.format: each for each in made.values()}

    def _sign(self, order: Order) -> IssuedCredential:
        return order.sign(self._signers[order.format], entropy=self._core.book.entropy)

    def fetch(
        self, card_id: str, key: PublicKey, *, actor: str, reason: str, now: datetime
    ) -> Mapping[str, IssuedCredential]:
        """Hand over the credentials of a card that wait for its phone, by their formats.

        They wait until the phone says that it has them. Does not ask for proof that the phone
        holds the key: whoever serves this does.

        Raises:
            ContentError: `register.unknown_card`, `register.other_key`; `register.stage` for a card
                that is not issued, or suspended.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("fetch", card_id, actor=actor, reason=reason, now=now) as work:
            card = work.hold_card(card_id)
            if card["phone"] != jwk.key_id(key):
                raise ContentError(Code.REGISTER_OTHER_KEY)
            after(Stage(card["state"]), Step.ACTIVATE)
            rows = work.act.connection.execute(
                select(CREDENTIAL.c.format, DELIVERY.c.credential)
                .join(DELIVERY, DELIVERY.c.credential_id == CREDENTIAL.c.id)
                .where(CREDENTIAL.c.card_id == card_id)
            ).all()
        return {row.format: IssuedCredential(row.format, row.credential) for row in rows}

    def activate(self, card_id: str, *, actor: str, reason: str, now: datetime) -> None:
        """Note that the phone has the card; what waited for it is forgotten.

        Raises:
            ContentError: `register.unknown_card`, `register.stage`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("activate", card_id, actor=actor, reason=reason, now=now) as work:
            work.step(work.line, work.hold_card(card_id), Step.ACTIVATE)
            work.drop_deliveries(card_id)

    def suspend(
        self, card_id: str, hold: Hold, *, role: Role, actor: str, reason: str, now: datetime
    ) -> None:
        """Suspend a card for a reason; a second reason is kept beside the first.

        Raises:
            ContentError: `register.unknown_card`, `register.right`, `register.suspended`,
                `register.stage`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("suspend", card_id, actor=actor, reason=reason, now=now) as work:
            loss.place(work, work.line, work.hold_card(card_id), hold, role=role)

    def restore(
        self, card_id: str, hold: Hold, *, role: Role, actor: str, reason: str, now: datetime
    ) -> None:
        """End the suspension for one reason; the card is active when no other is left.

        Raises:
            ContentError: `register.unknown_card`, `register.right`, `register.hold`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("restore", card_id, actor=actor, reason=reason, now=now) as work:
            loss.lift(work, work.line, work.hold_card(card_id), hold, role=role)

    def lose_phone(
        self, person_id: str, *, role: Role, actor: str, reason: str, now: datetime
    ) -> tuple[str, ...]:
        """Report a person's phone as lost: cards are suspended, applications are withdrawn.

        Returns the handles of the cards that were suspended by it. An application that races it
        is withdrawn when it came first, and stands when it came after.

        Raises:
            ContentError: `register.unknown`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("lose", person_id, actor=actor, reason=reason, now=now) as work:
            work.hold_person(person_id)
            return tuple(loss.place_on_all(work, person_id, Hold.PHONE_LOST, role=role))

    def renew(self, card_id: str, *, actor: str, reason: str, now: datetime) -> str:
        """Enrol a new card for the same phone before the old one ends; return its handle.

        Raises:
            ContentError: `register.unknown_card`; `register.renewal` when it is too early,
                `register.expired` when it is too late; `register.stage` for a card that is not
                active; as `apply`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("renew", card_id, actor=actor, reason=reason, now=now) as work:
            card = work.hold_card(card_id)
            if card["state"] != Stage.ACTIVE.value:
                raise ContentError(Code.REGISTER_STAGE, f"renew when {card['state']}")
            last = date.fromisoformat(card["expires_on"])
            if work.day > last:
                raise ContentError(Code.REGISTER_EXPIRED)
            if work.day < last - work.country.type(card["type"]).validity.renewal:
                raise ContentError(Code.REGISTER_RENEWAL)
            check_may_have(work, work.hold_person(card["person_id"]), card["type"])
            return str(enrol_again(work, work.line, card)["id"])

    def revoke(self, card_id: str, *, actor: str, reason: str, now: datetime) -> None:
        """End a card for good; one that was not issued yet is withdrawn.

        Raises:
            ContentError: `register.unknown_card`, `register.stage`, `register.police`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("revoke", card_id, actor=actor, reason=reason, now=now) as work:
            card = work.hold_card(card_id)
            check_may_end(card)
            step = Step.WITHDRAW if Stage(card["state"]) in PENDING else Step.REVOKE
            work.step(work.line, card, step)
