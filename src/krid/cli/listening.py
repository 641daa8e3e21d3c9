"""Listening at a port of this machine before anything is said, and serving there."""

import contextlib
import errno
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

import click

if TYPE_CHECKING:
    import uvicorn

_Option: TypeAlias = Callable[[Callable[..., None]], Callable[..., None]]
HOST: Final[_Option] = click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen at."
)


def port_option(port: int) -> _Option:
    """Make the option of a server's port."""
    return click.option(
        "--port",
        type=click.IntRange(0, 65_535),
        default=port,
        show_default=True,
        help="The port to listen at; 0 takes any that is free.",
    )


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen at a port, or at any that is free for 0.

    Raises:
        ClickException: the port is taken, or there is no such address on this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only a socket that says TCP gets TCP_NODELAY from asyncio: 40 ms for each answer.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(256)
        except OSError as cause:
            raise click.ClickException(_why_not(cause, host, port)) from cause
        yield listener


def address_of(host: str, listener: socket.socket) -> str:
    """Say where a server is found, with the port that it really has."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


def serve_at(listener: socket.socket, config: "uvicorn.Config") -> None:
    """Serve at a socket until interrupted."""
    import uvicorn

    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _why_not(cause: OSError, host: str, port: int) -> str:
    if cause.errno == errno.EADDRINUSE:
        return f"port {port} is taken: try --port 0"
    return f"can't listen at {host}, port {port}: {cause.strerror or 'no such address'}"
