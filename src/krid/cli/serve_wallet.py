"""`krid serve wallet`: a wallet in the browser for one person, on this machine alone."""

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cli.extras import need
from krid.cli.listening import listening
from krid.cli.serve_demo import write_line
from krid.cli.serve_issuer import run
from krid.cli.wallet_party import loopback_party

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid._core.clock import Clock
    from krid.web import Platform
    from krid.web.wallet import WalletClient


@click.command(name="wallet")
@click.option("--file", "path", default="wallet.db", show_default=True, metavar="FILE")
@click.option("--cards", required=True, multiple=True, metavar="FILE", help="Whose cards it takes.")
@click.option("--verifiers", required=True, multiple=True, metavar="FILE", help="Who may ask.")
@click.option("--client-id", metavar="ID", help="What issuers know it as, for their log-in pages.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8_703, show_default=True)
def command(
    path: str,
    cards: tuple[str, ...],
    verifiers: tuple[str, ...],
    client_id: str | None,
    port: int,
) -> None:
    """Serve the wallet of one person, who sits at this machine; others can't reach it.

    --cards and --verifiers are trust files, as `krid verify --trust` takes them. Keys lie in the
    wallet file, which opens to a PIN; they never reach the browser. Issuers that let people log in
    register the wallet by --client-id and its address /authorized.

    \b
    Example:
      krid serve wallet --cards state.pem --verifiers verifiers.pem
    """  # noqa: D301
    need("web")
    with listening("127.0.0.1", port) as listener:
        host = f"localhost:{listener.getsockname()[1]}"
        app = make_app(Path(path), cards, verifiers, host=host, client_id=client_id)
        click.echo(f"http://{host}", err=True)
        run(app, listener, is_proxied=False)


def make_app(
    path: Path,
    cards: tuple[str, ...],
    verifiers: tuple[str, ...],
    *,
    host: str,
    client_id: str | None = None,
) -> "Starlette":
    """Make the application over a wallet file, which may not be there yet.

    `host` is the name and port by which browsers, and so authenticators, know it. `client_id` is
    what issuers know it as, None for a wallet that no issuer's pages send back.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
        KridError: the code of what is wrong with a trust file.
    """
    need("web")
    from krid.cli.trust_files import read_trust
    from krid.net import HttpsTransport
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
    world = World(
        transport=HttpsTransport(),
        verifiers=read_trust(verifiers, ()).issuers,
        for_browser=str,
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
