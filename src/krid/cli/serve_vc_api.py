"""`krid serve vc-api`: what the W3C's interoperability suites drive over HTTP."""

import click

from krid.cli.extras import need
from krid.cli.listening import HOST, address_of, listening, port_option, serve_at


@click.command(name="vc-api")
@HOST
@port_option(8_080)
@click.option("--address", metavar="URL", help="The server's address as others see it.")
def command(host: str, port: int, address: str | None) -> None:
    """Serve the VC API for tests: it signs what it is given, and believes every DID.

    The keys are new at each start. Each line that is printed is a prefix and the DID that issues
    there, to be put into a suite's configuration.

    \b
    Example:
      krid serve vc-api --port 40443
      curl -d @request.json http://127.0.0.1:40443/bbs-2023/credentials/issue
    """  # noqa: D301
    for extra in ("web", "ld", "bbs"):
        need(extra)
    import uvicorn

    from krid._core.clock import SystemClock
    from krid._core.entropy import system_entropy
    from krid.cli.resolvers import make_resolver
    from krid.net import HttpsTransport
    from krid.status import StatusLists, VcJwt
    from krid.status.embedded import EmbeddedProof
    from krid.web.vc_api import vc_api_app
    from krid.web.vc_api_issuers import AnyDid
    from krid.web.vc_api_services import vc_api_services

    clock = SystemClock()
    resolver = make_resolver(omn=None, remote=(), clock=clock)
    lists = StatusLists(
        HttpsTransport(), issuers=AnyDid(resolver), securings=(VcJwt(), EmbeddedProof())
    )
    with listening(host, port) as listener:
        place = (address or address_of(host, listener)).rstrip("/")
        services = vc_api_services(
            place=place, resolver=resolver, clock=clock, entropy=system_entropy, elsewhere=lists
        )
        for prefix, served in services.items():
            click.echo(f"{place}{prefix} {served.did}")
        app = vc_api_app({prefix: served.service for prefix, served in services.items()})
        serve_at(listener, uvicorn.Config(app, log_level="warning"))
