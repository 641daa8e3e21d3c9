"""A server of plain HTTP on this machine for krid's endpoints, which know no web framework."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from krid.openid.oauth import Call
from krid.openid.oauth.loopback import Answering

_MOST = 2_000_000


def _handler(server: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            path, _, query = self.path.partition("?")
            size = min(int(self.headers.get("Content-Length", 0)), _MOST)
            call = Call(
                self.command, path, query, tuple(self.headers.items()), self.rfile.read(size)
            )
            reply = server.answer(call)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = answer  # noqa: N815  the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Say nothing: addresses hold codes."""

    return Handler


@contextmanager
def served(server: Answering) -> Iterator[int]:
    """Answer on a free port of 127.0.0.1 until the block ends; gives the port."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    thread = Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield listening.server_port
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
