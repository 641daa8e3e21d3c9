import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from krid.errors import Code, MisuseError, TransportError
from krid.net import NoNetwork, PlainLoopback, Request

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(65_536))
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], heard
        thread.join()


def test_an_application_of_this_machine_is_asked_by_plain_http() -> None:
    with answering(OK) as (port, heard):
        here = PlainLoopback([f"bank.localhost:{port}"], beyond=NoNetwork())
        response = here.send(Request(f"https://bank.localhost:{port}/x?y=1"))
    assert response.body == b"hello"
    assert heard[0].startswith(f"GET /x?y=1 HTTP/1.1\r\nHost: bank.localhost:{port}".encode())


def test_everything_else_goes_beyond() -> None:
    here = PlainLoopback(["bank.localhost:1"], beyond=NoNetwork())
    for address in ("https://bank.localhost:2/x", "https://bank.example/x"):
        with pytest.raises(TransportError) as refused:
            here.send(Request(address))
        assert refused.value.code is not Code.NET_ANSWER


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    here = PlainLoopback([f"bank.localhost:{port}"], beyond=NoNetwork())
    with pytest.raises(TransportError) as refused:
        here.send(Request(f"https://bank.localhost:{port}/x"))
    assert refused.value.code is Code.NET_UNREACHABLE


def test_an_answer_has_a_cap() -> None:
    with answering(OK) as (port, _):
        here = PlainLoopback([f"localhost:{port}"], beyond=NoNetwork())
        with pytest.raises(TransportError) as refused:
            here.send(Request(f"https://localhost:{port}/", max_bytes=4))
    assert refused.value.code is Code.NET_SIZE


@pytest.mark.parametrize(
    "name", ["bank.example:8702", "bank.localhost", "127.0.0.1:80", "localhost:0"]
)
def test_only_names_of_this_machine_with_a_port(name: str) -> None:
    with pytest.raises(MisuseError) as refused:
        PlainLoopback([name], beyond=NoNetwork())
    assert refused.value.code is Code.MISUSE_OPTION


def test_a_browser_finds_the_same_places() -> None:
    here = PlainLoopback(["a.localhost:1"], beyond=NoNetwork())
    assert here.for_browser("https://a.localhost:1/x?y") == "http://a.localhost:1/x?y"
    assert here.for_browser("https://bank.example/x") == "https://bank.example/x"


def test_repr_names_the_applications() -> None:
    assert (
        repr(PlainLoopback(["a.localhost:1"], beyond=NoNetwork()))
        == "PlainLoopback(['a.localhost:1'])"
    )
