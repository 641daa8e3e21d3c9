"""Plain HTTP to applications on this very machine, for demonstrations: each is named by hand."""

import re
import socket
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final, final

from krid.errors import Code, MisuseError
from krid.net.connect import failures
from krid.net.deadline import Deadline
from krid.net.flow import Transport
from krid.net.http1 import exchange
from krid.net.message import Request, Response
from krid.net.policy import FetchPolicy
from krid.net.url import HttpsUrl

_NAMED: Final = re.compile(r"([a-z0-9-]{1,63}\.)?localhost:[1-9][0-9]{0,4}", re.ASCII)
_HERE: Final = "127.0.0.1"


@final
class PlainLoopback:
    """A transport that speaks to some applications of this machine without TLS.

    `applications` are names of this machine with their ports, such as `bank.localhost:8702`.
    Protocols go on saying https: the address `https://bank.localhost:8702/x` is asked for at
    127.0.0.1, port 8702, by plain HTTP, and no name is looked up. Everything else goes to
    `beyond`. Nobody proves a name here, so use it where everybody sits on one machine.

    >>> from krid.net import NoNetwork
    >>> here = PlainLoopback(["bank.localhost:8702"], beyond=NoNetwork())
    >>> here.for_browser("https://bank.localhost:8702/done?code=1")
    'http://bank.localhost:8702/done?code=1'
    >>> here.for_browser("https://bank.example/done")
    'https://bank.example/done'

    Raises:
        MisuseError: `misuse.option` for a name that is not `localhost` or below it, or has no
            port.
    """

    def __init__(
        self,
        applications: Iterable[str],
        *,
        beyond: Transport,
        policy: FetchPolicy | None = None,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._applications: Final = frozenset(applications)
        if not all(_NAMED.fullmatch(each) for each in self._applications):
            raise MisuseError(Code.MISUSE_OPTION, "localhost or a name below it, with a port")
        self._beyond: Final = beyond
        self._policy: Final = policy or FetchPolicy()
        self._timer: Final = timer

    def __repr__(self) -> str:
        return f"PlainLoopback({sorted(self._applications)})"

    def send(self, request: Request) -> Response:
        """Send a request; redirects are not followed on this machine.

        Raises:
            TransportError: `net.unreachable`, `net.answer`, `net.size`, `net.time`, and whatever
                `beyond` raises.
        """
        url = HttpsUrl.parse(request.url)
        if url.authority not in self._applications:
            return self._beyond.send(request)
        deadline = Deadline.after(self._policy.timeout_seconds, self._timer)
        with (
            failures(),
            socket.create_connection((_HERE, url.port), timeout=deadline.left()) as connection,
        ):
            return exchange(
                connection,
                url,
                request,
                max_bytes=min(request.max_bytes, self._policy.max_bytes),
                deadline=deadline,
            )

    def for_browser(self, address: str) -> str:
        """Return the address at which a browser finds what a protocol names with https.

        Raises:
            TransportError: `net.scheme`, `net.address`.
        """
        url = HttpsUrl.parse(address)
        if url.authority not in self._applications:
            return address
        return f"http://{url.authority}{url.target}"
