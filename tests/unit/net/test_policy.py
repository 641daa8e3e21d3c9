import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import Code, TransportError
from krid.net import FetchPolicy, HttpsUrl

HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,10}(-[a-z0-9]{1,5})?\.[a-z]{2,8}", fullmatch=True)


def refusal(url: str, policy: FetchPolicy | None = None) -> Code:
    with pytest.raises(TransportError) as error:
        (policy or FetchPolicy()).check_url(url)
    return error.value.code


@pytest.mark.parametrize(
    ("text", "host", "port", "target"),
    [
        ("https://a.example", "a.example", 443, "/"),
        ("HTTPS://A.Example:8443/x/y?z=1&u=%20#frag", "a.example", 8443, "/x/y?z=1&u=%20"),
        ("https://a.example?q", "a.example", 443, "/?q"),
        ("https://xn--9t4b11yi5a.example/", "xn--9t4b11yi5a.example", 443, "/"),
    ],
)
def test_reads_addresses(text: str, host: str, port: int, target: str) -> None:
    assert HttpsUrl.parse(text) == HttpsUrl(host, port, target)
    FetchPolicy().check_url(text)


@given(HOSTS, st.integers(1, 65535), st.from_regex(r"/[a-z0-9/._~-]{0,20}", fullmatch=True))
def test_what_was_written_reads_back(host: str, port: int, path: str) -> None:
    url = HttpsUrl(host, port, path)
    assert HttpsUrl.parse(str(url)) == url


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        FetchPolicy().check_url("https://" + text)
    except TransportError as error:
        assert error.code in {Code.NET_ADDRESS, Code.NET_PRIVATE}


def test_a_named_private_host_is_allowed() -> None:
    policy = FetchPolicy(allowed_private_hosts=frozenset({"localhost", "127.0.0.1"}))
    policy.check_url("https://LOCALHOST:8443/")
    policy.check_url("https://127.0.0.1:8443/")
    policy.check_address("localhost", "127.0.0.1")
    assert refusal("https://intranet/", policy) is Code.NET_PRIVATE
    with pytest.raises(TransportError):
        policy.check_address("other.example", "127.0.0.1")


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808"],
)
def test_public_addresses_are_open(address: str) -> None:
    FetchPolicy().check_address("a.example", address)
