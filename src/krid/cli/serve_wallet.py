"""`krid serve wallet`: a wallet in the browser for one person, on this machine alone."""

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cli.extras import need
from krid.cli.listening import listening, port_option
from krid.cli.serve_demo import write_line
from krid.cli.serve_issuer import run
from krid.cli.wallet_party import loopback_party

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid._core.clock import Clock
    from krid.web import Platform
    from krid.web.wallet import WalletClient


@click.command(name="wallet")
@click.option("--file", "path", default="wallet.db", show_default=True, metavar="FILE",
              help="The wallet file; made if it is not there.")  # fmt: skip
@click.option(
    "--cards",
    required=True,
    multiple=True,
    metavar="FILE",
    help="Whose cards it takes; repeat for more.",
)
@click.option(
    "--verifiers",
    required=True,
    multiple=True,
    metavar="FILE",
    help="Who may ask; repeat for more.",
)
@click.option(
    "--local",
    "applications",
    multiple=True,
    metavar="HOST:PORT",
    help="An issuer or verifier of this machine to reach without TLS, to try it; repeat for more.",
)
@click.option("--client-id", metavar="ID", help="What issuers know it as, for their log-in pages.")
@port_option(8_703)
def command(
    path: str,
    *,
    cards: tuple[str, ...],
    verifiers: tuple[str, ...],
    applications: tuple[str, ...],
    client_id: str | None,
    port: int,
) -> None:
    """Serve the wallet of one person, who sits at this machine; others can't reach it.

    --cards and --verifiers are trust files, as `krid verify --trust` takes them. Keys lie in the
    wallet file, which opens to a PIN; they never reach the browser. Issuers that let people log in
    register the wallet by --client-id and its address /authorized. The hosts of --local are
    localhost and names below it, such as bank.localhost:8000.

    \b
    Examples:
      krid serve wallet --cards state.pem --verifiers verifiers.pem
      krid serve wallet --cards state.pem --verifiers verifiers.pem --local bank.localhost:8000
    """  # noqa: D301
    need("web")
    with listening("127.0.0.1", port) as listener:
        host = f"localhost:{listener.getsockname()[1]}"
        app = make_app(
            Path(path), cards, verifiers, host=host, client_id=client_id, local=applications
        )
        click.echo(f"http://{host}", err=True)
        run(app, listener)


def make_app(
    path: Path,
    cards: tuple[str, ...],
    verifiers: tuple[str, ...],
    *,
    host: str,
    client_id: str | None = None,
    local: tuple[str, ...] = (),
) -> "Starlette":
    """Make the application over a wallet file, which may not be there yet.

    `host` is the name and port by which browsers, and so authenticators, know it. `client_id` is
    what issuers know it as, None for a wallet that no issuer's pages send back. `local` are hosts
    and ports of applications on this machine that it reaches by plain HTTP.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`; `misuse.option` for a local
            application that is elsewhere.
        KridError: the code of what is wrong with a trust file.
    """
    need("web")
    from krid.cli.trust_files import read_trust
    from krid.net import HttpsTransport, PlainLoopback
    from krid.web import OneWallet, World, wallet_app
    from krid.web.wallet import PAYMENT

    clock = SystemClock()
    wallet = OneWallet(
        path,
        trust=read_trust(cards, ()).issuers,
        clock=clock,
        entropy=system_entropy,
        party=loopback_party(host),
    )
    transport = PlainLoopback(local, beyond=HttpsTransport())
    world = World(
        transport=transport,
        verifiers=read_trust(verifiers, ()).issuers,
        for_browser=transport.for_browser,
        clock=clock,
        entropy=system_entropy,
        transaction_types=(PAYMENT,),
        client=_client(client_id, host),
    )
    return wallet_app(wallet, world, _platform(clock))


def _platform(clock: "Clock") -> "Platform":
    from krid.web import CookieKey, CookieRule, Platform

    return Platform(
        name="wallet",
        key=CookieKey(system_entropy(32)),
        cookies=CookieRule.PLAIN_LOOPBACK,
        clock=clock,
        entropy=system_entropy,
        timer=perf_counter,
        log=write_line,
    )


def _client(client_id: str | None, host: str) -> "WalletClient | None":
    """Say what issuers know the wallet as, and where its browser comes back to."""
    from krid.web.wallet import WalletClient

    if client_id is None:
        return None
    return WalletClient(id=client_id, redirect_uri=f"http://{host}/authorized")
