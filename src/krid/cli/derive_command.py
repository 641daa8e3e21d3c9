"""`krid derive`: what a holder shows of a credential whose issuer lets claims be withheld."""

import click

from krid._core import strict_json
from krid.cli import context_files
from krid.cli.context_files import suites_with
from krid.cli.files import read_file


@click.command(name="derive")
@click.argument("file", default="-")
@click.option(
    "--show", "pointers", multiple=True, help="A JSON pointer to what is shown; repeat for more."
)
@click.option("--nonce", default="", help="What the verifier sent (bbs-2023).")
@click.option("--audience", default="", help="The verifier that it is for (bbs-2023).")
@context_files.option
def command(
    *,
    file: str,
    pointers: tuple[str, ...],
    nonce: str,
    audience: str,
    context_files: tuple[str, ...],
) -> None:
    """Derive from a base proof a credential that shows a part of it, and print it.

    What the issuer made mandatory is always shown. A base proof of bbs-2023 is checked first, by
    the key that it names, and what is derived may be tied to a nonce and an audience.

    \b
    Example:
      krid derive base.json --show /credentialSubject/givenName | krid verify - --bearer \\
        --trust issuer.txt --no-status
      krid derive base.json --show /credentialSubject/givenName --nonce n-0S6 \\
        --audience x509_san_dns:bank.example
    """  # noqa: D301
    from krid.ld import parse_pointer
    from krid.vcdi import derive, parse_credential
    from krid.vcdi.bbs_seen import is_bbs_base
    from krid.vcdi.present import is_base, path_of

    secured = parse_credential(read_file(file))
    if bool(nonce) != bool(audience):
        raise click.UsageError("--nonce and --audience go together")
    if nonce and not any(map(is_bbs_base, secured.proofs)):
        raise click.UsageError("--nonce and --audience are for a base proof of bbs-2023")
    paths = [path_of(secured, parse_pointer(pointer)) for pointer in pointers]
    if paths and not is_base(secured):
        raise click.UsageError("no base proof: nothing of it can be left out")
    derived = derive(
        secured,
        suites=suites_with(context_files),
        disclose=paths,
        audience=audience,
        nonce=nonce,
    )
    click.echo(strict_json.dumps(derived).decode())
