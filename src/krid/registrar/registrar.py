"""The registrar: the register of one country in one database, with a service for each job."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, Self, final

from sqlalchemy import select

from krid._core.entropy import Entropy, system_entropy
from krid.cardtypes import CardType, parse_card_type
from krid.errors import Code, StoreError
from krid.registrar.book.audit import Audited, audit
from krid.registrar.book.book import Book, make_note
from krid.registrar.book.chain import Head
from krid.registrar.book.schema import TYPE
from krid.registrar.cards import Cards
from krid.registrar.country import Country
from krid.registrar.desk import Desk
from krid.registrar.family.family import Family
from krid.registrar.handles import DESK
from krid.registrar.log import Log
from krid.registrar.party_book import PartyBook
from krid.registrar.residents import Residents
from krid.registrar.signing import CardSigner
from krid.registrar.work import Core
from krid.status import StatusRegistry
from krid.x509 import Certificate

STATUS_URI: Final = "https://registrar.example/status/{shard}"


@final
class Registrar:
    """One country's register and cards, for any number of processes at once.

    - `residents`: who is there, who lives where, which papers they have
    - `family`: who descends from whom, and who is married to whom
    - `desk`: tickets for people whom a clerk has recognised
    - `cards`: mobile cards, from the application to the end
    - `parties`: who may ask for cards, for what, and who was reported for asking more
    - `log`: what was done, by whom and why
    - `status`: the status lists, to be published (`krid.status.Publisher`)

    All that changes anything takes `actor`, `reason` and `now`. Make one in each process.
    """

    def __init__(
        self,
        book: Book,
        country: Country,
        status: StatusRegistry,
        *,
        signers: Mapping[str, CardSigner],
        chip_anchors: Sequence[Certificate],
    ) -> None:
        self.book: Final = book
        self.country: Final = country
        self.status: Final = status
        self.core: Final = Core(book, country, status)
        self.residents: Final = Residents(self.core)
        self.family: Final = Family(self.core)
        self.desk: Final = Desk(self.core)
        self.cards: Final = Cards(self.core, signers=signers, chip_anchors=chip_anchors)
        self.parties: Final = PartyBook(self.core)
        self.log: Final = Log(book)
        self.signers: Final = dict(signers)

    @classmethod
    def begin(
        cls,
        place: str | Path,
        files: Sequence[bytes],
        *,
        actor: str,
        now: datetime,
        entropy: Entropy = system_entropy,
    ) -> None:
        """Begin the register of a country, whose card types are given as files.

        A register that was begun takes further types, and new versions of those it has.

        Raises:
            MalformedError: `cardtype.*`.
            MisuseError: `misuse.option` for types that are not of one country.
            StoreError: `register.database`, `register.version`.
        """
        found = {parse_card_type(raw).id: raw.decode("utf-8") for raw in files}
        with Book.open(place, entropy=entropy) as book, book.entering() as act:
            rows = act.connection.execute(select(TYPE)).mappings()
            before = {row["id"]: dict(row) for row in rows}
            Country.of([_parse(text) for text in (_texts(before) | found).values()])
            for type_id, text in found.items():
                note = make_note(
                    actor=actor, action="type", subject=type_id, reason="declared", now=now
                )
                if type_id not in before:
                    act.insert(act.line(note), TYPE, {"id": type_id, "toml": text})
                elif before[type_id]["toml"] != text:
                    act.update(act.line(note), TYPE, before[type_id], toml=text)

    @classmethod
    def open(
        cls,
        place: str | Path,
        *,
        signers: Mapping[str, CardSigner],
        chip_anchors: Sequence[Certificate] = (),
        status_uri: str = STATUS_URI,
        entropy: Entropy = system_entropy,
        shard_size: int = 2**20,
    ) -> Self:
        """Open a register that was begun.

        Raises:
            StoreError: `register.database`, `register.version`; `store.not_found` for a database
                in which no register was begun.
            MisuseError: `misuse.option`, `misuse.extra`.
        """
        book = Book.open(place, entropy=entropy)
        try:
            country = _country(book)
            status = StatusRegistry.beside(
                book.database, status_uri, shard_size=shard_size, entropy=entropy
            )
        except BaseException:
            book.close()
            raise
        return cls(book, country, status, signers=signers, chip_anchors=chip_anchors)

    def __repr__(self) -> str:
        """Name the cards, and not the database, whose name may hold a password."""
        return f"Registrar({', '.join(self.country.types)})"

    def __enter__(self) -> Self:
        """Use the registrar in a `with` block that closes it."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the connections to the database."""
        self.book.close()

    def audit(self, *, expected: Head | None) -> Audited:
        """Hold register and log against each other; as `krid.registrar.book.audit`.

        Raises:
            StoreError: `register.chain`, `register.row`, `register.rollback`,
                `register.database`.
        """
        return audit(self.book, expected=expected)

    def audit_noted(
        self, *, expected: Head | None, actor: str, reason: str, now: datetime
    ) -> Audited:
        """Audit, and write a row that was changed behind the log's back into the log itself.

        So who reads the log sees it, too. A log that does not hold any more gets no further line.

        Raises:
            StoreError: as `audit`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
        """
        note = make_note(actor=actor, action="audit", subject=DESK, reason=reason, now=now)
        try:
            return self.audit(expected=expected)
        except StoreError as error:
            if error.code is Code.REGISTER_ROW:
                with self.book.entering() as act:
                    act.line(replace(note, refusal=str(error.code)))
            raise


def _country(book: Book) -> Country:
    with book.reading() as connection:
        rows = connection.execute(select(TYPE).order_by(TYPE.c.id)).mappings().all()
    if not rows:
        raise StoreError(Code.STORE_NOT_FOUND, "a register")
    return Country.of([_parse(row["toml"]) for row in rows])


def _texts(rows: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {type_id: row["toml"] for type_id, row in rows.items()}


def _parse(text: str) -> CardType:
    return parse_card_type(text.encode("utf-8"))
