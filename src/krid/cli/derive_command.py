"""`krid derive`: what a holder shows of a credential whose issuer lets claims be withheld."""

import click

from krid._core import strict_json
from krid.cli import context_files
from krid.cli.context_files import suites_with
from krid.cli.extras import need
from krid.cli.files import read_file


@click.command(name="derive")
@click.argument("file", default="-")
@click.option("--show", "pointers", multiple=True, help="A JSON pointer to what is shown.")
@click.option("--nonce", help="What the verifier sent (bbs-2023).")
@click.option("--trust", help="The issuer's key (bbs-2023); without it, that of its did:key.")
@click.option("--secrets", help="What `krid bbs commit` wrote (bbs-2023).")
@context_files.option
def command(
    *,
    file: str,
    pointers: tuple[str, ...],
    nonce: str | None,
    trust: str | None,
    secrets: str | None,
    context_files: tuple[str, ...],
) -> None:
    """Derive from a base proof a credential that shows a part of it, and print it.

    What the issuer made mandatory is always shown. A base proof of bbs-2023 is checked first, one
    of ecdsa-sd-2023 is not.

    \b
    Example:
      krid derive base.json --show /credentialSubject/givenName | krid verify - --bearer \\
        --trust issuer.txt --no-status
      krid derive base.json --show /credentialSubject/givenName --nonce n-0S6
    """  # noqa: D301
    from krid.ld import parse_pointer
    from krid.vcdi import derive, parse_credential
    from krid.vcdi.bbs_seen import BBS_2023
    from krid.vcdi.present import path_of

    secured = parse_credential(read_file(file))
    if secured.proofs[0].cryptosuite == BBS_2023:
        from krid.cli.bbs_command import show_part

        need("bbs")
        if context_files:
            raise click.UsageError("--context is not for bbs-2023")
        whole = dict(secured.document)
        derived = show_part(whole, pointers, nonce=nonce or "", trust=trust, secrets_file=secrets)
        click.echo(strict_json.dumps(derived).decode())
        return
    if nonce or trust or secrets:
        raise click.UsageError("--nonce, --trust and --secrets are for bbs-2023")
    paths = [path_of(secured, parse_pointer(pointer)) for pointer in pointers]
    click.echo(
        strict_json.dumps(
            derive(secured, suites=suites_with(context_files), disclose=paths)
        ).decode()
    )
