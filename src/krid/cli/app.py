"""The `krid` command: its subcommands are loaded when they are called, so that help is quick."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from krid.cli.exits import Exit, exit_for
from krid.errors import KridError

_COMMANDS = {
    "bbs": ("krid.cli.bbs_command", "Issue, show parts of, and verify with bbs-2023."),
    "bench": ("krid.cli.bench_command", "Measure krid beside the bare signature."),
    "demo": ("krid.cli.demo_command", "Tell the whole story on this machine."),
    "derive": ("krid.cli.derive_command", "Show a part of a W3C credential."),
    "did": ("krid.cli.did_command", "Create, update and deactivate DIDs."),
    "inspect": ("krid.cli.inspect_command", "Decode anything without believing it."),
    "issue": ("krid.cli.issue_command", "Issue a credential."),
    "key": ("krid.cli.key_command", "Make, show and convert keys."),
    "ledger": ("krid.cli.ledger_command", "Keep trusted issuers in a log, and prove it."),
    "registrar": ("krid.cli.registrar_command", "Keep residents and issue their cards."),
    "resolve": ("krid.cli.resolve_command", "Resolve DIDs."),
    "serve": (
        "krid.cli.serve_command",
        "Serve the demo, an issuer, a verifier, a wallet, a resolver.",
    ),
    "status": ("krid.cli.status_command", "Keep status lists, and look into them."),
    "trust": ("krid.cli.trust_command", "Look into trust files."),
    "verify": ("krid.cli.verify_command", "Verify a credential or presentation."),
    "wallet": ("krid.cli.wallet_command", "Keep cards in an encrypted file."),
}


class _LateGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in sorted(_COMMANDS.items())])


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="krid")
def app() -> None:
    """Issue, hold and verify digital identity.

    \b
    Examples:
      krid demo
      krid resolve did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
      krid inspect card.sdjwt

    Exit status: 0 done or verified; 1 rejected; 2 wrong words; 3 something could not be had.
    """  # noqa: D301  \b is click's mark for a paragraph that stays as it is


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status; errors go to standard error in one line."""
    try:
        outcome = app.main(args=arguments, prog_name="krid", standalone_mode=False)
    except KridError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        return exit_for(error)
    except click.ClickException as error:
        error.show()
        return Exit.WORDS
    except click.Abort:
        sys.stderr.write("nothing was done: the question had no answer, or was interrupted\n")
        return Exit.WORDS
    except (BrokenPipeError, SystemExit):  # click's own way out where nobody reads on
        return Exit.MISSING
    return outcome if isinstance(outcome, int) else Exit.DONE
