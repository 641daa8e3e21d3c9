"""`krid demo`: the whole story on this machine, with nothing else needed."""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from krid.cli.exits import Exit

if TYPE_CHECKING:
    from krid._core.clock import Clock
    from krid._core.entropy import Entropy
    from krid.cli.demo.attacks import Attempt
    from krid.cli.demo.screen import Refusal, Screen
    from krid.cli.demo.story import Stage

_TITLE = "krid demo"
_NOTE = (
    "A state issues a mobile resident card, a person holds it, a bank and a shop verify it.\n"
    "Everything is real but the people: keys, signatures, files and refusals are made now."
)


@click.command(name="demo")
@click.option(
    "--keep",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Leave every artefact in an empty folder.",
)
@click.option("--plain", is_flag=True, help="No colours and boxes, as when piped.")
def command(folder: Path | None, plain: bool) -> int:  # noqa: FBT001  click passes flags so
    """Tell the story of a mobile resident card: issue, hold, verify, refuse.

    \b
    Examples:
      krid demo
      krid demo --keep out
    """  # noqa: D301
    from krid.cli.demo.keep import make_folder

    with ExitStack() as stack:
        if folder is None:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="krid-demo-")))
        else:
            make_folder(folder)
            place = folder
        return _play(_screen(plain=plain), place, kept=folder is not None)


def play(
    screen: "Screen", place: Path, clock: "Clock", entropy: "Entropy"
) -> "tuple[Stage, list[tuple[Attempt, Refusal]]]":
    """Tell the story in a folder, try what must be refused, and return what came of it.

    Raises:
        AcceptedForgeryError: something that must be refused was accepted.
    """
    from krid.cli.demo.attacks import refuse_all
    from krid.cli.demo.story import set_stage, tell

    screen.title(_TITLE, _NOTE)
    stage = set_stage(screen, folder=place, clock=clock, entropy=entropy)
    with stage.wallet:
        tell(stage)
        screen.scene(6, "What is refused, and with which code")
        refused = refuse_all(stage)
        screen.refusals([refusal for _, refusal in refused])
    return stage, refused


def _play(screen: "Screen", place: Path, *, kept: bool) -> int:
    from krid._core.clock import SystemClock
    from krid._core.entropy import system_entropy
    from krid.cli.demo.attacks import AcceptedForgeryError
    from krid.cli.demo.keep import keep

    try:
        stage, refused = play(screen, place, SystemClock(), system_entropy)
    except AcceptedForgeryError as error:
        click.echo(f"a forgery was accepted: {error}", err=True)
        return Exit.REJECTED
    screen.end(f"Done: 2 presentations verified, {len(refused)} attempts refused.")
    if kept:
        click.echo(f"\nEvery artefact is in {place}; try:")
        for line in keep(stage, refused, place):
            click.echo(f"  {line}")
    return Exit.DONE


def _screen(*, plain: bool) -> "Screen":
    if plain or not sys.stdout.isatty():
        from krid.cli.demo.plain_screen import PlainScreen

        return PlainScreen(click.echo)
    from rich.console import Console

    from krid.cli.demo.rich_screen import RichScreen

    return RichScreen(Console(highlight=False))
