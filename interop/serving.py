"""krid's applications on this machine over TLS, below an authority that lives as long as the run.

Peers are told to trust that authority and check the rest themselves: the chain, the name, and the
protocol's demand for https.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid._core.strict_json import JsonObject
from krid.keys import Alg, LocalKey
from krid.net import FetchPolicy, HttpsTransport
from krid.web import CookieKey, CookieRule, Platform
from krid.x509 import LeafProfile
from krid.x509.issue import self_signed_ca, sign_certificate

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_HERE: Final = "127.0.0.1"
_TLS_SERVER: Final = LeafProfile(name="TLS server", usages=frozenset({"1.3.6.1.5.5.7.3.1"}))
_DAY: Final = timedelta(days=1)


@final
@dataclass(frozen=True)
class Authority:
    """A throw-away authority: its certificate, and a server's key with certificate, as files."""

    certificate: Path
    server: Path

    @classmethod
    def make(cls, folder: Path) -> Self:
        now, key, leaf_key = (
            datetime.now(UTC),
            LocalKey.generate(Alg.ES256),
            LocalKey.generate(Alg.ES256),
        )
        root = self_signed_ca(
            key,
            common_name="Invented authority",
            country="KR",
            valid_from=now - _DAY,
            valid_until=now + 2 * _DAY,
            issuer_uri="https://authority.example",
            entropy=system_entropy,
        )
        leaf = sign_certificate(
            leaf_key.public_key,
            ca=root,
            ca_key=key,
            leaf=_TLS_SERVER,
            common_name="localhost",
            valid_from=now - _DAY,
            valid_until=now + _DAY,
            entropy=system_entropy,
            dns_names=("localhost",),
        )
        made = cls(folder / "authority.pem", folder / "server.pem")
        made.certificate.write_bytes(root.to_pem())
        private = leaf_key.native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        made.server.write_bytes(private + leaf.to_pem())
        return made

    def transport(self) -> HttpsTransport:
        """Make krid's own way to the servers of this run: the one private host is named."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.certificate)
        policy = FetchPolicy(allowed_private_hosts=frozenset({"localhost"}))
        return HttpsTransport(policy, tls=context)

    def place(self) -> "Place":
        """Take a free port."""
        listening = socket.socket()
        listening.bind((_HERE, 0))
        return Place(self, listening)


@final
@dataclass(frozen=True)
class Place:
    """A port that is taken, so that its address is known before its application is made.

    `lines` are the log of the application, one for each answer.
    """

    authority: Authority
    listening: socket.socket
    lines: list[JsonObject] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.listening.getsockname()[1]}"

    @property
    def codes(self) -> list[object]:
        """What was refused, by krid's code; None for each answer that was not a refusal."""
        return [line.get("code") for line in self.lines]

    def platform(self, name: str) -> Platform:
        return Platform(
            name=name,
            key=CookieKey(system_entropy(32)),
            cookies=CookieRule.TLS_ONLY,
            clock=SystemClock(),
            entropy=system_entropy,
            timer=time.monotonic,
            log=self.lines.append,
        )

    @contextmanager
    def serving(self, app: "ASGIApp") -> Iterator[None]:
        """Answer until the block ends."""
        import uvicorn

        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level="error",
                server_header=False,
                lifespan="off",
                ssl_certfile=str(self.authority.server),
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [self.listening]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()
