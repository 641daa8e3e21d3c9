"""The cards in the wallet's file: read anew, and verified anew, each time."""

from collections.abc import Iterator, Sequence
from typing import Final, final

from krid.errors import KridError, StoreError
from krid.exchange import IssuedCredential
from krid.formats import named
from krid.keys import PublicKey
from krid.model import CredentialFormat, IssuerKeys
from krid.store import Vault
from krid.wallet.cards import Card, CardRecord, RefusedCard

_CARDS: Final = "card"


@final
class HeldCards:
    """Cards by their handles, as far as somebody who is trusted vouches for them."""

    def __init__(
        self, vault: Vault, formats: Sequence[CredentialFormat], trust: IssuerKeys
    ) -> None:
        """Look into this vault."""
        self._vault: Final = vault
        self._formats: Final = tuple(formats)
        self._trust: Final = trust

    def format_of(self, record: CardRecord) -> CredentialFormat:
        """Find the format of a record.

        Raises:
            MisuseError: `misuse.format`.
        """
        return named(self._formats, record.format)

    def record(self, card_id: str) -> CardRecord:
        """Return what is stored of a card.

        Raises:
            StoreError: `store.no_record`.
        """
        return CardRecord.decode(self._vault.get(_CARDS, card_id))

    def read(self, card_id: str, record: CardRecord) -> Card:
        """Verify a record as its holder, by whom the wallet trusts now.

        Raises:
            RejectedError: the code of whatever is wrong with it.
        """
        found = self.format_of(record)
        accepted = found.accept(record.raw, issuers=self._trust, now=record.added_at)
        return Card(card_id, accepted, record.raw)

    def holder_of(self, card_id: str) -> PublicKey | None:
        """Return the key that a card is bound to.

        Raises:
            StoreError: `store.no_record`.
            RejectedError: as `read`.
        """
        return self.read(card_id, self.record(card_id)).credential.holder

    def put(self, card: Card, record: CardRecord) -> None:
        """Keep a card."""
        self._vault.put(_CARDS, card.id, record.encode())

    def same(self, issued: IssuedCredential) -> str | None:
        """Return the handle of a card with these very bytes, if there is one."""
        for card_id, record in self._records():
            if (record.format, record.raw) == (issued.format, issued.raw):
                return card_id
        return None

    def delete(self, card_id: str) -> None:
        """Delete a card, inside a transaction.

        Raises:
            StoreError: `store.no_record`.
        """
        self._vault.delete(_CARDS, card_id)

    def all(self) -> tuple[Card | RefusedCard, ...]:
        """Return all cards in the order in which they were added, and why some are refused."""
        return tuple(self._read_or_refuse(*each) for each in self._records())

    def _records(self) -> list[tuple[str, CardRecord]]:
        found = [(name, CardRecord.decode(raw)) for name, raw in self._vault.records(_CARDS)]
        return sorted(found, key=lambda pair: (pair[1].added_at, pair[0]))

    def _read_or_refuse(self, card_id: str, record: CardRecord) -> Card | RefusedCard:
        try:
            return self.read(card_id, record)
        except StoreError:
            raise
        except KridError as cause:
            return RefusedCard(card_id, record.format, record.added_at, cause.code)


def believed(cards: Sequence[Card | RefusedCard]) -> Iterator[Card]:
    """Leave out what is refused."""
    return (each for each in cards if isinstance(each, Card))
