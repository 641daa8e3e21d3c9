"""Sessions that outlast the process: what to keep of one, and how to go on with it."""

from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import shape, strict_json
from krid.errors import Code, MalformedError
from krid.net import Flow
from krid.openid.vci.offer import GrantType
from krid.openid.vci.token import TokenResponse
from krid.openid.vci.wallet.discover import discover
from krid.openid.vci.wallet.setup import Session, WalletSetup

_CODE: Final = Code.OAUTH_RESPONSE


@final
@dataclass(frozen=True, slots=True)
class KeptSession:
    """What a wallet keeps of a session, to renew a card or ask for a deferred one later.

    It holds secrets: keep it where the cards are, such as in `Wallet.notes`. Tokens that are
    bound to a DPoP key are worth nothing without it, so keep that key too.
    """

    issuer: str
    server: str
    grant: GrantType
    client_id: str | None
    tokens: TokenResponse = field(repr=False)

    @classmethod
    def of(cls, session: Session, grant: GrantType) -> Self:
        """Take from a session what is to be kept; `grant` is the one that began it."""
        found = session.counterpart
        return cls(found.issuer, found.server.issuer, grant, session.client_id, session.tokens)

    def encode(self) -> bytes:
        """Write it as JSON."""
        return strict_json.dumps(
            {
                "issuer": self.issuer,
                "server": self.server,
                "grant": self.grant.value,
                "client_id": self.client_id,
                "tokens": self.tokens.to_members(),
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read back what `encode` wrote.

        Raises:
            MalformedError: `oauth.response`, or a `json.*` code.
        """
        members = strict_json.loads_object(raw)
        client_id, grant = members.get("client_id"), members.get("grant")
        if not isinstance(grant, str) or grant not in set(GrantType):
            raise MalformedError(_CODE, "grant")
        return cls(
            shape.text(members.get("issuer"), _CODE),
            shape.text(members.get("server"), _CODE),
            GrantType(grant),
            None if client_id is None else shape.text(client_id, _CODE),
            TokenResponse.parse(strict_json.dumps(members.get("tokens"))),
        )


def go_on(setup: WalletSetup, kept: KeptSession) -> Flow[Session]:
    """Go on with a session that was kept: ask the issuer anew who it is, and use its tokens.

    An access token has mostly expired by then: `refresh` gets another one.

    Raises:
        KridError: as `discover`.
    """
    found = yield from discover(setup, kept.issuer, grant=kept.grant, server=kept.server)
    return Session(found, kept.tokens, kept.client_id)
