"""`krid serve demo`: a state, a bank, a shop and a wallet on this machine, for a browser."""

import asyncio
import contextlib
import json
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import click

from krid._core import times
from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cli.extras import need
from krid.cli.files import write_whole
from krid.cli.listening import listening
from krid.errors import Code, StoreError

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette

    from krid._core.strict_json import JsonObject
    from krid.cli.town import Town

_FIRST_PORT = 8_701
_NAMES = ("issuer", "bank", "wallet", "police", "residents", "shop", "licence")
_HERE = "127.0.0.1"
_MOMENT = 0.2


@click.command(name="demo")
@click.option("--port", type=click.IntRange(0, 65_529), default=_FIRST_PORT, show_default=True,
              help="The first of seven ports; 0 takes any.")  # fmt: skip
@click.option("--db", "database", help="A file or postgresql+psycopg://... for what is kept.")
@click.option("--trust", metavar="DIR", help="Write whom to trust there: state.pem, verifiers.pem.")
@click.option("--log", "is_logged", is_flag=True, help="Write a line for each request.")
def command(port: int, database: str | None, trust: str | None, *, is_logged: bool) -> None:
    """Serve two issuing desks, a bank, a shop, the police, residents' pages and a wallet.

    The addresses end in .localhost, which leads to this machine alone, and speak plain HTTP.
    Keys and the wallet live in a temporary folder and are gone afterwards; the people are
    invented. Ctrl-C ends it. With --trust, a wallet or verifier of your own knows whom to believe.

    \b
    Examples:
      krid serve demo
      krid serve demo --trust .
    """  # noqa: D301
    need("web")
    need("registrar")
    with TemporaryDirectory(prefix="krid-") as folder, bound(port) as listeners:
        place = database or str(Path(folder) / "krid.db")
        town = make_town(listeners, place, Path(folder), is_logged=is_logged)
        if trust is not None:
            write_trust(town, Path(trust))
        for name, listener in listeners.items():
            click.echo(f"{name:<10} http://{authority(name, listener)}/")
        sys.stdout.flush()
        serve([(app, listeners[name]) for name, app in town.apps.items()])


@contextlib.contextmanager
def bound(port: int) -> Iterator[Mapping[str, socket.socket]]:
    """Listen at the ports of this machine before anything is said."""
    with contextlib.ExitStack() as stack:
        found = {}
        for place, name in enumerate(_NAMES):
            found[name] = stack.enter_context(listening(_HERE, port + place if port else 0))
        yield found


def authority(name: str, listener: socket.socket) -> str:
    """Return the host of an application with its port."""
    return f"{name}.localhost:{listener.getsockname()[1]}"


def make_town(
    listeners: Mapping[str, socket.socket], database: str, folder: Path, *, is_logged: bool
) -> "Town":
    """Make the applications over one database."""
    from krid.cli.stores import open_store, reachable
    from krid.cli.town import Ground, Town
    from krid.profiles import kr

    store, clock = open_store(database), SystemClock()
    return Town.build(
        Ground(
            issuer=authority("issuer", listeners["issuer"]),
            bank=authority("bank", listeners["bank"]),
            wallet=authority("wallet", listeners["wallet"]),
            police=authority("police", listeners["police"]),
            residents=authority("residents", listeners["residents"]),
            shop=authority("shop", listeners["shop"]),
            licence=authority("licence", listeners["licence"]),
            database=database,
            folder=folder,
            store=store,
            clock=clock,
            checks=(reachable(store, clock),),
            entropy=system_entropy,
            timer=perf_counter,
            log=write_line if is_logged else _silent,
            guard=kr.KEY_GUARD,
        )
    )


def write_trust(town: "Town", folder: Path) -> None:
    """Write the roots of cards and of verifiers, each with its revocation list.

    Raises:
        StoreError: `store.io`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise StoreError(Code.STORE_IO, str(folder)) from cause
    write_whole(folder / "state.pem", town.cards.to_pem())
    write_whole(folder / "verifiers.pem", town.verifiers.to_pem())


def write_line(line: "JsonObject") -> None:
    """Write one line of log to standard error."""
    at = times.to_rfc3339(SystemClock().now())
    sys.stderr.write(f"{json.dumps({'at': at, **line})}\n")


def _silent(_line: "JsonObject") -> None:
    """Say nothing."""


def serve(apps: "Sequence[tuple[Starlette, socket.socket]]") -> None:
    """Serve applications until Ctrl-C or SIGTERM.

    Each has a thread and an event loop of its own, and with them its own pool of workers: one
    that waits for another can't take the workers away that the other needs.
    """
    servers = [server_of(app) for app, _ in apps]
    with _ending(servers):
        threads = [
            threading.Thread(target=run_server, args=(each, listener))
            for each, (_, listener) in zip(servers, apps, strict=True)
        ]
        for each in threads:
            each.start()
        while any(each.is_alive() for each in threads):
            # A join without an end would keep Ctrl-C waiting on some systems.
            for each in threads:
                each.join(_MOMENT)


def run_server(server: "uvicorn.Server", listener: socket.socket) -> None:
    """Serve at a socket in this thread until the server is told to end."""
    asyncio.run(server.serve(sockets=[listener]))


def server_of(app: "Starlette") -> "uvicorn.Server":
    """Make a server that logs no requests by itself."""
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_level="warning",
            server_header=False,
            lifespan="off",
            timeout_keep_alive=5,
            timeout_graceful_shutdown=3,
        )
    )


@contextlib.contextmanager
def _ending(servers: "Sequence[uvicorn.Server]") -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end all servers."""

    def end(_number: int, _frame: object) -> None:
        for each in servers:
            each.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
