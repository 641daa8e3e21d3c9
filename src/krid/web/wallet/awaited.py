"""Cards that an issuer will have later: what is kept of the wait, over a restart as well."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self, TypeAlias, final

from krid._core import shape, strict_json, times
from krid.errors import Code, KridError, MalformedError, RejectedError
from krid.keys import LocalKey, PublicKey, jwk
from krid.openid.oauth.refusal import OauthError
from krid.openid.oauth.store import fingerprint
from krid.openid.vci.wallet import Deferred, KeptSession, Outcome, Session
from krid.wallet import Card, Wallet

Titles: TypeAlias = Mapping[str, tuple[str, str]]
"""By language: what the issuer is called, and its cards."""

_PREFIX: Final = "awaited "
_CODE: Final = Code.WALLET_RECORD
_SECOND: Final = timedelta(seconds=1)
_OVER: Final = frozenset({OauthError.CREDENTIAL_REQUEST_DENIED, OauthError.INVALID_TRANSACTION_ID})
"""What says that it is no use to ask for a card again (OpenID4VCI 1.0, section 9.3)."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """What an offer still owes: a session to ask by, and each transaction that is open.

    `cards` are the handles of those that came already, `key` is what all are bound to. `why` and
    `word` say why one, or all, will not come: krid's code, and the issuer's word; empty so far.
    The wait goes on for what is in `later`.
    """

    session: KeptSession
    dpop: LocalKey = field(repr=False)
    key: PublicKey
    configurations: tuple[str, ...]
    cards: tuple[str, ...]
    later: tuple[Deferred, ...]
    titles: Titles
    since: datetime
    asked: datetime
    why: str = ""
    word: str = ""

    @property
    def name(self) -> str:
        """The name of the note: one for each offer that was taken."""
        return f"{_PREFIX}{self.id}"

    @property
    def id(self) -> str:
        """What pages call it."""
        return fingerprint(f"{self.session.issuer} {jwk.key_id(self.dpop.public_key)}")

    @property
    def due(self) -> datetime:
        """When the issuer may be asked again: never before the interval that it said."""
        return self.asked + max(each.interval for each in self.later)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will come."""
        return not self.later

    def is_due(self, now: datetime) -> bool:
        """Tell whether the issuer may be asked now."""
        return not self.is_over and now >= self.due

    def asked_at(self, now: datetime) -> Self:
        """Return it as after a look at this moment."""
        return replace(self, asked=now)

    def going_on(self, session: Session) -> Self:
        """Return it with other tokens."""
        return replace(self, session=KeptSession.of(session, self.session.grant))

    def after(self, one: Deferred, outcome: Outcome) -> Self:
        """Return it as after an answer about one of the cards."""
        still = (outcome,) if isinstance(outcome, Deferred) else ()
        return replace(self, later=(*self._but(one), *still))

    def with_cards(self, cards: Sequence[Card]) -> Self:
        """Return it with the cards that came."""
        return replace(self, cards=(*self.cards, *(each.id for each in cards)))

    def without(self, one: Deferred, why: KridError) -> Self:
        """Return it as after an answer that one of the cards will not come."""
        return replace(self, later=self._but(one), why=str(why.code), word=why.detail)

    def ended(self, why: KridError) -> Self:
        """Return it as something of which nothing more will come."""
        return replace(self, later=(), why=str(why.code), word=why.detail)

    def _but(self, one: Deferred) -> tuple[Deferred, ...]:
        return tuple(each for each in self.later if each.transaction_id != one.transaction_id)

    def encode(self) -> bytes:
        """Write it as JSON."""
        return strict_json.dumps(
            {
                "session": strict_json.loads(self.session.encode()),
                "dpop": jwk.encode_private(self.dpop),
                "key": jwk.encode_public(self.key),
                "configurations": list(self.configurations),
                "cards": list(self.cards),
                "later": [_later_members(each) for each in self.later],
                "titles": {name: list(both) for name, both in self.titles.items()},
                "since": times.to_rfc3339(self.since),
                "asked": times.to_rfc3339(self.asked),
                "why": self.why,
                "word": self.word,
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read back what `encode` wrote.

        Raises:
            MalformedError: `wallet.record`, and the codes of what is within.
        """
        members = strict_json.loads_object(raw)
        titles = shape.mapping(members.get("titles"), _CODE)
        later = shape.sequence(members.get("later"), _CODE)
        return cls(
            session=KeptSession.decode(strict_json.dumps(members.get("session"))),
            dpop=jwk.parse_private(members.get("dpop")),
            key=jwk.parse_public(members.get("key")),
            configurations=shape.texts(members.get("configurations"), _CODE),
            cards=shape.texts(members.get("cards"), _CODE),
            later=tuple(_later(each) for each in later),
            titles={name: _both(value) for name, value in titles.items()},
            since=times.from_rfc3339(shape.text(members.get("since"), _CODE)),
            asked=times.from_rfc3339(shape.text(members.get("asked"), _CODE)),
            why=shape.text(members.get("why"), _CODE),
            word=shape.text(members.get("word"), _CODE),
        )


def awaited(wallet: Wallet) -> Iterator[Awaited]:
    """Read all that a wallet waits for."""
    for name in wallet.notes.names():
        raw = wallet.notes.get(name) if name.startswith(_PREFIX) else None
        if raw is not None:
            yield Awaited.decode(raw)


def keep_awaited(wallet: Wallet, waiting: Awaited) -> None:
    """Keep what is waited for until the next launch."""
    wallet.notes.put(waiting.name, waiting.encode())


def drop_awaited(wallet: Wallet, waiting: Awaited) -> None:
    """Wait no more for something."""
    wallet.notes.forget(waiting.name)


def has_ended(error: KridError) -> bool:
    """Tell whether a card will not come: the issuer says no, or sent what can't be believed."""
    if error.code is Code.OAUTH_REFUSED:
        return error.detail in _OVER
    return isinstance(error, RejectedError)


def is_void(error: KridError) -> bool:
    """Tell whether the token is good for nothing any more (RFC 6750, section 3.1)."""
    return error.code is Code.OAUTH_REFUSED and error.detail == OauthError.INVALID_TOKEN


def _later_members(one: Deferred) -> strict_json.JsonObject:
    return {
        "configuration": one.configuration,
        "transaction": one.transaction_id,
        "interval": one.interval // _SECOND,
        "count": one.count,
    }


def _later(value: object) -> Deferred:
    members = shape.mapping(value, _CODE)
    return Deferred(
        shape.text(members.get("configuration"), _CODE),
        shape.text(members.get("transaction"), _CODE),
        shape.integer(members.get("interval"), _CODE) * _SECOND,
        shape.integer(members.get("count"), _CODE),
    )


def _both(value: object) -> tuple[str, str]:
    match shape.texts(value, _CODE):
        case (issuer, cards):
            return issuer, cards
        case _:
            raise MalformedError(_CODE, "titles")
