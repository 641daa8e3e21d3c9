"""By what an issuer renews cards: a session, its key, and which cards came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self, final

from krid._core import shape, strict_json
from krid.errors import Code, KridError
from krid.keys import LocalKey, jwk
from krid.openid.oauth.refusal import OauthError
from krid.openid.oauth.store import fingerprint
from krid.openid.vci import GrantType
from krid.openid.vci.wallet import KeptSession, Session
from krid.wallet import Card, Wallet

_PREFIX: Final = "renewal "
_CODE: Final = Code.WALLET_RECORD
_OVER: Final = frozenset(
    {
        OauthError.INVALID_GRANT,
        OauthError.INVALID_CLIENT,
        OauthError.UNAUTHORIZED_CLIENT,
        OauthError.UNSUPPORTED_GRANT_TYPE,
    }
)
"""What a refusal of a refresh token says when it will never be taken (RFC 6749, section 5.2)."""


@final
@dataclass(frozen=True, slots=True)
class Renewal:
    """A session with an issuer that gave a refresh token, kept until the next launch.

    `cards` are the handles of the cards that came of it last.
    """

    session: KeptSession
    dpop: LocalKey = field(repr=False)
    configurations: tuple[str, ...]
    cards: tuple[str, ...]

    @classmethod
    def of(
        cls,
        session: Session,
        grant: GrantType,
        dpop: LocalKey,
        configurations: Sequence[str],
        cards: Sequence[Card],
    ) -> Self:
        """Begin with what an offer brought, by the grant that began it."""
        kept = KeptSession.of(session, grant)
        return cls(kept, dpop, tuple(configurations), tuple(each.id for each in cards))

    @property
    def name(self) -> str:
        """The name of the note: another offer of the same cards takes its place."""
        asked = " ".join(sorted(self.configurations))
        return f"{_PREFIX}{fingerprint(f'{self.session.issuer} {asked}')}"

    def after(self, session: Session, cards: Sequence[Card] | None = None) -> Self:
        """Go on with other tokens, and with the cards that came, where some did."""
        kept = KeptSession.of(session, self.session.grant)
        held = self.cards if cards is None else tuple(each.id for each in cards)
        return replace(self, session=kept, cards=held)

    def is_held(self, wallet: Wallet) -> bool:
        """Tell whether the wallet still has one of the cards: what was deleted is not renewed.

        One that is not believed now may be believed again: its issuer could not be asked, perhaps.
        """
        held = {card.id for card in wallet.cards()}
        held |= {card.id for card in wallet.refused_cards()}
        return not held.isdisjoint(self.cards)

    def take_out(self, wallet: Wallet, fresh: Sequence[Card]) -> None:
        """Throw away the cards in whose place others came; those handed over anew stay once."""
        for card in wallet.cards():
            if card.id in self.cards and card.id not in {each.id for each in fresh}:
                wallet.remove(card)

    def encode(self) -> bytes:
        """Write it as JSON."""
        return strict_json.dumps(
            {
                "session": strict_json.loads(self.session.encode()),
                "dpop": jwk.encode_private(self.dpop),
                "configurations": list(self.configurations),
                "cards": list(self.cards),
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read back what `encode` wrote.

        Raises:
            MalformedError: `wallet.record`, and the codes of what is within.
        """
        members = strict_json.loads_object(raw)
        return cls(
            KeptSession.decode(strict_json.dumps(members.get("session"))),
            jwk.parse_private(members.get("dpop")),
            shape.texts(members.get("configurations"), _CODE),
            shape.texts(members.get("cards"), _CODE),
        )


def renewals(wallet: Wallet) -> Iterator[Renewal]:
    """Read all that a wallet keeps."""
    for name in wallet.notes.names():
        raw = wallet.notes.get(name) if name.startswith(_PREFIX) else None
        if raw is not None:
            yield Renewal.decode(raw)


def keep_renewal(wallet: Wallet, renewal: Renewal) -> None:
    """Keep a session if its issuer gave a refresh token."""
    if renewal.session.tokens.refresh_token is not None:
        wallet.notes.put(renewal.name, renewal.encode())


def drop_renewal(wallet: Wallet, renewal: Renewal) -> None:
    """Forget a session that is good for nothing any more."""
    wallet.notes.forget(renewal.name)


def is_over(error: KridError) -> bool:
    """Tell whether an issuer said that it renews no more; that it is busy is another matter."""
    return error.code is Code.OAUTH_REFUSED and error.detail in _OVER
