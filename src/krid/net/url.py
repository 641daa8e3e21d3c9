"""https addresses, read so strictly that no two readers could see two hosts in one."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import Final, Self, final

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, TransportError

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):", re.ASCII)
_REST: Final = re.compile(
    r"//(?P<host>[A-Za-z0-9.-]{1,253})(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*+)?"
    r"(?P<query>\?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*+)?"
    r"(?:\#(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*+)?",
    re.ASCII,
)
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_DEFAULT_PORT: Final = 443


@final
@dataclass(frozen=True, slots=True)
class HttpsUrl:
    """An https address: the host in lower case, the port, and the path with the query.

    A host is a name of letters, digits and hyphens (RFC 1123; other scripts as `xn--` labels),
    or an IPv4 address in its one canonical spelling. Userinfo, IPv6 literals, numbers in other
    spellings, percent signs in the host, backslashes and control characters are refused.
    A fragment is dropped, since it is never sent.
    """

    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address.

        Raises:
            TransportError: `net.scheme` for another scheme than https, else `net.address`.

        >>> HttpsUrl.parse("https://Issuer.example:8443/.well-known/did.json")
        HttpsUrl(host='issuer.example', port=8443, target='/.well-known/did.json')
        """
        typed("text", text, str)
        scheme = _SCHEME.match(text)
        if scheme is not None and scheme[1].lower() != "https":
            raise TransportError(Code.NET_SCHEME)
        if scheme is None or len(text) > limits.MAX_URL_CHARS:
            raise TransportError(Code.NET_ADDRESS)
        parts = _REST.fullmatch(text, scheme.end())
        if parts is None:
            raise TransportError(Code.NET_ADDRESS)
        port = int(parts["port"] or _DEFAULT_PORT)
        if port > 0xFFFF:
            raise TransportError(Code.NET_ADDRESS, "port")
        target = (parts["path"] or "/") + (parts["query"] or "")
        return cls(parse_host(parts["host"]), port, target)

    def __str__(self) -> str:
        """Return the address in its normal spelling."""
        return f"https://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """Host and port as a Host header says them: the usual port is left out."""
        return self.host if self.port == _DEFAULT_PORT else f"{self.host}:{self.port}"

    @property
    def is_literal(self) -> bool:
        """Tell whether the host is an IPv4 address rather than a name."""
        return is_number(self.host.rpartition(".")[2])


def parse_host(text: str) -> str:
    """Read a host name or a canonical IPv4 address and return it in lower case.

    Raises:
        TransportError: `net.address`.
    """
    host = text.lower()
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise TransportError(Code.NET_ADDRESS, "host")
    if is_number(labels[-1]):
        _check_canonical_ipv4(host)
    return host


def is_number(label: str) -> bool:
    """Tell whether a host that ends in this label would be read as an IPv4 address somewhere."""
    return _NUMBER.fullmatch(label) is not None


def _check_canonical_ipv4(host: str) -> None:
    """Refuse 127.1, 0x7f.0.0.1, 017700000001 and their like."""
    try:
        IPv4Address(host)
    except AddressValueError as cause:
        raise TransportError(Code.NET_ADDRESS, "host") from cause
