"""An application on the loopback interface, and a client that sees every header."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from loopback import Client

pytest.importorskip("starlette", reason="needs krid[web]")
uvicorn = pytest.importorskip("uvicorn", reason="needs krid[web]")


@pytest.fixture
def serve() -> Iterator[Callable[[Any], Client]]:
    running: list[tuple[Any, threading.Thread]] = []

    def start(app: Any) -> Client:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="error", server_header=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread))
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        return Client(listener.getsockname()[1])

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join()
