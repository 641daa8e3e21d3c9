"""`krid serve`: web applications, each in a module that is imported when it is called."""

from importlib import import_module

import click

_SERVICES = {
    "demo": ("krid.cli.serve_demo", "A state, a bank, a shop and a wallet, for a browser."),
    "issuer": ("krid.cli.serve_issuer", "Publish status lists, metadata and certificates."),
    "verifier": ("krid.cli.serve_verifier", "Ask for cards, with pages: QR code, link, result."),
    "wallet": ("krid.cli.serve_wallet", "A wallet in the browser, for one person on loopback."),
    "resolver": ("krid.cli.serve_resolver", "Resolve DIDs for others."),
    "vc-api": ("krid.cli.serve_vc_api", "Be tested by the suites of the W3C."),
}


class _LateGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return sorted(_SERVICES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _SERVICES:
            return None
        command: click.Command = import_module(_SERVICES[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in sorted(_SERVICES.items())])


@click.group(name="serve", cls=_LateGroup)
def command() -> None:
    """Serve over HTTP; it listens to this machine alone unless told otherwise.

    \b
    Example:
      krid serve resolver --port 8080
    """  # noqa: D301
