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


@click.command(name="wallet")
@click.option("--file", "path", default="wallet.db", show_default=True, metavar="FILE")
@click.option("--cards", required=True, multiple=True, metavar="FILE", help="Whose cards it takes.")
@click.option("--verifiers", required=True, multiple=True, metavar="FILE", help="Who may ask.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8_703, show_default=True)
def command(path: str, cards: tuple[str, ...], verifiers: tuple[str, ...], port: int) -> None:
    """Serve the wallet of one person, who sits at this machine; others can't reach it.

    --cards and --verifiers are trust files, as `krid verify --trust` takes them. Keys lie in the
    wallet file, which opens to a PIN; they never reach the browser.

    \b
    Example:
      krid serve wallet --cards state.pem --verifiers verifiers.pem
    """  # noqa: D301
    need("web")
    with listening("127.0.0.1", port) as listener:
        host = f"localhost:{listener.getsockname()[1]}"
        app = make_app(Path(path), cards, verifiers, host=host)
        click.echo(f"http://{host}", err=True)
        run(app, listener, is_proxied=False)


def make_app(
    path: Path, cards: tuple[str, ...], verifiers: tuple[str, ...], *, host: str
) -> "Starlette":
    """Make the application over a wallet file, which may not be there yet.

    `host` is the name and port by which browsers, and so authenticators, know it.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
        KridError: the code of what is wrong with a trust file.
    """
    need("web")
    from krid.cli.trust_files import read_trust
    from krid.net import HttpsTransport
    from krid.web import CookieKey, CookieRule, OneWallet, Platform, World, wallet_app
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
    )
    platform = Platform(
        name="wallet",
        key=CookieKey(system_entropy(32)),
        cookies=CookieRule.PLAIN_LOOPBACK,
        clock=clock,
        entropy=system_entropy,
        timer=perf_counter,
        log=write_line,
    )
    return wallet_app(wallet, world, platform)
