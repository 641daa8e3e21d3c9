"""`krid resolve`: the W3C DID resolution result of one or more DIDs."""

import click

from krid.cli.exits import Exit, exit_for
from krid.cli.files import write_json
from krid.errors import ResolutionError


@click.command(name="resolve")
@click.argument("did", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(did: tuple[str, ...], as_json: bool) -> int:  # noqa: FBT001  click passes flags so
    """Resolve DIDs and print the W3C DID resolution result.

    With several DIDs, --json prints one object whose `results` hold them in order.

    \b
    Examples:
      krid resolve did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
      krid resolve did:web:example.com --json
    """  # noqa: D301
    results, status = _resolve_all(did)
    if as_json and len(results) > 1:
        write_json({"results": results})
        return status
    for result in results:
        write_json(result)
    return status


def _resolve_all(dids: tuple[str, ...]) -> tuple[list[object], Exit]:
    from krid.did import Resolver

    results: list[object] = []
    status = Exit.DONE
    with Resolver.standard() as resolver:
        for did in dids:
            try:
                results.append(resolver.resolve(did).to_json())
            except ResolutionError as error:
                click.echo(f"{error.code}: {error}", err=True)
                results.append(resolver.resolve_result(did).to_json())
                status = max(status, exit_for(error))
    return results, status
