"""Every way in which an address, or what DNS says of it, may try to reach where it must not."""

import pytest

from krid.errors import Code, TransportError
from krid.net import FetchPolicy


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://a.example/", Code.NET_SCHEME),
        ("file:///etc/passwd", Code.NET_SCHEME),
        ("ftp://a.example/", Code.NET_SCHEME),
        ("gopher://a.example/", Code.NET_SCHEME),
        ("data:text/plain,hello", Code.NET_SCHEME),
        ("httpsx://a.example/", Code.NET_SCHEME),
        ("", Code.NET_ADDRESS),
        ("a.example", Code.NET_ADDRESS),
        ("//a.example/", Code.NET_ADDRESS),
        ("https:", Code.NET_ADDRESS),
        ("https:/a.example/", Code.NET_ADDRESS),
        ("https:///a.example/", Code.NET_ADDRESS),
        ("https:a.example", Code.NET_ADDRESS),
        (" https://a.example/", Code.NET_ADDRESS),
        ("https://a.example/ ", Code.NET_ADDRESS),
        ("https://a.example/\n", Code.NET_ADDRESS),
        ("https://a.example/\r\nX: 1", Code.NET_ADDRESS),
        ("https://a.example/\t", Code.NET_ADDRESS),
        ("https://a.example/\x00", Code.NET_ADDRESS),
        ("https://a.example\\@b.example/", Code.NET_ADDRESS),
        ("https://a.example/\\..", Code.NET_ADDRESS),
        ("https://a.example/<>", Code.NET_ADDRESS),
        ("https://a.example/%", Code.NET_ADDRESS),
        ("https://a.example/%zz", Code.NET_ADDRESS),
        ("https://a.example/?%2", Code.NET_ADDRESS),
        ("https://a.example/#%2", Code.NET_ADDRESS),
        ("https://a.example/#a#b", Code.NET_ADDRESS),
        ("https://user@a.example/", Code.NET_ADDRESS),
        ("https://user:password@a.example/", Code.NET_ADDRESS),
        ("https://@a.example/", Code.NET_ADDRESS),
        ("https://a.example:/", Code.NET_ADDRESS),
        ("https://a.example:0/", Code.NET_ADDRESS),
        ("https://a.example:0443/", Code.NET_ADDRESS),
        ("https://a.example:65536/", Code.NET_ADDRESS),
        ("https://a.example:443:443/", Code.NET_ADDRESS),
        ("https://a.example:-1/", Code.NET_ADDRESS),
        ("https://a.example./", Code.NET_ADDRESS),
        ("https://a..example/", Code.NET_ADDRESS),
        ("https://.example/", Code.NET_ADDRESS),
        ("https://-a.example/", Code.NET_ADDRESS),
        ("https://a-.example/", Code.NET_ADDRESS),
        ("https://a_b.example/", Code.NET_ADDRESS),
        (f"https://{'a' * 64}.example/", Code.NET_ADDRESS),
        (f"https://{'a.' * 127}example/", Code.NET_ADDRESS),
        (f"https://a.example/{'x' * 8192}", Code.NET_ADDRESS),
        ("https://a%2eexample/", Code.NET_ADDRESS),
        ("https://%31%32%37.0.0.1/", Code.NET_ADDRESS),
        ("https://\u00e4.example/", Code.NET_ADDRESS),
        ("https://\uff11\uff12\uff17.0.0.1/", Code.NET_ADDRESS),
        ("https://a\u3002example/", Code.NET_ADDRESS),
        ("https://[::1]/", Code.NET_ADDRESS),
        ("https://[::ffff:127.0.0.1]/", Code.NET_ADDRESS),
        ("https://[2606:4700::1111]/", Code.NET_ADDRESS),
        ("https://[fe80::1%25eth0]/", Code.NET_ADDRESS),
        ("https://2130706433/", Code.NET_ADDRESS),
        ("https://0x7f000001/", Code.NET_ADDRESS),
        ("https://017700000001/", Code.NET_ADDRESS),
        ("https://127.1/", Code.NET_ADDRESS),
        ("https://127.0.1/", Code.NET_ADDRESS),
        ("https://0177.0.0.1/", Code.NET_ADDRESS),
        ("https://0x7f.0.0.1/", Code.NET_ADDRESS),
        ("https://127.0.0.01/", Code.NET_ADDRESS),
        ("https://127.0.0.0x1/", Code.NET_ADDRESS),
        ("https://a.example.0x/", Code.NET_ADDRESS),
        ("https://1.2.3.4.5/", Code.NET_ADDRESS),
        ("https://256.0.0.1/", Code.NET_ADDRESS),
        ("https://8.8.8.8/", Code.NET_ADDRESS),
        ("https://127.0.0.1/", Code.NET_PRIVATE),
        ("https://169.254.169.254/latest/meta-data/", Code.NET_PRIVATE),
        ("https://localhost/", Code.NET_PRIVATE),
        ("https://LocalHost/", Code.NET_PRIVATE),
        ("https://a.localhost/", Code.NET_PRIVATE),
        ("https://printer.local/", Code.NET_PRIVATE),
        ("https://metadata.google.internal/", Code.NET_PRIVATE),
        ("https://router.home.arpa/", Code.NET_PRIVATE),
        ("https://intranet/", Code.NET_PRIVATE),
    ],
)
def test_addresses_that_are_never_fetched(url: str, code: Code) -> None:
    with pytest.raises(TransportError) as error:
        FetchPolicy().check_url(url)
    assert error.value.code is code


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - this host, and nothing is bound to it here
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_that_are_never_connected_to(address: str) -> None:
    with pytest.raises(TransportError) as error:
        FetchPolicy().check_address("a.example", address)
    assert error.value.code is Code.NET_PRIVATE


def test_an_address_that_is_none() -> None:
    with pytest.raises(TransportError) as error:
        FetchPolicy().check_address("a.example", "017700000001")
    assert error.value.code is Code.NET_ADDRESS
