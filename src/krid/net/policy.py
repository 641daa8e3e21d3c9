"""What may be fetched: decided here alone, before a connection and for each address of a host."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, final

from krid._core import limits
from krid._core.arguments import several
from krid.errors import Code, TransportError
from krid.net.url import HttpsUrl

# The registries of special-purpose addresses (RFC 6890, kept by IANA), written out so that the
# answer does not depend on the age of the standard library.
_CLOSED_IPV4: Final = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_IPV6: Final = IPv6Network("2000::/3")
# Teredo and ORCHID lie in 2001::/23. Teredo and 6to4 carry an IPv4 address inside and are
# obsolete, so that they are closed as a whole.
_CLOSED_IPV6: Final = tuple(
    IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
_LOCAL_SUFFIXES: Final = (".localhost", ".local", ".internal", ".home.arpa")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How much, how long and from where krid fetches.

    `max_bytes` caps the body of an answer, `timeout_seconds` the time from the DNS question to
    the last byte, `max_redirects` the redirects, which stay on one host and port in any case.
    `allowed_private_hosts` are host names in lower case, or IPv4 addresses, that may lie in a
    private network: each is named by the caller, there is no switch for all.
    """

    max_bytes: int = limits.MAX_RESPONSE_BYTES
    timeout_seconds: float = limits.FETCH_SECONDS
    max_redirects: int = limits.MAX_REDIRECTS
    allowed_private_hosts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        several("allowed_private_hosts", self.allowed_private_hosts)

    def check_url(self, text: str) -> None:
        """Check an address before anything is asked about it, DNS included.

        Does not look names up: `check_address` is for what DNS answers.

        Raises:
            TransportError: `net.scheme`, `net.address`, or `net.private`.

        >>> FetchPolicy().check_url("https://issuer.example/status/1")
        """
        self.check_host(HttpsUrl.parse(text))

    def check_host(self, url: HttpsUrl) -> None:
        """Check the host of an address that was read already.

        Raises:
            TransportError: `net.address` for an address instead of a name, `net.private`.
        """
        if url.host in self.allowed_private_hosts:
            return
        if url.is_literal:
            self.check_address(url.host, url.host)
            raise TransportError(Code.NET_ADDRESS, "an IP address instead of a name")
        if "." not in url.host or url.host.endswith(_LOCAL_SUFFIXES):
            raise TransportError(Code.NET_PRIVATE)

    def check_address(self, host: str, address: str) -> None:
        """Check one IP address that DNS gave for a host.

        Raises:
            TransportError: `net.private` unless the host is one of `allowed_private_hosts`,
                `net.address` for text that is no IP address.
        """
        if host not in self.allowed_private_hosts and not _is_public(_parse(address)):
            raise TransportError(Code.NET_PRIVATE)


def _parse(address: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(address)
    except ValueError as cause:
        raise TransportError(Code.NET_ADDRESS) from cause


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _CLOSED_IPV4)
    if address in _NAT64:
        return _is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    # IPv4-mapped, unique-local, link-local and multicast addresses lie outside 2000::/3.
    return address in _OPEN_IPV6 and not any(address in block for block in _CLOSED_IPV6)
