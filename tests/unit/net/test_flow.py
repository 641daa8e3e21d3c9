import asyncio
from collections.abc import Callable

import pytest

from krid.errors import Code, MalformedError, TransportError
from krid.net import Flow, NoNetwork, Request, Response, ScriptedTransport, fetch, run, run_async

A, B = "https://a.example/", "https://b.example/"


class Asynchronous:
    """An asynchronous face of a scripted transport."""

    def __init__(self, inner: ScriptedTransport) -> None:
        self.inner = inner

    async def send(self, request: Request) -> Response:
        await asyncio.sleep(0)
        return self.inner.send(request)


def drive_sync(flow: Flow[bytes], transport: ScriptedTransport) -> bytes:
    return run(flow, transport)


def drive_async(flow: Flow[bytes], transport: ScriptedTransport) -> bytes:
    return asyncio.run(run_async(flow, Asynchronous(transport)))


Drive = Callable[[Flow[bytes], ScriptedTransport], bytes]
both = pytest.mark.parametrize("drive", [drive_sync, drive_async])


def two_answers(closed: list[str]) -> Flow[bytes]:
    try:
        first = yield Request(A)
        second = yield Request(B)
        return first.body + second.body
    finally:
        closed.append("closed")


def with_fallback() -> Flow[bytes]:
    try:
        response = yield Request(A)
    except TransportError:
        response = yield Request(B)
    return response.body


def malformed() -> Flow[bytes]:
    yield Request(A)
    raise MalformedError(Code.JSON_SYNTAX)


@both
def test_a_flow_gets_its_answers_in_order(drive: Drive) -> None:
    transport = ScriptedTransport({A: Response(200, body=b"1"), B: Response(200, body=b"2")})
    assert drive(two_answers([]), transport) == b"12"
    assert [request.url for request in transport.requests] == [A, B]


@both
def test_a_flow_may_catch_a_failure_and_go_on(drive: Drive) -> None:
    transport = ScriptedTransport({A: TransportError(Code.NET_TIME), B: Response(200, body=b"2")})
    assert drive(with_fallback(), transport) == b"2"


@both
def test_a_failure_that_nobody_catches_comes_out_and_the_flow_is_closed(drive: Drive) -> None:
    closed: list[str] = []
    with pytest.raises(TransportError) as error:
        drive(two_answers(closed), ScriptedTransport({A: TransportError(Code.NET_TIME, "at A")}))
    assert (error.value.code, error.value.detail) == (Code.NET_TIME, "at A")
    assert closed == ["closed"]


@both
def test_the_flows_own_error_comes_out(drive: Drive) -> None:
    with pytest.raises(MalformedError):
        drive(malformed(), ScriptedTransport({A: Response(200)}))


def test_a_flow_is_closed_when_the_program_is_interrupted() -> None:
    class Interrupted:
        def send(self, request: Request) -> Response:
            raise KeyboardInterrupt

    closed: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        run(two_answers(closed), Interrupted())
    assert closed == ["closed"]


def test_a_transport_that_raises_stop_iteration_is_not_the_end_of_the_flow() -> None:
    class Confused:
        def send(self, request: Request) -> Response:
            raise StopIteration(b"forged")

    with pytest.raises(StopIteration):
        run(two_answers([]), Confused())


def test_fetch_insists_on_success_and_size() -> None:
    transport = ScriptedTransport({A: Response(200, body=b"12345"), B: Response(404)})
    assert run(fetch(A, accept="text/plain"), transport).body == b"12345"
    assert transport.requests[0].headers == {"Accept": "text/plain"}
    with pytest.raises(TransportError) as status:
        run(fetch(B, accept="text/plain"), transport)
    assert (status.value.code, status.value.detail) == (Code.NET_STATUS, "404")
    with pytest.raises(TransportError) as size:
        run(fetch(A, accept="text/plain", max_bytes=4), transport)
    assert size.value.code is Code.NET_SIZE


def test_an_address_outside_the_script_is_unreachable() -> None:
    with pytest.raises(TransportError) as error:
        ScriptedTransport({}).send(Request(A))
    assert error.value.code is Code.NET_UNREACHABLE


def test_no_network_sends_nothing() -> None:
    with pytest.raises(TransportError) as error:
        NoNetwork().send(Request(A))
    assert error.value.code is Code.NET_OFFLINE
