"""From a host's name to a TLS connection: every address checked, and only those connected to."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Thread
from traceback import walk_tb
from typing import TYPE_CHECKING, Final, TypeAlias

from krid._core import limits
from krid.errors import Code, KridError, TransportError
from krid.net.deadline import Deadline
from krid.net.policy import FetchPolicy
from krid.net.url import HttpsUrl

if TYPE_CHECKING:
    import ssl

Lookup: TypeAlias = Callable[[str, int], Sequence[str]]
"""Called with a host and a port, returns its IP addresses as text, or raises OSError."""

_UNREACHABLE: Final = "no address answered"


def system_lookup(host: str, port: int) -> list[str]:
    """Ask the operating system for the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def checked_addresses(
    url: HttpsUrl, lookup: Lookup, policy: FetchPolicy, deadline: Deadline
) -> tuple[str, ...]:
    """Look a host up once and check every address of the answer.

    Raises:
        TransportError: `net.unreachable`, `net.time`, or `net.private` when any is private.
    """
    policy.check_host(url)
    addresses = tuple(dict.fromkeys(_look_up(url, lookup, deadline)))
    if not 0 < len(addresses) <= limits.MAX_ADDRESSES:
        raise TransportError(Code.NET_UNREACHABLE, "DNS gave no address, or too many")
    for address in addresses:
        policy.check_address(url.host, address)
    return addresses


def open_tls(
    url: HttpsUrl, addresses: Sequence[str], context: "ssl.SSLContext", deadline: Deadline
) -> "ssl.SSLSocket":
    """Connect to the first address that answers and let it prove that it is the host.

    Raises:
        TransportError: `net.unreachable`, `net.time`, or `net.tls`.
    """
    plain = _connect(addresses, url.port, deadline)
    try:
        with failures():
            plain.settimeout(deadline.left())
            return _wrap(plain, url.host, context)
    except BaseException:
        plain.close()
        raise


def _wrap(plain: socket.socket, host: str, context: "ssl.SSLContext") -> "ssl.SSLSocket":
    """Shake hands, and leave nothing open when that fails.

    When the peer has reset the connection already, the standard library raises out of the making
    of its own socket and forgets to close it; only the traceback still knows that socket.
    """
    try:
        return context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)
    except OSError as cause:
        for frame, _ in walk_tb(cause.__traceback__):
            made = frame.f_locals.get("self")
            if isinstance(made, socket.socket):
                made.close()
        raise


@contextmanager
def failures() -> Iterator[None]:
    """Turn what sockets and TLS raise into krid's errors."""
    import ssl

    try:
        yield
    except KridError:
        raise
    except TimeoutError as cause:
        raise TransportError(Code.NET_TIME) from cause
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as cause:
        raise TransportError(Code.NET_ANSWER, "the connection was cut off") from cause
    except (ssl.SSLError, ssl.CertificateError) as cause:
        raise TransportError(Code.NET_TLS) from cause
    except OSError as cause:
        raise TransportError(Code.NET_UNREACHABLE) from cause


def _look_up(url: HttpsUrl, lookup: Lookup, deadline: Deadline) -> Sequence[str]:
    """Ask in a thread of its own, because the system's resolver knows no limit on time."""
    answers: SimpleQueue[Sequence[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(lookup(url.host, url.port))
        except OSError as error:
            answers.put(error)
        except UnicodeError as error:
            answers.put(OSError(str(error)))

    Thread(target=ask, name="krid-lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except Empty as cause:
        raise TransportError(Code.NET_TIME) from cause
    if isinstance(answer, OSError):
        raise TransportError(Code.NET_UNREACHABLE, "DNS has no answer") from answer
    return answer


def _connect(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """Try the addresses in turn, each with its share of the time that is left."""
    error: OSError | None = None
    for index, address in enumerate(addresses):
        share = deadline.left() / (len(addresses) - index)
        try:
            return socket.create_connection((address, port), timeout=share)
        except OSError as cause:
            error = cause
    if isinstance(error, TimeoutError):
        raise TransportError(Code.NET_TIME, _UNREACHABLE) from error
    raise TransportError(Code.NET_UNREACHABLE, _UNREACHABLE) from error
