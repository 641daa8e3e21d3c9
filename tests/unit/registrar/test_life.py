"""Random lives of two hundred people against a simple model of what may be true of them.

Once with resident cards, and once with driving licences, which the police may suspend.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import registers
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from registers import CARD, LICENCE, NOW, Authority, note
from sqlalchemy import func, select

from krid.errors import KridError, StatusError
from krid.keys import Alg
from krid.model import IssuerHint
from krid.registrar.book.schema import CARD as CARD_TABLE
from krid.registrar.bulk import issue_chunk
from krid.registrar.lifecycle import HELD, PENDING, Hold, Role, Stage
from krid.registrar.people import Movers, NewDocument, PersonState
from krid.registrar.phones import InventedPhones
from krid.status import Fetching, StatusLists
from krid.trust import KeyTrust

PEOPLE = 200
DAY = timedelta(days=1)
AUTHORITY = Authority.make()
WHO = st.one_of(*[st.integers(0, 2)] * 3, st.integers(0, PEOPLE - 1))
"""Now and then anybody, but mostly a few to whom a lot happens."""
BIRTHS = [date(1970 + index * 7 % 45, 1 + index % 12, 1 + index % 28) for index in range(PEOPLE)]


@dataclass
class Life:
    """What the model believes of one person."""

    has_paper: bool = True
    paper_lost: bool = False
    is_here: bool = True
    pending: str | None = None
    is_enrolled: bool = False
    card: str | None = None
    holds: set[Hold] = field(default_factory=set)

    def end_cards(self) -> None:
        self.pending, self.is_enrolled, self.card, self.holds = None, False, None, set()


class Lives(RuleBasedStateMachine):
    """Every step is taken on the register and on the model; both must agree on what is refused."""

    type_id, kind, age = CARD, "resident-card", 17
    printed: Mapping[str, Any] = registers.OFFICE
    police_may_suspend = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        place = Path(self.folder.name) / "register.db"
        registers.begin(place, self.type_id)
        self.registrar = registers.opened(place, AUTHORITY)
        required = self.registrar.country.required
        facts = dict.fromkeys(required, "견본누람")
        paper = NewDocument(kind=self.kind, issued_on=date(2010, 5, 5), facts=self.printed)
        people = [
            registers.person(index, born=born, facts=facts, documents=(paper,))
            for index, born in enumerate(BIRTHS)
        ]
        self.handles = self.registrar.residents.enter_many(people, **note())
        self.lives = [Life() for _ in people]
        self.now = NOW
        self.begin_with_cards(range(0, PEOPLE, 2))
        self.lines = self.registrar.book.head().seq
        self.retired: list[str] = []

    def begin_with_cards(self, chosen: range) -> None:
        handles = [self.handles[who] for who in chosen]
        issue_chunk(self.registrar, self.type_id, handles, InventedPhones("life"), **note())
        for who in chosen:
            for card in self.registrar.cards.of_person(self.handles[who]):
                self.lives[who].card = card.id

    def teardown(self) -> None:
        self.registrar.audit(expected=None)
        self.check_by_the_published_lists()
        self.registrar.close()
        self.folder.cleanup()

    def check_by_the_published_lists(self) -> None:
        """Publish, and look every card up as a verifier does."""
        registry, key = self.registrar.status, AUTHORITY.signers["dc+sd-jwt"].signer
        for shard in registry.due(now=self.now):
            registry.publish(shard, key, now=self.now, lifetime=DAY)
        tokens = {
            registry.uri_of(name): registry.published(name).token for name in registry.shards()
        }
        trust = KeyTrust.of(key.public_key)
        lists = StatusLists(Fetching(lambda uri: tokens[uri].decode()), issuers=trust)
        hint = IssuerHint(format="dc+sd-jwt", type="card", alg=Alg.ES256)
        signer = trust.find(hint, now=self.now)

        def outcome(card_id: str) -> set[str]:
            found = set()
            for each in self.registrar.cards.credentials(card_id):
                try:
                    lists.check(each.status, issuer=signer, now=self.now)
                    found.add("valid")
                except StatusError as error:
                    found.add(str(error.code))
            return found

        for life in self.lives:
            if life.card is not None:
                wanted = "status.suspended" if life.holds else "valid"
                assert outcome(life.card) == {wanted}
        for card_id in self.retired:
            assert outcome(card_id) == {"status.revoked"}

    def attempt(self, is_allowed: bool, action: Callable[[], Any]) -> Any:
        """Do something that the model allows or refuses, and look that it left a line."""
        before = self.registrar.book.head().seq
        try:
            done = action()
        except KridError:
            assert not is_allowed
            done = None
        else:
            assert is_allowed
        assert self.registrar.book.head().seq > before
        return done

    def may_have(self, who: int) -> bool:
        life, day = self.lives[who], self.registrar.country.day(self.now)
        born = BIRTHS[who]
        is_old_enough = (born.year + self.age, born.month, born.day) <= (
            day.year,
            day.month,
            day.day,
        )
        return life.is_here and life.has_paper and not life.paper_lost and is_old_enough

    def may_apply(self, who: int, *, replaces: bool) -> bool:
        """What the police suspended no new card gets around."""
        life = self.lives[who]
        is_free = life.card is None or (replaces and Hold.POLICE not in life.holds)
        return self.may_have(who) and is_free

    @rule(who=WHO, replaces=st.booleans())
    def apply(self, who: int, replaces: bool) -> None:
        life = self.lives[who]
        allowed = self.may_apply(who, replaces=replaces)
        card = self.attempt(
            allowed,
            lambda: self.registrar.cards.apply(
                self.handles[who],
                self.type_id,
                registers.phone().public_key,
                replaces=replaces,
                **note(self.now),
            ),
        )
        if card is not None and not life.is_enrolled:
            life.pending = card

    @rule(who=WHO, replaces=st.booleans(), other=WHO, mixed=st.integers(0, 9))
    def enrol(self, who: int, replaces: bool, other: int, mixed: int) -> None:
        """Go to the office; now and then the ticket of somebody else is shown."""
        life = self.lives[who]
        if life.pending is None or life.is_enrolled:
            return
        owner = other if mixed == 0 else who
        may_get = self.may_apply(owner, replaces=replaces)
        ticket = self.attempt(
            may_get,
            lambda: self.registrar.desk.hand_out(
                self.handles[owner], self.type_id, replaces=replaces, **note(self.now)
            ),
        )
        if ticket is None:
            return
        allowed = owner == who
        self.attempt(
            allowed,
            lambda: self.registrar.cards.enrol_by_ticket(
                life.pending or "", ticket.qr_text, **note(self.now)
            ),
        )
        life.is_enrolled = allowed
        self.attempt(
            False,
            lambda: self.registrar.cards.enrol_by_ticket(
                life.pending or "", ticket.qr_text, **note(self.now)
            ),
        )

    @rule(who=WHO)
    def issue(self, who: int) -> None:
        life = self.lives[who]
        if life.pending is None:
            return
        allowed = life.is_enrolled and self.may_have(who)
        if allowed and life.card is not None:
            row = self.registrar.cards.card(life.pending)
            allowed = row.replaces == life.card and Hold.POLICE not in life.holds
        made = self.attempt(
            allowed, lambda: self.registrar.cards.issue(life.pending or "", **note(self.now))
        )
        if made is not None:
            if life.card is not None:
                self.retired.append(life.card)
            self.registrar.cards.activate(life.pending, **note(self.now))
            life.card, life.pending, life.is_enrolled, life.holds = life.pending, None, False, set()

    @rule(who=WHO, replaces=st.booleans(), again=st.booleans())
    def visit_office(self, who: int, replaces: bool, again: bool) -> None:
        self.apply(who, replaces)
        self.enrol(who, replaces, who, 1)
        if again:
            self.lose_phone(who, Role.HOLDER)
        self.issue(who)

    @rule(who=WHO, role=st.sampled_from(Role))
    def lose_phone(self, who: int, role: Role) -> None:
        life = self.lives[who]
        self.attempt(
            True,
            lambda: self.registrar.cards.lose_phone(self.handles[who], role=role, **note(self.now)),
        )
        life.pending, life.is_enrolled = None, False
        if life.card is not None:
            life.holds.add(Hold.PHONE_LOST)

    @rule(who=WHO, role=st.sampled_from(Role), hold=st.sampled_from(Hold))
    def restore(self, who: int, role: Role, hold: Hold) -> None:
        life = self.lives[who]
        if life.card is None:
            return
        rights = {
            Hold.PHONE_LOST: {Role.OFFICE, Role.POLICE},
            Hold.DOCUMENT_LOST: {Role.OFFICE},
            Hold.POLICE: {Role.POLICE},
        }
        allowed = hold in life.holds and role in rights[hold]
        card = life.card
        self.attempt(
            allowed, lambda: self.registrar.cards.restore(card, hold, role=role, **note(self.now))
        )
        if allowed:
            life.holds.discard(hold)

    @rule(who=WHO, role=st.sampled_from([Role.POLICE, Role.POLICE, *Role]))
    def police(self, who: int, role: Role) -> None:
        """A resident card is none that the police may suspend, and nobody else suspends for them."""
        life = self.lives[who]
        card = life.card
        if card is None:
            return
        is_theirs = self.police_may_suspend and role is Role.POLICE
        allowed = is_theirs and Hold.POLICE not in life.holds
        self.attempt(
            allowed,
            lambda: self.registrar.cards.suspend(card, Hold.POLICE, role=role, **note(self.now)),
        )
        if allowed:
            life.holds.add(Hold.POLICE)

    @rule(who=WHO)
    def lose_paper(self, who: int) -> None:
        life = self.lives[who]
        allowed = life.has_paper and not life.paper_lost
        self.attempt(
            allowed,
            lambda: self.registrar.residents.lose_document(
                self.handles[who], self.kind, role=Role.HOLDER, **note(self.now)
            ),
        )
        if allowed:
            life.paper_lost = True
            life.pending, life.is_enrolled = None, False
            if life.card is not None:
                life.holds.add(Hold.DOCUMENT_LOST)

    @rule(who=WHO)
    def find_paper(self, who: int) -> None:
        life = self.lives[who]
        self.attempt(
            life.paper_lost,
            lambda: self.registrar.residents.find_document(
                self.handles[who], self.kind, role=Role.OFFICE, **note(self.now)
            ),
        )
        life.paper_lost = False
        life.holds.discard(Hold.DOCUMENT_LOST)

    @rule(who=WHO)
    def new_paper(self, who: int) -> None:
        life = self.lives[who]
        document = NewDocument(kind=self.kind, issued_on=date(2026, 6, 1), facts=self.printed)
        allowed = life.is_here and Hold.POLICE not in life.holds
        self.attempt(
            allowed,
            lambda: self.registrar.residents.issue_document(
                self.handles[who], document, **note(self.now)
            ),
        )
        if allowed:
            if life.has_paper:
                self.retire(life)
            life.has_paper, life.paper_lost = True, False

    @rule(who=WHO)
    def end_paper(self, who: int) -> None:
        life = self.lives[who]
        self.attempt(
            life.has_paper,
            lambda: self.registrar.residents.end_document(
                self.handles[who], self.kind, **note(self.now)
            ),
        )
        if life.has_paper:
            life.has_paper, life.paper_lost = False, False
            self.retire(life)

    @rule(who=WHO)
    def move(self, who: int) -> None:
        life, handle = self.lives[who], self.handles[who]
        self.now += DAY
        made = self.attempt(
            life.is_here,
            lambda: self.registrar.residents.move(
                handle,
                "어딘가",
                movers=Movers.ALONE,
                since=self.registrar.country.day(self.now),
                **note(self.now),
            ),
        )
        if made:
            life.pending, life.is_enrolled = made[0], True
        assert bool(made) == (life.is_here and life.card is not None and not life.holds)

    @rule(who=WHO)
    def revoke(self, who: int) -> None:
        life = self.lives[who]
        card = life.card
        if card is None:
            return
        allowed = Hold.POLICE not in life.holds
        self.attempt(allowed, lambda: self.registrar.cards.revoke(card, **note(self.now)))
        if allowed:
            self.retired.append(card)
            life.card, life.holds = None, set()

    @rule(who=st.integers(0, PEOPLE - 1))
    def die(self, who: int) -> None:
        life = self.lives[who]
        self.attempt(
            life.is_here,
            lambda: self.registrar.residents.leave(
                self.handles[who],
                PersonState.DEAD,
                on=self.registrar.country.day(self.now),
                **note(self.now),
            ),
        )
        if life.is_here:
            life.is_here = life.has_paper = life.paper_lost = False
            self.retire(life)

    def retire(self, life: Life) -> None:
        if life.card is not None:
            self.retired.append(life.card)
        life.end_cards()

    @invariant()
    def nobody_has_two_cards(self) -> None:
        held = [stage.value for stage in HELD]
        with self.registrar.book.reading() as connection:
            rows = connection.execute(
                select(CARD_TABLE.c.person_id, func.count())
                .where(CARD_TABLE.c.state.in_(held))
                .group_by(CARD_TABLE.c.person_id)
            ).all()
        assert all(count == 1 for _, count in rows)
        assert len(rows) == sum(life.card is not None for life in self.lives)

    @invariant()
    def cards_are_as_the_model_says(self) -> None:
        for life in self.lives[:8]:
            if life.card is None:
                continue
            card = self.registrar.cards.card(life.card)
            assert card.holds == life.holds
            assert card.stage is (Stage.SUSPENDED if life.holds else Stage.ACTIVE)
            assert self.statuses(life.card) == {2 if life.holds else 0}
        for card_id in self.retired[-3:]:
            assert self.statuses(card_id) == {1}
            assert self.registrar.cards.card(card_id).stage not in HELD | PENDING

    def statuses(self, card_id: str) -> set[int]:
        """Look at what the next list will say, which is what a verifier goes by."""
        return {
            self.registrar.status.entry(each.status).status
            for each in self.registrar.cards.credentials(card_id)
            if each.is_signed
        }

    @invariant()
    def every_change_left_a_line(self) -> None:
        """The log covers every row: a change without a line would be found here."""
        head = self.registrar.book.head()
        if head.seq > self.lines + 20:
            self.lines = self.registrar.audit(expected=None).head.seq


class Licences(Lives):
    """The same with a card that the police may suspend, until they restore it."""

    type_id, kind, age = LICENCE, "driving-licence", 16
    printed = registers.LICENCE_FACTS
    police_may_suspend = True

    @rule(who=WHO)
    def try_to_get_around_the_police(self, who: int) -> None:
        self.apply(who, True)
        self.enrol(who, True, who, 1)
        self.police(who, Role.POLICE)
        self.issue(who)
        self.apply(who, True)
        self.new_paper(who)
        self.revoke(who)


def few(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


Lives.TestCase.settings = few(8)
TestLives = Lives.TestCase
Licences.TestCase.settings = few(3)
TestLicences = Licences.TestCase
