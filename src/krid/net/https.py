"""Sending requests over https and nothing else, with the standard library."""

from collections.abc import Callable
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Final, final
from urllib.parse import urljoin

from krid.errors import Code, MisuseError, TransportError
from krid.net.connect import Lookup, checked_addresses, failures, open_tls, system_lookup
from krid.net.deadline import Deadline
from krid.net.http1 import exchange
from krid.net.message import Request, Response
from krid.net.policy import FetchPolicy
from krid.net.url import HttpsUrl

if TYPE_CHECKING:
    import ssl

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@final
class HttpsTransport:
    """The transport for programs that talk to the Internet.

    A host is looked up once, each of its addresses is checked against the policy, and the
    connection goes to a checked address, so that a second answer of DNS changes nothing. The
    host must then prove its name by TLS 1.2 or newer. Proxies of the environment are ignored,
    answers are not asked for compressed, connections are not kept.

    `tls` replaces the system's trust store, for private authorities; `lookup` and `timer` are
    for tests. Redirects are followed for GET and HEAD, on the same host and port.

    Raises:
        MisuseError: `misuse.option` for a TLS context that does not check certificates and names.
    """

    def __init__(
        self,
        policy: FetchPolicy | None = None,
        *,
        tls: "ssl.SSLContext | None" = None,
        lookup: Lookup = system_lookup,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._policy = policy or FetchPolicy()
        self._lookup = lookup
        self._timer = timer
        self._given_tls = tls
        if tls is not None:
            _check_context(tls)

    def send(self, request: Request) -> Response:
        """Send a request and return the answer, whatever its status.

        Raises:
            TransportError: `net.scheme`, `net.address` or `net.private` before anything is sent;
                `net.unreachable`, `net.tls`, `net.answer`, `net.size`, `net.time`, or
                `net.redirect` afterwards.
        """
        url = HttpsUrl.parse(request.url)
        deadline = Deadline.after(self._policy.timeout_seconds, self._timer)
        addresses = checked_addresses(url, self._lookup, self._policy, deadline)
        for _ in range(min(request.max_redirects, self._policy.max_redirects) + 1):
            response = self._send_once(request, url, addresses, deadline)
            if response.status not in _REDIRECTS:
                return response
            url = _redirected(request, url, response)
        raise TransportError(Code.NET_REDIRECT, "too many")

    def _send_once(
        self, request: Request, url: HttpsUrl, addresses: tuple[str, ...], deadline: Deadline
    ) -> Response:
        with open_tls(url, addresses, self._tls, deadline) as connection, failures():
            return exchange(
                connection,
                url,
                request,
                max_bytes=min(request.max_bytes, self._policy.max_bytes),
                deadline=deadline,
            )

    @cached_property
    def _tls(self) -> "ssl.SSLContext":
        """Make the context when it is first needed: reading the trust store takes a while."""
        return self._given_tls or _system_context()


def _redirected(request: Request, url: HttpsUrl, response: Response) -> HttpsUrl:
    """Return where a redirect leads, which must be the same host and port."""
    if request.method not in {"GET", "HEAD"}:
        raise TransportError(Code.NET_REDIRECT, "of a request with a body")
    try:
        following = HttpsUrl.parse(urljoin(str(url), response.header("location")))
    except (TransportError, ValueError) as cause:
        raise TransportError(Code.NET_REDIRECT) from cause
    if (following.host, following.port) != (url.host, url.port):
        raise TransportError(Code.NET_REDIRECT, "to another host or port")
    return following


def _system_context() -> "ssl.SSLContext":
    """Trust what the system trusts.

    `ssl.create_default_context` is not used: it writes session keys to a file that the
    environment names.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context


def _check_context(context: "ssl.SSLContext") -> None:
    import ssl

    if not context.check_hostname or context.verify_mode is not ssl.CERT_REQUIRED:
        raise MisuseError(Code.MISUSE_OPTION, "the TLS context does not check the host")
