"""`krid serve resolver`: DID resolution over HTTP, for a proxy that adds TLS in front of it."""

import click

from krid.cli.extras import need
from krid.cli.listening import HOST, address_of, listening, port_option, serve_at


@click.command(name="resolver")
@HOST
@port_option(8_080)
@click.option("--omn", help="The address of an OpenDID resolver, up to /api/v1/did-doc.")
@click.option(
    "--remote",
    multiple=True,
    metavar="METHOD=URL",
    help="Ask another resolver for a method; repeat for more.",
)
def command(host: str, port: int, omn: str | None, remote: tuple[str, ...]) -> None:
    """Serve the HTTPS binding of W3C DID Resolution.

    The standard wants TLS: put a proxy with a certificate in front of it. What hosts may be
    fetched from is krid's usual policy: https alone, no private networks.

    \b
    Example:
      krid serve resolver --port 8080
      curl http://127.0.0.1:8080/1.0/identifiers/did:web:example.com
    """  # noqa: D301
    need("web")
    import uvicorn

    from krid._core.clock import SystemClock
    from krid.cli.resolvers import make_resolver
    from krid.web.resolver import resolver_app

    resolver = make_resolver(omn=omn, remote=remote, clock=SystemClock())
    with listening(host, port) as listener:
        click.echo(f"{address_of(host, listener)}/1.0/identifiers/", err=True)
        serve_at(listener, uvicorn.Config(resolver_app(resolver), log_level="warning"))
