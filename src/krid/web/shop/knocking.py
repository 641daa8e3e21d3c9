"""Bringing a request to the wallet whose live code was read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

from krid._core import strict_json
from krid.errors import Code, ContentError, MalformedError
from krid.net import Request, Transport
from krid.web.wallet.live import read_live


@final
@dataclass(frozen=True, slots=True)
class Knocking:
    """Sends links of requests to wallets. `may` says which hosts are wallets."""

    transport: Transport = field(repr=False)
    may: Callable[[str], bool] = field(repr=False)

    def knock(self, code: str, link: str) -> None:
        """Bring a link to the wallet that shows a code in this moment.

        Raises:
            MalformedError: `live.syntax`.
            ContentError: `live.stale` for a code that was used, is too old or is not this wallet's.
            TransportError: the wallet can't be reached.
        """
        host, value = read_live(code)
        if not self.may(host):
            raise MalformedError(Code.LIVE_SYNTAX)
        body = strict_json.dumps({"code": value, "link": link})
        answer = self.transport.send(
            Request(
                f"https://{host}/knock",
                "POST",
                headers={"Content-Type": "application/json"},
                body=body,
            )
        )
        if answer.status != 204:
            raise ContentError(Code.LIVE_STALE)
