"""`krid registrar`: the resident register of a country, and its mobile cards."""

from importlib import import_module

import click

_COMMANDS = {
    "activate": ("registrar_cards", "Note that a phone has its card."),
    "amend": ("registrar_people", "Change a name or a portrait."),
    "apply": ("registrar_cards", "Apply for a card on a phone."),
    "audit": ("registrar_books", "Hold register and log against each other."),
    "check": ("registrar_countries", "Check the file of a card type."),
    "demo": ("registrar_countries", "Tell the whole story of a country from its file."),
    "enrol": ("registrar_cards", "Prove the person by an office's ticket."),
    "family": ("registrar_family", "Show the family register's word on a person."),
    "family-correct": ("registrar_family", "Take an event of the family register back."),
    "family-event": ("registrar_family", "Record a birth, a marriage, a divorce, ..."),
    "family-load": ("registrar_family", "Take entries and events in from a CSV file."),
    "generate": ("registrar_people", "Invent residents."),
    "issue": ("registrar_issue", "Sign a card, or all of them."),
    "leave": ("registrar_people", "Note a death or an emigration."),
    "load": ("registrar_people", "Take residents in from a CSV file."),
    "log": ("registrar_books", "Read the log."),
    "lost": ("registrar_cards", "Report a phone or a document as lost."),
    "move": ("registrar_people", "Report a move."),
    "new": ("registrar_countries", "Begin a register."),
    "new-country": ("registrar_countries", "Write a commented card type."),
    "publish": ("registrar_issue", "Sign the status lists that are due."),
    "renew": ("registrar_cards", "Enrol a new card on the same phone."),
    "restore": ("registrar_cards", "End a suspension."),
    "revoke": ("registrar_cards", "End a card for good."),
    "show": ("registrar_people", "Show a person, a card, or how many there are."),
    "suspend": ("registrar_cards", "Suspend a card."),
    "ticket": ("registrar_cards", "Hand out an office QR."),
    "upgrade": ("registrar_books", "Bring the tables to the version of this krid."),
    "verifiers": ("registrar_parties", "See who may ask for cards, and act on it."),
}


class _LateGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"krid.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in sorted(_COMMANDS.items())])


@click.group(name="registrar", cls=_LateGroup)
def command() -> None:
    """Keep the resident register of a country, and issue its mobile cards.

    URL is a file, or postgresql+psycopg://... People, papers and cards go by handles, which say
    nothing about them. Every change stands in the log with who and why, each as one word.

    \b
    Examples:
      krid registrar generate --residents 1000 --db register.db
      krid registrar show --db register.db
      krid registrar issue --all --db register.db
      krid registrar audit --db register.db
      krid registrar new-country my-country.toml
      krid registrar demo --country my-country.toml
    """  # noqa: D301  \b is click's mark for a paragraph that stays as it is
