"""A country's whole story from its file alone: nothing here knows which country it is."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, final

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cardtypes import CardType, parse_card_type
from krid.errors import KridError
from krid.exchange import IssuedCredential
from krid.formats import named, standard_formats
from krid.keys import Alg, LocalKey
from krid.model import Challenge, ClaimPath
from krid.profiles import HAIP
from krid.registrar.authority import SampleAuthority
from krid.registrar.lifecycle import Hold, Role
from krid.registrar.people import Movers, PersonState
from krid.registrar.phones import InventedPhones
from krid.registrar.work import Noted
from krid.status import Fetching, Publisher, StatusLists
from krid.trust import CertificateTrust, Crls
from krid.verifier import verify_presentation
from krid.x509 import sign_crl

if TYPE_CHECKING:
    from krid.registrar.registrar import Registrar

_ISSUER: Final = "https://registrar.example"
_SHOP: Final = "https://shop.example"
_DAY: Final = timedelta(days=1)


class DemoError(Exception):
    """Something that must be refused was accepted: the demo fails loudly."""


def tell(raw: bytes, *, residents: int) -> Iterator[str]:
    """Tell the story of a card type, a line for each thing that happened.

    Raises:
        KridError: the file is none, or the story came to an end that it must not have.
        DemoError: something that must be refused was accepted.
    """
    card_type = parse_card_type(raw)
    yield f"{card_type.names[card_type.languages[0]]} ({card_type.id}, {card_type.country})"
    with TemporaryDirectory() as folder, _Stage.begin(Path(folder), raw, card_type) as stage:
        yield from stage.play(residents)


@final
@dataclass(frozen=True, slots=True)
class _Stage:
    registrar: "Registrar"
    authority: SampleAuthority
    card_type: CardType
    now: datetime

    @classmethod
    def begin(cls, folder: Path, raw: bytes, card_type: CardType) -> "_Stage":
        from krid.registrar.registrar import Registrar

        now = SystemClock().now()
        authority = SampleAuthority.make(
            _ISSUER, country=card_type.country, now=now, entropy=system_entropy
        )
        profile = replace(HAIP, max_lifetime=20 * 366 * _DAY, status_required=True)
        Registrar.begin(folder / "register.db", [raw], actor="installer", now=now)
        registrar = Registrar.open(
            folder / "register.db", signers=authority.signers(profile), shard_size=4096
        )
        return cls(registrar, authority, card_type, now)

    def __enter__(self) -> "_Stage":
        return self

    def __exit__(self, *_error: object) -> None:
        self.registrar.close()

    def play(self, residents: int) -> Iterator[str]:
        yield self._enter(residents)
        person_id = self._somebody()
        key = InventedPhones("demo").key(person_id)
        card_id, made = self._office(person_id, key)
        yield f"an office recognised {person_id}; {card_id} was issued as {', '.join(made)}"
        for name, credential in made.items():
            yield f"a shop read {self._show(name, credential, key)} claims of the {name} card"
        yield self._lose(person_id, card_id, made, key)
        yield self._move(person_id, card_id, made, key)
        yield self._leave(person_id)
        audited = self.registrar.audit(expected=None)
        yield f"the log's {audited.lines} lines cover {audited.rows} rows"
        yield f"its end is {audited.head.encode()}"

    def _enter(self, residents: int) -> str:
        from krid.registrar.faces import draw_faces
        from krid.registrar.invent import Inventor

        day = self.card_type.day(self.now)
        inventor = Inventor((self.card_type,), "demo", day, draw_faces("demo", 3))
        people = list(inventor.people(residents))
        self.registrar.residents.enter_many(people, actor="clerk-1", reason="born", now=self.now)
        return f"{len(people)} invented residents were entered"

    def _somebody(self) -> str:
        """Find the first who may have the card."""
        from krid.registrar.portions import chunks

        for chunk in chunks(self.registrar.book, self.card_type.id, size=100):
            for person_id in chunk:
                try:
                    self._ticket(person_id)
                except KridError:
                    continue
                return person_id
        raise DemoError("nobody may have the card")

    def _ticket(self, person_id: str) -> str:
        ticket = self.registrar.desk.hand_out(
            person_id, self.card_type.id, replaces=False, **self._note("clerk-1")
        )
        return ticket.qr_text

    def _note(self, actor: str, reason: str = "demo") -> Noted:
        return {"actor": actor, "reason": reason, "now": self.now}

    def _office(self, person_id: str, key: LocalKey) -> tuple[str, Mapping[str, IssuedCredential]]:
        cards, note = self.registrar.cards, self._note("wallet-1")
        card_id = cards.apply(person_id, self.card_type.id, key.public_key, replaces=False, **note)
        cards.enrol_by_ticket(card_id, self._ticket(person_id), **note)
        made = cards.issue(card_id, **note)
        cards.activate(card_id, **note)
        return card_id, made

    def _show(self, name: str, credential: IssuedCredential, key: LocalKey) -> int:
        """Show everything to a shop, which verifies it, its status and its holder."""
        fitting, paths = named(standard_formats(), name), self._paths(name)
        nonce = secrets.token_urlsafe(16)
        challenge = Challenge(audience=_SHOP, nonce=nonce, response_uri=f"{_SHOP}/response")
        raw = fitting.prepare_presentation(
            credential.raw, disclose=paths, challenge=challenge, alg=Alg.ES256, now=self.now
        ).sign_with(key)
        trust = self._trust()
        verify_presentation(
            raw,
            credential_format=fitting,
            trust=trust,
            status=StatusLists(Fetching(self._lists().__getitem__), issuers=trust),
            profile=replace(HAIP, status_required=True),
            challenge=challenge,
            now=self.now,
        )
        return len(paths)

    def _paths(self, name: str) -> list[ClaimPath]:
        claims = self.card_type.claims
        if name == "mso_mdoc":
            return [(each.namespace, each.element) for each in claims if each.element is not None
                    and not each.optional]  # fmt: skip
        return [each.path for each in claims if each.path is not None and not each.optional]

    def _trust(self) -> CertificateTrust:
        root = self.authority.root
        crl = sign_crl(
            {},
            ca=root.certificate,
            ca_key=root.key,
            number=1,
            this_update=self.now,
            next_update=self.now + _DAY,
        )
        return CertificateTrust((root.certificate,), revocation=Crls.known(crl))

    def _lists(self) -> dict[str, str]:
        """Sign what is due, and return every list by its address."""
        keyed, status = self.authority.sdjwt, self.registrar.status
        Publisher(
            registry=status,
            signer=keyed.key,
            lifetime=_DAY,
            ttl=None,
            issuer=_ISSUER,
            certificates=(keyed.certificate.der,),
        ).run(now=self.now)
        return {
            status.uri_of(shard): status.published(shard).token.decode("ascii")
            for shard in status.shards()
        }

    def _refused(self, made: Mapping[str, IssuedCredential], key: LocalKey) -> str:
        codes = set()
        for name, credential in made.items():
            try:
                self._show(name, credential, key)
            except KridError as error:
                codes.add(str(error.code))
            else:
                raise DemoError(f"{name} was accepted")
        return ", ".join(sorted(codes))

    def _lose(
        self, person_id: str, card_id: str, made: Mapping[str, IssuedCredential], key: LocalKey
    ) -> str:
        cards = self.registrar.cards
        cards.lose_phone(person_id, role=Role.HOLDER, **self._note("call-centre", "phone_lost"))
        code = self._refused(made, key)
        note = self._note("clerk-1", "phone_found")
        cards.restore(card_id, Hold.PHONE_LOST, role=Role.OFFICE, **note)
        count = sum(self._show(name, each, key) for name, each in made.items())
        return f"the phone was lost: {code}; and found: {count} claims are read again"

    def _move(
        self, person_id: str, card_id: str, made: Mapping[str, IssuedCredential], key: LocalKey
    ) -> str:
        day = self.card_type.day(self.now)
        (new,) = self.registrar.residents.move(
            person_id, "13 New Street", movers=Movers.ALONE, since=day, **self._note("holder")
        )
        anew = self.registrar.cards.issue(new, **self._note("wallet-1"))
        self.registrar.cards.activate(new, **self._note("wallet-1"))
        code = self._refused(made, key)
        count = sum(self._show(name, each, key) for name, each in anew.items())
        return f"{person_id} moved: {new} replaces {card_id} ({code}), {count} claims are read"

    def _leave(self, person_id: str) -> str:
        on = self.card_type.day(self.now)
        self.registrar.residents.leave(
            person_id, PersonState.EMIGRATED, on=on, **self._note("clerk-2", "emigrated")
        )
        return f"{person_id} emigrated: every card has ended"
