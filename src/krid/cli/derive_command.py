"""`krid derive`: what a holder shows of a credential whose issuer lets claims be withheld."""

import click

from krid._core import strict_json
from krid.cli import context_files
from krid.cli.context_files import suites_with
from krid.cli.files import read_file


@click.command(name="derive")
@click.argument("file", default="-")
@click.option("--show", "pointers", multiple=True, help="A JSON pointer to what is shown.")
@context_files.option
def command(file: str, pointers: tuple[str, ...], context_files: tuple[str, ...]) -> None:
    """Derive from a base proof a credential that shows a part of it, and print it.

    What the issuer made mandatory is always shown. Nothing is verified.

    \b
    Example:
      krid derive base.json --show /credentialSubject/givenName | krid verify - --bearer \\
        --trust issuer.txt --no-status
    """  # noqa: D301
    from krid.ld import parse_pointer
    from krid.vcdi import derive, parse_credential
    from krid.vcdi.present import path_of

    secured = parse_credential(read_file(file))
    paths = [path_of(secured, parse_pointer(pointer)) for pointer in pointers]
    click.echo(
        strict_json.dumps(
            derive(secured, suites=suites_with(context_files), disclose=paths)
        ).decode()
    )
