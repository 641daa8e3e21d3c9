"""How often one client may ask: a bucket of tokens for each address."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final, final

from krid._core import limits

_HALF: Final = 8


@final
@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests at once, and so many more each second."""

    burst: int
    per_second: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What one client may ask of one process; the values given here are krid's choice.

    `reads` are for pages and documents, `protocol` for endpoints that wallets call, `forms` for
    what people send: a person who tries PINs or codes has little use of ten more a minute.
    `reports` are for what people report of others, each of which costs a signature and a chain.
    """

    reads: Rate = Rate(240, 20)
    protocol: Rate = Rate(240, 20)
    forms: Rate = Rate(30, 0.5)
    reports: Rate = Rate(10, 0.1)


@final
class RateLimit:
    """Counts the requests of each client; a client is the address that the server tells.

    Of IPv6 it is the first half: whoever has one address there has 2^64 of them.
    Behind a proxy that is the proxy's, unless the server reads what the proxy says (uvicorn:
    `--proxy-headers`). What several processes may take together is for the proxy to limit.
    """

    def __init__(self, rate: Rate) -> None:
        self._rate: Final = rate
        self._lock: Final = threading.Lock()
        self._left: Final[OrderedDict[str, tuple[float, float]]] = OrderedDict()

    def wait(self, client: str, now: float) -> float:
        """Take a token and return 0.0, or return the seconds until there will be one."""
        client = _household(client)
        with self._lock:
            tokens, seen = self._left.pop(client, (float(self._rate.burst), now))
            tokens = min(self._rate.burst, tokens + (now - seen) * self._rate.per_second)
            taken = tokens >= 1
            self._left[client] = (tokens - 1 if taken else tokens, now)
            while len(self._left) > limits.MAX_WEB_CLIENTS:
                self._left.popitem(last=False)
        return 0.0 if taken else (1 - tokens) / self._rate.per_second


def _household(client: str) -> str:
    """Return what of an address belongs to one client."""
    if ":" not in client:  # IPv4, or no address
        return client
    try:
        address = IPv6Address(client)
    except ValueError:
        return client
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return address.packed[:_HALF].hex()
