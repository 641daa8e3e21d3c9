"""The help of every command: whole sentences, an example, and words for each option."""

from collections.abc import Iterator

import click
from click.testing import CliRunner

from krid.cli.app import app


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    if path:
        yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


ALL = dict(commands(app, ()))


def test_every_command_has_an_example() -> None:
    words = {name: each.help or "" for name, each in ALL.items()}
    assert [name for name, text in words.items() if "Example" not in text] == []
    assert [name for name, text in words.items() if f"krid {name.split()[0]}" not in text] == []


def test_every_option_says_what_it_is() -> None:
    said = {f"{name} {each.opts[0]}": each.help or "" for name, each in options()}
    assert [key for key, words in said.items() if not words.endswith(".")] == []


def test_every_option_that_may_be_repeated_says_so() -> None:
    many = {f"{name} {each.opts[0]}": each.help or "" for name, each in options() if each.multiple}
    assert [key for key, words in many.items() if "repeat" not in words] == []


def options() -> Iterator[tuple[str, click.Option]]:
    for name, command in ALL.items():
        for each in command.params:
            if isinstance(each, click.Option):
                yield name, each


def test_lists_of_commands_cut_no_sentence() -> None:
    for name in [name for name, each in ALL.items() if isinstance(each, click.Group)]:
        shown = CliRunner().invoke(app, [*name.split(), "--help"]).output
        listed = shown.partition("Commands:")[2].replace("a divorce, ...", "")
        assert listed
        assert "..." not in listed, name
