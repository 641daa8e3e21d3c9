"""Groups of commands whose help says of each what it does, in a whole sentence."""

import click

_LONGEST = 200


class Group(click.Group):
    """A group that does not cut sentences short in its list of commands."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the first sentence of each."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        lines = [(name, each.get_short_help_str(_LONGEST)) for name, each in found if each]
        with formatter.section("Commands"):
            formatter.write_dl(lines)
