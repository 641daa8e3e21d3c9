import select
import socket
import ssl
import time
from traceback import walk_tb

import pytest

from krid.errors import Code, KridError, MalformedError, TransportError
from krid.net import connect
from krid.net.connect import failures


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (TimeoutError(), Code.NET_TIME),
        (ConnectionResetError(), Code.NET_UNREACHABLE),
        (ssl.SSLEOFError(), Code.NET_ANSWER),
        (ssl.SSLError(), Code.NET_TLS),
        (ssl.SSLCertVerificationError(), Code.NET_TLS),
        (TransportError(Code.NET_SIZE), Code.NET_SIZE),
    ],
)
def test_what_sockets_raise_becomes_an_error_of_krid(raised: Exception, code: Code) -> None:
    with pytest.raises(TransportError) as error, failures():
        raise raised
    assert error.value.code is code


def test_other_errors_of_krid_pass_unchanged() -> None:
    with pytest.raises(KridError) as error, failures():
        raise MalformedError(Code.JSON_SYNTAX)
    assert type(error.value) is MalformedError


def test_a_connection_that_is_reset_before_the_handshake_is_closed() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        plain = socket.create_connection(listener.getsockname())
        peer, _ = listener.accept()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00" + bytes(4))
        peer.close()
        deadline = time.monotonic() + 60
        while not select.select([plain], [], [], 0.1)[0] and time.monotonic() < deadline:
            continue
        with pytest.raises(OSError, match=r"reset|not connected") as error:
            connect._wrap(plain, "localhost", context)
    made = [frame.f_locals.get("self") for frame, _ in walk_tb(error.value.__traceback__)]
    sockets = [each for each in made if isinstance(each, socket.socket)]
    assert sockets
    assert all(each.fileno() == -1 for each in sockets)
