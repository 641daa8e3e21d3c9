"""A town of three applications on loopback, served by threads of this process."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cli.serve_demo import _NAMES as NAMES
from krid.cli.serve_demo import authority, bound, run_server, server_of
from krid.cli.stores import open_store
from krid.cli.town import Ground, Town
from krid.openid.oauth import MemoryIssuanceStore
from krid.wallet import Guard
from krid.web.platform import Rate, Rates

NO_LIMIT = Rate(1_000_000, 1_000_000)
FREE = Rates(reads=NO_LIMIT, protocol=NO_LIMIT, forms=NO_LIMIT)


class AheadClock:
    """The clock of this machine, which a test may put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead


@dataclass
class Served:
    town: Town
    clock: AheadClock
    issuer: str
    bank: str
    wallet: str
    police: str
    residents: str
    shop: str
    licence: str
    folder: Path
    lines: list[Any] = field(default_factory=list)


def build(folder: Path, hosts: dict[str, str], lines: list[Any], **changes: Any) -> Town:
    words: dict[str, Any] = {
        **hosts,
        "database": str(folder / "krid.db"),
        "folder": folder,
        "store": changes.pop("store") if "store" in changes else MemoryIssuanceStore(),
        "clock": SystemClock(),
        "entropy": system_entropy,
        "timer": time.perf_counter,
        "log": lines.append,
        "rates": FREE,
        "guard": Guard.FREE,
    }
    return Town.build(Ground(**(words | changes)))


def in_memory(folder: Path, **changes: Any) -> tuple[Town, list[Any]]:
    hosts = {name: f"{name}.localhost:87{place}1" for place, name in enumerate(NAMES)}
    lines: list[Any] = []
    return build(folder, hosts, lines, **changes), lines


@contextmanager
def served(folder: Path, database: str | None = None, **changes: Any) -> Iterator[Served]:
    """Serve a town; whatever happens, no thread and no connection of it is left at the end."""
    with ExitStack() as ending:
        listeners = ending.enter_context(bound(0))
        hosts = {name: authority(name, each) for name, each in listeners.items()}
        lines: list[Any] = []
        place, clock = database or str(folder / "krid.db"), AheadClock()
        words: dict[str, Any] = {
            "store": open_store(place),
            "database": place,
            "clock": clock,
        } | changes
        ending.callback(words["store"]._engine.dispose)
        town = build(folder, hosts, lines, **words)
        ending.callback(town.registry.close)
        ending.callback(town.state.office.registrar.close)
        ending.enter_context(serving(town.apps, listeners))
        addresses = {name: f"http://{host}" for name, host in hosts.items()}
        yield Served(town=town, clock=clock, folder=folder, lines=lines, **addresses)


@contextmanager
def serving(apps: Mapping[str, Any], listeners: Mapping[str, socket.socket]) -> Iterator[None]:
    """Serve applications by a thread each, all of which end with the block."""
    running: list[tuple[Any, threading.Thread]] = []
    try:
        for name, app in apps.items():
            server = server_of(app)
            thread = threading.Thread(target=run_server, args=(server, listeners[name]))
            running.append((server, thread))
            thread.start()
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.005)
        yield
    finally:
        for server, _ in running:
            server.should_exit = True
        for _, thread in running:
            thread.join()


def person_id(town: Town, slug: str) -> str:
    """Return the handle under which one of the sample people was entered."""
    return town.state.people.get(slug, slug)
