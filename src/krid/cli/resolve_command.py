"""`krid resolve`: the W3C DID resolution result of one or more DIDs."""

from typing import TYPE_CHECKING

import click

from krid._core.clock import SystemClock
from krid.cli.exits import Exit, exit_for
from krid.cli.files import write_json
from krid.errors import ResolutionError

if TYPE_CHECKING:
    from krid.did import Resolver


@click.command(name="resolve")
@click.argument("did", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--omn", help="The address of an OpenDID resolver, up to /api/v1/did-doc.")
@click.option(
    "--remote",
    multiple=True,
    metavar="METHOD=URL",
    help="Ask another resolver for a method; repeat for more.",
)
def command(
    did: tuple[str, ...],
    as_json: bool,  # noqa: FBT001  click passes flags so
    omn: str | None,
    remote: tuple[str, ...],
) -> int:
    """Resolve DIDs and print the W3C DID resolution result; DID URLs are dereferenced.

    With several DIDs, --json prints one object whose `results` hold them in order.

    \b
    Examples:
      krid resolve did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
      krid resolve did:web:example.com --json
    """  # noqa: D301
    from krid.cli.resolvers import make_resolver

    resolver = make_resolver(omn=omn, remote=remote, clock=SystemClock())
    results, status = _resolve_all(resolver, did)
    if as_json and len(results) > 1:
        write_json({"results": results})
        return status
    for result in results:
        write_json(result)
    return status


def _resolve_all(resolver: "Resolver", dids: tuple[str, ...]) -> tuple[list[object], Exit]:
    from krid.did import ResolutionFailure

    results: list[object] = []
    status = Exit.DONE
    for did in dids:
        try:
            results.append(_resolve_one(resolver, did))
        except ResolutionError as error:
            click.echo(f"{error.code}: {error}", err=True)
            results.append(ResolutionFailure(error).to_json())
            status = max(status, exit_for(error))
    return results, status


def _resolve_one(resolver: "Resolver", text: str) -> object:
    """Resolve a DID, or dereference a DID URL."""
    if {"/", "?", "#"}.isdisjoint(text):
        return resolver.resolve(text).to_json()
    return resolver.dereference(text).to_json()
