import pytest

from krid.errors import Code, MisuseError
from krid.net import Request, Response


@pytest.mark.parametrize("method", ["get", "CONNECT", "TRACE", "GET /x HTTP/1.1\r\n", ""])
def test_methods_that_may_not_be_sent(method: str) -> None:
    with pytest.raises(MisuseError) as error:
        Request("https://a.example/", method)
    assert error.value.code is Code.NET_REQUEST


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "b.example"),
        ("content-length", "5"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "keep-alive"),
        ("Accept-Encoding", "gzip"),
        ("X Y", "1"),
        ("X:", "1"),
        ("X\r\nY", "1"),
        ("", "1"),
        ("X-A", "1\r\nY: 2"),
        ("X-A", "1\n"),
        ("X-A", " 1"),
        ("X-A", "\x00"),
        ("X-A", "\u00e9"),
    ],
)
def test_headers_that_may_not_be_sent(name: str, value: str) -> None:
    with pytest.raises(MisuseError) as error:
        Request("https://a.example/", headers={name: value})
    assert error.value.code is Code.NET_REQUEST


def test_a_request_keeps_its_secrets() -> None:
    request = Request(
        "https://user:pw@a.example:8443/secret?code=secret#secret",
        "POST",
        {"Authorization": "Bearer secret", "X-Empty": ""},
        b"secret",
    )
    assert repr(request) == "Request(POST https://a.example:8443, 6 bytes)"
    assert str(request) == repr(request)


def test_a_request_does_not_change_with_what_it_was_made_from() -> None:
    headers = {"Accept": "text/plain"}
    request = Request("https://a.example/", headers=headers)
    headers["Accept"] = "changed"
    assert request.headers == {"Accept": "text/plain"}


def test_a_response_keeps_its_secrets() -> None:
    response = Response(200, {"Set-Cookie": "secret"}, b"secret")
    assert repr(response) == "Response(200, 6 bytes)"


def test_header_names_have_no_case() -> None:
    response = Response(200, {"Content-TYPE": "Application/JSON; charset=utf-8"})
    assert response.header("CONTENT-type") == "Application/JSON; charset=utf-8"
    assert response.media_type == "application/json"
    assert response.header("absent") == ""
    assert Response(200).media_type == ""
