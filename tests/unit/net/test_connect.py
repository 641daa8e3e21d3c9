import ssl

import pytest

from krid.errors import Code, KridError, MalformedError, TransportError
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
