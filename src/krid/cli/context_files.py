"""`--context`: JSON-LD contexts at hand, beside those that come with krid."""

from typing import TYPE_CHECKING

import click

from krid.cli.files import read_file

if TYPE_CHECKING:
    from krid.vcdi import Suites

option = click.option(
    "--context",
    "context_files",
    multiple=True,
    metavar="URL=FILE",
    help="A JSON-LD context at hand; nothing is fetched; repeat for more.",
)


def suites_with(pairs: tuple[str, ...]) -> "Suites":
    """Return the cryptosuites over the bundled contexts and these, each written as URL=FILE.

    Raises:
        UsageError: a word without an equals sign.
        KridError: a file can't be read.
    """
    from krid.ld import Contexts, Processor
    from krid.vcdi import Suites

    if not pairs:
        return Suites()
    named = [pair.rpartition("=") for pair in pairs]
    if not all(url for url, _, _ in named):
        raise click.UsageError("--context is not URL=FILE")
    return Suites(Processor(Contexts(added={url: read_file(name) for url, _, name in named})))
