"""Flows: protocol logic as a generator, and the two thin drivers that give it a network.

A flow yields a `Request`, receives the `Response`, and returns its result. A `TransportError`
is thrown into the flow where it waits, so that it may catch it and go another way.
"""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar, final

from krid.errors import TransportError
from krid.net.message import Request, Response

T = TypeVar("T")

Flow: TypeAlias = Generator[Request, Response, T]
"""Protocol logic that may ask the network and ends with a value."""


class Transport(Protocol):
    """Something that sends a request and waits for the answer."""

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status.

        Raises:
            TransportError: no whole answer could be had.
        """
        ...


class AsyncTransport(Protocol):
    """The same for programs built on `async`."""

    async def send(self, request: Request) -> Response:
        """Return the answer, whatever its status.

        Raises:
            TransportError: no whole answer could be had.
        """
        ...


@final
@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    result: T


def run(flow: Flow[T], transport: Transport) -> T:
    """Drive a flow to its end and return what it returns; the flow is closed in any case.

    >>> from krid.net import NoNetwork
    >>> def seven() -> Flow[int]:
    ...     return 7
    ...     yield
    >>> run(seven(), NoNetwork())
    7
    """
    try:
        turn = _advance(flow, None)
        while isinstance(turn, Request):
            try:
                outcome: Response | TransportError = transport.send(turn)
            except TransportError as error:
                outcome = error
            turn = _advance(flow, outcome)
        return turn.result
    finally:
        flow.close()


async def run_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Drive a flow to its end with an asynchronous transport; the flow is closed in any case."""
    with closing(flow):
        turn = _advance(flow, None)
        while isinstance(turn, Request):
            try:
                outcome: Response | TransportError = await transport.send(turn)
            except TransportError as error:
                outcome = error
            turn = _advance(flow, outcome)
        return turn.result


def _advance(flow: Flow[T], outcome: Response | TransportError | None) -> Request | _Done[T]:
    """Hand the flow what it waited for and return its next request, or its end."""
    try:
        if outcome is None:
            return next(flow)
        if isinstance(outcome, TransportError):
            return flow.throw(outcome)
        return flow.send(outcome)
    except StopIteration as end:
        return _Done(end.value)
